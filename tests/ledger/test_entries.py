"""Entries: known types with their facts, no prose, one spelling, at most 65,535 bytes."""

from typing import Any

import pytest

from azalai.errors import LedgerEntryError
from azalai.ledger.entries import REQUIRED, TEXT_MAX, check, decode, encode, entry
from azalai.ledger.tiles import ENTRY_MAX

TIME = "2027-03-05T08:00:00.000000Z"


def test_the_types_are_the_designs() -> None:
    """Architecture section 10."""
    types = (
        "recorded sending outcome held released withdrawn recall run act consulted configured"
        " erased clock"
    )

    assert set(REQUIRED) == set(types.split())


@pytest.mark.parametrize("kind", REQUIRED)
def test_every_required_fact_is_required(kind: str) -> None:
    """An entry with all of them passes; without any one of them it does not."""
    whole = {"type": kind, "time": TIME, **dict.fromkeys(REQUIRED[kind], "x")}

    assert decode(encode(whole)) == whole
    for name in REQUIRED[kind]:
        with pytest.raises(LedgerEntryError, match=name):
            check({key: value for key, value in whole.items() if key != name})


@pytest.mark.parametrize(
    "value",
    ["x" * (TEXT_MAX + 1), "a\nb", "\ud800", "\u202e", 1.5, b"x", {1, 2}, 2**53, -(2**53), [1.0]],
    ids=repr,
)
def test_unfit_values_are_refused_and_not_shown(value: object) -> None:
    """Prose, controls, floats, bytes; the message never repeats the value."""
    with pytest.raises(LedgerEntryError) as caught:
        entry("act", actor="a", act="b", more={"deep": [value]})

    assert str(value) not in str(caught.value)


def test_too_deep_is_refused() -> None:
    """No recursion without an end."""
    value: Any = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(LedgerEntryError, match="deep"):
        entry("act", actor="a", act="b", more=value)


@pytest.mark.parametrize("kind", [None, 5, "", "other", ["act"]], ids=repr)
def test_unknown_types_are_refused(kind: object) -> None:
    """A type is one of the ledger's."""
    with pytest.raises(LedgerEntryError):
        check({"type": kind})


def test_the_longest_entry() -> None:
    """65,535 bytes pass and one more does not."""
    made = {"type": "act", "time": TIME, "actor": "a", "act": "b", "more": ["x" * 500] * 130}
    rest = ENTRY_MAX - len(encode({**made, "more": [*made["more"], ""]}))
    longest = {**made, "more": [*made["more"], "x" * rest]}

    assert len(encode(longest)) == ENTRY_MAX
    with pytest.raises(LedgerEntryError, match="65536 bytes"):
        encode({**longest, "more": [*made["more"], "x" * (rest + 1)]})


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"null", b"\xff", b'{"type":"act"}', b'{"type":["act"]}',
        b'{"act":"b","actor":"a","time":"2027-03-05T08:00:00.000000Z", "type":"act"}',
        b'{"type":"act","act":"b","actor":"a","time":"2027-03-05T08:00:00.000000Z"}',
        b'{"act":"b","act":"b","actor":"a","time":"2027-03-05T08:00:00.000000Z","type":"act"}',
        b'{"act":"b","actor":"a","time":"2027-03-05T08:00:00Z","type":"act"}',
        b'{"act":"b","actor":"a","time":"2027-03-05T09:00:00.000000+01:00","type":"act"}',
    ],
)  # fmt: skip
def test_bytes_that_were_not_made_here_are_refused(data: bytes) -> None:
    """Not JSON, not an object, not canonical, not our time."""
    with pytest.raises(LedgerEntryError):
        decode(data)
