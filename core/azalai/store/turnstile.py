"""Writers of one process in a queue: first come, first served, so that none starves."""

import threading
from collections import deque


class Turnstile:
    """A lock whose waiters go through in the order of their coming. Not re-entrant.

    SQLite's own busy waiting polls: a long intake that commits and begins again at once would
    keep deliveries out for longer than the busy timeout.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # the one before releases it and hands the place over

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
