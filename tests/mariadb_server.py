"""A MariaDB server of our own in a temporary folder, without TLS; nothing is kept."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

import debian

PACKAGE = "mariadb-server"
ADDRESS = "127.0.0.2"  # a loopback address that we treat as another machine's
_START_S = 30.0


class MariaServer:
    """One server: root over a unix socket; TCP on 127.0.0.2. `url` names a database."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        with socket.socket() as free:
            free.bind((ADDRESS, 0))
            self.port = free.getsockname()[1]
        user = ["--user=mysql"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(folder, "mysql", "mysql")
        data = f"--datadir={folder / 'data'}"
        subprocess.run(["mariadb-install-db", "--no-defaults", data, *user,
                        "--auth-root-authentication-method=normal", "--skip-test-db"],
                       check=True, capture_output=True)  # fmt: skip
        self._process = subprocess.Popen(
            ["/usr/sbin/mariadbd", "--no-defaults", data, *user, f"--socket={self.socket}",
             f"--bind-address={ADDRESS}", f"--port={self.port}", f"--pid-file={folder / 'pid'}",
             "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + _START_S
        while not self.socket.exists():  # it is there once the server listens
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("MariaDB did not start")
            time.sleep(0.1)

    def link(
        self, database: str | None = None
    ) -> "pymysql.connections.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(unix_socket=str(self.socket), user="root", database=database,
                               charset="utf8mb4", autocommit=True)  # fmt: skip

    def new_database(self) -> str:
        """The name of a fresh empty database."""
        name = f"t_{secrets.token_hex(6)}"
        with self.link() as link:
            link.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return name

    def url(self, database: str, user: str = "root") -> str:
        return f"mariadb://{user}@/{database}?unix_socket={self.socket}"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@contextmanager
def running() -> Iterator[MariaServer]:
    """A server while the block runs. Skips where the package cannot be installed."""
    debian.needed("mariadbd", PACKAGE)
    folder = Path(tempfile.mkdtemp(prefix="azalai-maria-"))
    folder.chmod(0o755)
    server = MariaServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
