"""A1 as the issue counts it: the daemon killed 200 times over 20,000 records that change meanwhile."""

import random
import time
from pathlib import Path

import pytest

from daemon_rig import Running, configure
from deployment_rig import row, write
from faults import seeds
from faults.places import Place
from faults.two_versions import in_order, messages, newer

KILLS = seeds.count("KILLS", 200, 4)
RECORDS = seeds.count("RECORDS", 20_000, 200)
WAIT_S = 1800 if seeds.WHOLE else 90


def settled(place: Place) -> bool:
    """Ordinary runs until one of them has nothing left to do."""
    for _ in range(WAIT_S // 80 + 1):
        done = place.azalai("run", "--until-idle", "--timeout", "80")
        if done.returncode == 0:
            return True
    return False


@pytest.mark.parametrize("seed", seeds.seeds(1, 1))
def test_daemon_killed_at_random(tmp_path: Path, seed: int) -> None:
    """Answers lost, records changed half-way: all at both, each key once, each record in order."""
    chance = random.Random(seed)
    place = Place(tmp_path / "d", "lose=10%", "reset=3%", "503=3%")
    configure(place, feed_schedule="every 1 s")
    write(place.folder, "a.csv", [row(n) for n in range(RECORDS)])
    with seeds.replayable(seed, "test_daemon_killed_at_random"), place.receivers():
        for number in range(KILLS):
            if number == KILLS // 2:
                write(place.folder, "b.csv", newer(RECORDS))
            with Running(place, ready=False):
                time.sleep(chance.uniform(0.5, 4))
        assert settled(place)
        place.verify(messages(RECORDS))
        in_order(place, RECORDS)
