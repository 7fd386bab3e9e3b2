"""A1, A2: SIGKILL at every named step and at random; the receivers' memory says what came."""

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment_rig import row, write
from faults.killed import POINTS
from faults.places import Place
from faults.seeds import replayable, seeds

KILLS, RECORDS = 200, 2_000
NEEDS_UNKNOWN = ("https_ask", "answers")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("kill") / "d", "lose=10%")
    with made.receivers():
        yield made


WRITTEN: Counter[str] = Counter()


def more(place: Place, count: int) -> int:
    """A file with `count` more records than ever before; how many there are in all."""
    WRITTEN["records"] += count
    WRITTEN["files"] += 1
    write(place.folder, f"{WRITTEN['files']:04}.csv", [row(n) for n in range(WRITTEN["records"])])
    return WRITTEN["records"]


@pytest.mark.faults
@pytest.mark.parametrize("point", POINTS)
def test_killed_at(place: Place, point: str) -> None:
    """Each step, killed at its first and at a later passing: once each, right bytes."""
    for number in (1, 2) if not point.endswith("recover") else (1,):
        records = more(place, 4)
        if point.endswith(NEEDS_UNKNOWN):  # something must be unknown: the one before was killed
            assert place.kill_at("after_https_send", 1, "run", "--until-idle") == -signal.SIGKILL
        code = place.kill_at(point, number, "run", "--until-idle")
        assert code == -signal.SIGKILL or (number > 1 and code in (0, 1)), f"{point} never passed"
        began = time.monotonic()
        place.settle()
        assert time.monotonic() - began < 60
        place.verify(records)


@pytest.mark.faults
@pytest.mark.parametrize("seed", seeds(1, 1))
def test_killed_at_random(tmp_path: Path, seed: int) -> None:
    """200 kills over 2,000 records while answers are lost: all at both, each once."""
    chance = random.Random(seed)
    made = Place(tmp_path / "d", "lose=20%", "reset=5%", "503=5%")
    write(made.folder, "a.csv", [row(n) for n in range(RECORDS)])
    with replayable(seed, "test_killed_at_random"), made.receivers():
        for _ in range(KILLS):
            running = subprocess.Popen(made.command("run", "--until-idle"), env=made.environment(),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            time.sleep(chance.uniform(0.5, 3.0))
            running.kill()
            running.wait()
        for _ in range(10):
            if made.azalai("run", "--until-idle", "--timeout", "110").returncode == 0:
                break
        made.verify(RECORDS)
