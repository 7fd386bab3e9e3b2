"""A folder that files fall into; each is copied to our spool before it is read."""

import fnmatch
import hashlib
import io
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from azalai import logs, system_words
from azalai.arrival import Afterwards, Arrives
from azalai.errors import InputError
from azalai.plugin.source import Input, Opened, Verdict
from azalai.sources import taken

_CHUNK = 1 << 20
_UNDER_WAY = (".part", ".partial", ".tmp", ".filepart", ".crdownload", "~")
"""What programs that copy give a file until it is whole."""

Stamp = tuple[int, int, int]
"""A file as it was seen: inode, size, last change in nanoseconds."""


class Folder:
    """The files of one folder whose names match `pattern` (`*.csv`), in the order of their names.

    `spool` is a folder of ours (made if missing, 0700); copies have random names there and are the
    caller's to delete. Links and other irregular files are not inputs. File names are never
    logged and stand in no error: they may name a person. `arrives` says when a file is whole,
    `afterwards` what becomes of it.
    """

    def __init__(
        self, folder: Path, pattern: str, spool: Path, arrives: Arrives | None = None,
        afterwards: Afterwards | None = None,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._pattern = pattern
        self._spool = spool
        self._arrives = arrives or Arrives()
        self._afterwards = afterwards or Afterwards()
        self._opened: dict[str, Stamp] = {}
        self._settled: dict[str, Stamp] = {}

    def inputs(self) -> Iterator[Input]:
        """See `Source.inputs`. Hidden files are never inputs (copies under way often are), nor is
        a file that this object has settled, while it stays what it was.

        Deletes first what is due in the folder of files taken. Raises InputError where the folder
        cannot be read.
        """
        after = self._afterwards
        if after.move_to is not None and after.delete_after_days is not None:
            self._sweep(after.move_to, after.delete_after_days)
        try:
            with os.scandir(self._folder) as entries:
                names = sorted(e.name for e in entries if self._fits(e))
        except OSError as err:
            raise _failed("le dossier des fichiers ne se lit pas", "the folder cannot be read",
                          err) from err  # fmt: skip
        for number, name in enumerate(names, 1):
            yield Input(name, number)

    def _fits(self, entry: "os.DirEntry[str]") -> bool:
        name = entry.name
        if name.startswith(".") or not fnmatch.fnmatchcase(name, self._pattern):
            return False
        if name.endswith(_UNDER_WAY) or not entry.is_file(follow_symlinks=False):
            return False
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return False
        if self._settled.get(name) == _stamp(status) and not self._deletes(status):
            return False
        return self._whole(name, status)

    def _whole(self, name: str, status: os.stat_result) -> bool:
        way = self._arrives
        if way.way == "with":
            beside = self._folder / (name + way.suffix)
            return not name.endswith(way.suffix) and beside.is_file() and not beside.is_symlink()
        return way.quiet_s == 0 or time.time() - status.st_mtime >= way.quiet_s

    def open(self, item: Input) -> Opened:
        """Copy to the spool, with the SHA-256 of what was copied.

        Raises InputError if the file vanished, is a link or no plain file, changed while it was
        copied, or if the spool cannot take it.
        """
        if "/" in item.handle or item.handle in ("", ".", ".."):
            raise InputError(("ce n'est pas un nom de fichier", "not a file name"), code="AZ-F101")
        try:
            source = os.open(
                self._folder / item.handle,
                os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
            )
        except OSError as err:
            raise _failed(f"le fichier n° {item.number} ne s'ouvre pas",
                          f"file number {item.number} cannot be opened", err) from err  # fmt: skip
        with io.FileIO(source, "rb") as stream:
            if not stat.S_ISREG(os.fstat(source).st_mode):
                raise InputError(("ce n'est pas un fichier ordinaire", "not a plain file"),
                                 code="AZ-F101")  # fmt: skip
            return self._copy(stream, item)

    def _copy(self, stream: io.FileIO, item: Input) -> Opened:
        target = self._spool / secrets.token_hex(16)
        try:
            self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(target, flags, 0o600), "wb") as copy:
                made, status = _copied(stream, copy, target)
                self._opened[item.handle] = _stamp(status)
                return made
        except OSError as err:
            with suppress(OSError):
                target.unlink()
            raise _failed(f"le fichier n° {item.number} ne se copie pas",
                          f"file number {item.number} cannot be copied", err) from err  # fmt: skip
        except InputError:
            target.unlink()
            raise

    def done(self, item: Input, verdict: Verdict) -> None:
        """See `Source.done`: what was settled is moved, deleted when due, or left.

        A held run's file stays until a person decided. A file that changed since it was opened is
        another one, and stays. A failure is logged: what was read is not read again.
        """
        seen = self._opened.pop(item.handle, None)
        if verdict == "held" or seen is None:
            return
        path = self._folder / item.handle
        try:
            status = path.lstat()
            if _stamp(status) != seen:
                return
            if self._afterwards.move_to is not None:
                taken.move(path, self._afterwards.move_to)
            elif self._deletes(status):
                path.unlink()
            else:
                self._settled[item.handle] = seen
                return
            if self._arrives.suffix:
                (self._folder / (item.handle + self._arrives.suffix)).unlink(missing_ok=True)
        except OSError as err:
            self._settled[item.handle] = seen
            _not_cleared(err)

    def _deletes(self, status: os.stat_result) -> bool:
        """Whether a file that was taken and left has lain here for the days that it is kept."""
        days = self._afterwards.delete_after_days
        return days is not None and self._afterwards.move_to is None and (
            taken.lies_since(status, days)
        )  # fmt: skip

    def _sweep(self, inside: str, days: int) -> None:
        try:
            taken.sweep(self._folder / inside, days)
        except OSError as err:
            _not_cleared(err)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _copied(stream: io.FileIO, copy: BinaryIO, target: Path) -> tuple[Opened, os.stat_result]:
    before = os.fstat(stream.fileno())
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        copy.write(chunk)
        size += len(chunk)
        if size > before.st_size:  # it grows, maybe faster than it is copied
            break
    after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        what = ("le fichier change encore : sa copie n'est pas finie",
                "the file is still changing: it is not all there yet")  # fmt: skip
        raise InputError(what, ("il sera repris au prochain passage.", "the next pass takes it."),
                         code="AZ-F102")  # fmt: skip
    return Opened(target, digest.hexdigest(), size), after


def _not_cleared(err: OSError) -> None:
    logs.get().warning("input.not_cleared", reason=os.strerror(err.errno or 0))


def _failed(fr: str, en: str, err: OSError) -> InputError:
    """The error without the file's name: the system's number says enough."""
    why = system_words.said(err)
    return InputError((f"{fr} ({why[0]})", f"{en} ({why[1]})"), code="AZ-F101")
