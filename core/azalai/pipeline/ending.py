"""When an agreement ends: what was sent by it is recalled, kept, or a person is asked."""

import json
from collections import Counter
from dataclasses import replace

from azalai import canonical, logs
from azalai.agreements import decide, ended, stands
from azalai.agreements.ending import How
from azalai.outbox import chain
from azalai.pipeline.routing import Route, Routes, Told, tell
from azalai.pipeline.staying import had, what_becomes
from azalai.store import Store, Transaction, delivery_rows, record_rows
from azalai.store.engine import Engine
from azalai.store.run_rows import meta

_NAME = "ended"


def look_for_ends(store: Store, routes: Routes) -> int:
    """Do what the agreements that have ended say of what was sent by them; how many recalls.

    Cheap while nothing begins or ends: it looks through what was sent once for each change of what
    is in force or of what persons decided, and once a day. In commits of 200; again after a crash
    it goes on.
    """
    key, known = _in_force(store, routes), meta(store.db, _NAME)
    if known is not None and json.loads(known)["key"] == key:
        return 0
    asked, made = Counter[str](), 0
    for ident, route in ended_for(store, routes):
        found = count_by(store, routes, ident, route)
        if found["recall"]:
            made += _recall(store, routes, ident, route)
        asked[ident] += found["ask"]
    with store.write() as tx:
        tx.db.do("runs", "set_meta", name=_NAME, value=json.dumps({"key": key, "asked": +asked}))
    if made:
        logs.get().info("agreement.ended", count=made)
    return made


def asked_for(store: Store) -> dict[str, int]:
    """Agreements (`name@version`) that have ended and of which a person must say what becomes of
    what was sent by them, with the number of deliveries, as they were last looked for."""
    known = meta(store.db, _NAME)
    return {} if known is None else dict(json.loads(known)["asked"])


def ended_for(store: Store, routes: Routes) -> list[tuple[str, Route]]:
    """The agreements that something was sent by and that have ended, each with its destination."""
    by_name, now = {route.facts.name: route for route in routes.routes}, store.clock()
    return [(ident, by_name[name]) for ident, name in store.db.rows("ended", "sent_by")
            if name in by_name and ended(routes.rules, ident, by_name[name].facts, now)]  # fmt: skip


def count_by(store: Store, routes: Routes, ident: str, route: Route) -> Counter[How]:
    """What becomes of the records that a destination has by an agreement, counted."""
    found, past = Counter[How](), 0
    while rows := _page(store.db, ident, route, past):
        past = rows[-1]
        for number in rows:
            how = _becomes(store, store.db, routes, ident, route, number)
            if how is not None:
                found[how[0]] += 1
    return found


def _recall(store: Store, routes: Routes, ident: str, route: Route) -> int:
    made, past = 0, 0
    while rows := _page(store.db, ident, route, past):
        past = rows[-1]
        with store.write() as tx:
            found = [_becomes(store, tx.db, routes, ident, route, number) for number in rows]
            told = [one[1] for one in found if one is not None and one[0] == "recall"]
            made += _cancel(tx, told, replace(routes, routes=[route]))
    return made


def _cancel(tx: Transaction, told: list[Told], routes: Routes) -> int:
    fresh = [delivery_rows.get(tx.db, number) for number in tell(tx, told, routes, None)]
    for one in fresh:
        if one.state == "staged":
            delivery_rows.activate(tx, one)
    return sum(one.operation == "cancel" for one in fresh)


def _page(database: Engine, ident: str, route: Route, past: int) -> list[int]:
    rows = database.rows("ended", "records_by", destination=route.facts.name, agreement=ident,
                         past=past)  # fmt: skip
    return [row[0] for row in rows]


def _becomes(
    store: Store, database: Engine, routes: Routes, ident: str, route: Route, number: int
) -> tuple[How, Told] | None:
    """What becomes of one record there; None where nothing does: it has it by another agreement,
    may have it still, or it is being taken back already."""
    record = record_rows.by_id(database, store.keys, number)
    links = delivery_rows.links(database, number, route.facts.name)
    head = record_rows.version(database, record, record.head)
    if head is None or not record.in_force or chain.operation_after(links) != "update":
        return None
    last = had(database, links)
    if last is None or last.agreement != ident:
        return None
    content, commitment = record_rows.content(record, head)
    now = store.clock()
    how = what_becomes(database, routes.rules, route.facts, content,
                       decide(routes.rules, content, route.facts, now), last, now)  # fmt: skip
    told = Told(record, record.record_key(), head.number, content, commitment)
    return None if how is None else (how, told)


def _in_force(store: Store, routes: Routes) -> str:
    """What the answer rests on: the day, the rules, which of them stand, what was decided."""
    now = store.clock()
    standing = [[one.ident, route.facts.name, stands(one, routes.rules, route.facts, now)]
                for route in routes.routes
                for one in routes.rules.naming(route.facts.name)]  # fmt: skip
    decided = [list(row) for row in store.db.rows("ended", "all_decided")]
    return canonical.digest(canonical.dumps([
        now.date().isoformat(), routes.rules.digest, standing, decided,
    ]))  # fmt: skip
