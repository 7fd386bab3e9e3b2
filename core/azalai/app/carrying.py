"""`run`'s sending: every destination at once, its threads, until nothing can be done."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from azalai.app import App, day_by_day
from azalai.app.leave import leave
from azalai.delivery import pace
from azalai.delivery.pool import Pool
from azalai.pipeline.again import again
from azalai.store import destination_rows, restored

LOOK_S = 0.2


class _Carrier(threading.Thread):
    """A thread of one destination, on a store and a link of its own. `once`: it ends when nothing can be done
    now; else it goes on until `ended` is set. With a `pool` others send what it claims."""

    def __init__(
        self, app: App, name: str, ended: threading.Event, *, once: bool, pool: Pool | None
    ) -> None:
        super().__init__(name=f"carry-{name}")
        self._pool = pool
        self.error: Exception | None = None
        self._app = app
        self._destination = name
        self._ended = ended
        self._once = once

    def run(self) -> None:
        """Turn; what goes wrong is for the thread that waits."""
        store = self._app.store.another()
        try:
            sender = self._app.sender(self._destination, store, pool=self._pool)
            while not self._stopped():
                if sender.turn(self._app.clock()):
                    continue
                if self._once:
                    return
                self._ended.wait(LOOK_S)
            sender.drain(self._app.clock)
        except Exception as err:
            self.error = err
        finally:
            if self._pool is not None:
                self._pool.close()
            store.close()

    def _stopped(self) -> bool:
        """Also where one of its helpers has failed."""
        return self._ended.is_set() or (self._pool is not None and self._pool.closed)


class _Helper(threading.Thread):
    """A thread that sends what a pool's carrier claims, until the pool is closed."""

    def __init__(self, app: App, name: str, pool: Pool) -> None:
        super().__init__(name=f"send-{name}")
        self.error: Exception | None = None
        self._app = app
        self._destination = name
        self._pool = pool

    def run(self) -> None:
        """Send; what goes wrong is for the thread that waits."""
        try:
            helper = self._app.helper(self._destination, self._pool)
            while not self._pool.closed:
                helper.turn()
        except Exception as err:
            self.error = err
            self._pool.close()


def _threads(
    app: App, ended: threading.Event, *, once: bool
) -> list[_Carrier | _Helper]:  # fmt: skip
    """All threads of all destinations."""
    made: list[_Carrier | _Helper] = []
    for name, given in app.settings.destinations.items():
        pool = Pool(given.concurrency) if given.concurrency > 1 else None
        made.append(_Carrier(app, name, ended, once=once, pool=pool))
        made += [_Helper(app, name, pool) for _ in range(given.concurrency) if pool is not None]
    return made


def carry(app: App, until: datetime | None, tell: Callable[[], None] | None = None) -> bool:
    """Send what is due; True if nothing is left moving. Raises what stopped a destination, after
    the others have ended their sends. `tell` is called while one waits, to say what it is for.

    `until` None: one pass, each destination until nothing can be done for it now. Else until
    nothing moves, at most until that instant.
    """
    while True:
        restored.step(app.store, app.clock())
        day_by_day.look(app, app.store)
        again(app.store, app.routes())
        ended = threading.Event()
        carriers = _threads(app, ended, once=until is None)
        for carrier in carriers:
            carrier.start()
        try:
            idle = until is None or _watch(app, carriers, until, tell)
        finally:
            if until is not None:
                ended.set()
            for carrier in carriers:
                carrier.join()
        for carrier in carriers:
            if carrier.error is not None:
                raise carrier.error
        if until is not None:
            return idle
        if not again(app.store, app.routes()) and not day_by_day.look(app, app.store):
            return idle


def _watch(
    app: App, carriers: list[_Carrier | _Helper], until: datetime, tell: Callable[[], None] | None
) -> bool:
    """Decide again what has to be, until nothing moves (True), the time is over or a thread has
    stopped."""
    pause = threading.Event()
    while app.clock() < until and all(c.is_alive() for c in carriers):
        asked = restored.step(app.store, app.clock())
        asked += day_by_day.look(app, app.store)
        if not asked and not again(app.store, app.routes()) and not _moving(app):
            return True
        if tell is not None:
            tell()
        pause.wait(LOOK_S)
    return not carriers


def _moving(app: App) -> bool:
    """Whether anything is on its way, but for what a pause or a closed window keeps."""
    now = app.clock()
    zone = ZoneInfo(app.settings.time_zone)
    what = leave(app.store, now).what
    if what == "nothing":
        return False
    paused = [
        name for name, given in app.settings.destinations.items()
        if what == "recalls" or destination_rows.get(app.store.db, name).held is not None
        or not pace.open_now(given.windows, zone, now)
    ]  # fmt: skip
    row = app.store.db.row("deliveries", "moving", paused=json.dumps(paused))
    return bool(row and row[0])
