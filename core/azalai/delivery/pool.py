"""Between one destination's writer and its senders: what is claimed, what came back."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from azalai.delivery.outcomes import Sent
from azalai.delivery.sending import send
from azalai.errors import DestinationDownError
from azalai.plugin.transport import Limits, Outcome, TellsTime, Transport, Unknown

GROUP, GROUP_S = 500, 0.005
"""Outcomes that one commit takes at most, and how long the first of them waits for others."""
AHEAD_S, AHEAD_MAX_S = 0.1, 0.5
"""So much work is claimed before a sender is free for it; more where a commit takes long."""
STALE_S = 2.0
"""What was claimed and no sender took for so long is given back."""
LOOK_S = 0.2


class NotSent(NamedTuple):
    """What was taken back before anybody sent it, and why."""

    reason: str


Result = Sequence[Outcome] | DestinationDownError | NotSent
"""Of a request: one outcome a message, or that the destination is down, or that it never left."""


class Back(NamedTuple):
    """What a request came to."""

    sent: Sequence[Sent]
    result: Result


class Pool:
    """Shared by one thread that claims and records (the writer) and some that send.

    What comes back stays here until the writer says that it is recorded, so that an error of the
    store loses nothing.
    """

    def __init__(self, senders: int) -> None:
        self._senders = senders
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._news = threading.Condition(self._lock)
        self._ready: deque[tuple[float, Sequence[Sent]]] = deque()
        self._asked = self._commit_s = 0.0
        self._out: dict[int, Sequence[Sent]] = {}
        self._back: list[Back] = []
        self._first = 0.0
        self.closed = False
        self._rate = 0.0
        self._counted, self._since = 0, time.monotonic()

    # ---- for the writer

    def room(self, records: int) -> int:
        """How many messages to claim now, with `records` in a request: a request for each sender
        that has nothing to do, and what they send in the next moment."""
        with self._lock:
            idle = self._senders - len(self._out)
            ahead = int(self._pace() * min(max(AHEAD_S, 3 * self._commit_s), AHEAD_MAX_S))
            ready = sum(len(request) for _, request in self._ready)
            return max(0, min(idle * records + ahead - ready, GROUP))

    def offer(self, claimed: Sequence[Sent], limits: Limits) -> None:
        """Put what is claimed, and committed, before the senders."""
        if claimed:
            with self._lock:
                moment = time.monotonic()
                self._ready.extend((moment, request) for request in requests(claimed, limits))
                self._commit_s = moment - self._asked
                self._work.notify(len(self._ready))

    def came(self) -> list[Back]:
        """What has come back and is not recorded."""
        with self._lock:
            self._asked = time.monotonic()
            return list(self._back)

    def recorded(self, count: int) -> None:
        """The first `count` of it are on the disk."""
        with self._lock:
            del self._back[:count]
            self._first = time.monotonic()

    def withdraw(self, reason: str, *, after_s: float = 0.0) -> None:
        """What no sender has taken comes back unsent, if the first of it has waited `after_s`."""
        with self._lock:
            if self._ready and time.monotonic() - self._ready[0][0] >= after_s:
                self._back += [Back(request, NotSent(reason)) for _, request in self._ready]
                self._ready.clear()

    def known(self) -> set[int]:
        """The deliveries that are here: their outcome is still to come, or to be recorded."""
        with self._lock:
            ready = (request for _, request in self._ready)
            lists = [*ready, *self._out.values(), *(back.sent for back in self._back)]
            return {one.delivery.id for request in lists for one in request}

    @property
    def busy(self) -> bool:
        """Whether anything is claimed and not recorded."""
        with self._lock:
            return bool(self._ready or self._out or self._back)

    @property
    def untouched(self) -> bool:
        """Whether no sender has anything, and none will have."""
        with self._lock:
            return not self._ready and not self._out

    def wait(self) -> None:
        """Until there is something to record together, or to claim for; not long."""
        end = time.monotonic() + LOOK_S
        with self._lock:
            while (left := min(end, self._due()) - time.monotonic()) > 0:
                self._news.wait(left)

    def close(self) -> None:
        """No sender gets anything any more."""
        with self._lock:
            self.closed = True
            self._work.notify_all()

    # ---- for a sender

    def take(self, seconds: float) -> tuple[int, Sequence[Sent]] | None:
        """The next request with its number; None if there is none in time."""
        with self._lock:
            if not self._ready and not self.closed:
                self._work.wait(seconds)
            if not self._ready or self.closed:
                return None
            _, request = self._ready.popleft()
            number = request[0].delivery.id
            self._out[number] = request
            return number, request

    def give(self, number: int, result: Result) -> None:
        """What one's request came to."""
        with self._lock:
            sent = self._out.pop(number)
            if not self._back:
                self._first = time.monotonic()
            self._back.append(Back(sent, result))
            self._counted += len(sent)
            if len(self._back) == 1 or len(self._back) >= GROUP or not self._ready:
                self._news.notify()

    # ---- inside the lock

    def _due(self) -> float:
        """When the writer has something to do, by the monotonic clock."""
        if not self._back:
            return float("inf") if self._out or self._ready else 0.0
        starving = not self._ready and len(self._out) < self._senders
        if starving or sum(len(back.sent) for back in self._back) >= GROUP:
            return 0.0
        return self._first + GROUP_S

    def _pace(self) -> float:
        """Messages a second that came back lately."""
        now = time.monotonic()
        if (passed := now - self._since) >= LOOK_S:
            self._rate = self._counted / passed
            self._counted, self._since = 0, now
        return max(self._rate, self._counted / LOOK_S)


class Helper:
    """One of a pool's threads: a link of its own and no store. What the destination's clock says
    there is told to the writer's link."""

    def __init__(self, link: Transport, pool: Pool, writers_link: Transport) -> None:
        self._link = link
        self._pool = pool
        tell = isinstance(link, TellsTime) and isinstance(writers_link, TellsTime)
        self._told: TellsTime | None = writers_link if tell else None  # type: ignore[assignment]

    def turn(self) -> bool:
        """Send one request, if there is one soon. What an error interrupts may have arrived."""
        taken = self._pool.take(LOOK_S)
        if taken is None:
            return False
        number, request = taken
        result: Result = [Unknown("sender_failed")] * len(request)
        try:
            result = send(self._link, [one.message for one in request])
        except DestinationDownError as down:
            result = down
        finally:
            self._pool.give(number, result)
        if self._told is not None:
            self._told.heard = self._link.heard  # type: ignore[attr-defined]
        return True


def requests(claimed: Sequence[Sent], limits: Limits) -> list[Sequence[Sent]]:
    """What goes together: so many records, so many bytes, one message at least."""
    made: list[list[Sent]] = []
    size = 0
    for one in claimed:
        size += len(one.message.body)
        if not made or len(made[-1]) >= limits.records or size > limits.size:
            made.append([])
            size = len(one.message.body)
        made[-1].append(one)
    return list(made)
