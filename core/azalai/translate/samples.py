"""Which raw records of an input are kept to be compared with those of an earlier one."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from azalai.plugin.format import RawRecord

WHOLE = 1 << 32
_SPREAD = 0x9E3779B1  # odd: a bijection of 32 bits that breaks up what a CRC leaves in rows


def rank(key: str) -> int:
    """A record's place among all, from its key only: the same in every input."""
    return zlib.crc32(key.encode("utf-8", "replace")) * _SPREAD % WHOLE


@dataclass(slots=True)
class Sampler:
    """At most `most` records of an input, those whose rank is below a limit.

    The limit starts at all and is halved when there are too many, so that an input of any length
    gives the same records as the last one did, as long as both hold them.
    """

    most: int
    possible: Callable[[RawRecord], Iterator[str]] | None = None
    limit: int = WHOLE
    _ranks: list[int] = field(default_factory=list)

    def keys(self, raw: RawRecord, key: str | None) -> tuple[str, ...] | list[str]:
        """Under which keys a raw record belongs to the sample; `possible` gives those that one
        without a key may have."""
        if key is not None:
            return (key,) if self.most and self._wants(key) else ()
        return [one for one in self.possible(raw) if self._wants(one)] if self.possible else ()

    def _wants(self, key: str) -> bool:
        place = rank(key)
        if place >= self.limit:
            return False
        self._ranks.append(place)
        while len(self._ranks) > self.most:
            self.limit //= 2
            self._ranks = [one for one in self._ranks if one < self.limit]
        return place < self.limit


@dataclass(slots=True)
class Sample:
    """What the reader of an input keeps: key → JSON of values and tag. Personal data."""

    limit: int = WHOLE
    raws: dict[str, bytes] = field(default_factory=dict)

    def add(self, pairs: list[tuple[str, bytes]], limit: int) -> None:
        """Take a batch's part; what no longer belongs to it goes. A key that stands twice in an
        input has its last values."""
        self.raws.update(pairs)
        if limit < self.limit:
            self.limit = limit
            self.raws = {k: raw for k, raw in self.raws.items() if rank(k) < limit}
