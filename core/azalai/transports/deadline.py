"""Cuts an exchange that takes too long in all: no read timeout sees an answer that drips."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

CHECK_S = 0.25
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Deadline:
    """One link's watch. Its thread only looks at a clock and shuts the socket down; the thread
    that waits for the answer then sees a link that was cut."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: float | None = None
        self._socket: socket.socket | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.fired = False

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take httpcore's `trace` events: they tell which socket the link has now."""
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def running(self) -> Iterator[None]:
        """What is done inside is cut after the deadline; `fired` tells that it was."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, daemon=True, name="deadline")
            self._thread.start()
        self.fired = False
        self._until = time.monotonic() + self._seconds
        try:
            yield
        finally:
            self._until = None

    def close(self) -> None:
        """Stop the watch; may be called again."""
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(CHECK_S):
            until, link = self._until, self._socket
            if until is not None and link is not None and time.monotonic() > until:
                self.fired = True
                self._until = None
                with suppress(OSError):
                    socket.socket.shutdown(link, socket.SHUT_RDWR)
