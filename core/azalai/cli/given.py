"""Files that a command reads or writes where its user says, and what goes wrong."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def at_hand(path: Path) -> Iterator[None]:
    """StopError with the system's reason where a disk, stick or folder gives or takes nothing."""
    from azalai import system_words
    from azalai.errors import StopError

    try:
        yield
    except OSError as err:
        fr, en = system_words.said(err)
        place = err.filename or path
        raise StopError(f"{place}: {en}", fr=f"{place} : {fr}",
                        hint="check the name, the folder and what you may do there",
                        hint_fr="vérifiez le nom, le dossier et vos droits") from err  # fmt: skip


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner reads (0600). FileExistsError: nothing is replaced."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
