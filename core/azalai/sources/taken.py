"""The folder that files taken are moved to: inside their own, never through a link."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

DAY_S = 86_400


def move(path: Path, inside: str) -> None:
    """Move a file into the folder `inside` its own (made if missing, 0700), under its own name or
    with a number: nothing there is overwritten.

    OSError, also where that folder is a link: who may drop files must not choose where they go.
    """
    (path.parent / inside).mkdir(mode=0o700, exist_ok=True)
    with _opened(path.parent / inside) as folder:
        name, number = PurePath(path.name), 1
        target = path.name
        while _there(target, folder):
            number += 1
            target = f"{name.stem}.{number}{name.suffix}"
        os.rename(path, target, dst_dir_fd=folder)


def sweep(folder: Path, days: int) -> None:
    """Delete the plain files of a folder that came to lie there `days` days ago (`st_ctime`).

    Nothing where there is no such folder; OSError, also where it is a link.
    """
    try:
        with _opened(folder) as opened, os.scandir(opened) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and lies_since(status, days):
                    os.unlink(entry.name, dir_fd=opened)
    except FileNotFoundError:
        return


def lies_since(status: os.stat_result, days: int) -> bool:
    """Whether a file has lain where it is for `days` days: a copy may keep its old times, the
    change of its inode is when it came."""
    return time.time() - status.st_ctime >= days * DAY_S


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _there(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
