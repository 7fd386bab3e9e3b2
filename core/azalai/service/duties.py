"""What the daemon's threads do: read a feed, carry to a destination, keep the books."""

import threading
import time
from collections.abc import Callable
from datetime import date, datetime

from azalai import logs, reports
from azalai.app import App, day_by_day
from azalai.app.leave import leave
from azalai.clock import parse_instant
from azalai.delivery import recovery
from azalai.delivery.pool import Pool
from azalai.delivery.turn import Worker as Sender
from azalai.errors import InputError
from azalai.pipeline.again import again
from azalai.pipeline.reading import Feed, Passed, read_feed
from azalai.service.post import Duty
from azalai.service.watch import Watch, is_disk
from azalai.store import Store, nodes, raw_rows, restored, samples
from azalai.store.disk import low
from azalai.store.run_rows import get, meta, run_of

LOOK_S = 1.0
"""Each second the effects of other commands are looked for."""
PUBLISH_S = 60.0
PUBLISH_ENTRIES = 10_000
"""A checkpoint is published after so long, or after so many entries."""
SAMPLE_S = 60.0
READING_AT_ONCE = 2


def last_read(store: Store, feed: str) -> datetime | None:
    """When the daemon last began to read a feed."""
    found = meta(store.db, f"read/{feed}")
    return None if found is None else parse_instant(found)


def interrupted(store: Store, feed: str) -> bool:
    """Whether a reading of a feed stopped in the middle of an input."""
    waiting = store.db.rows("runs", "waiting")
    return any(run_of(row).feed == feed and run_of(row).state == "reading" for row in waiting)


