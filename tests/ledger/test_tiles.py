"""Tiles: C2SP tlog-tiles coordinates have one spelling; bundles hold what was put in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import VerificationError
from azalai.ledger.tiles import (
    Tile,
    decode_bundle,
    encode_bundle,
    parse_path,
    tiles_of,
    width_at,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(1, 1, 17), "tile/1/001.p/17"),
        (Tile(None, 0), "tile/entries/000"),
        (Tile(None, 1000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    """The specification's examples, both ways."""
    assert tile.path == path
    assert parse_path(path) == tile


def test_a_log_of_70_000_entries() -> None:
    """273 full + 112 at level 0, 1 full + 17 at level 1, 1 at level 2, nothing above."""
    widths = [[tile.width for tile in tiles_of(70_000, level)] for level in range(4)]

    assert widths == [[256] * 273 + [112], [256, 17], [1], []]
    assert width_at(70_000, 0, 274) == 0


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1234067", "tile/0/67", "tile/0/x000/067", "tile/00/067", "tile/64/067",
        "tile/0/067.p/256", "tile/0/067.p/0", "tile/0/067.p/01", "tile/0/067.p/300",
        "tile/0/001/234/067", "tile/x/067", "/tile/0/067", "tile/0/067\n", "tile/0/٠٦٧",
        "tile/entries/../067", "tile/0/",
    ],
)  # fmt: skip
def test_other_spellings_are_refused(path: str) -> None:
    """One place, one path."""
    with pytest.raises(VerificationError):
        parse_path(path)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles(entries: list[bytes]) -> None:
    """A bundle gives back its entries; a cut, longer or miscounted one is refused."""
    data = encode_bundle(entries)

    assert decode_bundle(data, len(entries)) == entries
    for spoilt in (data[:-1], data + b"\x00", data + b"\x00\x00"):
        if spoilt != data:
            with pytest.raises(VerificationError):
                decode_bundle(spoilt, len(entries))


def test_an_entry_length_is_big_endian() -> None:
    """uint16, the high byte first."""
    assert encode_bundle([b"a" * 258])[:2] == b"\x01\x02"
