"""One and two daemons' sending on one PostgreSQL: a process each, to a receiver that takes its time."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import pgserver

OWNER = "postgres"


class NoServer(Exception):  # noqa: N818 (a row that is not measured, no error)
    """There is nothing to measure on."""


def measure(here: Path, folder: Path, target: str, rows: int, threads: int) -> tuple[float, float]:
    """Deliveries a second of one process, then of two. NoServer where PostgreSQL is missing."""
    if pgserver.programs() is None:
        raise NoServer("no PostgreSQL here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pgserver.started(port, ["one", "two"]):
        found = [_rate(here, folder, target, rows, threads,
                       f"postgresql://{OWNER}@127.0.0.1:{port}/{name}", count)
                 for name, count in (("one", 1), ("two", 2))]  # fmt: skip
    return found[0], found[1]


def _rate(
    here: Path, folder: Path, target: str, rows: int, threads: int, place: str, count: int
) -> float:
    script, same = str(here / "outbox.py"), ["--folder", str(folder), "--store", place]
    subprocess.run([sys.executable, script, "fill", *same, "--count", str(rows)], check=True)
    words = [sys.executable, script, "carry", *same, "--target", target, "--threads", str(threads)]
    begin = time.perf_counter()
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    said = [json.loads(one.communicate()[0]) for one in running]
    whole = time.perf_counter() - begin
    if (n := sum(one["n"] for one in said)) != rows:
        raise SystemExit(f"{n} of {rows} delivered by {count} processes")
    return rows / min(whole, max(one["s"] for one in said))
