"""One runner a store: flock on `store.lock`, which names its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azalai.errors import DiskError, RunnerBusyError


@contextmanager
def hold(path: Path, name: str) -> Iterator[bool]:
    """Hold the runner lock; yields True if the last holder did not end cleanly.

    RunnerBusyError names the holder; DiskError where the disk takes nothing. The kernel frees the lock of a process that was killed.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
            raise RunnerBusyError(holder or "unknown") from err
        unclean = bool(os.pread(descriptor, 1, 0))
        _write(descriptor, f"{name}, process {os.getpid()}\n".encode())
        yield unclean
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Who holds the runner lock now, as it named itself; None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "?"
    else:
        return None
    finally:
        os.close(descriptor)


def _write(descriptor: int, text: bytes) -> None:
    """The holder's name, over an earlier one: a full disk has room for that."""
    try:
        os.pwrite(descriptor, text, 0)
        os.ftruncate(descriptor, len(text))
        os.fsync(descriptor)
    except OSError as err:
        raise DiskError(f"the runner lock cannot be written: {err.strerror}") from err
