"""Our peak memory by the number of rows, for each shape of input: it must not grow with it.

The inputs are invented, written as a stream into a temporary folder and removed, one at a time. The
peak is that of our processes together, each at its own highest. Exit 1 where it is over the bar.

    make bench-memory                      5,000,000 rows beside 100,000: some 50 minutes, 2 GB of disk
    python bench/memory.py --rows 500000 --only XML NDJSON              for a quick look
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pgserver
import shapes
from measuring import Run, run

HERE = Path(__file__).resolve().parent
GROWTH = 1.10
"""The peak at `--rows`, at most so many times that at `--few`."""
PORT = 15433
LIMIT_S = 3600.0
ALL = (*shapes.WRITERS, shapes.POSTGRESQL)


def measured(shape: str, count: int, folder: Path) -> Run:
    """One reading of so many rows. SystemExit where it fails or the counts are not right."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="shape-") as named:
        mapping = shapes.mapping(shape, Path(named))
        source = Path(named) / "source"
        if shape == shapes.POSTGRESQL:
            url = f"postgresql://postgres@127.0.0.1:{PORT}/bench"
            shapes.fill_postgresql(url, count)
        else:
            url = f"sqlite:{source}"
            shapes.WRITERS[shape](source, count)
        if shape.startswith("SQL"):
            command = ["ours_sql.py", shape, url, str(mapping)]
        else:
            command = ["ours.py", str(source), os.devnull, "1", str(mapping)]
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": named}
        done = run([sys.executable, str(HERE / command[0]), *command[1:]], env, folder, LIMIT_S)
    good = count - count // shapes.BAD_EVERY
    if done.said.split("\n")[-1] != f"{good} {count - good}":
        raise SystemExit(f"{shape}, {count:,} rows: {done.said[-500:]}")
    return done


def compared(
    names: Sequence[str], few: int, many: int, folder: Path
) -> Iterator[tuple[str, float]]:
    """Each shape's row of the table is printed; given are its name and how its peak grows."""
    print(f"\n| shape | MB at {few:,} | MB at {many:,} | times | bar | | rows/s |")
    print("|---|---|---|---|---|---|---|")
    for name in names:
        needs = many * shapes.SIZES[name]
        if needs > shutil.disk_usage(folder).free * 0.8:
            raise SystemExit(f"{name}: {needs / 1e9:.1f} GB of disk are needed in {folder}")
        small, large = (measured(name, count, folder) for count in (few, many))
        times = large.peak_mb / small.peak_mb
        met = "met" if times <= GROWTH else "**missed**"
        print(f"| {name} | {small.peak_mb:.1f} | {large.peak_mb:.1f} | {times:.3f} × | {GROWTH} × "
              f"| {met} | {many / large.wall_s:,.0f} |", flush=True)  # fmt: skip
        yield name, times


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    asked.add_argument("--rows", type=int, default=5_000_000)
    asked.add_argument("--few", type=int, default=100_000)
    asked.add_argument("--only", nargs="+", choices=ALL, default=ALL)
    asked.add_argument("--folder", type=Path, help="where the inputs are written and removed")
    given = asked.parse_args()
    names = list(given.only)
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="bench-memory-", dir=given.folder)
        )
        if shapes.POSTGRESQL in names and pgserver.programs() is None:
            names.remove(shapes.POSTGRESQL)
            print(f"{shapes.POSTGRESQL}: not measured, no server is installed")
        if shapes.POSTGRESQL in names:
            stack.enter_context(pgserver.started(PORT, ["bench"]))
        grows = dict(compared(names, given.few, given.rows, Path(folder)))
    missed = [f"{name} grows {times:.2f} ×" for name, times in grows.items() if times > GROWTH]
    print("\n".join(["", *(f"MISSED: {one}" for one in missed)] if missed else ["", "All bars met."]))  # fmt: skip
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
