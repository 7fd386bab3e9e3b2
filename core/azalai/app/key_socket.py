"""The daemon's key socket: what commands ask of the daemon that holds the master key."""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from azalai.errors import KeyLockedError, StopError

NAME = "key.sock"
GET, PUT, LOCK = b"GET", b"PUT", b"LOCK"
OK, LOCKED = b"OK", b"LOCKED"
LONGEST = 1024
ANSWER_S = 5.0


def get(folder: Path) -> list[bytes] | None:
    """The keys that the daemon of this state folder holds; None where none listens.

    KeyLockedError where it waits for a person.
    """
    answer = _asked(folder, GET)
    if answer is None:
        return None
    if answer == LOCKED:
        raise KeyLockedError
    return [bytes.fromhex(one.decode()) for one in answer.split()]


def put(folder: Path, keks: Sequence[bytes]) -> bool:
    """Give the daemon the keys to hold; False where none listens."""
    words = [PUT, *(kek.hex().encode() for kek in keks)]
    return _asked(folder, b" ".join(words)) == OK


def lock(folder: Path) -> bool:
    """Have the daemon forget the keys; False where none listens."""
    return _asked(folder, LOCK) == OK


def is_answered(folder: Path) -> bool:
    """Whether a daemon listens there."""
    return _asked(folder, b"?") is not None


@contextmanager
def place(folder: Path) -> Iterator[str]:
    """The socket's address, short enough however deep the folder lies (107 bytes, unix(7))."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)


def _asked(folder: Path, words: bytes) -> bytes | None:
    try:
        with place(folder) as address, socket.socket(socket.AF_UNIX) as link:
            link.settimeout(ANSWER_S)
            link.connect(address)
            link.sendall(words + b"\n")
            return _whole(link)
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        return None
    except OSError as err:
        raise StopError(f"the daemon's key socket: {err.strerror or type(err).__name__}",
                        fr=f"la prise de clé du démon : {err.strerror or type(err).__name__}",
                        hint="as the daemon's account, or root",
                        hint_fr="sous le compte du démon, ou root") from err  # fmt: skip


def _whole(link: socket.socket) -> bytes:
    found = b""
    while (part := link.recv(LONGEST)) and len(found) < LONGEST:
        found += part
    return found.strip()
