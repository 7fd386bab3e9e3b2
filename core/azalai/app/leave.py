"""What may leave this node now: all, recalls only, or nothing, and why."""

import time
from datetime import datetime
from typing import NamedTuple

from azalai.app import clock_trust, instance
from azalai.clock import Clock
from azalai.clock import now as machine_clock
from azalai.plugin.transport import Heard, TellsTime, Transport
from azalai.store import Store
from azalai.store.restored import RECOVERING
from azalai.store.run_rows import meta

LOOK_S = 1.0
"""A judgement is kept for so long; it is asked before every claim."""
LISTEN_S = 60.0
"""So often a peer is greeted while the clock is not trusted."""
REMEMBER_S = 300.0


class Leave(NamedTuple):
    """`what` is all, recalls or nothing; `why` a code, empty for all."""

    what: str = "all"
    why: str = ""


def leave(store: Store, now: datetime) -> Leave:
    """What may leave: nothing under a clock that is not trusted, or where another copy may work,
    recalls only while a restored copy asks what it may have sent."""
    cause = instance.doubt(store.db)
    if cause is not None:
        return Leave("nothing", f"instance_{cause}")
    found = clock_trust.verdict(store, now)
    clock_trust.note(store, found)
    if not found.trusted:
        return Leave("nothing", "clock_not_trusted")
    if meta(store.db, RECOVERING) is not None:
        return Leave("recalls", "recovering")
    return Leave()


class Gate:
    """`leave` for one destination's worker, which also hears what the peer's clock says.

    A peer is greeted once before anything is sent to it, and each minute while the clock is not
    trusted, so that a clock set right is known. Under a simulated clock nobody is asked.
    """

    def __init__(self, store: Store, name: str, link: Transport, clock: Clock) -> None:
        self._store = store
        self._name = name
        self._link = link
        self._listens = clock is machine_clock and isinstance(link, TellsTime)
        self._known = Leave()
        self._last: Heard | None = None
        self._looked = self._greeted = self._kept = float("-inf")

    def __call__(self, now: datetime) -> str:
        """What this destination may be sent now."""
        moment = time.monotonic()
        if self._listens:
            self._listen(moment)
        if moment - self._looked >= LOOK_S or self._known.what != "all":
            self._known = leave(self._store, now)
            self._looked = moment
        return self._known.what

    def _listen(self, moment: float) -> None:
        doubted = self._known.why == "clock_not_trusted"
        if (self._heard() is None or doubted) and moment - self._greeted >= LISTEN_S:
            self._greeted = moment
            self._link.probe()
        heard = self._heard()
        stale = moment - self._kept >= (LISTEN_S if doubted else REMEMBER_S)
        if heard is not None and heard is not self._last and stale:
            self._kept, self._last = moment, heard
            clock_trust.remember(self._store, self._name, heard)
            self._looked = float("-inf")

    def _heard(self) -> Heard | None:
        return self._link.heard if isinstance(self._link, TellsTime) else None
