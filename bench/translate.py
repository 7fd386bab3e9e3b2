"""Translation beside what a user would otherwise pick: the same file, in turn, as ratios.

Every contender decodes `wp-N.csv` (25 columns, Latin-1, 1 % bad rows), maps, validates, rejects
the bad rows and writes JSON lines. A round runs each of them once; a ratio is the median over the
rounds of (its wall time / ours), so that a busy machine slows both sides of it. Exit 1 where a bar
below is missed, or where our records are not what the hand-written program writes.

    make bench-translate PEERS=WORK        WORK made by ../shared/bench/setup.sh WORK
    python bench/translate.py WORK --rows 20000 --runs 3 --memory 100000       for a quick look
"""

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
from measuring import Run, run

HERE = Path(__file__).resolve().parent
OURS, SAME, FLAT = "ours", "same record, by hand", "flat record, by hand"
PETL, FTM, DLT = "petl", "followthemoney", "dlt"
XML, TWO = "xml by hand", "two processes over one"

BARS = {SAME: 1.2, FLAT: 0.5, PETL: 2.0, FTM: 3.0, DLT: 4.0}
"""How many times faster than each we are, at least: what makes this benchmark fail."""
MEMORY_GROWTH = 1.10
"""Our peak memory at `--memory` rows, at most so many times that at `--rows` rows."""
TWO_OVER_ONE, XML_OVER_HAND, START_S = 1.6, 0.6, 0.3
"""Two processes over one at `--memory` rows, at least; XML over the hand-written iterparse and map,
at least; seconds until `azalai translate` says that a file is missing, at most."""

WHAT = {
    OURS: "the mapping, in its child process with limits; full record with evidence",
    SAME: "csv + pydantic + hand-written code; the same record as ours, checked",
    FLAT: "csv + pydantic + hand-written code; a flat record of plain strings, no provenance",
    PETL: "fromcsv, convert, rowmap to pydantic, tojson; flat record",
    FTM: "followthemoney.mapping; its entities (loses partial dates)",
    DLT: "resource, pydantic columns, filesystem destination; flat record, two workers",
}


def contenders(peers: Path, shared: Path, source: Path, out: Path) -> dict[str, list[str]]:
    scripts = shared / "translate"
    core, ftm, dlt = (str(peers / f"venv-{name}/bin/python") for name in ("core", "ftm", "dlt"))
    data = str(source)
    return {
        OURS: [sys.executable, str(HERE / "ours.py"), data, str(out / "ours.jsonl")],
        SAME: [sys.executable, str(HERE / "same_record.py"), data, str(out / "same.jsonl")],
        FLAT: [core, str(scripts / "plain_pydantic.py"), data, str(out / "flat.jsonl")],
        PETL: [core, str(scripts / "petl_t.py"), data, str(out / "petl.jsonl")],
        FTM: [ftm, str(scripts / "ftm_api.py"), data, str(out / "ftm.jsonl")],
        DLT: [dlt, str(scripts / "dlt_t.py"), data, str(out / "dlt")],
    }


def first_rows(peers: Path, rows: int, folder: Path) -> Path:
    """The peers' file of so many rows, or one cut from the next longer one."""
    sizes = {int(p.stem.removeprefix("wp-")): p for p in (peers / "data").glob("wp-*.csv")}
    if rows in sizes:
        return sizes[rows]
    longer = [size for size in sorted(sizes) if size > rows]
    if not longer:
        raise SystemExit(f"no data of {rows} rows in {peers}/data: run setup.sh first")
    target = folder / f"wp-{rows}.csv"
    with sizes[longer[0]].open("rb") as whole, target.open("wb") as part:
        part.writelines(itertools.islice(whole, rows + 1))
    return target


