"""One thread that does one duty again and again, and that no error ends."""

import threading
from collections.abc import Callable
from contextlib import closing

from azalai import logs
from azalai.errors import StoreAwayError, StoreBusyError
from azalai.service.watch import Watch
from azalai.store import Store

PAUSE_S, PAUSE_MAX_S = 1.0, 60.0
PAUSE_AWAY_S = 2.0
"""A server that comes back is at work again soon after."""

Duty = Callable[[], float]
"""One step; the seconds to wait before the next one."""


class Post(threading.Thread):
    """Opens a store of its own and does its duty on it until it is told to stop.

    After an error the store is opened anew and `begin` is called again, after a pause that grows.
    `crew_stop` ends this thread, `watch.full` pauses it.
    """

    def __init__(
        self, name: str, open_store: Callable[[], Store], begin: Callable[[Store], Duty],
        watch: Watch, crew_stop: threading.Event,
    ) -> None:  # fmt: skip
        super().__init__(name=name, daemon=True)
        self._open = open_store
        self._begin = begin
        self._watch = watch
        self._ended = crew_stop
        self._wake = threading.Event()
        self._failures = 0

    def wake(self) -> None:
        """Do the next step now."""
        self._wake.set()

    def run(self) -> None:
        """See the class."""
        while not self._ended.is_set():
            if self._watch.full.is_set():
                self._rest(PAUSE_S)
                continue
            try:
                self._serve()
            except Exception as err:
                self._failed(err)

    def _serve(self) -> None:
        with closing(self._open()) as store:
            duty = self._begin(store)
            while not self._ended.is_set() and not self._watch.full.is_set():
                self._rest(duty())
                self._failures = 0

    def _failed(self, err: Exception) -> None:
        if self._watch.trouble(err):
            self._rest(PAUSE_S)
            return
        self._failures += 1
        busy = isinstance(err, StoreBusyError)
        logs.get().log(30 if busy else 40, "store.busy" if busy else "thread.failed",
                       name=self.name, error=type(err).__name__, count=self._failures)  # fmt: skip
        most = PAUSE_AWAY_S if isinstance(err, StoreAwayError) else PAUSE_MAX_S
        self._rest(min(PAUSE_S * 2 ** min(self._failures - 1, 10), most))

    def _rest(self, seconds: float) -> None:
        if seconds > 0 and not self._ended.is_set():
            self._wake.wait(seconds)
        self._wake.clear()
