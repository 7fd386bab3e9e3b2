"""What was here before a destination or a wider agreement: owed because a person says so."""

from collections import Counter
from collections.abc import Collection
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


def owe_what_may_be_sent(store: Store, routes: Routes, actor: str, *, held: bool) -> int:
    """Where an agreement says `send` of `records_already_here`: owe it, held at first; how many."""
    sending = [a for a in routes.rules.agreements if a.records_already_here == "send"]
    found = 0
    for route in routes.routes:
        name = route.facts.name
        by = {a.ident for a in sending if name in a.destinations}
        if by:
            found += owe(store, routes, name, actor, by=by, held=held).owed.total()
    return found


def owe(
    store: Store, routes: Routes, destination: str, actor: str, *, dry_run: bool = False,
    by: Collection[str] | None = None, held: bool = False,
) -> Owed:  # fmt: skip
    """Decide every record in force that the destination was never owed, and owe what is allowed.

    Records whose last decision was no are decided again. `by` names the agreements that count;
    None: all but those that say `skip` of `records_already_here`. `held`: a person releases each.
    In commits of 200; again after a crash it goes on.
    """
    [route] = [r for r in routes.routes if r.facts.name == destination]
    only = replace(routes, routes=[route])
    if by is None:
        by = {a.ident for a in routes.rules.agreements if a.records_already_here != "skip"}
    result, past = Owed(), 0
    while rows := store.db.rows("deliveries", "owable", destination=destination, past=past):
        past = rows[-1][0]
        with store.write() as tx:
            told = [one for (number,) in rows if (one := _told(tx, store, number)) is not None]
            allowed = [one for one in told if _allowed(tx, one, route, only, by, result)]
            if dry_run or not allowed:
                continue
            tx.log("act", actor=actor, act="owed", subject=f"destination/{destination}",
                   count=len(allowed))  # fmt: skip
            for made in tell(tx, allowed, only, None):
                fresh = delivery_rows.get(tx.db, made)
                if fresh.state == "staged" and held and fresh.ask_by is None:
                    delivery_rows.hold(tx, fresh, "already_here")
                elif fresh.state == "staged":
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
    tx: Transaction,
    told: Told,
    route: Route,
    routes: Routes,
    by: Collection[str],
    result: Owed,
) -> bool:
    decision = decide(routes.rules, told.content, route.facts, tx.now)
    if decision.verdict == "withhold" or decision.agreement not in by:
        result.withheld[decision.rule] += 1
        return False
    result.owed[decision.rule] += 1
    return True
