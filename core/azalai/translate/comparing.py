"""Two versions of a mapping on the same raw records: whose meaning is another, in which fields."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import orjson

from azalai.address import Address
from azalai.errors import FormatError, InputError
from azalai.mapping import Parked, Rejected, Result, Translated
from azalai.plugin.format import Unreadable
from azalai.translate.plan import FeedPlan, Plan
from azalai.translate.worker import Worker

STATES = {
    Translated: "translated",
    Rejected: "rejected",
    Parked: "parked",
    Unreadable: "unreadable",
}

Change = tuple[str, str]
"""A field's path, and what became of it: added, removed or changed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One raw record of which the two mappings make something else.

    `before` and `after` are translated, rejected, parked, unreadable or absent (one of the two
    does not see it). `changes` are the paths whose meaning differs, `key` among them if it is
    another record, each added, removed or changed. `old` and `new` are the two results: personal
    data.
    """

    address: Address
    before: str
    after: str
    changes: tuple[Change, ...]
    old: Result | Unreadable | None
    new: Result | Unreadable | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The paths whose meaning differs."""
        return tuple(path for path, _ in self.changes)


def compare_file(old: FeedPlan, new: FeedPlan, path: Path) -> Iterator[Difference | None]:
    """One item a raw record, in the file's order: None where its meaning stays.

    Where the old version declares other columns, it is given the raw records that the new one
    reads. Raises ConfigurationError where a mapping does not load, InputError where the file is
    not what one of the two declares.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as err:
        raise InputError(("le fichier ne s'ouvre pas", "the file cannot be opened"),
                         code="AZ-F101") from err  # fmt: skip
    with Worker(Plan(old)) as before, Worker(Plan(new)) as after:
        try:
            _first(before, path, digest)
        except FormatError as err:
            if not err.missing and not err.new:
                raise
            yield from _under_new_columns(before, after, path, digest)
        else:
            yield from _paired(_results(before, path, digest), _results(after, path, digest))


def compare_kept(
    old: FeedPlan, new: FeedPlan, kept: Iterable[tuple[Address, bytes]]
) -> Iterator[Difference | None]:  # fmt: skip
    """The same of kept raw records, JSON as `Rejected.raw` holds them; a few are held at a time."""
    items = iter(kept)
    with Worker(Plan(old)) as before, Worker(Plan(new)) as after:
        while part := list(islice(items, 500)):
            yield from _paired(iter(before.map(part)), iter(after.map(part)))


def _results(worker: Worker, path: Path, digest: str) -> Iterator[Result | Unreadable]:
    for batch in worker.read(path, digest):
        yield from batch.results


def _first(worker: Worker, path: Path, digest: str) -> None:
    """Read one raw record, if the header allows it. FormatError."""
    for batch in worker.read(path, digest, size=1):
        if batch.results:
            break


def _under_new_columns(
    before: Worker, after: Worker, path: Path, digest: str
) -> Iterator[Difference | None]:
    for batch in after.read(path, digest, with_raws=True):
        pairs = list(zip(batch.results, batch.raws, strict=True))
        read = [(one.address, raw) for one, raw in pairs if not isinstance(one, Unreadable)]
        again = iter(before.map(read))
        for one, _ in pairs:
            yield _difference(one if isinstance(one, Unreadable) else next(again), one)


def _paired(
    before: Iterator[Result | Unreadable], after: Iterator[Result | Unreadable]
) -> Iterator[Difference | None]:
    for old, new in zip_longest(before, after):
        yield _difference(old, new)


def _difference(old: Any, new: Any) -> Difference | None:
    state = STATES.get(type(old), "absent"), STATES.get(type(new), "absent")
    address = (old or new).address
    if not isinstance(old, Translated) or not isinstance(new, Translated):
        stopped = _why(old, new) if state[0] == state[1] else ()
        same = state[0] == state[1] and not stopped
        return None if same else Difference(address, *state, stopped, old, new)
    found = _changes(old, new)
    return Difference(address, *state, found, old, new) if found else None


def _why(old: Any, new: Any) -> tuple[Change, ...]:
    """What both leave out, each for another reason: the fields that stop them."""
    reasons = [(getattr(one, "column", ""), getattr(one, "field", ""), getattr(one, "code", ""))
               for one in (old, new)]  # fmt: skip
    if reasons[0] == reasons[1]:
        return ()
    names = dict.fromkeys(field or column for column, field, _ in reasons if field or column)
    return tuple((name, "changed") for name in names)


def _changes(old: Translated, new: Translated) -> tuple[Change, ...]:
    """The paths of the fields whose meaning differs; `withdraw` where one of them withdraws."""
    found = [("key", "changed")] if old.key != new.key else []
    if old.withdraw != new.withdraw:
        found.append(("withdraw", _became(old.withdraw, new.withdraw)))
    if old.meaning != new.meaning:
        before, after = _flat(old.meaning), _flat(new.meaning)
        found += sorted((path, _became(before.get(path), after.get(path)))
                        for path in before.keys() | after.keys()
                        if before.get(path) != after.get(path) and path != "key")  # fmt: skip
    return tuple(found)


def _became(before: object, after: object) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _flat(meaning: bytes) -> dict[str, list[Any]]:
    """Path → values in their order; the positions of list items are not part of the path."""
    found: dict[str, list[Any]] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            if path and value.keys() <= {"code"}:
                found.setdefault(path, []).append(value.get("code"))
                return
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)
        else:
            found.setdefault(path, []).append(value)

    walk(orjson.loads(meaning) if meaning else {}, "")
    return found
