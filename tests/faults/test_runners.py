"""A8, A11: two runners on one store; a store that was put back from yesterday's copy."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from azalai.simulate.received import counts
from daemon_rig import until
from deployment_rig import row, write
from faults.places import HTTPS, Place

pytestmark = pytest.mark.faults


def test_a_second_runner_refuses_and_a_dead_one_blocks_nobody(tmp_path: Path) -> None:
    """While one runs, another exits 2 in seconds and names it; killed, its lock is free."""
    place = Place(tmp_path / "d", kinds=(HTTPS,))
    write(place.folder, "a.csv", [row(n) for n in range(20)])
    first = subprocess.Popen(place.command("run", "--until-idle", "--timeout", "60"),
                             env=place.environment(), stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)  # fmt: skip
    lock = place.folder / "state" / "store.lock"
    try:
        assert until(lambda: lock.exists() and lock.read_text())
        began = time.monotonic()
        second = place.azalai("run")
        took = time.monotonic() - began
    finally:
        first.kill()
        first.wait()
    with place.receivers():
        place.settle()
        place.verify(20)

    assert second.returncode == 2
    assert f"process {first.pid}" in second.stderr
    assert took < 10


def test_yesterdays_copy_sends_nothing(tmp_path: Path) -> None:
    """The checkpoint beside the store is ahead of it: exit 3, and not a byte to the receiver; the
    newer store put back goes on."""
    place = Place(tmp_path / "d", kinds=(HTTPS,))
    state, kept = place.folder / "state", tmp_path / "kept"
    with place.receivers():
        write(place.folder, "a.csv", [row(n) for n in range(5)])
        place.settle()
        shutil.copytree(state, kept)
        write(place.folder, "b.csv", [row(n) for n in range(9)])
        place.settle()
        for path in state.glob("azalai.db*"):
            path.rename(tmp_path / path.name)
        for path in kept.glob("azalai.db*"):
            shutil.copy(path, state)
        write(place.folder, "c.csv", [row(n) for n in range(12)])
        refused = place.azalai("run", "--until-idle")
        got = counts(place.folder / HTTPS)
        for path in state.glob("azalai.db*"):
            path.unlink()
        for path in tmp_path.glob("azalai.db*"):
            path.rename(state / path.name)
        place.settle()
        place.verify(12)

    assert refused.returncode == 3, refused.stderr
    assert (got.received, got.times) == (9, 9)
