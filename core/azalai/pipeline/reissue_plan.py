"""What `outbox reissue` would send: how many, what differs, how much. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from azalai.agreements import decide
from azalai.errors import SealError
from azalai.mapping import Rendered, RenderJob
from azalai.mapping.message_texts import message_texts
from azalai.pipeline.passing_on import restricted
from azalai.pipeline.reissuing import Anew, anew
from azalai.pipeline.routing import Route, Routes
from azalai.store import Store, delivery_rows, reissue_rows

PAIRS = 10

Change = tuple[str, str, str]
"""An element, what it said, what it would say."""


@dataclass(slots=True)
class Plan:
    """Messages that would be made, how many say something else and in which elements, the first of
    them with what they said and would say, bytes in all; what is left out, by why."""

    made: int = 0
    differ: int = 0
    size: int = 0
    elements: Counter[str] = field(default_factory=Counter)
    pairs: list[tuple[int, list[Change]]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def plan(store: Store, routes: Routes, route: Route, last: int, filters: Mapping[str, Any]) -> Plan:
    """Render all of it as it would be, and compare each with the bytes that were sent."""
    found, past = Plan(), 0
    while numbers := reissue_rows.sent(store.db, route.facts.name, past, last, filters):
        past = numbers[-1]
        jobs: list[tuple[Anew, RenderJob]] = []
        for number in numbers:
            _job(store, routes, route, number, jobs, found)
        made = routes.render([(route.mappings[one.record.kind], job) for one, job in jobs])
        for (one, _), result in zip(jobs, made, strict=True):
            _compare(store, one, result, found)
    return found


def _job(
    store: Store, routes: Routes, route: Route, number: int,
    jobs: list[tuple[Anew, RenderJob]], found: Plan,
) -> None:  # fmt: skip
    one = anew(store, delivery_rows.get(store.db, number))
    if one is None:
        found.left_out["in_motion"] += 1
        return
    at = store.clock()
    decision = decide(routes.rules, one.content, route.facts, at)
    if decision.verdict == "withhold" or one.record.kind not in route.mappings:
        found.left_out["withheld"] += 1
        return
    was = one.original  # its own key and version: what differs by them alone is no difference
    content = restricted(one.content, routes.rules, route.facts, at)
    jobs.append((one, RenderJob(was.operation, one.record.record_key(), content,
                                decision.fields, was.idempotency_key or "", was.version)))  # fmt: skip


def _compare(store: Store, one: Anew, result: Any, found: Plan) -> None:
    if not isinstance(result, Rendered):
        found.left_out["no_place"] += 1
        return
    found.made += 1
    found.size += len(result.body)
    try:
        before = delivery_rows.open_body(store.db, one.record, one.original)
    except SealError:
        found.left_out["unreadable"] += 1
        return
    changes = list(_changes(before, result.body)) if before != result.body else []
    if changes:
        found.differ += 1
        found.elements.update({name for name, _, _ in changes})
        if len(found.pairs) < PAIRS:
            found.pairs.append((one.original.id, changes))


def _changes(before: bytes, after: bytes) -> Iterator[Change]:
    """The elements whose text differs between two of our own messages."""
    old, new = message_texts(before), message_texts(after)
    for name in dict.fromkeys([*old, *new]):
        was, will = " | ".join(old.get(name, [])), " | ".join(new.get(name, []))
        if was != will:
            yield name, was, will
