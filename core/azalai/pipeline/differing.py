"""What other agreements, or another day, would change: for what was sent and for what was not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from azalai.agreements import AgreementSet, Decision, decide
from azalai.pipeline.routing import Route, Routes
from azalai.store import Store, delivery_rows, record_rows

Effect = Literal["sharing_would_end", "would_leave", "fields_change", "person_decides"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One record in force for one destination: `before` and `after` are rules, `has` says whether
    the destination has or may have it. `less` and `more` are field paths."""

    pseudonym: str
    kind: str
    destination: str
    effect: Effect
    before: str
    after: str
    has: bool
    less: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


def differences(
    store: Store, routes: Routes, after: AgreementSet, now: datetime, on: datetime
) -> Iterator[Difference]:
    """Each record in force decided by the rules in force `now` and by `after` at the instant `on`.

    Nothing is written. Pairs whose verdict and fields stay the same are left out. SealError.
    """
    for row in store.db.rows("records", "all"):
        record = record_rows.row_of(store.keys, row)
        head = record_rows.version(store.db, record, record.head)
        if not record.in_force or record.lock is not None or head is None:
            continue
        content = record_rows.payload(record, head)
        for route in routes.routes:
            if record.kind not in route.mappings:
                continue
            old = decide(routes.rules, content, route.facts, now)
            new = decide(after, content, route.facts, on)
            if (found := _effect(old, new)) is not None:
                yield _difference(store, record, route, (old, new), found)


def _difference(
    store: Store, record: record_rows.RecordRow, route: Route, pair: tuple[Decision, Decision],
    effect: Effect,
) -> Difference:  # fmt: skip
    old, new = pair
    name = route.facts.name
    less, more = (tuple(sorted(a - b)) if effect == "fields_change" else ()
                  for a, b in ((old.fields, new.fields), (new.fields, old.fields)))  # fmt: skip
    return Difference(record.pseudonym, record.kind, name, effect, old.rule, new.rule,
                      delivery_rows.holding(store.db, record.id, name).any, less, more)  # fmt: skip


def _effect(old: Decision, new: Decision) -> Effect | None:
    if new.verdict == "withhold":
        return None if old.verdict == "withhold" else "sharing_would_end"
    if old.verdict == "withhold":
        return "would_leave"
    if old.verdict != new.verdict or old.by != new.by:
        return "person_decides"
    return "fields_change" if old.fields != new.fields else None
