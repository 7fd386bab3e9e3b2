"""A disk that forgets files: what `os` was told since the last fsync may be there or not.

The rules are POSIX's and ext4's worst: bytes of a file count once it was synced; a name (made,
renamed, removed) counts once its folder was. Between the two any of it may be found.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class FilePlatter:
    """The files of one folder that are surely on the disk, and what may be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bytes: dict[int, bytes] = {}  # by inode: as of its last fsync
        self._names = {path.name: path.stat().st_ino for path in folder.iterdir()
                       if path.is_file()}  # fmt: skip
        for path in folder.iterdir():
            if path.is_file():
                self._bytes[path.stat().st_ino] = path.read_bytes()

    def synced(self, descriptor: int) -> None:
        """A file's bytes, or a folder's names, are on the disk from now on."""
        found = os.fstat(descriptor)
        if os.path.samestat(found, self._folder.stat()):
            self._names = self._now()
            return
        for path in self._folder.iterdir():
            if path.is_file() and path.stat().st_ino == found.st_ino:
                self._bytes[found.st_ino] = path.read_bytes()

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """What could be found: each name as it was or as it is; the bytes of a file that was not
        synced cut anywhere, or none at all."""
        found = {}
        new = self._now()
        for name in {*self._names, *new}:
            inode = chance.choice([self._names.get(name), new.get(name)])
            if inode is not None:
                found[name] = self._some(name, inode, chance)
        return found

    def _some(self, name: str, inode: int, chance: random.Random) -> bytes:
        if inode in self._bytes:
            return self._bytes[inode]
        path = self._folder / name
        data = path.read_bytes() if path.exists() and path.stat().st_ino == inode else b""
        return data[: chance.randrange(len(data) + 1)]

    def _now(self) -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in self._folder.iterdir() if path.is_file()}


@contextmanager
def remembered(platter: FilePlatter, moment: Any) -> Iterator[None]:
    """`os.fsync` and `Path.replace` tell the platter; `moment()` is called around each."""
    fsync, replace = os.fsync, Path.replace

    def told(descriptor: int) -> None:
        moment()
        fsync(descriptor)
        platter.synced(descriptor)
        moment()

    def replaced(self: Path, target: Any) -> Any:
        moment()
        done = replace(self, target)
        moment()
        return done

    os.fsync = told  # type: ignore[assignment]
    Path.replace = replaced  # type: ignore[method-assign]
    try:
        yield
    finally:
        os.fsync = fsync
        Path.replace = replace  # type: ignore[method-assign]
