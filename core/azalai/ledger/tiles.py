"""C2SP tlog-tiles: coordinates, paths, widths, and entry bundles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azalai.errors import VerificationError

HEIGHT = 8
"""Levels of the tree that one tile covers."""
WIDTH = 1 << HEIGHT
"""Hashes in a full tile, entries in a full bundle."""
ENTRY_MAX = 65_535
"""Bytes: an entry's length is a uint16 in a bundle."""

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9]\d?)/(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its place: `level` is None for an entry bundle; `width` 1..256 hashes."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last after an `x`."""
        level = "entries" if self.level is None else self.level
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number(self.number)}{partial}"


def parse_path(path: str) -> Tile:
    """The reverse of `Tile.path`; VerificationError for any other spelling of the same place."""
    found = _PATH.fullmatch(path)
    if found is not None and path.isascii():
        level = None if found["level"] == "entries" else int(found["level"])
        number = int(found["number"].replace("x", "").replace("/", ""))
        tile = Tile(level, number, int(found["width"] or WIDTH))
        if tile.path == path and tile.width <= WIDTH and (level is None or level < 64):
            return tile
    raise VerificationError("not a tile's path", where="tile")


def count_at(size: int, level: int) -> int:
    """How many hashes the tiles of `level` hold in a log of `size` entries."""
    return size >> HEIGHT * level


def width_at(size: int, level: int, number: int) -> int:
    """The width of one tile in a log of `size` entries: 256, less for the last, or 0 for none."""
    return max(0, min(WIDTH, count_at(size, level) - number * WIDTH))


def tiles_of(size: int, level: int) -> Iterator[Tile]:
    """Every tile of one level in a log of `size` entries, the partial one last."""
    for number in range(-(-count_at(size, level) // WIDTH)):
        yield Tile(level, number, width_at(size, level, number))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length, big-endian uint16."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle; VerificationError if it holds more, fewer or a cut one."""
    entries = []
    position = 0
    while position < len(data):
        start = position + 2
        position = start + int.from_bytes(data[position:start])
        if start > len(data) or position > len(data):
            raise VerificationError("the bundle is cut", where="entries")
        entries.append(data[start:position])
    if len(entries) != width:
        raise VerificationError(f"{len(entries)} entries instead of {width}", where="entries")
    return entries


def _number(number: int) -> str:
    last = f"{number % 1000:03d}"
    number //= 1000
    groups = []
    while number:
        groups.append(f"x{number % 1000:03d}/")
        number //= 1000
    return "".join(reversed(groups)) + last
