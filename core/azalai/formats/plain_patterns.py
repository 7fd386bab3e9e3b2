"""Patterns of whole rows, learned from rows that were read cell by cell."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from azalai.formats.plain_cells import Unplain

KNOWN, COMPILED = 8, 40
"""Patterns that are tried, and how many are made in all: it takes milliseconds."""
TOGETHER = 500
"""Rows whose texts are made together."""
Values = tuple[str, ...]
Texts = Callable[[list[Values]], Sequence[Values]]
"""Makes the texts of rows of what the groups hold. A LookupError or Unplain says that one of them
must be read cell by cell."""
Layout = Mapping[int, str]
"""By place, what stands before a cell's value; places where nothing does are left out."""


def union(layout: Layout, others: Sequence[Layout]) -> Layout:
    """The layout, and in its empty places what the last of the others has that differs nowhere."""
    for other in reversed(others):
        if all(other.get(place, one) == one for place, one in layout.items()):
            return {**other, **layout}
    return layout


class Patterns:
    """The patterns of one sheet's rows, the one that fitted last first. A group that has found
    nothing holds `absent`."""

    def __init__(self, absent: str) -> None:
        self._absent = absent
        self._known: list[tuple[re.Pattern[str], Texts]] = []
        self._left = COMPILED

    def learn(self, markup: str, texts: Texts) -> None:
        """Try this one too from now on, in place of the one that has not fitted for longest."""
        if self._left:
            self._left -= 1
            self._known = [(re.compile(markup), texts), *self._known[: KNOWN - 1]]

    def forget(self) -> None:
        """Rows have become longer: no pattern gives all of a row any more."""
        self._known = []

    def rows(self, markup: str, at: int) -> Iterator[tuple[int, Values]]:
        """The rows that follow one another from a place on and fit: each one's end and texts."""
        while (fitting := self._fitting(markup, at)) is not None:
            pattern, texts = fitting
            ends, found = list[int](), list[Values]()
            for one in pattern.finditer(markup, at):
                if one.start() != at or len(found) == TOGETHER:
                    break
                at = one.end()
                ends.append(at)
                found.append(one.groups(self._absent))
            try:
                yield from zip(ends, texts(found), strict=True)
            except (LookupError, Unplain):
                break
        else:
            return
        with suppress(LookupError, Unplain):
            for end, values in zip(ends, found, strict=True):
                yield end, texts([values])[0]

    def _fitting(self, markup: str, at: int) -> tuple[re.Pattern[str], Texts] | None:
        for place, one in enumerate(self._known):
            if one[0].match(markup, at):
                if place:
                    self._known.insert(0, self._known.pop(place))
                return one
        return None
