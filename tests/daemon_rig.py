"""A daemon in its own process, on a deployment of the rig; its events as they come."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from deployment_rig import Deployment

IMPATIENT = """\
import sys
from pathlib import Path
from azalai import logs
from azalai.service import Daemon, duties
from azalai.service.watch import Watch
duties.PUBLISH_S = 0.5
logs.configure()
sys.exit(Daemon(Path(sys.argv[1]), lambda line: print(line.fr, flush=True), "os/essai",
                watch=Watch(disk_pause_s=0.5)).run())
"""
"""The same daemon, which tries a full disk and publishes every half second."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until(true: Callable[[], object], seconds: float = 30.0) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def configure(place: Deployment, **lines: str) -> None:
    """Give the rig's feed its daemon settings, and the deployment others: `feed_schedule`."""
    file = place.folder / "azalai.yaml"
    text = file.read_text()
    for name, value in lines.items():
        if name.startswith("feed_"):
            mark = "    pattern: '*.csv'\n"
            text = text.replace(mark, f"{mark}    {name.removeprefix('feed_')}: {value}\n")
        else:
            text = f"{name}: {value}\n{text}"
    file.write_text(text)


class Running:
    """`with Running(place) as daemon`: started, ready; killed at the end if it still runs."""

    def __init__(self, place: Deployment, *, impatient: bool = False, ready: bool = True) -> None:
        self._place = place
        self.log = place.folder / "daemon.log"
        self.out = place.folder / "daemon.out"
        command = place.command("daemon") if not impatient else [
            sys.executable, "-c", IMPATIENT, str(place.folder / "azalai.yaml")]  # fmt: skip
        with self.log.open("ab") as log, self.out.open("ab") as out:
            self._from = log.tell()
            self.process = subprocess.Popen(command, env=place.environment(), stdout=out,
                                            stderr=log)  # fmt: skip
        if ready:
            assert until(lambda: self.events("daemon.ready")), self.log.read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = self.log.read_bytes()[self._from :].splitlines()
        found = [
            json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")
        ]
        return [one for one in found if one["event"] == name]

    def hang_up(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self, seconds: float = 20.0) -> int:
        self.process.terminate()
        return self.process.wait(seconds)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


def probe(port: int, path: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON of a health page; (0, {}) where nothing answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as err:
        with err:
            return err.code, json.loads(err.read())
    except OSError:
        return 0, {}


DOCUMENTS = Path(__file__).parent / "mapping" / "ner_fpr"
