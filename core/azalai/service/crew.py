"""All threads of one configuration: made whole before any starts, stopped together."""

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from azalai.app import App, opened
from azalai.clock import Clock
from azalai.pipeline.reading import Feed
from azalai.service.duties import (
    READING_AT_ONCE,
    Carrying,
    Keeping,
    Reading,
    interrupted,
    last_read,
)
from azalai.service.post import Post
from azalai.service.timetable import Timetable
from azalai.service.watch import Watch


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
            for number in range(given.concurrency):
                self._add(name, Carrying(app, name, helper=number > 0).begin)
        self._add("books", Keeping(app, watch).begin)

    @classmethod
    def make(cls, file: Path, clock: Clock, watch: Watch) -> "Crew":
        """Put a configuration together whole: settings, mappings, agreements, links, children."""
        with ExitStack() as stack:
            app = stack.enter_context(opened(file, clock))
            app.start_children()
            made = cls(app, watch)
            made._stack = stack.pop_all()
            return made

    def start(self) -> None:
        """Start all threads, and read what has no schedule or missed its time."""
        self._timetable.start()
        settings, now = self.app.settings, self.app.clock()
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

    def end(self) -> None:
        """Ask all threads to stop: nothing new begins, what is being sent ends."""
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

    def _add(self, name: str, begin: Callable[..., Callable[[], float]]) -> None:
        self._posts.append(Post(name, self.app.store.another, begin, self._watch, self._ended))

    def _due(self, name: str) -> Callable[[], None]:
        return self._readings[name].due.set
