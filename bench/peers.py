"""The peers' queue scripts of `../shared/bench`, each against our plain receiver on their port."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pgserver

PORT = 18080
REDIS, NATS, POSTGRES = 16379, 14223, 15432
BARRED = ("litequeue", "huey", "persist-queue", "dramatiq", "celery", "procrastinate", "dbos")
"""What issue 6 says that we are ahead of; the others are stated."""
PEERS = {
    "litequeue": ("litequeue", "queue", None, 1.0), "huey": ("huey", "queue", None, 0.5),
    "huey, fsync": ("huey_fsync", "queue", None, 0.3),
    "persist-queue": ("persistqueue", "queue", None, 0.2), "dramatiq": ("dramatiq", "queue", REDIS, 0.5),
    "celery": ("celery", "queue", REDIS, 0.5),
    "procrastinate": ("procrastinate_batch", "queue", POSTGRES, 0.3),
    "dbos": ("dbos_sqlite", "dbos", None, 0.1), "pgqueuer": ("pgqueuer", "queue", POSTGRES, 1.0),
    "JetStream, sync always": ("nats_always", "queue", NATS, 1.0),
}  # fmt: skip
"""Name → mode of q.py, its environment, the port of the server that it needs, its share of rows."""
LIMIT_S = 150.0


def each(work: Path, shared: Path, rows: int) -> Iterator[tuple[str, float | str]]:
    """Each peer's deliveries a second, or why there are none."""
    folder = work / "out" / "run"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "out").mkdir(parents=True)
    with ExitStack() as stack:
        stack.enter_context(jetstream(work, folder))
        stack.enter_context(postgres())
        for name, (mode, environment, port, share) in PEERS.items():
            python = work / f"venv-{environment}" / "bin" / "python"
            if not python.exists():
                yield name, f"no venv-{environment}"
            elif port is not None and not listens(port):
                server = {REDIS: "Redis", NATS: "NATS", POSTGRES: "PostgreSQL"}[port]
                yield name, f"no {server} on port {port}"
            else:
                count = max(50, int(rows * share))
                yield name, one(python, shared, mode, count, folder)


def one(python: Path, shared: Path, mode: str, count: int, folder: Path) -> float | str:
    command = [str(python), str(shared / "queue" / "q.py"), mode, str(count)]
    env = {**os.environ, "PYTHONPATH": str(shared), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done after {LIMIT_S:.0f} s"
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1][:80]
    return float(json.loads(lines[-1])["del_s"])


@contextmanager
def jetstream(work: Path, folder: Path) -> Iterator[None]:
    """NATS with JetStream that syncs always, where its program is."""
    program = work / "venv-nats" / "bin" / "nats-server"
    if not program.exists() or listens(NATS):
        yield
        return
    config = folder / "nats.conf"
    config.write_text(f'listen: 127.0.0.1:{NATS}\njetstream {{ store_dir: "{folder}/nats", '
                      "sync_interval: always }\n")  # fmt: skip
    with subprocess.Popen([str(program), "-c", str(config)], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:  # fmt: skip
        try:
            wait_for(NATS)
            yield
        finally:
            process.terminate()


@contextmanager
def postgres() -> Iterator[None]:
    """PostgreSQL as `services.sh` starts it, unless that has been done or there is none."""
    if listens(POSTGRES) or pgserver.programs() is None:
        yield
        return
    with pgserver.started(POSTGRES, ["bench", "dbos1"]):
        yield


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not listens(port) and time.monotonic() < end:
        time.sleep(0.05)
