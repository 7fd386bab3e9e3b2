"""A folder that files fall into; each is copied to our spool before it is read."""

import fnmatch
import hashlib
import io
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from azalai.errors import InputError
from azalai.plugin.source import Input, Opened, Verdict

_CHUNK = 1 << 20


class Folder:
    """The files of one folder whose names match `pattern` (`*.csv`), in the order of their names.

    `spool` is a folder of ours (made if missing, 0700); copies have random names there and are the
    caller's to delete. Links and other irregular files are not inputs. File names are never
    logged and stand in no error: they may name a person. Files stay where they are.
    """

    def __init__(self, folder: Path, pattern: str, spool: Path) -> None:
        self._folder = folder
        self._pattern = pattern
        self._spool = spool

    def inputs(self) -> Iterator[Input]:
        """See `Source.inputs`. Hidden files are never inputs (copies under way often are).

        Raises InputError where the folder cannot be read.
        """
        try:
            with os.scandir(self._folder) as entries:
                names = sorted(e.name for e in entries if self._fits(e))
        except OSError as err:
            raise _failed("le dossier des fichiers ne se lit pas", "the folder cannot be read",
                          err) from err  # fmt: skip
        for number, name in enumerate(names, 1):
            yield Input(name, number)

    def _fits(self, entry: "os.DirEntry[str]") -> bool:
        if entry.name.startswith(".") or not fnmatch.fnmatchcase(entry.name, self._pattern):
            return False
        return entry.is_file(follow_symlinks=False)

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
                return _copied(stream, copy, target)
        except OSError as err:
            with suppress(OSError):
                target.unlink()
            raise _failed(f"le fichier n° {item.number} ne se copie pas",
                          f"file number {item.number} cannot be copied", err) from err  # fmt: skip
        except InputError:
            target.unlink()
            raise

    def done(self, item: Input, verdict: Verdict) -> None:
        """Nothing: files stay; a digest that was taken is not taken twice."""


def _copied(stream: io.FileIO, copy: BinaryIO, target: Path) -> Opened:
    before = os.fstat(stream.fileno())
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        copy.write(chunk)
        size += len(chunk)
    after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        what = ("le fichier change encore : sa copie n'est pas finie",
                "the file is still changing: it is not all there yet")  # fmt: skip
        raise InputError(what, ("il sera repris au prochain passage.", "the next pass takes it."),
                         code="AZ-F102")  # fmt: skip
    return Opened(target, digest.hexdigest(), size)


def _failed(fr: str, en: str, err: OSError) -> InputError:
    """The error without the file's name: the system's number says enough."""
    why = os.strerror(err.errno or 0)
    return InputError((f"{fr} ({why})", f"{en} ({why})"), code="AZ-F101")
