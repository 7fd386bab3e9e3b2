"""What the threads of a daemon tell one another: stop, a full disk, what cannot go on."""

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from azalai import logs
from azalai.errors import DiskError, StoreBrokenError, VerificationError

DISK_PAUSE_S = 30.0
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG}


@dataclass(slots=True)
class Watch:
    """Shared by all threads of one daemon. `disk_pause_s` seconds pass between two tries of a
    disk that takes nothing; `checkpoint` is False after one could not be published."""

    disk_pause_s: float = DISK_PAUSE_S
    stop: threading.Event = field(default_factory=threading.Event)
    full: threading.Event = field(default_factory=threading.Event)
    checkpoint: bool = True
    fatal: Exception | None = None
    woken: Callable[[], None] = lambda: None

    def trouble(self, err: Exception) -> bool:
        """Take note of an error that concerns all threads; True if it was one.

        A full or failing disk pauses everything, told once. A damaged database or a ledger that
        does not verify stops the daemon: nothing leaves without a proof (fail closed).
        """
        if is_disk(err):
            if not self.full.is_set():
                self.full.set()
                logs.get().error("store.disk_full", error=type(err).__name__,
                                 next=self.disk_pause_s)  # fmt: skip
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

    def room_again(self) -> None:
        """The disk took a write."""
        if self.full.is_set():
            self.full.clear()
            logs.get().info("store.disk_again")


def is_disk(err: BaseException) -> bool:
    """Whether an error, or what caused it, is a disk that does not take what is written."""
    if isinstance(err, DiskError) or (isinstance(err, OSError) and err.errno in _NO_ROOM):
        return True
    return err.__cause__ is not None and is_disk(err.__cause__)
