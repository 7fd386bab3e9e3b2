"""Lines of machine readable zones: two or three are one record; what is torn is named, not lost."""

import pytest

from azalai.errors import ConfigurationError
from azalai.formats import make
from azalai.mapping.mrz import read_zone
from format_reading import read, refusal, shape
from zone_samples import zone

SHAPE = shape("mrz", ["zone"])


def _bytes(*zones: list[str]) -> bytes:
    return "".join(f"{line}\n" for lines in zones for line in lines).encode()


@pytest.mark.parametrize("kind", ["TD1", "TD2", "TD3"])
def test_each_zone_is_one_record_with_its_first_lines_address(kind: str) -> None:
    seen = read(SHAPE, _bytes(*(zone(kind, n) for n in range(5))))

    assert [read_zone(one["zone"])["number"] for one in seen.values] == [
        f"X{n:08}" for n in range(5)]  # fmt: skip
    size = len(zone(kind, 0))
    assert [line for line, _ in seen.places] == [1 + n * size for n in range(5)]
    assert seen.places[1][1] == len(_bytes(zone(kind, 0)))
    assert seen.ending is not None


def test_sorts_of_zones_may_follow_each_other_and_blank_lines_are_none() -> None:
    data = _bytes(zone("TD1", 1)) + b"\r\n" + _bytes(zone("TD3", 2), zone("TD2", 3))
    seen = read(SHAPE, data)

    assert [len(one["zone"]) for one in seen.values] == [90, 88, 72]
    assert seen.unreadable == []


def test_a_missing_line_costs_its_own_record_only() -> None:
    """The zones after it are read from their own first line on."""
    first, torn, last = zone("TD3", 1), zone("TD3", 2), zone("TD3", 3)
    seen = read(SHAPE, _bytes(first, torn[:1], last))

    assert [one["zone"] for one in seen.values] == ["".join(first), "".join(last)]
    assert [(one.code, one.address.line) for one in seen.unreadable] == [("AZ-F090", 3)]
    headless = read(SHAPE, _bytes(first, torn[1:], last))
    assert len(headless.values) == 2
    assert len(headless.unreadable) == 1


def test_the_last_zone_torn_and_a_line_that_is_none_are_named() -> None:
    seen = read(SHAPE, _bytes(zone("TD1", 1), zone("TD1", 2)[:2]) + b"un titre\n")

    assert len(seen.values) == 1
    assert [one.address.line for one in seen.unreadable] == [4, 6]
    assert [one.address.number for one in seen.unreadable] == [2, 3]
    ended = read(SHAPE, _bytes(zone("TD1", 1), zone("TD1", 2)[:2]))
    assert [(one.address.line, one.address.number) for one in ended.unreadable] == [(4, 2)]


def test_no_line_end_and_no_line_are_refused() -> None:
    assert refusal(SHAPE, _bytes(zone("TD2", 1))[:-1]).line == 2
    assert refusal(SHAPE, b"").code == "AZ-F013"


def test_there_is_one_column() -> None:
    with pytest.raises(ConfigurationError):
        make([shape("mrz", ["zone", "poste"])])
