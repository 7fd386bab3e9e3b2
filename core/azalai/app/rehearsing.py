"""`run --rehearse`: a whole pass on a copy of the store; nothing is sent, nothing is kept."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from azalai.app import App
from azalai.pipeline.reading import Passed, read_feed
from azalai.plugin.source import Input, Opened, Source, Verdict
from azalai.store import Store, open_store, run_rows
from azalai.store.run_rows import Lost


@dataclass(frozen=True, slots=True)
class Decided:
    """What one run would tell one destination by one rule; `size` counts the messages' bytes."""

    destination: str
    operation: str
    rule: str
    state: str
    count: int
    size: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One input's run as it would be: its counts, its findings, its decisions, and what the
    messages would say less exactly."""

    feed: str
    passed: Passed
    counts: dict[str, int]
    findings: Sequence[dict[str, Any]]
    decided: Sequence[Decided]
    losses: Sequence[Lost]


class _Untouched:
    """A source whose inputs stay where they are."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def inputs(self) -> Iterator[Input]:
        return self._source.inputs()

    def open(self, item: Input) -> Opened:
        return self._source.open(item)

    def done(self, item: Input, verdict: Verdict) -> None:
        """Nothing: a rehearsal settles no input."""


def rehearse(app: App, names: Sequence[str]) -> Iterator[Rehearsed]:
    """Read, translate, decide and render every input of the feeds, on a copy that is deleted.

    The copy holds what the store holds, sealed under the same key, and lies beside it. InputError
    where a feed's place cannot be read; ConfigurationError for an unknown feed.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-", dir=app.settings.state) as folder:
        copy = Path(folder) / "azalai.db"
        app.store.db.copy(copy)
        store = open_store(copy, app.store.keys, app.clock)
        try:
            trial = replace(app, store=store)
            for name in names:
                feed = trial.feed(name)
                feed = replace(feed, source=_Untouched(feed.source))
                for passed in read_feed(store, feed, trial.routes):
                    if passed.state != "known":
                        yield _told(store, name, passed)
        finally:
            store.close()


def _told(store: Store, feed: str, passed: Passed) -> Rehearsed:
    run = run_rows.get(store.db, passed.run)
    decided = [Decided(*row) for row in store.db.rows("deliveries", "of_run", run=passed.run)]
    lost = run_rows.losses(store.db, passed.run)
    return Rehearsed(feed, passed, run.counts if run else {}, run.findings if run else (), decided,
                     lost)  # fmt: skip
