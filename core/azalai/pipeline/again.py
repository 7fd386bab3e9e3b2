"""Untried deliveries decided or derived again: rules changed, or a predecessor ended otherwise."""

from dataclasses import replace

from azalai.agreements import decide
from azalai.clock import format_instant
from azalai.pipeline.passing_on import note
from azalai.pipeline.routing import Route, Routes, Told, tell
from azalai.store import Store, Transaction, delivery_rows, record_rows
from azalai.store.delivery_rows import Delivery


def again(store: Store, routes: Routes) -> int:
    """Withdraw what no longer fits and put a linked delivery in its place; how many were decided.

    A message's bytes never change: to send something else its delivery is `withdrawn`. A decision
    is taken again when the agreements' digest changed or its instant has passed; a delivery is
    derived again when its operation no longer fits what the destination has.
    """
    done = 0
    for route in routes.routes:
        name = route.facts.name
        now = store.clock()
        with store.write(now) as tx:
            misfits = {i for (i,) in tx.db.rows("deliveries", "misfits", destination=name)}
            doubtful = {i for (i,) in tx.db.rows(
                "deliveries", "to_decide_again", destination=name, now=tx.at,
                digest=routes.rules.digest,
            )} - misfits  # fmt: skip
            changed = {i for i in doubtful if not _still_holds(tx, store, route, routes, i)}
        done += len(doubtful - changed)
        done += sum(_replace(store, routes, number) for number in sorted(misfits | changed))
    return done


def _still_holds(tx: Transaction, store: Store, route: Route, routes: Routes, number: int) -> bool:
    """Decide again; where rule and fields are the same, the delivery stays as it is."""
    old = delivery_rows.get(tx.db, number)
    record = record_rows.by_id(tx.db, store.keys, old.record)
    version = record_rows.version(tx.db, record, old.version)
    if version is None:
        return False
    decision = decide(routes.rules, record_rows.payload(record, version), route.facts, tx.now)
    same = (decision.verdict, decision.rule, tuple(sorted(decision.fields))) == (
        "share", old.rule, old.fields,
    ) and old.made_at >= note(tx, routes.rules, route.facts)  # fmt: skip
    if same:
        until = decision.holds_until
        tx.db.do("deliveries", "confirm_decision", id=number, digest=routes.rules.digest,
                 until=None if until is None else format_instant(until))  # fmt: skip
    return same


def _replace(store: Store, routes: Routes, number: int) -> bool:
    """Whether it could be: it was not attempted meanwhile."""
    with store.write() as tx:
        old = delivery_rows.get(tx.db, number)
        if old.state not in ("due", "waiting") or old.tried:
            return False
        record = record_rows.by_id(tx.db, store.keys, old.record)
        version = record_rows.version(tx.db, record, old.version)
        if version is None:
            return False
        delivery_rows.end(tx, old, "withdrawn", "decided_again", advance=False)
        content, commitment = record_rows.content(record, version)
        told = Told(record, record.record_key(), old.version, content, commitment,
                    version.operation, version.reason)  # fmt: skip
        here = [r for r in routes.routes if r.facts.name == old.destination]
        only = replace(routes, routes=here)
        for made in tell(tx, [told], only, old.run):
            fresh = delivery_rows.get(tx.db, made)
            if fresh.state == "staged":
                _activate(tx, fresh, old)
        delivery_rows.promote(tx, old)
    return True


def _activate(tx: Transaction, fresh: Delivery, old: Delivery) -> None:
    tx.db.do("deliveries", "link", id=fresh.id, replaces=old.id)
    delivery_rows.activate(tx, fresh)
