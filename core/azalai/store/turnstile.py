"""Writers of one process in a queue: first come, first served, so that none starves."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turnstile:
    """A lock whose waiters go through in the order of their coming. Not re-entrant.

    SQLite's own busy waiting polls: a long intake that commits and begins again at once would
    keep deliveries out for longer than the busy timeout.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[tuple[threading.Lock, bool]] = deque()

    @contextmanager
    def passing(self, *, brief: bool = False) -> Iterator[None]:
        """Alone inside. `brief` is only told to the one before: it will not be long."""
        self._enter(brief=brief)
        try:
            yield
        finally:
            self.__exit__()

    def brief_is_next(self) -> bool:
        """Whether somebody waits who comes next and will not be long."""
        with self._lock:
            return bool(self._waiting) and self._waiting[0][1]

    def __enter__(self) -> None:
        self._enter(brief=False)

    def _enter(self, *, brief: bool) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append((mine, brief))
        mine.acquire()  # the one before releases it and hands the place over

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft()[0].release()
            else:
                self._taken = False
