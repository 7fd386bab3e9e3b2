"""The daemon's half of the key socket: it holds the master key, in memory only."""

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from azalai import logs
from azalai.app import key_socket
from azalai.errors import KeyLockedError, RunnerBusyError

ASKED_S = 2.0
_PEER = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))


class KeyHolder:
    """Holds what `azalai key unlock` gave, until `azalai key lock` or the end of the process.

    `unlocked` is set while it holds keys, `forgotten` once it was told to forget them.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self.unlocked = threading.Event()
        self.forgotten = threading.Event()
        self._keks: list[bytes] = []

    def read(self) -> list[bytes]:
        """The keys. KeyLockedError where there are none."""
        if not self._keks:
            raise KeyLockedError
        return list(self._keks)

    def hold(self, keks: list[bytes]) -> None:
        """Hold these from now on."""
        self._keks = keks
        self.unlocked.set()

    def forget(self) -> None:
        """Hold none."""
        self._keks = []
        self.unlocked.clear()
        self.forgotten.set()
        self._changed()

    def answer(self, words: bytes) -> bytes:
        """What a command is answered."""
        verb, *given = words.split()
        if verb == key_socket.GET:
            return b" ".join(k.hex().encode() for k in self._keks) or key_socket.LOCKED
        if verb == key_socket.PUT and given:
            self.hold([bytes.fromhex(one.decode()) for one in given])
            logs.get().info("key.unlocked")
            return key_socket.OK
        if verb == key_socket.LOCK:
            self.forget()
            logs.get().warning("key.locked")
            return key_socket.OK
        return b"?"


@contextmanager
def serving(holder: KeyHolder, folder: Path) -> Iterator[None]:
    """Answer on the key socket of a state folder until the end; the account's own processes and
    root's only. RunnerBusyError where another daemon answers there."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if key_socket.is_answered(folder):
        raise RunnerBusyError("azalai daemon")
    link = socket.socket(socket.AF_UNIX)
    with key_socket.place(folder) as address:
        with suppress(FileNotFoundError):
            (folder / key_socket.NAME).unlink()
        before = os.umask(0o177)
        try:
            link.bind(address)
        finally:
            os.umask(before)
    link.listen(8)
    thread = threading.Thread(target=_serve, args=(link, holder), name="key", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            (folder / key_socket.NAME).unlink()
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
        link.close()
        thread.join(ASKED_S)


def _serve(link: socket.socket, holder: KeyHolder) -> None:
    while True:
        try:
            client, _ = link.accept()
        except OSError:
            return
        with client, suppress(OSError, ValueError):
            client.settimeout(ASKED_S)
            if _uid(client) in (0, os.getuid()):
                client.sendall(holder.answer(_line(client)))


def _line(client: socket.socket) -> bytes:
    found = b""
    while b"\n" not in found and len(found) < key_socket.LONGEST and (part := client.recv(256)):
        found += part
    return found.partition(b"\n")[0]


def _uid(client: socket.socket) -> int:
    peer = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return int(_PEER.unpack(peer)[1])
