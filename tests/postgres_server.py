"""A PostgreSQL server of our own in a temporary folder: started, killed, started again."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

PACKAGE = "postgresql"
OWNER = "azalai"
_PROGRAMS = Path("/usr/lib/postgresql")
_START_S = 30.0


class Server:
    """One server: trust on a unix socket and on 127.0.0.1, nothing kept. `url` names a database,
    `new_database` makes an empty one and names it, `kill` is SIGKILL for every process of it."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self.port = _free_port()
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        self._run("initdb", "-D", str(folder / "data"), "-U", OWNER, "--auth=trust", "--no-sync",
                  "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums").wait()  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        durable = "on" if self._durable else "off"
        self._process = self._run(
            "postgres", "-D", str(self.folder / "data"), "-k", str(self.folder),
            "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", f"fsync={durable}",
            "-c", "max_connections=200", "-c", "shared_buffers=64MB",
        )  # fmt: skip
        end = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                if self._process.poll() is not None:  # its killed children were not gone yet
                    return self.start()
                time.sleep(0.05)
            else:
                return None

    def url(self, database: str, *, tcp: bool = False) -> str:
        """The address of a database, over the socket or over 127.0.0.1."""
        if tcp:
            return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"
        return f"postgresql://{OWNER}@/{database}?host={self.folder}&port={self.port}"

    def new_database(self) -> str:
        """The address of a fresh empty database."""
        name = f"t_{secrets.token_hex(6)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as link:
            link.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url(name)

    def kill(self) -> None:
        """SIGKILL for the server and all of its backends, at once."""
        process = self._process
        if process is None:
            return
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in (process.pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        self._process = None

    def stop(self) -> None:
        """Stop it, throwing everybody out."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast" shutdown
            try:
                self._process.wait(_START_S)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [str(programs() / program), *arguments], stdout=log, stderr=log, cwd="/",
                user=None if self._account is None else self._account.pw_uid,
                group=None if self._account is None else self._account.pw_gid,
                extra_groups=None if self._account is None else [], start_new_session=True,
            )  # fmt: skip


def programs() -> Path:
    """The folder of the newest `initdb` and `postgres`; installed where root finds none."""
    found = _installed()
    if found is None and os.geteuid() == 0:
        sys.stderr.write(f"tests: no PostgreSQL here: apt-get install {PACKAGE}\n")
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", PACKAGE],
                       check=False, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})  # fmt: skip
        found = _installed()
    if found is None:
        pytest.skip(f"no PostgreSQL here: apt-get install {PACKAGE}")
    return found


@contextmanager
def started(*, durable: bool = False) -> Iterator[Server]:
    """A running server; gone at the end. `durable`: its disk is waited for, as in production."""
    programs()
    folder = Path(tempfile.mkdtemp(prefix="azpg-"))
    server = Server(folder, durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _installed() -> Path | None:
    found = [path.parent for path in _PROGRAMS.glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
