"""Our reading of spreadsheets beside calamine's own: the same sheet, in turn, as ratios.

calamine opens the file and gives its rows; ours proves the workbook harmless and gives raw records
with their addresses, as the reading child does. A ratio is the median over the rounds of (our
processor seconds / calamine's): each reads on one core and waits for nothing, in a process that has
loaded everything; memory is what the reading adds to it. Exit 1 where a bar below is missed. What
the whole of `azalai translate` takes, on both of its cores, is stated.

    make bench-translate PEERS=WORK        with the other benchmarks of translation
    python bench/spreadsheets.py --rows 20000 --runs 1      for a quick look
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import shapes
import sheets
from measuring import Run, run

HERE = Path(__file__).resolve().parent
TIMES, MEMORY = 1.5, 1.0
"""Seconds, and memory, over calamine's own: at most."""
LIMIT_S = 600.0
FEW = 10
WRITERS: dict[str, Callable[[Path, int], None]] = {
    "xlsx": sheets.xlsx,
    "xlsx, texts in the cells": partial(sheets.xlsx, shared=False),
    "xlsx, formulas, booleans, errors, fonts": partial(sheets.xlsx, mixed=True),
    "ods": sheets.ods,
}
"""How each is written."""


def figures(done: Run, rows: int) -> tuple[float, float]:
    """Seconds and MB, as the process says. SystemExit where it has not read all rows."""
    read, seconds, added = done.said.split("\n")[-1].split(" ")
    if int(read) != rows:
        raise SystemExit(f"{read} rows of {rows}")
    return float(seconds), float(added)


def compared(name: str, rows: int, runs: int, folder: Path) -> Iterator[str]:
    """One kind's row of the table is printed; given is what it misses."""
    write = WRITERS[name]
    few, many = (folder / f"{count}.{name[:4].strip(',')}" for count in (FEW, rows))
    write(few, FEW)
    write(many, rows)
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    took: dict[str, list[float]] = {"calamine": [], "ours": []}
    peaks: dict[str, float] = {}
    for _ in range(runs):
        for who, times in took.items():
            command = [sys.executable, str(HERE / "sheet_read.py"), who, str(few), str(many)]
            done = run(command, env, folder, LIMIT_S)
            seconds, added = figures(done, rows)
            times.append(seconds)
            peaks[who] = max(peaks.get(who, 0.0), added)
    mapping = shapes.mapping(shapes.SPREADSHEET, folder)
    command = [sys.executable, str(HERE / "ours.py"), str(many), os.devnull, "1", str(mapping)]
    whole = run(command, env, folder, LIMIT_S)
    pairs = zip(took["ours"], took["calamine"], strict=True)
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    memory = peaks["ours"] / peaks["calamine"]
    medians = [f"{statistics.median(took[who]):.2f}" for who in ("calamine", "ours")]
    met = "met" if ratio <= TIMES and memory <= MEMORY else "**missed**"
    translated = f"{whole.cpu_s:.1f} s, {whole.peak_mb:.0f} MB"
    print(f"| {name} | {many.stat().st_size / 1e6:.1f} | {' | '.join(medians)} | {ratio:.2f} × "
          f"| {peaks['calamine']:.0f} / {peaks['ours']:.0f} | {memory:.2f} × | {met} "
          f"| {translated} |", flush=True)  # fmt: skip
    few.unlink()
    many.unlink()
    if ratio > TIMES:
        yield f"{name}: {ratio:.2f} × calamine's own reading, the bar is {TIMES} ×"
    if memory > MEMORY:
        yield f"{name}: {memory:.2f} × calamine's memory, the bar is {MEMORY} ×"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--only", nargs="+", choices=list(WRITERS), default=list(WRITERS))
    asked.add_argument("--folder", type=Path, help="where the inputs are written and removed")
    given = asked.parse_args()
    print(f"\n{given.rows:,} rows of {len(sheets.HEAD)} columns, {given.runs} rounds in turn; bars: "
          f"{TIMES} × its seconds, {MEMORY} × its memory\n")  # fmt: skip
    print(
        "| | MB | calamine s | ours s | times | MB added by each | times | | translate, whole, cpu |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="bench-sheets-", dir=given.folder) as folder:
        missed = [
            one for name in given.only
            for one in compared(name, given.rows, given.runs, Path(folder))
        ]  # fmt: skip
    print("\n".join(["", *(f"MISSED: {one}" for one in missed)] if missed else ["", "All bars met."]))  # fmt: skip
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
