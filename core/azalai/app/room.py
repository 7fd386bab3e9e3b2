"""What takes room in a deployment, and what may go by the written rules."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azalai.app import App, key_care
from azalai.app.restoring import ASIDE
from azalai.store import disk, key_rows, runner_lock

LEFTOVER_KEPT = timedelta(days=1)
"""A spooled input that no reading removed: its file is where it came from."""
ASIDE_KEPT = timedelta(days=30)
"""A store that a restore replaced."""


@dataclass(frozen=True, slots=True)
class Prunable:
    """One file or folder that may go: by which rule, how many bytes it takes."""

    path: Path
    rule: str
    size: int


def usage(app: App) -> dict[str, int]:
    """Bytes by what takes them: values in the database by kind, its file, and the folders."""
    settings, state = app.settings, app.settings.state
    found = {f"values/{kind}": int(size) for kind, size in app.store.db.rows("guards", "sizes")}
    if not app.store.db.shared:
        target = settings.store_file
        found["database"] = _size(target)
        found["write_ahead_log"] = _size(target.with_name(f"{target.name}-wal"))
    found["ballast"] = _size(state / disk.BALLAST)
    found["spool"] = _size(state / "spool")
    found["replaced_stores"] = sum(_size(path) for path in state.glob(f"{ASIDE}*"))
    folders = {settings.path(feed.folder) for feed in settings.feeds.values()}
    found["incoming"] = sum(_size(path) for path in folders)
    return found


def prunable(app: App, now: datetime) -> list[Prunable]:
    """What the rules let go of now, without anything that a record, a send or a proof needs."""
    state = app.settings.state
    rules = (
        ("leftover", LEFTOVER_KEPT, [*(state / "spool").glob("*"), *state.glob(".backup-*"),
                                     *state.glob(".restore-*"), *state.glob(".fsync-*")]),
        ("replaced_store", ASIDE_KEPT, list(state.glob(f"{ASIDE}*"))),
        ("old_backup", timedelta(0), [Path(one.place) for one in key_care.overdue(app)
                                      if Path(one.place).is_file()]),
    )  # fmt: skip
    return [Prunable(path, rule, _size(path)) for rule, kept, paths in rules
            for path in sorted(paths) if now - _changed(path) > kept]  # fmt: skip


def prune(app: App, actor: str, found: list[Prunable]) -> int:
    """Remove them, logged with the count by rule; the bytes freed. RunnerBusyError while a daemon
    reads: a spooled input may be its own."""
    state = app.settings.state
    if not found:
        return 0
    with runner_lock.hold(state / "store.lock", "azalai store prune"):
        for one in found:
            if one.path.is_dir() and not one.path.is_symlink():
                shutil.rmtree(one.path)
            else:
                one.path.unlink(missing_ok=True)
        freed = sum(one.size for one in found)
        with app.store.write() as tx:
            for copy in key_rows.outside(tx.db):
                if copy.place in {str(one.path) for one in found}:
                    tx.db.do("keys", "outside_gone", id=copy.id, at=tx.at, how="pruned")
            tx.log("act", actor=actor, act="pruned", count=len(found), size=freed)
    return freed


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; what goes away meanwhile counts nothing."""
    return sum(_one(file) for file in _files(path))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir() and not path.is_symlink():
        for folder, _, names in os.walk(path):
            yield from (Path(folder) / name for name in names)
    else:
        yield path


def _one(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
