"""N14: the whole outbox under a virtual clock, by seeds; every promise checked at every step."""

from hashlib import sha256

import pytest

from faults.crash import NAMES
from faults.seeds import WHOLE, chunks, replayable, seeds
from faults.simulation import simulate

MANY, FEW = 3_000, 30


@pytest.mark.parametrize("some", chunks(MANY, FEW, 50), ids=lambda some: f"from_{some[0]}")
def test_simulation(some: list[int]) -> None:
    """Exactly once by key with the right bytes, in order, each logged before it leaves, nothing
    withheld leaves, no second create; both equations always; recalls reach every holder."""
    crashed = set()
    for seed in some:
        with replayable(seed, "test_simulation"):
            crashed |= set(simulate(seed).crashes)
    if WHOLE and len(some) == 50:
        assert len(crashed) > len(NAMES) // 2


def test_the_same_seed_gives_the_same_trace() -> None:
    """A failure can be looked at again."""
    [seed, *_] = seeds(1, 1)
    traces = [sha256("\n".join(simulate(seed).trace).encode()).hexdigest() for _ in range(2)]

    assert traces[0] == traces[1]