class Reading:
    """A feed's duty: read it when `due` is set, and when a person released what held it."""

    def __init__(
        self, app: App, feed: Feed, watch: Watch, slots: threading.Semaphore,
        go_on: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.due = threading.Event()
        self._app = app
        self._feed = feed
        self._watch = watch
        self._slots = slots
        self._go_on = go_on
        self._held: int | None = None
        self._stopped = False
        self._mine = False
        self.slot: Callable[[datetime], int] | None = None
        """The due time that an instant belongs to, as a number; None: the feed has no schedule."""

    def begin(self, store: Store) -> Duty:
        """The duty on a store of the thread."""
        return lambda: self._step(store)

    def _step(self, store: Store) -> float:
        if self._watch.degraded.is_set():
            return LOOK_S  # the disk is full: what is here goes first
        if nodes.left(store, self._feed.name):
            self.due.set()  # a node died while it read: what it began is gone on with
            self._mine = True
        if self.due.is_set() and not self._mine and self.slot is not None:
            if not nodes.take_due(store, self._feed.name, self.slot(self._app.clock())):
                self.due.clear()  # another node reads it at this due time
            self._mine = self.due.is_set()
        if self.due.is_set() or self._released(store):
            with self._slots:
                if self._go_on() and nodes.take_feed(store, self._feed.name):
                    self.due.clear()
                    self._mine = False
                    self._read(store)
                    nodes.free_feed(store, self._feed.name)
        return LOOK_S

    def _read(self, store: Store) -> None:
        name = self._feed.name
        try:
            with store.write() as tx:
                tx.db.do("runs", "set_meta", name=f"read/{name}", value=tx.at)
            passed = read_feed(store, self._feed, self._app.routes, self._goes_on)
        except InputError as err:
            if is_disk(err):
                self.due.set()
                raise
            logs.get().warning("feed.not_read", feed=name, code=err.code)
            return
        except Exception:
            self.due.set()  # this reading is owed still
            raise
        if self._watch.degraded.is_set():
            self.due.set()
        self._tell(passed)
        self._look_at_holds(store)

    def _goes_on(self) -> bool:
        return self._go_on() and not self._watch.degraded.is_set()

    def _tell(self, passed: list[Passed]) -> None:
        known = sum(one.state == "known" for one in passed)
        if known:
            logs.get().info("input.already_taken", feed=self._feed.name, count=known)
        for one in passed:
            if one.state == "held":
                logs.get().warning("run.held", feed=self._feed.name, run=one.run)

    def _look_at_holds(self, store: Store) -> None:
        held = store.db.row("runs", "held_of_feed", feed=self._feed.name)
        stopped = store.db.row("runs", "feed_held", feed=self._feed.name)
        self._held = held[0] if held else None
        self._stopped = bool(stopped and stopped[0])

    def _released(self, store: Store) -> bool:
        """Whether a person let go what had stopped this feed's intake (a discarded run's file is
        read again at the next due time, not at once)."""
        held, stopped = self._held, self._stopped
        if held is None and not stopped:
            return False
        self._look_at_holds(store)
        if self._held is not None or self._stopped:
            return False
        run = get(store.db, held) if held is not None else None
        return stopped or (run is not None and run.state == "accepted")


class Carrying:
    """A destination's duty: turn while there is something to do. With a `pool` its helpers send;
    then it does not rest before all that is with them is recorded."""

    def __init__(
        self, app: App, name: str, go_on: Callable[[], bool], pool: Pool | None = None
    ) -> None:  # fmt: skip
        self._app = app
        self._name = name
        self._go_on = go_on
        self._pool = pool

    def begin(self, store: Store) -> Duty:
        """The duty on a store of the thread. What an error interrupted may have arrived, so it is
        asked; but not what is still known to the pool."""
        sender = self._app.sender(self._name, store, pool=self._pool)
        if redone := sender.recover(self._app.clock()):
            logs.get().warning("delivery.recovered", destination=self._name, count=redone)
        return lambda: self._step(sender)

    def _step(self, sender: Sender) -> float:
        while self._go_on():
            if not sender.turn(self._app.clock()):
                return LOOK_S
        sender.drain(self._app.clock)
        return 0.0


class Helping:
    """The duty of a thread that only sends what a destination's pool has claimed."""

    def __init__(self, app: App, name: str, pool: Pool) -> None:
        self._app = app
        self._name = name
        self._pool = pool

    def begin(self, store: Store) -> Duty:
        """The duty; it needs no store."""
        del store
        helper = self._app.helper(self._name, self._pool)

        def step() -> float:
            helper.turn()
            return 0.0

        return step


class Keeping:
    """The books: what changed rules or predecessors make of untried deliveries, and checkpoints."""

    def __init__(self, app: App, watch: Watch) -> None:
        self._app = app
        self._watch = watch
        self._published = time.monotonic()
        self._sealed = 0
        self._sampled = float("-inf")
        self._alarmed: date | None = None
        self._pruned: date | None = None

    def begin(self, store: Store) -> Duty:
        """The duty on a store of the thread."""
        return lambda: self._step(store)

    def _step(self, store: Store) -> float:
        now = self._app.clock()
        leave(store, now)  # logged when it changes, where nothing is due too
        restored.step(store, now)
        decided = day_by_day.look(self._app, store)
        decided += again(store, self._app.routes())
        recovery.tell_end(store)
        if time.monotonic() - self._sampled >= SAMPLE_S:
            self._sampled = time.monotonic()
            self._sample(store)
        if (
            time.monotonic() - self._published >= PUBLISH_S
            or store.ledger.head().size - self._sealed >= PUBLISH_ENTRIES
        ):
            self._publish(store)
        return 0.0 if decided else LOOK_S

    def _sample(self, store: Store) -> None:
        """Figures for forecasts, and the alarm of a disk that fills up."""
        now, folder = self._app.clock(), self._app.settings.state
        if now.date() != self._pruned:
            gone = raw_rows.prune(store, self._app.settings.keep_raw)
            self._pruned = now.date()
            logs.get().info("raw.pruned", count=gone)
        samples.keep_disk(store, folder, now)
        for row in reports.destinations(store, list(self._app.settings.destinations)):
            samples.keep_pace(store, row["name"], row["delivered"], now)
        room, days = samples.disk(store, folder)
        if low(room, days) and now.date() != self._alarmed:
            self._alarmed = now.date()
            logs.get().warning("disk.low", size=room.free, count=days)

    def _publish(self, store: Store) -> None:
        try:
            self._app.publish_locked(store)
        except Exception:
            self._watch.checkpoint = False
            raise
        self._watch.checkpoint = True
        self._published = time.monotonic()
        self._sealed = store.ledger.head().size
