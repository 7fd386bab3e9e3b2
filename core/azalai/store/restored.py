"""A restored copy: what it holds as open may have been sent since; it is asked, or listed."""

import json
from dataclasses import dataclass
from datetime import datetime

from azalai.store import Store, Transaction, delivery_rows
from azalai.store.run_rows import meta

RECOVERING = "recovering"


@dataclass(frozen=True, slots=True)
class Left:
    """One delivery that has no answer yet; `state` is unknown, held, or due where it waits to be
    asked."""

    delivery: int
    destination: str
    state: str
    pseudonym: str


def begin(tx: Transaction, made_at: str) -> int:
    """Mark every delivery that a copy of `made_at` (RFC 3339) holds as open; how many."""
    count = tx.db.do("guards", "restored")
    tx.db.do("guards", "may_have_left", at=made_at)
    tx.db.do("runs", "set_meta", name=RECOVERING, value=json.dumps({"made_at": made_at}))
    return count


def is_recovering(store: Store) -> bool:
    """Whether a restored copy still asks what it may have sent."""
    return meta(store.db, RECOVERING) is not None


def step(store: Store, now: datetime) -> int:
    """Put what is due to the destinations: its outcome is unknown. How many; a successor's turn
    comes when the one before it has ended."""
    if not is_recovering(store):
        return 0
    with store.write(now) as tx:
        rows = tx.db.rows("guards", "restored_to_ask")
        for (number,) in rows:
            delivery = delivery_rows.get(tx.db, number)
            if delivery.state == "deferred":
                delivery_rows.make_due(tx, delivery)
                delivery = delivery_rows.get(tx.db, number)
            delivery_rows.unknown(tx, delivery, now, "restored")
            tx.db.do("guards", "restored_asked", delivery=number)
    return len(rows)


def left(store: Store) -> list[Left]:
    """What must be known before anything but recalls leaves again."""
    return [Left(*row) for row in store.db.rows("guards", "restored_left")]


def end(store: Store, actor: str, reason_commitment: str = "") -> bool:
    """All is known: sending goes on. False while something is left."""
    if left(store):
        return False
    with store.write() as tx:
        tx.db.do("guards", "restored_over")
        tx.db.do("guards", "drop_meta", name=RECOVERING)
        tx.log("act", actor=actor, act="recovered", reason=reason_commitment)
    return True