def rounds(commands: dict[str, list[str]], runs: int, env: dict[str, str], folder: Path,
           limit_s: float) -> dict[str, list[Run]]:  # fmt: skip
    """Each contender once a round, another one first each time."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    names = list(commands)
    for at in range(runs):
        shift = at % len(names)
        for name in names[shift:] + names[:shift]:
            found[name].append(run(commands[name], env, folder, limit_s))
            print(f"  round {at + 1}: {name} {found[name][-1].wall_s:.1f} s", file=sys.stderr)
    return found


def differences(out: Path, sample: int = 1000) -> Iterator[str]:
    """Where the first records of ours and of the hand-written program are not equal."""
    with (out / "ours.jsonl").open("rb") as ours, (out / "same.jsonl").open("rb") as same:
        pairs = itertools.islice(itertools.zip_longest(ours, same), sample)
        for at, (mine, theirs) in enumerate(pairs, 1):
            if mine is None or theirs is None or orjson.loads(mine) != orjson.loads(theirs):
                yield f"record {at} is not what the hand-written program writes"
                return


def xml_commands(peers: Path, shared: Path, source: Path, out: Path) -> dict[str, list[str]]:
    """Ours and the hand-written program, on the same records as XML."""
    core = str(peers / "venv-core/bin/python")
    return {
        OURS: [sys.executable, str(HERE / "ours.py"), str(source), str(out / "ours-xml.jsonl"),
               "1", "fpr_wanted_xml.yaml"],
        XML: [core, str(shared / "xml" / "xmlx.py"), "iterparse_map", str(source),
              str(out / "hand-xml.jsonl")],
    }  # fmt: skip


def first_elements(peers: Path, rows: int, folder: Path) -> Path:
    """The peers' XML file of so many records, or one cut from the next longer one."""
    sizes = {int(p.stem.removeprefix("wp-")): p for p in (peers / "data").glob("wp-*.xml")}
    if rows in sizes:
        return sizes[rows]
    target = folder / f"wp-{rows}.xml"
    with sizes[min(s for s in sizes if s > rows)].open("rb") as whole, target.open("wb") as part:
        part.writelines(itertools.islice(whole, rows + 2))  # a record a line, after two
        part.write(b"</personnes>\n")
    return target


def xml_rounds(given: argparse.Namespace, env: dict[str, str], folder: Path
               ) -> dict[str, list[Run]]:  # fmt: skip
    peers, shared = given.peers.resolve(), given.shared.resolve()
    commands = xml_commands(peers, shared, first_elements(peers, given.rows, folder), folder)
    return rounds(commands, given.runs, env, folder, given.limit)


def xml_line(xml: dict[str, list[Run]], rows: int) -> str:
    cpu = {name: statistics.median(one.cpu_s for one in xml[name]) for name in (OURS, XML)}
    return (f"XML over iterparse and map by hand: {ratio(xml, XML):.2f} ×, {rows:,} records, cpu "
            f"{cpu[OURS]:.1f} s and {cpu[XML]:.1f} s; bar {XML_OVER_HAND} ×.")  # fmt: skip


