"""The disk under a store: its room, and a ballast file that is freed when there is none."""

import os
import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

BALLAST = "ballast.bin"
FREE_SHARE_MIN = 0.15
"""Below this share of free disk there is an alarm."""
DAYS_MIN = 7
"""So is there when what is free lasts for so many days at the growth that was seen."""
DAYS_SEEN = 14
LIES_BELOW_S = 20e-6
"""No medium keeps a write in less: flash with its own capacitors takes about as long."""
ROTATES_BELOW_S = 500e-6
"""A magnetic disk turns for milliseconds until the sector comes."""


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that we may use, and all there are."""

    free: int
    total: int

    @property
    def share(self) -> float:
        """The free share, 0 to 1."""
        return self.free / self.total if self.total else 0.0


def room(folder: Path) -> Room:
    """The room of the file system that `folder` lies on. OSError."""
    found = os.statvfs(folder)
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def make_ballast(folder: Path, size: int) -> bool:
    """Have `size` bytes in reserve; False where there is no room for them twice.

    The blocks are really taken (posix_fallocate). An older file of another size is replaced.
    """
    path = folder / BALLAST
    if path.exists() and path.stat().st_size == size:
        return True
    free_ballast(folder)
    if size == 0 or room(folder).free < 2 * size:
        return size == 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError:
        path.unlink()
        return False
    finally:
        os.close(handle)
    return True


def free_ballast(folder: Path) -> bool:
    """Give the reserve back; False where there is none."""
    with suppress(FileNotFoundError):
        (folder / BALLAST).unlink()
        return True
    return False


def days_left(seen: Sequence[tuple[str, int]], free: int) -> int | None:
    """How many days `free` bytes last, by what was free on earlier days (ISO date, bytes), oldest
    first; None where it did not shrink, or fewer than two days were seen."""
    seen = seen[-DAYS_SEEN:]
    if len(seen) < 2:
        return None
    days = (date.fromisoformat(seen[-1][0]) - date.fromisoformat(seen[0][0])).days
    used = seen[0][1] - free
    return int(free * days / used) if used > 0 and days > 0 else None


def low(found: Room, days: int | None) -> bool:
    """Whether it is time for an alarm."""
    return found.share < FREE_SHARE_MIN or (days is not None and days <= DAYS_MIN)


def fsync_s(folder: Path, times: int = 9) -> float:
    """What an fsync of one new page takes here, in seconds: the median of some. OSError."""
    path = folder / f".fsync-{os.getpid()}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    took = []
    try:
        for number in range(times):
            os.pwrite(handle, os.urandom(4096), 4096 * number)
            began = time.perf_counter()
            os.fsync(handle)
            took.append(time.perf_counter() - began)
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(took)


def lies(folder: Path, took_s: float) -> bool:
    """Whether an fsync of `took_s` seconds is faster than the disk of `folder` can be."""
    return took_s < (ROTATES_BELOW_S if _rotates(folder) else LIES_BELOW_S)


def _rotates(folder: Path) -> bool:
    """Whether it is a magnetic disk of this machine (a virtual one says so too, and is not)."""
    device = folder.stat().st_dev
    here = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    with suppress(OSError):
        real = here.resolve()
        disk = real if (real / "queue").is_dir() else real.parent
        physical = disk.name.startswith("sd") and "virtio" not in str(real)
        return physical and (disk / "queue" / "rotational").read_text().strip() == "1"
    return False
