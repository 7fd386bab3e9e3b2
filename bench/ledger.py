"""The ledger beside bare SQLite, a plain hash chain, bare hashlib and pymerkle, as ratios.

Appends go in batches of 500, each one transaction with FULL sync, all to one disk, in turn; a ratio
is the median over the rounds of (their wall time / ours). Verifying runs beside hashlib over the
same bytes already in memory, each in one process, start included; its ratio is of processor time
(user and system), since both only compute, with the ratio of wall times beside it. Exit 1 where a
bar below is missed.

    make bench-ledger PEERS=WORK           WORK made by ../shared/bench/setup.sh WORK
    python bench/ledger.py --entries 50000 --runs 3          without pymerkle, for a quick look
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.evidence import verifier
from azalai.evidence.export import export
from azalai.evidence.reading import read_all
from azalai.ledger import Signer, append, entry, make_checkpoint, merkle
from azalai.ledger.entries import Entry, encode
from azalai.ledger.log import prove_inclusion
from azalai.ledger.verify import verify
from azalai.store.database import Database
from azalai.store.ledger_rows import LedgerRows

T = TypeVar("T")
BATCH = 500
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIGNER = Signer("ledger.example/bench", Ed25519PrivateKey.from_private_bytes(bytes(32)))
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
ANCHOR = verifier.Anchor(verifier.parse_vkey(SIGNER.verifier.vkey), ())
RAW, CHAIN, MADE = "raw SQLite", "plain hash chain", "raw SQLite, entries made too"
HASHLIB, INSIDE, PYMERKLE = "hashlib", "hashlib, by azalai itself", "pymerkle, as durable"
STORE = "hashlib, the store itself"
PROOF, HASHES, MEMORY = "proof_ms", "proof_hashes", "memory"
GROWTH, FEW = "checkpoint_growth", 10_000
ENOUGH = 500_000
"""Entries from which the start of a program no longer counts in how fast it verifies."""

LEAST = {RAW: 0.5, CHAIN: 0.8, MADE: 0.3, HASHLIB: 0.25, INSIDE: 0.25, PYMERKLE: 10.0}
"""What the evidence issue asks: appending and verifying at least so many times their speed."""
MOST = {PROOF: 1.0, HASHES: 24, MEMORY: 1.15, GROWTH: 1.5}
"""And at most: a proof in a log of ten million entries; the verifier's peak memory over that of a
tenth of the entries; a checkpoint's cost in the big log over that in one of ten thousand."""


def facts(count: int, first: int = 0) -> list[Entry]:
    """Entries as a delivery makes them, about 275 bytes each."""
    chance = random.Random(first)
    return [
        entry("outcome", pseudonym=f"{chance.getrandbits(128):032x}", version=1, attempt=1,
              destination="regional", outcome="delivered", reason="", delivery=number,
              receipt=f"{chance.getrandbits(256):064x}")
        for number in range(first, first + count)
    ]  # fmt: skip


def batches(items: Sequence[T]) -> Iterator[tuple[int, Sequence[T]]]:
    for at in range(0, len(items), BATCH):
        yield at, items[at : at + BATCH]


def spent() -> float:
    """Processor seconds of this process and of those that it waited for."""
    return sum(os.times()[:4])


def timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