def starts(env: dict[str, str], folder: Path, runs: int) -> float:
    """Seconds until a missing file is told, the median."""
    command = [sys.executable, "-c", ("import sys; from azalai.cli import main\ntry: main()\n"
               "except SystemExit: pass"), "translate", "nowhere.yaml", "nowhere.csv"]  # fmt: skip
    times = []
    for _ in range(runs + 2):
        begin = time.perf_counter()
        subprocess.run(command, env=env, cwd=folder, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def ratio(found: dict[str, list[Run]], name: str) -> float:
    pairs = zip(found[name], found[OURS], strict=True)
    return float(statistics.median(theirs.wall_s / mine.wall_s for theirs, mine in pairs))


def table(found: dict[str, list[Run]], rows: int) -> Iterator[str]:
    yield "| | records/s | wall s (min-max) | cpu s | peak MB | ours is | bar | what |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, all_runs in found.items():
        walls = [one.wall_s for one in all_runs]
        wall = statistics.median(walls)
        times = "" if name == OURS else f"{ratio(found, name):.2f} ×"
        bar = f"{BARS[name]} ×" if name in BARS else ""
        yield (
            f"| {name} | {rows / wall:,.0f} | {wall:.2f} ({min(walls):.2f}-{max(walls):.2f}) "
            f"| {statistics.median(one.cpu_s for one in all_runs):.2f} "
            f"| {max(one.peak_mb for one in all_runs):.0f} | {times} | {bar} "
            f"| {WHAT[name]} |"
        )


def judged(found: dict[str, list[Run]], small: float, large: float, out: Path) -> Iterator[str]:
    """Everything that makes the benchmark fail."""
    for name, bar in BARS.items():
        if (times := ratio(found, name)) < bar:
            yield f"{times:.2f} × {name}, the bar is {bar} ×"
    if large > small * MEMORY_GROWTH:
        yield f"memory grows: {small:.0f} MB, then {large:.0f} MB"
    counts = {name: found[name][-1].said.split("\n")[-1] for name in (OURS, SAME, FLAT)}
    if len(set(counts.values())) != 1:
        yield f"not the same counts of good and bad rows: {counts}"
    yield from differences(out)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)  # fmt: skip
    asked.add_argument("peers", type=Path, help="the folder that setup.sh made")
    asked.add_argument("--shared", type=Path, default=HERE.parent.parent / "shared" / "bench")
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--memory", type=int, default=1_000_000, help="rows of the memory run")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--limit", type=float, default=900.0, help="seconds for one run")
    asked.add_argument("--only-xml", action="store_true", help="no table but that of XML")
    given = asked.parse_args()
    peers, shared = given.peers.resolve(), given.shared.resolve()
    if not (shared / "translate").is_dir():
        raise SystemExit(f"no peers' scripts in {shared}: --shared says where they are")
    env = {**os.environ, "PYTHONPATH": str(shared), "PYTHONDONTWRITEBYTECODE": "1"}
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=peers))
    try:
        if given.only_xml:
            xml = xml_rounds(given, env, folder)
            print(xml_line(xml, given.rows))
            raise SystemExit(int(ratio(xml, XML) < XML_OVER_HAND))
        source = first_rows(peers, given.rows, folder)
        commands = contenders(peers, shared, source, folder)
        found = rounds(commands, given.runs, env, folder, given.limit)
        wide = first_rows(peers, given.memory, folder)
        command = contenders(peers, shared, wide, folder)[OURS]
        command[-1] = os.devnull
        large = run(command, env, folder, given.limit)
        two = run([*command, "2"], env, folder, given.limit)
        xml = xml_rounds(given, env, folder)
        start = starts(env, folder, given.runs)
        small = statistics.median(one.peak_mb for one in found[OURS])
        shares = ((TWO, large.wall_s / two.wall_s, TWO_OVER_ONE),
                  (XML, ratio(xml, XML), XML_OVER_HAND), ("start", START_S / start, 1.0))  # fmt: skip
        missed = [*judged(found, small, large.peak_mb, folder),
                  *(f"{times:.2f} × {what}, the bar is {bar} ×" for what, times, bar in shares
                    if times < bar)]  # fmt: skip
    finally:
        shutil.rmtree(folder)
    others = statistics.median(one.others for runs in found.values() for one in runs)
    print(f"\n{given.rows:,} rows, {given.runs} rounds in turn, wall-clock medians; "
          f"{os.cpu_count()} cores, {others:.1f} of them used by others\n")  # fmt: skip
    print("\n".join(table(found, given.rows)))
    print(f"\nOur peak memory, all our processes: {small:.0f} MB at {given.rows:,} rows, "
          f"{large.peak_mb:.0f} MB at {given.memory:,} rows ({given.memory / large.wall_s:,.0f} "
          f"records/s), at most {MEMORY_GROWTH} × is allowed.")  # fmt: skip
    print(f"Two processes over one, {given.memory:,} rows: {large.wall_s / two.wall_s:.2f} × "
          f"({large.wall_s:.1f} s, {two.wall_s:.1f} s); bar {TWO_OVER_ONE} ×.")  # fmt: skip
    print(xml_line(xml, given.rows))
    print(f"A missing file is told after {start:.2f} s; bar {START_S} s.")
    print("\n".join(["", *(f"MISSED: {one}" for one in missed)] if missed else ["", "All bars met."]))  # fmt: skip
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
