"""Several daemons of one deployment on one PostgreSQL, killed, frozen and cut off."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from azalai.store import Store, open_store
from azalai.store.engine import ServerAddress
from azalai.store.seal import load_kek
from daemon_rig import until
from faults.places import HTTPS, Place
from outbox_rig import FixedClock
from postgres_server import Server

QUICK = """\
import sys
from pathlib import Path
from azalai import logs
from azalai.service import Daemon
from azalai.store import nodes
nodes.LEASE_S = 4
nodes.RENEW_S = 0.5
logs.configure()
sys.exit(Daemon(Path(sys.argv[1]), lambda line: print(line.fr, flush=True), "os/essai").run())
"""
"""The daemon, whose leases last four seconds: what is tried is that they run out."""


class SharedPlace(Place):
    """The rig's deployment, its store on a server; `nodes` configurations, each with a name and a
    folder of its own. Its records lie in a folder that all of them see."""

    def __init__(self, folder: Path, server: Server, *faults: str, nodes: int = 3) -> None:
        super().__init__(folder, *faults, kinds=(HTTPS,))
        self.url = server.new_database()
        self._daemons: dict[int, subprocess.Popen[bytes]] = {}
        text = (folder / "azalai.yaml").read_text()
        text = text.replace(
            "    pattern: '*.csv'\n", "    pattern: '*.csv'\n    schedule: every 1 s\n"
        )
        for number in range(nodes):
            self.configuration(number).write_text(
                f"node: n{number}\nstore:\n  url: '{self.url}'\n  folder: state{number}\n{text}"
            )
        (folder / "azalai.yaml").write_text(self.configuration(0).read_text())

    def configuration(self, number: int) -> Path:
        return self.folder / f"node{number}.yaml"

    def start(self, number: int) -> None:
        with (self.folder / f"daemon{number}.log").open("ab") as log:
            self._daemons[number] = subprocess.Popen(
                [sys.executable, "-c", QUICK, str(self.configuration(number))],
                env=self.environment(), stdout=log, stderr=log,
            )  # fmt: skip

    def ready(self, nodes: int) -> bool:
        """Whether so many daemons are at work in time."""
        logs = [self.folder / f"daemon{number}.log" for number in range(nodes)]
        return until(lambda: all(b"daemon.ready" in log.read_bytes() for log in logs))

    def signal(self, number: int, what: signal.Signals) -> None:
        """Send a signal; after SIGKILL the process is gone."""
        process = self._daemons[number]
        os.kill(process.pid, what)
        if what == signal.SIGKILL:
            process.wait()

    def restart_if_dead(self, number: int) -> None:
        if self._daemons[number].poll() is not None:
            self.start(number)

    def stop(self) -> list[int]:
        """SIGTERM for all; their exit codes."""
        for process in self._daemons.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        codes = [process.wait(60) for process in self._daemons.values()]
        self._daemons.clear()
        return codes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._daemons.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()

    def arrived(self, records: int, seconds: float) -> bool:
        """Whether so many were owed and all of them are delivered in time, or overtaken by a newer
        one, by the store's own count."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done = self.azalai("status", "--json")
            if done.returncode == 0:
                [one] = json.loads(done.stdout)["destinations"]
                ended = one["delivered"] + one["withdrawn"]
                if one["owed"] >= records and one["open"] == 0 and ended == one["owed"]:
                    return True
            time.sleep(1)
        return False

    def store(self) -> Store:
        return open_store(ServerAddress(self.url), load_kek(self.folder / "keys" / "kek"),
                          FixedClock())  # fmt: skip

    def checkpoint(self) -> Path:
        """The newest checkpoint that a node put outside the database."""
        return max(self.folder.glob("state*/checkpoint"), key=lambda path: path.stat().st_mtime)
