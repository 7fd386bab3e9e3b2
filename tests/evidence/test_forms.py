"""The verifier's quick way over many entries finds what the slow way finds, or leaves it to it."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from azalai.canonical import dumps
from azalai.evidence.verifier import Entries, Refused, Report, disclosed, read_entry, split_bundle
from azalai.ledger.tiles import encode_bundle

WIDTH = 40


def facts(number: int, chance: random.Random) -> dict[str, Any]:
    """One of the kinds of entry that a log holds, in turn."""
    kinds: list[dict[str, Any]] = [
        {"type": "outcome", "attempt": number, "reason": "", "receipt": f"{number:064x}"},
        {"type": "recorded", "commitment": f"{number:064x}", "version": 1, "run": None, "decisions": [
            {"destination": f"d{at}", "rule": "a b", "share": at > 1} for at in range(number % 4)]},
        {"type": "run", "counts": {"read": -number, "new": 0}, "list": ["a", 1, None]},
        {"type": "act", "act": "hold", "actor": "é" * (number % 3), "zone": 2},
        {"type": "consulted", "actor": "a", "disclosed": disclosed([("n", str(number % 9))])},
    ]  # fmt: skip
    made = kinds[chance.randrange(len(kinds))]
    return {**made, "time": f"2027-03-05T08:{number // 540:02d}:{number // 9 % 60:02d}.000000Z"}


def bundle(seed: int, first: int = 0) -> list[bytes]:
    chance = random.Random(seed)
    return [dumps(facts(first + at, chance)) for at in range(WIDTH)]


def looked(bundles: Sequence[bytes], *, quick: bool) -> tuple[object, int]:
    """All that is found and kept of some bundles; how many the quick way took."""
    entries, taken = Entries(Report(), foreign=False), 0
    entries.given = disclosed([("n", "4")])
    entries.wanted = {f"{13:064x}": "paper"}
    entries.stand_for = {"paper": []}
    for number, data in enumerate(bundles):
        width = WIDTH
        try:
            if quick and entries.skim(data, width) is not None:
                taken += 1
                continue
            entries.look_all(number * width, split_bundle(data, number, width))
        except Refused as err:
            entries.report.wrong(err.where, *err.said)
    found = (entries.report.findings, entries.time, entries.ends, entries.prunings,
             entries.given_at, entries.stand_for)  # fmt: skip
    return found, taken


@pytest.mark.parametrize("seed", range(150))
def test_a_changed_bundle_is_seen_as_by_the_slow_way(seed: int) -> None:
    """Bytes changed, cut, added or moved in a bundle of forms that are known."""
    chance = random.Random(seed)
    bundles = [encode_bundle(bundle(number, number * WIDTH)) for number in range(5)]
    data = bytearray(bundles[4])
    for _ in range(chance.randrange(3)):
        at = chance.randrange(len(data))
        what = chance.choice([bytes([data[at] ^ 1 << chance.randrange(8)]), b"", b'"', b"0", b"-",
                              b"\\", b"\x1f", b"\xc3\xa9", b"}{", data[at : at + 9]])  # fmt: skip
        data[at : at + 1] = what
    bundles[4] = bytes(data)

    assert looked(bundles, quick=True)[0] == looked(bundles, quick=False)[0]


def test_most_bundles_go_the_quick_way() -> None:
    """A log of mixed entries is not read one by one for long."""
    plain = [[one for one in bundle(n, n * WIDTH) if one.isascii() and b'"consulted"' not in one]
             for n in range(30)]  # fmt: skip
    entries = Entries(Report(), foreign=False)
    taken = 0
    for number, some in enumerate(plain):
        if entries.skim(encode_bundle(some), len(some)) is not None:
            taken += 1
        else:
            entries.look_all(number, some)
    assert taken > 20
    assert not entries.report.findings


HEAD = b'{"a":1,"b":"x","time":"2027-03-05T08:00:00.000000Z","type":"act","z":[{"k":true}]}'


@pytest.mark.parametrize(
    "data",
    [
        HEAD.replace(b'"a":1', b'"a":01'), HEAD.replace(b'"a":1', b'"a":-0'),
        HEAD.replace(b'"a":1', b'"a":1.5'), HEAD.replace(b'"a":1', b'"a":1e3'),
        HEAD.replace(b'"a":1', b'"a": 1'), HEAD.replace(b'"x"', b'"\\u0041"'),
        HEAD.replace(b'"x"', b'"\x01"'), HEAD.replace(b'"x"', b'"\xff"'),
        HEAD.replace(b'"x"', b'"",b:""'), HEAD.replace(b"true", b"True"),
        HEAD.replace(b"[{", b"[,{"), HEAD.replace(b"}]", b"},]"), HEAD + b" ",
        HEAD.replace(b"05T", b"05t"), HEAD.replace(b'"act"', b'"other"'),
        HEAD.replace(b'"a":1,"b":"x"', b'"b":"x","a":1'),
    ],
)  # fmt: skip
def test_what_is_not_canonical_or_not_ours_never_passes(data: bytes) -> None:
    """Each rule once broken, in a form that is known."""
    entries = Entries(Report(), foreign=False)
    entries.look_all(0, [HEAD])

    assert read_entry(HEAD)
    assert entries.skim(encode_bundle([HEAD, HEAD]), 2) == (HEAD, HEAD)
    assert entries.skim(encode_bundle([HEAD, data]), 2) is None


def test_lengths_are_checked() -> None:
    """The hashes do not cover them."""
    entries = Entries(Report(), foreign=False)
    entries.look_all(0, [HEAD])
    whole = encode_bundle([HEAD, HEAD])

    for bit in range(16):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        assert entries.skim(bytes(changed), 2) is None
    assert entries.skim(whole, 3) is None
    assert entries.skim(b"x" + whole, 2) is None


def test_a_hostile_log_cannot_make_the_forms_grow() -> None:
    """Names without end, lists in lists: read the slow way, and the pattern stays small."""
    entries = Entries(Report(), foreign=False)
    for number in range(300):
        entries.look_all(number, [HEAD.replace(b'"b"', f'"b{number}"'.encode()),
                                  HEAD.replace(b"true", b"[[],[[]]]")])  # fmt: skip

    assert not entries.report.findings
    assert max(map(len, entries.forms.halves)) <= 100
    nested = HEAD.replace(b"true", b"[" + b",".join([b"[]"] * 500) + b"]")
    assert entries.skim(encode_bundle([nested]), 1) is None
