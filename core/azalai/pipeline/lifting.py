"""Lifting a record by hand: what has not left is withdrawn, each holder gets a recall."""

from dataclasses import dataclass

import orjson

from azalai.errors import NotFoundError
from azalai.pipeline.duplicates import REPLACED, stop_linked
from azalai.pipeline.routing import Routes, Told, tell
from azalai.store import Store, delivery_rows, notes, record_rows
from azalai.store.record_rows import NewVersion, RecordRow


@dataclass(frozen=True, slots=True)
class Holder:
    """A destination that has, or may have, a record."""

    destination: str
    accepted: int | None
    maybe: bool
    settled: str = ""
    """`attested` or `written_off`: how people ended its recall; never a confirmation."""


def holders(store: Store, record: RecordRow) -> list[Holder]:
    """Who has, or may have, a record."""
    rows = store.db.rows("deliveries", "destinations_of", record=record.id)
    found = []
    for (destination,) in rows:
        held = delivery_rows.holding(store.db, record.id, destination)
        if held.any:
            row = store.db.row(
                "deliveries", "settled_at", record=record.id, destination=destination
            )
            found.append(Holder(destination, held.accepted, held.maybe, row[0] if row else ""))
    return found


def lift(
    store: Store, record: RecordRow, reason: str, actor: str, routes: Routes, act: str = ""
) -> list[int]:
    """Withdraw a record with a reason; the ids of the recalls that this opens.

    One person is enough. It leaves a lock: later files that still hold the record are counted
    `locked` and not sent, until the source drops it.
    """
    head = _newest(store, record)
    content = record_rows.payload(record, head)
    with store.write() as tx:
        number, commitment = record_rows.add_version(tx, record, NewVersion(
            orjson.dumps(content), b"withdrawn", "withdraw", head.as_of, reason,
        ))  # fmt: skip
        tx.db.do("records", "lock", id=record.id, lock=reason)
        tx.db.do("records", "set_head", id=record.id, head=number, in_force=0)
        tx.log("act", actor=actor, act="record_withdrawn", pseudonym=record.pseudonym,
               reason=reason,
               note=notes.keep(tx, f"record/{record.pseudonym}", act))  # fmt: skip
        tx.log("withdrawn", pseudonym=record.pseudonym, version=number, reason=reason)
        told = Told(record, record.record_key(), number, content, commitment, "withdraw", reason)
        if reason != REPLACED:  # then the other one is what replaces it
            stop_linked(tx, record)
        made = tell(tx, [told], routes, None)
        for delivery in made:
            delivery_rows.activate(tx, delivery_rows.get(tx.db, delivery))
    return [d for d in made if delivery_rows.get(store.db, d).state != "withdrawn"]


def _newest(store: Store, record: RecordRow) -> record_rows.Version:
    """The record's newest version, of a held run too: it may be in a queue all the same."""
    row = store.db.row("records", "last_number", record=record.id)
    found = record_rows.version(store.db, record, int(row[0]) if row else 0)
    if found is None:
        raise NotFoundError("this record has no version yet")
    return found
