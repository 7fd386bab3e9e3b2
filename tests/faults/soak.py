"""`make soak`: the daemon on the demo's deployment, killed and cut off, then counted.

Not a test of the suite: it takes as long as it is told. New invented records fall into every
feed's folder, the daemon is killed with SIGKILL, at random moments and in the middle of work; one destination's simulator is
stopped and started. At the end every owed message is at its receiver once by its key, nothing is
delivered without a receipt, both equations and the ledger hold: exit 0, else 1.
"""

import argparse
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from azalai import settings
from azalai.simulate.samples import write_feed

AZALAI = [sys.executable, "-m", "azalai"]
READING = "SELECT 1 FROM runs WHERE state = 'reading' LIMIT 1"
SENDING = "SELECT 1 FROM deliveries WHERE state = 'sending' LIMIT 1"
AIMS = (None, SENDING, READING)
MOVING = (
    "SELECT count(*) FROM deliveries d WHERE state IN ('staged', 'due', 'sending', 'awaiting', "
    "'deferred', 'unknown') OR (state = 'waiting' AND NOT EXISTS (SELECT 1 FROM deliveries h "
    "WHERE h.record = d.record AND h.destination = d.destination AND h.state = 'held'))"
)
STATES = "SELECT state, idempotency_key, receipt IS NOT NULL FROM deliveries"


