"""All threads of one configuration: made whole before any starts, stopped together."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from azalai import logs
from azalai.app import App, opened
from azalai.clock import Clock
from azalai.delivery.pool import Pool
from azalai.errors import AzalaiError
from azalai.pipeline.reading import Feed
from azalai.service.asking import Asking
from azalai.service.duties import (
    READING_AT_ONCE,
    Carrying,
    Helping,
    Keeping,
    Reading,
    interrupted,
    last_read,
)
from azalai.service.post import Post
from azalai.service.timetable import Timetable
from azalai.service.watch import Watch
from azalai.service.witness_server import WitnessServer


class Crew:
    """One configuration at work. `make` raises with everything that is wrong and starts nothing;
    then `start`; then `stop` and `close`."""

    def __init__(self, app: App, watch: Watch) -> None:
        self.app = app
        self._watch = watch
        self._stack = ExitStack()
        self._ended = threading.Event()
        self._timetable = Timetable()
        self._posts: list[Post] = []
        self._readings: dict[str, Reading] = {}
        slots = threading.Semaphore(READING_AT_ONCE)
        for name, feed in app.settings.feeds.items():
            if feed.node not in (None, app.settings.node_name):
                continue  # its files lie on another node's disk
            self._add_feed(app.feed(name), slots)
        for name, given in app.settings.destinations.items():
            app.transport(name)
            self._add_destination(name, given.concurrency)
        self._add("books", Keeping(app, watch).begin)
        if app.settings.witnesses is not None:
            self._add("witnesses", Asking(app, lambda: not self._ended.is_set()).begin)
        self._server: WitnessServer | None = None

    @classmethod
    def make(
        cls, file: Path, clock: Clock, watch: Watch, keks: Callable[[], list[bytes]] | None = None
    ) -> "Crew":  # fmt: skip
        """Put a configuration together whole: settings, mappings, agreements, links, children;
        `keks` gives the master keys, where a person has given them to the daemon."""
        with ExitStack() as stack:
            app = stack.enter_context(opened(file, clock, keks))
            app.start_children()
            made = cls(app, watch)
            made._stack = stack.pop_all()
            return made

    def start(self) -> None:
        """Start all threads, and read what has no schedule or missed its time."""
        self._timetable.start()
        settings, now = self.app.settings, self.app.clock()
        self._listen()
        for post in self._posts:
            post.start()
        for name, reading in self._readings.items():
            given = settings.feeds[name]
            reading.slot = None if given.schedule is None else given.schedule.slot
            missed = given.schedule is None or self._timetable.add(
                name, given.schedule, given.time_zone or settings.time_zone,
                last_read(self.app.store, name), now, self._due(name),
            )  # fmt: skip
            if missed or interrupted(self.app.store, name):
                reading.due.set()

    def alive(self) -> bool:
        """Whether every thread runs."""
        return all(post.is_alive() for post in self._posts)

    def _listen(self) -> None:
        """As a witness, where the configuration says so; if it cannot, all else goes on."""
        given = self.app.settings.cosigning
        if given is None or given.listen is None:
            return
        try:
            self._server = WitnessServer(self.app.settings, self.app.store.another)
        except AzalaiError as err:
            logs.get().error("witness.not_listening", error=type(err).__name__, reason=str(err))

    def end(self) -> None:
        """Ask all threads to stop: nothing new begins, what is being sent ends."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._timetable.stop()
        self._ended.set()
        for post in self._posts:
            post.wake()

    def join(self, seconds: float) -> bool:
        """Wait for the threads; True if all of them have ended."""
        until = time.monotonic() + seconds
        for post in self._posts:
            if post.ident is not None:
                post.join(max(0.0, until - time.monotonic()))
        return not any(post.is_alive() for post in self._posts)

    def close(self) -> None:
        """Close links, children and the store. Only when no thread runs."""
        self._stack.close()

    def _add_feed(self, feed: Feed, slots: threading.Semaphore) -> None:
        feed.reader.start()
        reading = Reading(self.app, feed, self._watch, slots, lambda: not self._ended.is_set())
        self._readings[feed.name] = reading
        self._add(feed.name, reading.begin)

    def _add_destination(self, name: str, concurrency: int) -> None:
        pool = Pool(concurrency) if concurrency > 1 else None
        self._add(name, Carrying(self.app, name, self._goes_on, pool).begin)
        if pool is not None:
            for _ in range(concurrency):
                self._add(name, Helping(self.app, name, pool).begin)

    def _goes_on(self) -> bool:
        return not self._ended.is_set() and not self._watch.full.is_set()

    def _add(self, name: str, begin: Callable[..., Callable[[], float]]) -> None:
        self._posts.append(Post(name, self.app.store.another, begin, self._watch, self._ended))

    def _due(self, name: str) -> Callable[[], None]:
        return self._readings[name].due.set
