"""`outbox reissue`: what was sent, made anew by today's mapping and agreements, under new keys."""

from dataclasses import dataclass, replace
from typing import Any

import orjson

from azalai import canonical
from azalai.agreements import decide
from azalai.mapping import RenderJob
from azalai.outbox import chain
from azalai.pipeline.passing_on import restricted
from azalai.pipeline.routing import Route, Routes, Told, Wanted, facts_of, log_recorded, write
from azalai.records import meaning
from azalai.store import Store, Transaction, delivery_rows, record_rows, reissue_rows
from azalai.store.delivery_rows import LOST_THERE, LOWEST_PRIORITY, Delivery
from azalai.store.record_rows import NewVersion, RecordRow, Version
from azalai.store.reissue_rows import Reissue

AHEAD = 200
"""As many of one destination are made before they leave, no more: what is new overtakes them."""


@dataclass(frozen=True, slots=True)
class Anew:
    """What was sent, and the record and version that would be told now."""

    original: Delivery
    record: RecordRow
    head: Version
    content: dict[str, Any]


def step(store: Store, routes: Routes) -> int:
    """Make the next of each reissue that goes, in one commit each; how many were made. It may die
    anywhere: what was made is made once."""
    done = 0
    for one in reissue_rows.every(store.db):
        route = next((r for r in routes.routes if r.facts.name == one.destination), None)
        row = store.db.row("reissues", "waiting", destination=one.destination,
                           priority=LOWEST_PRIORITY)  # fmt: skip
        if one.state == "going" and route is not None and (not row or row[0] < AHEAD // 2):
            done += _next(store, routes, route, one.id)
    return done


def anew(store: Store, original: Delivery) -> Anew | None:
    """The record of what was sent, as it is now; None where it is not to be told, is being taken
    back, or has a version that no accepted run made."""
    record = record_rows.by_id(store.db, store.keys, original.record)
    head = record_rows.version(store.db, record, record.head)
    last = store.db.row("records", "last_number", record=record.id)
    if head is None or not record.in_force or record.lock or (last and last[0] != head.number):
        return None
    links = delivery_rows.links(store.db, record.id, original.destination)
    if chain.operation_after(links) != "update":
        return None
    return Anew(original, record, head, record_rows.payload(record, head))


def _next(store: Store, routes: Routes, route: Route, number: int) -> int:
    with store.write() as tx:
        one = next((r for r in reissue_rows.every(tx.db) if r.id == number), None)
        if one is None or one.state != "going":
            return 0
        found = reissue_rows.sent(tx.db, one.destination, one.past, one.last, one.filters)
        wanted = [want for original in found
                  if (want := _wanted(tx, store, routes, route, original, one)) is not None]  # fmt: skip
        jobs = [(route.mappings[want.told.record.kind], want.job) for want in wanted]
        results = routes.render(jobs) if jobs else []
        made = sum(_write(tx, want, result, routes)
                   for want, result in zip(wanted, results, strict=True))  # fmt: skip
        tx.db.do("reissues", "progress", id=one.id, past=found[-1] if found else one.last,
                 made=made, left_out=len(found) - made,
                 state="going" if found else "ended")  # fmt: skip
        if not found:
            tx.log("act", actor="azalai/reissue", act="reissue_ended", request=one.request,
                   subject=f"destination/{one.destination}", count=one.made)  # fmt: skip
    return len(found)


def _wanted(
    tx: Transaction, store: Store, routes: Routes, route: Route, number: int, one: Reissue
) -> Wanted | None:
    found = anew(store, delivery_rows.get(tx.db, number))
    if found is None or found.record.kind not in route.mappings:
        return None
    decision = decide(routes.rules, found.content, route.facts, tx.now)
    if decision.verdict == "withhold":
        return None
    version, commitment = record_rows.add_version(tx, found.record, NewVersion(
        orjson.dumps(found.content), canonical.dumps(meaning(found.content)), "assert",
        found.head.as_of,
    ))  # fmt: skip
    tx.db.do("records", "set_head", id=found.record.id, head=version, in_force=1)
    told = Told(found.record, found.record.record_key(), version, found.content, commitment)
    key, operation = delivery_rows.new_key(), "create" if one.lost else "update"
    content = restricted(told.content, routes.rules, route.facts, tx.now)
    job = RenderJob(operation, told.record_key, content, decision.fields, key, version)
    return Wanted(told, route, job, facts_of(decision, routes.rules.digest) | {
        "operation": operation, "idempotency_key": key, "priority": LOWEST_PRIORITY,
        "replaces": number, "reason": LOST_THERE if one.lost else None,
    })  # fmt: skip


def _write(tx: Transaction, want: Wanted, result: Any, routes: Routes) -> bool:
    made = [delivery_rows.get(tx.db, number)
            for number in write(tx, want, result, replace(routes, routes=[want.route]), None)]  # fmt: skip
    for fresh in made:
        if fresh.state == "staged":
            delivery_rows.activate(tx, fresh)
    log_recorded(tx, want.told, None)
    return any(fresh.idempotency_key == want.job.message_key for fresh in made)
