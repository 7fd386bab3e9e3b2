"""A durable PostgreSQL of our own for one run, in a temporary folder, on a given port."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_S = 30.0


def programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def started(port: int, databases: Sequence[str]) -> Iterator[None]:
    """A running server with these databases; gone at the end."""
    bin_folder = programs()
    assert bin_folder is not None
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    as_owner = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid,
                                           "extra_groups": []}  # fmt: skip

    def run(*words: str) -> None:
        subprocess.run([str(bin_folder / words[0]), *words[1:]], cwd="/", check=True,
                       capture_output=True, **as_owner)  # type: ignore[call-overload]  # fmt: skip

    run("initdb", "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "-E", "UTF8",
        "--locale=C.UTF-8")  # fmt: skip
    server = subprocess.Popen(
        [str(bin_folder / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port),
         "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_owner,
    )  # type: ignore[call-overload]  # fmt: skip
    try:
        ready = [str(bin_folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        end = time.monotonic() + START_S
        while subprocess.run(ready, check=False).returncode and time.monotonic() < end:
            time.sleep(0.1)
        for name in databases:
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", name)
        yield
    finally:
        server.send_signal(2)  # a fast shutdown
        server.wait(START_S)
        shutil.rmtree(folder, ignore_errors=True)
