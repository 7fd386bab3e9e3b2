"""Runs one command: its wall time, processor time and the peak memory of all its processes."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
SAMPLE_S = 0.05
Seen = dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `cpu_s` and `peak_mb` are sums over its processes, children included; `others` is
    how many cores the rest of the machine used meanwhile."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    others: float
    said: str


def run(command: Sequence[str], env: dict[str, str], folder: Path, limit_s: float) -> Run:
    """Run a command to its end. SystemExit with what it said where it fails or takes too long."""
    busy, begin = _busy(), time.perf_counter()
    with (
        tempfile.TemporaryFile("w+") as output,  # not a pipe: nobody reads while it runs
        subprocess.Popen(
            command, env=env, cwd=folder, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        seen: Seen = {}
        while process.poll() is None:
            for pid, (used, high) in _family(process.pid):
                before = seen.get(pid, (0.0, 0.0))
                seen[pid] = max(used, before[0]), max(high, before[1])  # 0 of one that is ending
            if time.perf_counter() - begin > limit_s:
                process.kill()
                raise SystemExit(f"over {limit_s} s: {' '.join(command)}")
            time.sleep(SAMPLE_S)
        wall = time.perf_counter() - begin
        output.seek(0)
        said = output.read()
    if process.returncode:
        raise SystemExit(f"exit {process.returncode}: {' '.join(command)}\n{said[-2000:]}")
    cpu = sum(one[0] for one in seen.values())
    peak = sum(one[1] for one in seen.values())
    return Run(wall, cpu, peak, max(0.0, (_busy() - busy - cpu) / wall), said.strip())


def _family(root: int) -> Iterator[tuple[int, tuple[float, float]]]:
    """Each process of the tree: its processor seconds and its own high-water mark in MB."""
    children: dict[int, list[int]] = {}
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _read(entry / "stat")):
            fields = stat.rpartition(")")[2].split()
            stats[int(entry.name)] = fields
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        if pid in stats and (status := _read(Path(f"/proc/{pid}/status"))):
            used = (int(stats[pid][11]) + int(stats[pid][12])) * TICK_S
            marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            yield pid, (used, int(marks[0]) / 1024 if marks else 0.0)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def _busy() -> float:
    """Seconds that all cores have worked since the machine's start."""
    values = [int(v) for v in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(values[:8]) - values[3] - values[4]) * TICK_S
