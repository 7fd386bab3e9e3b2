"""What the threads of a daemon tell one another: stop, a full disk, what cannot go on."""

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from azalai import logs
from azalai.errors import DiskError, DiskFailingError, StoreBrokenError, VerificationError

DISK_PAUSE_S = 30.0
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG}


@dataclass(slots=True)
class Watch:
    """Shared by all threads of one daemon. `disk_pause_s` seconds pass between two tries of a
    disk that takes nothing; `checkpoint` is False after one could not be published.

    `degraded`: the disk is full and `ballast` was given back: no intake, but what can be sent and
    recorded is. `full`: nothing can be recorded, all pauses. `suspect`: a write or sync failed,
    so the store is closed, opened anew and verified before anything goes on.
    """

    disk_pause_s: float = DISK_PAUSE_S
    stop: threading.Event = field(default_factory=threading.Event)
    full: threading.Event = field(default_factory=threading.Event)
    degraded: threading.Event = field(default_factory=threading.Event)
    suspect: threading.Event = field(default_factory=threading.Event)
    checkpoint: bool = True
    fatal: Exception | None = None
    woken: Callable[[], None] = lambda: None
    ballast: Callable[[], bool] = lambda: False

    def trouble(self, err: Exception) -> bool:
        """Take note of an error that concerns all threads; True if it was one.

        A full disk ends intake first, a failing one pauses everything, each told once. A damaged
        database or a ledger that does not verify stops the daemon: nothing leaves without a proof
        (fail closed).
        """
        if is_disk(err):
            self._disk(err)
            return True
        if isinstance(err, VerificationError | StoreBrokenError):
            if self.fatal is None:
                self.fatal = err
                event = "ledger.not_verified" if isinstance(err, VerificationError) else (
                    "store.broken")  # fmt: skip
                logs.get().critical(event, error=type(err).__name__)
                self.woken()
            return True
        return False

    def _disk(self, err: Exception) -> None:
        if is_failing(err) and not self.suspect.is_set():
            self.suspect.set()
            self.full.set()
            logs.get().critical("store.disk_failing", error=type(err).__name__,
                                next=self.disk_pause_s)  # fmt: skip
        elif not self.full.is_set() and not self.short_of_room():
            self.full.set()
            logs.get().error("store.disk_full", error=type(err).__name__,
                             next=self.disk_pause_s)  # fmt: skip

    def short_of_room(self) -> bool:
        """No intake from now on; False where there is no ballast to give back for the rest."""
        freed = self.ballast()
        if freed and not self.degraded.is_set():
            self.degraded.set()
            logs.get().error("store.no_intake", reason="disk_full")
        return freed

    def room_again(self) -> None:
        """The disk took a write."""
        if self.full.is_set():
            self.full.clear()
            logs.get().info("store.disk_again")


def is_failing(err: BaseException) -> bool:
    """Whether an error, or what caused it, is a write or sync that the disk failed."""
    if isinstance(err, DiskFailingError) or (isinstance(err, OSError) and err.errno == errno.EIO):
        return True
    return err.__cause__ is not None and is_failing(err.__cause__)


def is_disk(err: BaseException) -> bool:
    """Whether an error, or what caused it, is a disk that does not take what is written."""
    if isinstance(err, DiskError) or (isinstance(err, OSError) and err.errno in _NO_ROOM):
        return True
    return err.__cause__ is not None and is_disk(err.__cause__)