WATCHED = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(next(line for line in open("/proc/self/status") if "VmHWM" in line), file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Used:
    """What some work took: wall and processor seconds."""

    wall: float
    cpu: float


def used(work: Callable[[], object]) -> Used:
    wall, cpu = time.perf_counter(), spent()
    work()
    return Used(time.perf_counter() - wall, spent() - cpu)


def peak_mb(words: Sequence[str]) -> float:
    """The own peak of one Python program."""
    done = subprocess.run([sys.executable, "-c", WATCHED, *words], capture_output=True, text=True,
                          check=True)  # fmt: skip
    return int(done.stderr.split()[-2]) / 1024


def insert(path: Path, data: Sequence[bytes], *, chained: bool) -> None:
    """The same bytes into one table; `chained`: each row with the hash over it and the last."""
    db = apsw.Connection(str(path))
    db.execute(PRAGMAS).fetchall()
    db.execute("CREATE TABLE log (idx INTEGER PRIMARY KEY, data BLOB, hash BLOB)")
    link = bytes(32)
    for at, some in batches(data):
        rows = []
        for index, one in enumerate(some, at):
            link = hashlib.sha256(link + one).digest() if chained else b""
            rows.append((index, one, link))
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO log VALUES (?, ?, ?)", rows)
        db.execute("COMMIT")
    db.close()


def ours(path: Path, made: Sequence[Entry]) -> Database:
    """Our log of these entries, in the store's own tables."""
    db = Database(path)
    rows = LedgerRows(db)
    for _, some in batches(made):
        with db.transaction():
            append(rows, some, NOW)
    return db


def appending(folder: Path, count: int, runs: int) -> dict[str, float]:
    """Ratios of appending; our own time as entries a second under `ours`."""
    made = facts(count)
    stamped = [{**one, "time": "2026-11-24T09:00:00.000000Z"} for one in made]
    data = [encode(one) for one in stamped]
    seen: dict[str, list[float]] = {}
    for number in range(runs):
        raw = timed(lambda n=number: insert(folder / f"raw{n}.db", data, chained=False))
        chain = timed(lambda n=number: insert(folder / f"chain{n}.db", data, chained=True))
        making = timed(lambda: [encode(one) for one in stamped])
        mine = timed(lambda n=number: ours(folder / f"ours{n}.db", made).close())
        bare = mine - making
        for name, value in ((RAW, raw / bare), (MADE, raw / mine), (CHAIN, chain / bare),
                            ("ours", count / mine)):  # fmt: skip
            seen.setdefault(name, []).append(value)
    return {name: statistics.median(values) for name, values in seen.items()}


def grown(path: Path, size: int) -> LedgerRows:
    """A log of so many entries, a few of them in memory at a time."""
    db = Database(path)
    db.sync_each_commit(False)
    rows = LedgerRows(db)
    for first in range(0, size, 50 * BATCH):
        for _, some in batches(facts(min(50 * BATCH, size - first), first)):
            with db.transaction():
                append(rows, some, NOW)
    return rows


def exported(folder: Path, rows: LedgerRows) -> Path:
    """The export of a log."""
    place = folder / f"export{rows.head().size}"
    export(rows, place, make_checkpoint(rows, SIGNER), SIGNER.verifier)
    return place


def verifying(folder: Path, count: int, runs: int) -> dict[str, float]:
    """The independent verifier on an export beside hashlib over the same entries; its memory."""
    places = [
        exported(folder, grown(folder / f"log{size}.db", size)) for size in (count // 10, count)
    ]
    words = [[str(p / verifier.PROGRAM), str(p), "--vkey", SIGNER.verifier.vkey] for p in places]
    peaks = [peak_mb(one) for one in words]
    rows, rounds = LedgerRows(Database(folder / f"log{count}.db")), []
    data, note = [row[1] for row in rows.entries(0, count)], make_checkpoint(rows, SIGNER)
    for _ in range(runs):
        bare = used(lambda: [hashlib.sha256(one).digest() for one in data])
        alone = used(lambda: subprocess.run([sys.executable, *words[1]], check=True,
                                            stdout=subprocess.DEVNULL))  # fmt: skip
        inside = used(lambda: verifier.check_export(
            str(places[1]), ANCHOR, {}, {}, read=read_all))  # fmt: skip
        store = used(lambda: verify(rows, note, [SIGNER.verifier]))
        rounds.append((bare.cpu / alone.cpu, bare.cpu / inside.cpu, bare.cpu / store.cpu,
                       bare.wall / alone.wall, count / alone.wall))  # fmt: skip
    middle = [statistics.median(one) for one in zip(*rounds, strict=True)]
    return dict(zip((HASHLIB, INSIDE, STORE, "hashlib, wall time", "verified_s"), middle,
                    strict=True)) | {
        "peak_mb": peaks[1], MEMORY: peaks[1] / peaks[0]}  # fmt: skip


def proving(folder: Path, count: int) -> dict[str, float]:
    """Inclusion proofs from the store, and in a log of ten million whose tiles are all alike."""
    rows = LedgerRows(Database(folder / f"log{count}.db"))
    chance, took = random.Random(3), []
    for _ in range(500):
        index = chance.randrange(count)
        took.append(timed(lambda i=index: prove_inclusion(rows, i, count)))
    many, alike, hashes = 10_000_000, [], 0
    for _ in range(500):
        index = chance.randrange(many)
        begin = time.perf_counter()
        path = merkle.inclusion_proof(lambda level, _index: bytes([level]) * 32, index, many)
        alike.append(time.perf_counter() - begin)
        hashes = max(hashes, len(path))
    return {"proof_store_ms": 1000 * statistics.median(took),
            PROOF: 1000 * statistics.median(alike), HASHES: hashes}  # fmt: skip


def sealing(folder: Path, count: int) -> dict[str, float]:
    """What a checkpoint costs in a log of ten thousand entries and in the big one, in turn."""
    logs = (grown(folder / "few.db", FEW), LedgerRows(Database(folder / f"log{count}.db")))
    took = [[timed(lambda r=rows: make_checkpoint(r, SIGNER)) for rows in logs] for _ in range(500)]
    few, many = (statistics.median(one) for one in zip(*took, strict=True))
    return {"checkpoint_us, 10,000": 1e6 * few, f"checkpoint_us, {count:,}": 1e6 * many,
            GROWTH: many / few}  # fmt: skip


def pymerkle(peers: Path, folder: Path) -> dict[str, float]:
    """Entries a second of pymerkle on SQLite: one by one as it is durable, and in bulk."""
    script = Path(__file__).resolve().parents[2] / "shared/bench/audit/a.py"
    python, found = peers / "venv-core/bin/python", {}
    if python.exists() and script.exists():
        for mode, count in (("pymerkle_sqlite", "2000"), ("pymerkle_sqlite_bulk", "50000")):
            done = subprocess.run([str(python), str(script), mode, count], cwd=folder,
                                  capture_output=True, text=True, check=True)  # fmt: skip
            found[mode] = float(json.loads(done.stdout)["append_s"])
    return found


def main() -> int:
    """Measure, print one line a figure, and say which bars are missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peers", nargs="?", type=Path, default=Path("peers"))
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--appended", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = appending(folder, min(options.appended, options.entries), options.runs)
        found |= verifying(folder, options.entries, options.runs)
        found |= proving(folder, options.entries)
        found |= sealing(folder, options.entries)
        found |= pymerkle(options.peers.resolve(), folder)
    if "pymerkle_sqlite" in found:
        found[PYMERKLE] = found["ours"] / found["pymerkle_sqlite"]
    return told(found, shown=(HASHLIB,) if options.entries < ENOUGH else ())


def told(found: dict[str, float], shown: Sequence[str]) -> int:
    """Print one line a figure with its bar; 1 where one is missed, but for what is only `shown`."""
    missed = []
    for name, value in found.items():
        least, most = LEAST.get(name), MOST.get(name)
        bar = f"   at least {least}" if least else f"   at most {most}" if most else ""
        if name not in shown and ((least and value < least) or (most and value > most)):
            missed.append(name)
        print(f"{name:32} {value:14.3f}{bar}")
    print("missed:", ", ".join(missed) or "none")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
