"""A reader that never ends: it keeps the write-ahead log, or a server's dead rows, from going."""

from dataclasses import dataclass
from pathlib import Path

from azalai.store import Store

WAL_MAX = 64 << 20
"""Bytes: SQLite truncates to so many after each checkpoint that no reader hinders."""
OPEN_MAX_S = 300
"""Seconds: nothing of ours keeps a transaction of a server open for so long."""


@dataclass(frozen=True, slots=True)
class Lingering:
    """What has grown: `wal` bytes of a file's log, or the `open_s` seconds of a server's oldest
    transaction."""

    wal: int = 0
    open_s: int = 0


def lingering(store: Store) -> Lingering | None:
    """What a reader holds back that should have ended; None where nothing is."""
    row = store.db.row("guards", "oldest_transaction")
    open_s = int(row[0]) if row and row[0] else 0
    if open_s > OPEN_MAX_S:
        return Lingering(open_s=open_s)
    wal = 0 if store.db.shared else _size(Path(f"{store.db.place}-wal"))
    return Lingering(wal=wal) if wal > WAL_MAX else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
