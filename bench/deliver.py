"""Delivery beside what a user would otherwise pick: the same POST, in turn, in one run, as ratios.

Every job is a process of its own that prints one JSON line; a round runs each once, and a figure is the
median over the rounds. The receivers are `sinks.py`: plain HTTP for the peers' scripts and for
our outbox beside them, mutual TLS for our own transport. Exit 1 where a bar below is missed.

    make bench-deliver PEERS=WORK          WORK made by ../shared/bench/setup.sh WORK
    python bench/deliver.py WORK --rows 1000 --runs 1 --waiting 20000             for a quick look
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nodes_bench
import peers

from azalai.simulate import certificates
from translate import first_rows

HERE = Path(__file__).resolve().parent
THREADS = 4
"""Connections on both sides; httpx gets slower with more of them."""
LIMIT_S = 900.0
ALTERNATED = 3
"""Tries of each store, in turn: a turn waits for the disk twice, and disks have moods."""

Figures = dict[str, float]
BARS: dict[str, tuple[float, str]] = {
    "intake over translation, one core": (0.1, "at least"),
    "intake over translation, two cores": (0.2, "at least"),
    "commit beside raw SQLite": (0.6, "at least"),
    "one by one over the bare client": (0.7, "at least"),
    "100 a request over one by one": (5.0, "at least"),
    "five feeds, two destinations over the bare client": (0.25, "at least"),
    "claim, many waiting over 10,000": (1.2, "at most"),
    "whole turn, many waiting over 10,000": (1.2, "at most"),
    "start with many waiting, s": (2.0, "at most"),
    "memory, many waiting over 10,000": (1.1, "at most"),
    "two daemons over one, PostgreSQL": (1.5, "at least"),
} | {f"outbox over {name}": (1.0, "at least") for name in peers.BARRED}
"""What makes this benchmark fail: the figures that issue 6 sets."""


def job(script: str, *words: object) -> Figures:
    """One job of ours. SystemExit with what it said where it fails."""
    command = [sys.executable, str(HERE / script), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise SystemExit(f"exit {done.returncode}: {' '.join(command)}\n{done.stderr[-2000:]}")
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return dict(json.loads(lines[-1])) if lines else {}


@contextmanager
def sink(kind: str, where: object, wait_s: float = 0.0) -> Iterator[int]:
    """A receiver in a process of its own; its port."""
    command = [sys.executable, str(HERE / "sinks.py"), kind, str(where), "--wait", str(wait_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"no receiver: {' '.join(command)}")
            yield int(line)
        finally:
            process.terminate()


def per_second(found: Figures) -> float:
    return found["n"] / found["s"]


class Bench:
    """One run: its folder, its receivers, and what it has seen, a list of values a figure."""

    def __init__(self, folder: Path, rows: int, tls: int) -> None:
        self.folder = folder
        self.rows = rows
        self.https = f"https://127.0.0.1:{tls}"
        self.plain = f"http://127.0.0.1:{peers.PORT}/sink"
        self.seen: dict[str, list[float]] = {}
        self._number = 0

    def keep(self, name: str, value: float) -> float:
        self.seen.setdefault(name, []).append(value)
        print(f"  {name}: {value:,.3f}", file=sys.stderr, flush=True)
        return value

    def place(self) -> Path:
        self._number += 1
        made = self.folder / f"job{self._number}"
        made.mkdir()
        return made

    def bare(self, kind: str) -> float:
        target = self.https if kind == "https" else self.plain
        found = job("outbox.py", "bare", "--folder", self.folder, "--kind", kind, "--target", target,
                    "--threads", THREADS, "--count", self.rows)  # fmt: skip
        return self.keep(f"bare {kind}, records/s", per_second(found))

    def outbox(self, kind: str, batch: int = 1, rows: int = 0) -> float:
        place, count = self.place() / "azalai.db", rows or self.rows
        target = self.https if kind == "https" else self.plain
        job("outbox.py", "fill", "--folder", self.folder, "--store", place, "--count", count)
        found = job("outbox.py", "carry", "--folder", self.folder, "--store", place, "--kind", kind,
                    "--target", target, "--threads", THREADS, "--batch", batch)  # fmt: skip
        if found["n"] != count:
            raise SystemExit(f"{found['n']} of {count} delivered")
        shutil.rmtree(place.parent)
        return self.keep(f"outbox {kind}, {batch} a request, records/s", per_second(found))

    def delivering(self) -> None:
        """One by one and 100 a request, beside the same transport without an outbox."""
        bare = self.bare("https")
        one = self.outbox("https")
        many = self.outbox("https", 100, 5 * self.rows)
        self.keep("one by one over the bare client", one / bare)
        self.keep("100 a request over one by one", many / one)

    def beside_peers(self, work: Path, shared: Path) -> None:
        """Our outbox with the peers' POST, then each peer."""
        self.bare("plain")
        ours = self.outbox("plain")
        for name, said in peers.each(work, shared, self.rows):
            if isinstance(said, str):
                print(f"  {name}: not measured: {said}", file=sys.stderr, flush=True)
                self.seen.setdefault(f"not measured: {name}: {said}", [])
                continue
            self.keep(f"{name}, records/s", said)
            self.keep(f"outbox over {name}", ours / said)

    def intake(self, source: Path, rows: int) -> None:
        """The road up to the outbox beside translation alone, and its commits beside raw inserts."""
        out = self.place() / "ours.jsonl"
        begin = os.times().elapsed
        job("ours.py", source, out)
        translated = rows / (os.times().elapsed - begin)
        self.keep("translation alone, records/s", translated)
        for cores, name in ((1, "one core"), (2, "two cores")):
            place = self.place()
            found = job("roads.py", "intake", "--folder", place, "--source", source, "--cores",
                        cores, "--certificates", self.folder)  # fmt: skip
            self.keep(f"intake, {name}, records/s", per_second(found))
            self.keep(f"intake over translation, {name}", per_second(found) / translated)
        place = self.place()
        ours = job("roads.py", "commit", "--folder", place, "--source", source,
                   "--certificates", self.folder)  # fmt: skip
        bare = job("roads.py", "raw", "--folder", place)
        self.keep("commit beside raw SQLite", bare["s"] / ours["s"])

    def road(self) -> None:
        """Five feeds to two destinations; a record may go to two, one or none."""
        bare = self.bare("https")  # of the same minute
        found = job("roads.py", "road", "--folder", self.place(), "--records", max(100, self.rows // 4),
                    "--target", self.https, "--certificates", self.folder)  # fmt: skip
        rate = self.keep("five feeds: deliveries/s", found["delivered"] / found["s"])
        self.keep("five feeds: records read/s", found["n"] / found["s"])
        self.keep("five feeds, two destinations over the bare client", rate / bare)

    def waiting(self, many: int) -> None:
        """What a claim, a start and the memory cost where much waits."""
        stores = {count: self.place() / "azalai.db" for count in (10_000, many)}
        for count, store in stores.items():
            job(
                "outbox.py",
                "fill-fast",
                "--folder",
                self.folder,
                "--store",
                store,
                "--count",
                count,
            )
        tries = [[job("outbox.py", "waiting", "--folder", self.folder, "--store", store)
                  for store in stores.values()] for _ in range(ALTERNATED)]  # fmt: skip
        few, lots = ({what: statistics.median(one[which][what] for one in tries)
                      for what in tries[0][which]} for which in (0, 1))  # fmt: skip
        for store in stores.values():
            shutil.rmtree(store.parent)
        for what in ("claim_us", "turn_us", "peak_mb"):
            self.keep(f"waiting 10,000: {what}", few[what])
            self.keep(f"waiting {many:,}: {what}", lots[what])
        self.keep("claim, many waiting over 10,000", lots["claim_us"] / few["claim_us"])
        self.keep("whole turn, many waiting over 10,000", lots["turn_us"] / few["turn_us"])
        self.keep("start with many waiting, s", lots["start_s"])
        self.keep("memory, many waiting over 10,000", lots["peak_mb"] / few["peak_mb"])

    def nodes(self) -> None:
        """One and two daemons' sending on one PostgreSQL, to a receiver 20 ms away."""
        try:
            with sink("wapis", self.folder, 0.02) as port:
                one, two = nodes_bench.measure(
                    HERE, self.folder, f"https://127.0.0.1:{port}", min(self.rows, 1000), THREADS)  # fmt: skip
        except nodes_bench.NoServer as err:
            self.seen.setdefault(f"not measured: two daemons: {err}", [])
            return
        self.keep("one daemon, PostgreSQL, records/s", one)
        self.keep("two daemons, PostgreSQL, records/s", two)
        self.keep("two daemons over one, PostgreSQL", two / one)


def table(seen: dict[str, list[float]]) -> tuple[list[str], list[str]]:
    """The lines of the table, and what was missed."""
    lines = ["| | median (min-max) | bar | |", "|---|---|---|---|"]
    missed = []
    for name, values in seen.items():
        if not values:
            lines.append(f"| {name} | | | |")
            continue
        value = statistics.median(values)
        shown = f"{value:,.2f} ({min(values):,.2f}-{max(values):,.2f})"
        bar, way = BARS.get(name, (None, ""))
        held = bar is None or (value >= bar if way == "at least" else value <= bar)
        if not held:
            missed.append(f"{name}: {value:.2f}, {way} {bar}")
        told = "" if bar is None else "met" if held else "MISSED"
        lines.append(f"| {name} | {shown} | {'' if bar is None else f'{way} {bar}'} | {told} |")
    return lines, missed


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    asked.add_argument("peers", type=Path, help="the folder that setup.sh made")
    asked.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared" / "bench")
    asked.add_argument(
        "--rows",
        type=int,
        default=5000,
        help="deliveries of a job; four times as many are taken in, a quarter a feed on the road",
    )
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--waiting", type=int, default=100_000, help="deliveries that wait")
    asked.add_argument("--only", nargs="*", default=[], help="delivering beside_peers intake ...")
    given = asked.parse_args()
    if not (given.shared / "queue").is_dir():
        raise SystemExit(f"no peers' scripts in {given.shared}: --shared says where they are")
    return given


def main() -> int:
    given = arguments()
    work, shared = given.peers.resolve(), given.shared.resolve()
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    certificates.make(folder)
    begin = os.times()
    try:
        with sink("wapis", folder) as tls, sink("plain", peers.PORT):
            bench = Bench(folder, given.rows, tls)
            parts: dict[str, Callable[[], None]] = {
                "delivering": bench.delivering,
                "beside_peers": lambda: bench.beside_peers(work, shared),
                "intake": lambda: bench.intake(first_rows(work, 4 * given.rows, folder), 4 * given.rows),
                "road": bench.road,
                "waiting": lambda: bench.waiting(given.waiting),
                "nodes": bench.nodes,
            }  # fmt: skip
            for number in range(given.runs):
                print(f"round {number + 1}", file=sys.stderr)
                for name, part in parts.items():
                    if not given.only or name in given.only:
                        part()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{given.rows:,} deliveries a job, {given.runs} rounds in turn, medians; "
          f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} over five minutes, "
          f"{os.times().elapsed - begin.elapsed:.0f} s\n")  # fmt: skip
    lines, missed = table(bench.seen)
    print("\n".join([*lines, "", *(f"MISSED: {one}" for one in missed)] if missed
                    else [*lines, "", "All bars met."]))  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
