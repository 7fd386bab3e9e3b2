"""Two versions of an outbound mapping on what was sent: which messages differ, in which elements."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from azalai.errors import SealError
from azalai.mapping import NoPlace, Rendered, RenderJob
from azalai.mapping.message_schema import MessageSchema
from azalai.mapping.message_texts import message_texts
from azalai.store import Store, delivery_rows, record_rows, reissue_rows

OLD, NEW = "old", "new"
"""The names under which the two versions render."""

Change = tuple[str, str]
"""An element's path, and what became of it: added, removed or changed."""
Render = Callable[[Sequence[tuple[str, RenderJob]]], Sequence[Any]]
_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class MessageDifference:
    """One message of which the two versions make something else.

    `where` is the record's pseudonym, or a line; `before` and `after` are message, no_place or
    invalid; `changes` the elements that differ, or those without a place.
    """

    where: str
    before: str
    after: str
    changes: tuple[Change, ...]


def sent_jobs(store: Store, destination: str, kind: str) -> Iterator[tuple[str, RenderJob]]:
    """What a destination took last of each record in force of a kind, as it was asked for: the
    version that was sent, with the fields that were allowed. Versions that do not open are left
    out."""
    last, past = reissue_rows.newest(store.db, destination), 0
    filters: Mapping[str, Any] = {"kind": kind}
    while numbers := reissue_rows.sent(store.db, destination, past, last, filters):
        past = numbers[-1]
        for number in numbers:
            one = delivery_rows.get(store.db, number)
            record = record_rows.by_id(store.db, store.keys, one.record)
            version = record_rows.version(store.db, record, one.version)
            if version is None:
                continue
            try:
                content = record_rows.payload(record, version)
            except SealError:
                continue
            yield one.pseudonym, RenderJob(
                one.operation, record.record_key(), content, frozenset(one.fields),
                one.idempotency_key or "", one.version)  # fmt: skip


def compare(
    jobs: Iterable[tuple[str, RenderJob]], render: Render, schemas: tuple[MessageSchema, MessageSchema]
) -> Iterator[MessageDifference | None]:  # fmt: skip
    """One item a job, in their order: None where the message stays as it is. `render` knows the
    two versions as OLD and NEW; `schemas` are theirs."""
    items = iter(jobs)
    while part := list(islice(items, _TOGETHER)):
        results = render([(name, job) for _, job in part for name in (OLD, NEW)])
        for (where, _), before, after in zip(part, results[::2], results[1::2], strict=True):
            yield _difference(where, before, after, schemas)


def _difference(
    where: str, before: Any, after: Any, schemas: tuple[MessageSchema, MessageSchema]
) -> MessageDifference | None:
    states = _state(before), _state(after)
    if isinstance(before, Rendered) and isinstance(after, Rendered):
        if before.body == after.body:
            return None
        changes = _changes(message_texts(before.body, schemas[0]),
                           message_texts(after.body, schemas[1]))  # fmt: skip
        return MessageDifference(where, *states, changes)
    stopped = [one.element for one in (before, after) if isinstance(one, NoPlace)]
    if states[0] == states[1] and len(set(stopped)) < 2:
        return None
    return MessageDifference(
        where, *states, tuple((one, "no_place") for one in dict.fromkeys(stopped))
    )


def _state(result: Any) -> str:
    if isinstance(result, Rendered):
        return "message"
    return "no_place" if isinstance(result, NoPlace) else "invalid"


def _changes(
    old: Mapping[str, list[str]], new: Mapping[str, list[str]]
) -> tuple[Change, ...]:  # fmt: skip
    """The elements whose texts differ; the root's own where only the layout does."""
    found = []
    for path in dict.fromkeys([*old, *new]):
        if path not in old:
            found.append((path, "added"))
        elif path not in new:
            found.append((path, "removed"))
        elif old[path] != new[path]:
            found.append((path, "changed"))
    return tuple(found) or (("*", "changed"),)
