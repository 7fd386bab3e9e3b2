"""Chance by seed: the same seed gives the same draws on every machine and version."""

import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

UNKNOWN = 0.005
"""The share of raw records with a code that no list knows."""
BROKEN = 0.01
"""The share of raw records that are wrong in another way."""

Item = TypeVar("Item")
Day = tuple[int, int, int]


class Shares(Generic[Item]):
    """Values with how often each comes; the weights need no sum."""

    def __init__(self, shares: Mapping[Item, float]) -> None:
        total = sum(shares.values())
        self.values = tuple(shares)
        self.ends = [end / total for end in accumulate(shares.values())]
        self.ends[-1] = 1.0


class Chance:
    """Draws. Only `random()` is asked of Python's generator: it is what stays the same."""

    def __init__(self, seed: str) -> None:
        # The numbers make invented files, they keep no secret.
        self._random = random.Random(seed).random  # noqa: S311

    def happens(self, share: float) -> bool:
        """True with this share."""
        return self._random() < share

    def pick(self, values: Sequence[Item]) -> Item:
        """One of several, all alike."""
        return values[int(self._random() * len(values))]

    def weighted(self, shares: Shares[Item]) -> Item:
        """One of several, each as often as its share says."""
        return shares.values[bisect_right(shares.ends, self._random())]

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def day(self, first: int, last: int) -> Day:
        """Year, month and day (1 to 28) of a year between two."""
        return self.between(first, last), self.between(1, 12), self.between(1, 28)

    def digits(self, length: int) -> str:
        """A number of this many digits, zeros in front."""
        return str(int(self._random() * 10**length)).zfill(length)

    def maybe(self, text: str, missing: float, nothing: str = "") -> str:
        """The text, or with the share `missing` what stands for nothing."""
        return nothing if self._random() < missing else text


def packed(day: Day) -> str:
    """Written aaaammjj."""
    return f"{day[0]}{day[1]:02}{day[2]:02}"


def french(day: Day) -> str:
    """Written jj/mm/aaaa."""
    return f"{day[2]:02}/{day[1]:02}/{day[0]}"


def iso(day: Day) -> str:
    """Written aaaa-mm-jj."""
    return f"{day[0]}-{day[1]:02}-{day[2]:02}"


def fate(chance: Chance) -> str:
    """What a raw record will be: `unknown`, `broken` or `sound`, in the shares named above."""
    drawn = chance.between(1, 1_000_000)
    if drawn <= UNKNOWN * 1_000_000:
        return "unknown"
    return "broken" if drawn <= (UNKNOWN + BROKEN) * 1_000_000 else "sound"


def damaged(
    row: dict[str, Item],
    chance: Chance,
    unknown: Sequence[tuple[str, Item]],
    broken: Sequence[tuple[str, Item]],
) -> dict[str, Item]:
    """The row after its fate: one value of it replaced by one of the ways to be wrong."""
    found = fate(chance)
    if found != "sound":
        column, value = chance.pick(unknown if found == "unknown" else broken)
        row[column] = value
    return row
