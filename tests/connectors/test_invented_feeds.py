"""Invented feeds are deterministic, whole, and mostly translate."""

from pathlib import Path

import pytest

from azalai.errors import StopError
from azalai.mapping import Parked, Rejected, Translated
from azalai.simulate.samples import write_feed
from connector_reading import read

NAMES = ["bfa_police", "mli_police", "ner_police"]


def _bytes(folder: Path, name: str, seed: int, records: int = 400) -> bytes:
    path = folder / f"{name}-{seed}"
    write_feed(name, path, records, seed)
    return path.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_every_byte(name: str, tmp_path: Path) -> None:
    """The same seed gives the same bytes, another seed others."""
    first = _bytes(tmp_path / "a", name, 7)

    assert _bytes(tmp_path / "b", name, 7) == first
    assert _bytes(tmp_path / "c", name, 8) != first


@pytest.mark.parametrize("name", NAMES)
def test_an_invented_feed_is_whole_and_has_its_faults(name: str, tmp_path: Path) -> None:
    """Every raw record has a disposition; keys are unique; few are wrong, but some are."""
    results, findings, _ = read(name, _bytes(tmp_path, name, 1, 2000))
    keys = [one.key for one in results if isinstance(one, Translated)]

    assert findings == []
    assert len(results) == 2000
    assert len(set(keys)) == len(keys)
    assert 0.95 < len(keys) / 2000 < 1
    assert any(isinstance(one, Rejected) for one in results)
    assert any(isinstance(one, Parked) for one in results)


def test_a_connector_without_a_generator_is_named(tmp_path: Path) -> None:
    """Nothing is written for a system that nobody invents records for."""
    with pytest.raises(StopError):
        write_feed("wapis", tmp_path / "x", 1, 1)
