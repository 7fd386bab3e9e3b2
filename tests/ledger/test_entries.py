"""Entries: known types with their facts, no prose, one spelling, at most 65,535 bytes."""

from typing import Any

import orjson
import pytest

from azalai.errors import LedgerEntryError
from azalai.ledger.entries import REQUIRED, TEXT_MAX, check, decode, decode_many, encode, entry
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


FOREIGN = [
    b"", b"[]", b"{}", b"null", b"\xff", b'{"type":"act"}', b'{"type":["act"]}',
    b'{"act":"b","actor":"a","time":"2027-03-05T08:00:00.000000Z", "type":"act"}',
    b'{"type":"act","act":"b","actor":"a","time":"2027-03-05T08:00:00.000000Z"}',
    b'{"act":"b","act":"b","actor":"a","time":"2027-03-05T08:00:00.000000Z","type":"act"}',
    b'{"act":"b","actor":"a","time":"2027-03-05T08:00:00Z","type":"act"}',
    b'{"act":"b","actor":"a","time":"2027-03-05T09:00:00.000000+01:00","type":"act"}',
]  # fmt: skip


@pytest.mark.parametrize("data", FOREIGN)
def test_bytes_that_were_not_made_here_are_refused(data: bytes) -> None:
    """Not JSON, not an object, not canonical, not our time; many at once are not taken with it."""
    good = encode({"type": "act", "time": TIME, "actor": "a", "act": "b"})
    with pytest.raises(LedgerEntryError):
        decode(data)

    assert decode_many([good, data, good]) is None


@pytest.mark.parametrize(
    "more",
    [
        {"far": 2**53}, {"far": 1.5}, {"far": "x" * 513}, {"far": {"in": ["x" * 513]}},
        {"far": {"in": [2.5]}}, {"a": "\x7f"}, {"a": "\u00a0"}, {"a": "\n"},
    ],
)  # fmt: skip
def test_many_at_once_are_as_strict(more: dict[str, Any]) -> None:
    """A value that is not fit, however deep, in bytes as JSON would have them."""
    made = {"type": "act", "time": TIME, "actor": "a", "act": "b", **more}
    data = orjson.dumps(made, option=orjson.OPT_SORT_KEYS)
    with pytest.raises(LedgerEntryError):
        decode(data)

    assert decode_many([data]) is None


def test_many_at_once_are_the_same() -> None:
    """Flat, nested and long ones; two halves of an entry are no two entries; what takes a closer
    look is left to `decode`."""
    act: dict[str, Any] = {"type": "act", "time": TIME, "actor": "a", "act": "b"}
    made = [act, {**act, "n": {"x": [1, None, {"y": True}]}}, {**act, "n": ["x" * 300] * 3}]
    data = [encode(one) for one in made]
    said = encode({**act, "act": "décision"})

    assert decode_many(data) == made == [decode(one) for one in data]
    assert decode_many([]) == []
    assert decode_many([data[0][:20], data[0][20:]]) is None
    assert decode_many([data[0] + b"," + data[0]]) is None
    assert (decode(said)["act"], decode_many([said])) == ("décision", None)