@dataclass
class Soak:
    """One soak: what it starts, what it does to it, what it counts."""

    folder: Path
    minutes: float
    kills: int
    stops: int
    pause_s: float
    every_s: int
    records: int
    seed: int
    simulators: list[dict[str, str]] = field(default_factory=list)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    daemon: subprocess.Popen[bytes] | None = None
    logged: int = 0
    at_first: int = 0

    @property
    def config(self) -> Path:
        return self.folder / "config" / "azalai.yaml"

    def azalai(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "AZALAI_CONFIG": str(self.config)}
        return subprocess.run([*AZALAI, *words], env=environment, text=True, check=False,
                              capture_output=True)  # fmt: skip

    def prepare(self) -> None:
        """The demo's deployment, whose feeds get a schedule."""
        made = self.azalai("demo", "--records", str(self.records), "--dir", str(self.folder),
                           "--json")  # fmt: skip
        if made.returncode != 0:
            sys.exit(f"the demo fails:\n{made.stdout}{made.stderr}")
        self.simulators = json.loads(made.stdout)["simulators"]
        text = self.config.read_text(encoding="utf-8")
        line = f"    schedule: every {self.every_s} s\n"
        text = re.sub(r"(?m)^    schedule: .*\n", "", text)
        text = re.sub(r"(?m)^(    folder: .*\n)", rf"\1{line}", text)
        self.config.write_text(text, encoding="utf-8")
        self.at_first = len(self._sent())

    def start_simulator(self, one: dict[str, str]) -> None:
        self.running[one["name"]] = subprocess.Popen(
            [*AZALAI, *shlex.split(one["command"])[1:]], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop_simulator(self, one: dict[str, str]) -> None:
        process = self.running.pop(one["name"])
        process.terminate()
        process.wait(20)

    def start_daemon(self) -> None:
        with (self.folder / "daemon.log").open("ab") as log:
            self.logged = log.tell()
            self.daemon = subprocess.Popen([*AZALAI, "daemon", "--config", str(self.config)],
                                           stdout=log, stderr=log)  # fmt: skip

    def await_ready(self) -> None:
        """Until this daemon said that it is ready: a kill before is another test."""
        deadline = time.monotonic() + 120
        log = self.folder / "daemon.log"
        while b'"daemon.ready"' not in log.read_bytes()[self.logged :]:
            if time.monotonic() > deadline:
                sys.exit("the daemon does not become ready")
            time.sleep(0.02)

    def await_work(self, aim: str) -> None:
        """Until something is being read, or sent; at most for one schedule."""
        store = settings.load(self.config)
        db = apsw.Connection(str(store.store_file), flags=apsw.SQLITE_OPEN_READONLY)
        deadline = time.monotonic() + self.every_s
        try:
            while time.monotonic() < deadline and not list(db.execute(aim)):
                time.sleep(0.002)
        finally:
            db.close()

    def kill_daemon(self) -> None:
        if self.daemon is not None:
            if self.daemon.poll() is not None:
                sys.exit(f"the daemon ended by itself: {self.daemon.returncode}")
            self.daemon.send_signal(signal.SIGKILL)
            self.daemon.wait()

    def grow(self, step: int) -> None:
        """Each feed's file again, with more records."""
        for given in settings.load(self.config).feeds.values():
            folder = self.config.parent / given.folder
            first = min(p for p in folder.iterdir() if p.is_file() and p.name[0] != ".")
            write_feed(given.connector, first, self.records * (step + 1), 7)

    def run(self) -> bool:
        """The whole soak; True if everything holds."""
        self.prepare()
        chance = random.Random(self.seed)
        for one in self.simulators:
            self.start_simulator(one)
        self.start_daemon()
        try:
            self._plan(chance)
            return self._verdict()
        finally:
            for process in [*self.running.values(), *([self.daemon] if self.daemon else [])]:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _plan(self, chance: random.Random) -> None:
        seconds = self.minutes * 60
        events: list[tuple[float, str, int]] = []
        for number in range(self.kills):
            width = seconds / self.kills
            events.append(((number + chance.uniform(0.2, 0.95)) * width, "kill", number))
        for number in range(self.stops):
            at = (number + 0.4) * seconds / self.stops
            events += [(at, "stop", number), (at + self.pause_s, "start", number)]
        events += [(t * self.every_s, "grow", t) for t in range(1, int(seconds // self.every_s))]
        began = time.monotonic()
        victim = self.simulators[-1]
        for at, what, number in sorted(events):
            time.sleep(max(0.0, began + at - time.monotonic()))
            print(f"{at:7.1f} s  {what} {number + 1}", flush=True)
            if what == "kill":
                self.await_ready()
                if (aim := AIMS[number % len(AIMS)]) is not None:
                    self.await_work(aim)
                self.kill_daemon()
                self.start_daemon()
            elif what == "stop":
                self.stop_simulator(victim)
            elif what == "start":
                self.start_simulator(victim)
            else:
                self.grow(number)
        time.sleep(max(0.0, began + seconds - time.monotonic()))

    def _verdict(self) -> bool:
        deadline = time.monotonic() + 600
        while (status := self._status())["open"] and time.monotonic() < deadline:
            time.sleep(1)
        assert self.daemon is not None
        self.daemon.terminate()
        code = self.daemon.wait(60)
        sent, found = self._sent(), self._found()
        verified = self.azalai("ledger", "verify").returncode
        log = (self.folder / "daemon.log").read_text()
        failed = Counter(re.findall(r'"error": "(\w+)", "event": "thread.failed"', log))
        checks = {
            "stopped in order, exit 0": code == 0,
            "nothing moves any more": not status["open"],
            "both equations": status["balance"],
            "ledger verifies": verified == 0,
            f"{len(sent) - self.at_first} delivered by the daemon": len(sent) > self.at_first,
            f"{len(sent)} delivered in all, each at a receiver": sent.keys() <= found.keys(),
            "each key at one receiver, once": all(n == 1 for n in found.values()),
            "nothing there that is not delivered": found.keys() <= sent.keys(),
            "none delivered without a receipt": all(sent.values()),
            f"no thread failed {dict(failed) or ''}": not failed,
            "no traceback": "Traceback" not in log,
        }
        for what, holds in checks.items():
            print(f"{'ok  ' if holds else 'FAIL'}  {what}", flush=True)
        return all(checks.values())

    def _status(self) -> dict[str, Any]:
        done = self.azalai("status", "--json")
        if not done.stdout:
            print(f"status fails: {done.stderr[-500:]}", flush=True)
            return {"open": 1, "balance": False}
        told = json.loads(done.stdout)
        return {"open": self._moving(), "balance": told["conservation"]["ok"]}

    def _moving(self) -> int:
        """What may still leave; what waits behind a delivery that asks a person does not."""
        store = settings.load(self.config)
        db = apsw.Connection(str(store.store_file), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            [(count,)] = list(db.execute(MOVING))
            return int(count)
        finally:
            db.close()

    def _sent(self) -> dict[str, bool]:
        store = settings.load(self.config)
        db = apsw.Connection(str(store.store_file), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return {key: bool(r) for state, key, r in db.execute(STATES) if state == "delivered"}
        finally:
            db.close()

    def _found(self) -> Counter[str]:
        """Keys that receivers took and did not refuse."""
        found: Counter[str] = Counter()
        for one in self.simulators:
            db = apsw.Connection(str(Path(one["dir"]) / "received.db"))
            found.update(key for (key,) in db.execute("SELECT key FROM received"))
            db.close()
        return found


def main() -> None:
    take = argparse.ArgumentParser(description=__doc__, prog="soak")
    take.add_argument("--dir", type=Path, default=Path("soak"), dest="folder")
    take.add_argument("--minutes", type=float, default=10)
    take.add_argument("--kills", type=int, default=10)
    take.add_argument("--stops", type=int, default=2)
    take.add_argument("--pause", type=float, default=20, dest="pause_s", help="seconds")
    take.add_argument("--every", type=int, default=60, dest="every_s", help="seconds")
    take.add_argument("--records", type=int, default=100, help="more records a feed, each time")
    take.add_argument("--seed", type=int, default=1)
    given = Soak(**vars(take.parse_args()))
    sys.exit(0 if given.run() else 1)


if __name__ == "__main__":
    main()
