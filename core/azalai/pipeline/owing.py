"""What was here before a destination or a wider agreement: owed because a person says so."""

from collections import Counter
from dataclasses import dataclass, field, replace

from azalai.agreements import decide
from azalai.pipeline.routing import Route, Routes, Told, tell
from azalai.store import Store, Transaction, delivery_rows, record_rows


@dataclass(slots=True)
class Owed:
    """What `owe` did, or would do: records owed and records still not allowed, by rule."""

    owed: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)


def never_decided(store: Store, destination: str) -> int:
    """How many records in force no decision for this destination was ever made on."""
    row = store.db.row("deliveries", "never_decided", destination=destination)
    return int(row[0]) if row else 0


def owe(store: Store, routes: Routes, destination: str, actor: str, *, dry_run: bool) -> Owed:
    """Decide every record in force that the destination was never owed, and owe what is allowed.

    Records whose last decision was no are decided again. An agreement that says `skip` of
    `records_already_here` is left out. In commits of 200; again after a crash it goes on.
    """
    [route] = [r for r in routes.routes if r.facts.name == destination]
    only = replace(routes, routes=[route])
    skipping = {a.ident for a in routes.rules.agreements if a.records_already_here == "skip"}
    result, past = Owed(), 0
    while rows := store.db.rows("deliveries", "owable", destination=destination, past=past):
        past = rows[-1][0]
        with store.write() as tx:
            told = [one for (number,) in rows if (one := _told(tx, store, number)) is not None]
            allowed = [one for one in told if _allowed(tx, one, route, only, skipping, result)]
            if dry_run or not allowed:
                continue
            tx.log("act", actor=actor, act="owed", subject=f"destination/{destination}",
                   count=len(allowed))  # fmt: skip
            for made in tell(tx, allowed, only, None):
                fresh = delivery_rows.get(tx.db, made)
                if fresh.state == "staged":
                    delivery_rows.activate(tx, fresh)
    return result


def _told(tx: Transaction, store: Store, number: int) -> Told | None:
    record = record_rows.by_id(tx.db, store.keys, number)
    head = record_rows.version(tx.db, record, record.head)
    if head is None:
        return None
    content, commitment = record_rows.content(record, head)
    return Told(record, record.record_key(), head.number, content, commitment)


def _allowed(
    tx: Transaction, told: Told, route: Route, routes: Routes, skipping: set[str], result: Owed
) -> bool:
    decision = decide(routes.rules, told.content, route.facts, tx.now)
    if decision.verdict == "withhold" or decision.agreement in skipping:
        result.withheld[decision.rule] += 1
        return False
    result.owed[decision.rule] += 1
    return True
