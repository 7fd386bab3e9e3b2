"""A disk whose unsynced writes are lost or torn: a VFS that remembers what was on the platter.

Every file is a real one for SQLite. Beside it, `Disk` keeps the bytes as of the last `xSync` and
the writes since. `cut()` writes what a power cut could leave: the synced bytes and, of the writes
since, any subset, the last of them torn anywhere at a sector's edge.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import apsw

SECTOR = 512


@dataclass
class Platter:
    """One file: what is surely on the disk, and what may be."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[tuple[str, int, bytes]] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        self.since.append(("write", offset, data))

    def truncate(self, size: int) -> None:
        self.since.append(("truncate", size, b""))

    def sync(self) -> None:
        for one in self.since:
            _apply(self.synced, *one)
        self.since.clear()

    def after_a_cut(self, chance: random.Random) -> bytes:
        """What could be found: some of the writes since the last sync, some torn."""
        found = bytearray(self.synced)
        keep = chance.random()
        for what, at, data in self.since:
            if chance.random() >= keep:
                continue
            if what == "write" and chance.random() < 0.3:
                sectors = [s for s in range(0, len(data), SECTOR) if chance.random() < 0.5]
                for start in sectors:
                    _apply(found, "write", at + start, data[start : start + SECTOR])
            else:
                _apply(found, what, at, data)
        return bytes(found)


def _apply(found: bytearray, what: str, at: int, data: bytes) -> None:
    if what == "truncate":
        del found[at:]
        return
    if len(found) < at:
        found.extend(bytes(at - len(found)))
    found[at : at + len(data)] = data


class Disk:
    """All files that one VFS has written. `broken` makes each sync, or each write, fail."""

    def __init__(self) -> None:
        self.files: dict[str, Platter] = {}
        self.broken: str | None = None
        self.syncs = 0

    def of(self, name: str) -> Platter:
        if name not in self.files:
            path = Path(name)
            there = path.read_bytes() if path.exists() else b""
            self.files[name] = Platter(bytearray(there))
        return self.files[name]

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """The bytes of each file after a power cut at this moment."""
        return {name: one.after_a_cut(chance) for name, one in self.files.items()}


class FaultyFile(apsw.VFSFile):
    """One open file of the VFS."""

    def __init__(self, base: str, filename: Any, flags: list[int], disk: Disk) -> None:
        super().__init__(base, filename, flags)
        name = filename.filename() if isinstance(filename, apsw.URIFilename) else str(filename)
        self._disk, self._platter = disk, disk.of(name)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 (SQLite names it)
        if self._disk.broken in ("write", "full"):
            kind = apsw.FullError if self._disk.broken == "full" else apsw.IOError
            raise kind("no")
        super().xWrite(data, offset)
        self._platter.write(offset, bytes(data))

    def xTruncate(self, size: int) -> None:  # noqa: N802 (SQLite names it)
        super().xTruncate(size)
        self._platter.truncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802 (SQLite names it)
        if self._disk.broken == "sync":
            raise apsw.IOError("fsync says EIO")
        super().xSync(flags)
        self._platter.sync()
        self._disk.syncs += 1


class FaultyVFS(apsw.VFS):
    """The default VFS over a `Disk`; `with` registers it as the default one."""

    def __init__(self, disk: Disk) -> None:
        self._base = apsw.vfs_names()[0]
        self._disk = disk
        super().__init__("faulty", self._base, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802 (SQLite names it)
        if name is None:
            return apsw.VFSFile(self._base, None, flags)
        return FaultyFile(self._base, name, flags, self._disk)

    def xDelete(self, filename: str, sync: bool) -> None:  # noqa: N802 (SQLite names it)
        super().xDelete(filename, sync)
        self._disk.files.pop(filename, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.unregister()
