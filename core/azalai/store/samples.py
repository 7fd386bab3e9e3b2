"""Figures over time, one a slot: free disk by day, what a destination took by the minute."""

import platform
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from azalai.store import Store
from azalai.store.disk import Room, days_left, room

KEPT_DAYS = 30
PACE_KEPT = timedelta(hours=2)
_DISK, _PACE = "disk", "pace/"


def node() -> str:
    """The name under which this machine's figures stand."""
    return platform.node() or "node"


def disk(store: Store, folder: Path) -> tuple[Room, int | None]:
    """The room where `folder` lies, and the days that it lasts, if that is known. OSError."""
    found = room(folder)
    return found, days_left(_series(store, _DISK), found.free)


def keep_disk(store: Store, folder: Path, now: datetime) -> None:
    """Keep today's free bytes, the last of the day counts. OSError."""
    found = room(folder)
    oldest = (now - timedelta(days=KEPT_DAYS)).date().isoformat()
    _keep(store, _DISK, now.date().isoformat(), found.free, oldest)


def keep_pace(store: Store, destination: str, taken: int, now: datetime) -> None:
    """Keep how many deliveries a destination has taken by this minute."""
    oldest = f"{now - PACE_KEPT:%Y-%m-%dT%H:%M}"
    _keep(store, _PACE + destination, f"{now:%Y-%m-%dT%H:%M}", taken, oldest)


def pace(store: Store, destination: str) -> float | None:
    """Deliveries a minute over the last hours' busy minutes; None where nothing was taken."""
    seen = _series(store, _PACE + destination)
    busy = [later[1] - earlier[1] for earlier, later in pairwise(seen)
            if later[1] > earlier[1]]  # fmt: skip
    return sum(busy) / len(busy) if busy else None


def _series(store: Store, subject: str) -> list[tuple[str, int]]:
    rows = store.db.rows("guards", "samples", node=node(), subject=subject)
    return [(slot, n) for slot, n in rows]


def _keep(store: Store, subject: str, slot: str, n: int, oldest: str) -> None:
    with store.write() as tx:
        tx.db.do("guards", "sample", node=node(), subject=subject, slot=slot, n=n)
        tx.db.do("guards", "forget_samples", node=node(), subject=subject, slot=oldest)
