"""What a new version of a mapping would change in a deployment: plans, kept raws, decisions."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from azalai.address import Address
from azalai.agreements import decide
from azalai.app import App, loading
from azalai.errors import StopError
from azalai.mapping import InboundMapping, Translated, load_inbound
from azalai.pipeline.rerun import chosen
from azalai.store import raw_rows, record_rows
from azalai.store.run_rows import open_reject
from azalai.translate import FeedPlan
from azalai.translate.comparing import Difference

Verdict = tuple[str, str, str]
"""A destination, what it gets by the old version (`none`: no record), and by the new one."""


def plans(app: App, feed: str, old: Path, new: Path) -> tuple[FeedPlan, FeedPlan]:
    """The feed read with the old and with the new version, its other mappings as they are.

    A code list that does not lie beside a version is the deployment's. StopError where the feed or
    the mapping is none of the deployment; DocumentError where a version does not load.
    """
    given = app.settings.feeds.get(feed)
    if given is None:
        raise StopError(f"no feed {feed}", fr=f"le flux {feed} n'existe pas")
    connector = loading.connector_of(app.connectors, app.settings, given.connector)
    declared = loading.declared(app.settings, connector, feed)

    def plan(path: Path) -> FeedPlan:
        folders = (path.parent, *connector.mapping_folders)
        found = load_inbound(path, beside=_finder(folders))
        paths = _replaced(app.inbound[feed], found, path, feed)
        return FeedPlan(paths, declared, folders)

    return plan(old), plan(new)


def _finder(folders: tuple[Path, ...]) -> Callable[[str], Path | None]:
    return lambda name: next((f / name for f in folders if (f / name).is_file()), None)


def _replaced(
    mappings: list[InboundMapping], found: InboundMapping, path: Path, feed: str
) -> tuple[Path, ...]:
    if found.name not in [m.name for m in mappings]:
        names = ", ".join(m.name for m in mappings)
        raise StopError(f"feed {feed} has no mapping {found.name}",
                        fr=f"le flux {feed} n'a pas de correspondance {found.name}",
                        hint=f"mappings: {names}", hint_fr=f"correspondances : {names}")  # fmt: skip
    return tuple(path if m.name == found.name else m.path for m in mappings)


def kept(app: App, feed: str) -> Iterator[tuple[Address, bytes]]:
    """The raw records that the store keeps of a feed: those of the records in force as last read,
    then those that wait or were rejected. Personal data."""
    yield from raw_rows.of_feed(app.store, feed)
    for number, run, _ in chosen(app.store, feed=feed):
        opened = open_reject(app.store.db, app.store.keys, number)
        if opened is not None:
            one, raw = opened
            place = Address(f"{run:064x}", one.number, one.line, one.offset, one.part)
            yield place, raw


def pseudonyms(app: App) -> Callable[[Difference], str | None]:
    """For a difference, the pseudonym of the record that it is about, where the store has it."""

    def named(one: Difference) -> str | None:
        key = getattr(one.old, "key", None) or getattr(one.new, "key", None)
        record = record_rows.find(app.store.db, app.store.keys, key) if key else None
        return None if record is None else record.pseudonym

    return named


def verdicts(app: App) -> Callable[[Difference], list[Verdict]]:
    """For a difference, the destinations that today's agreements decide otherwise for."""
    destinations = [loading.facts(name, d) for name, d in app.settings.destinations.items()]
    at = app.clock()

    def moved(one: Difference) -> list[Verdict]:
        before, after = _record(one.old), _record(one.new)
        found = []
        for facts in destinations:
            pair = [decide(app.rules, record, facts, at).verdict if record else "none"
                    for record in (before, after)]  # fmt: skip
            if pair[0] != pair[1]:
                found.append((facts.name, pair[0], pair[1]))
        return found

    return moved


def _record(result: Any) -> dict[str, Any] | None:
    if not isinstance(result, Translated) or not result.record:
        return None
    record: dict[str, Any] = orjson.loads(result.record)
    return record
