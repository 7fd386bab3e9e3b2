"""Patterns of whole rows, learned from rows that were read cell by cell."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from azalai.formats.plain_cells import Unplain

KNOWN, COMPILED = 8, 40
"""Patterns that are tried, and how many are made in all: it takes milliseconds."""
TOGETHER = 500
"""Rows whose texts are made together."""
Values = tuple[str, ...]
Texts = Callable[[list[Values]], Sequence[Sequence[str]]]
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
        if self._left and all(pattern.pattern != markup for pattern, _ in self._known):
            self._left -= 1
            self._known = [(re.compile(markup), texts), *self._known[: KNOWN - 1]]

    def forget(self) -> None:
        """Rows have become longer: no pattern gives all of a row any more."""
        self._known = []

    def rows(self, markup: str, at: int) -> Iterator[tuple[int, Sequence[Sequence[str]]]]:
        """The rows that follow one another from a place on and fit, some at a time: the end of the
        last one, and their texts."""
        while (fitting := self._fitting(markup, at)) is not None:
            pattern, texts = fitting
            end, found = at, list[Values]()
            for one in islice(pattern.finditer(markup, at), TOGETHER):
                begin, last = one.span()
                if begin != end:
                    break
                end = last
                found.append(one.groups(self._absent))
            try:
                made = texts(found)
            except (LookupError, Unplain):
                break
            yield end, made
            at = end
        else:
            return
        with suppress(LookupError, Unplain):
            while one_more := pattern.match(markup, at):
                alone = texts([one_more.groups(self._absent)])
                at = one_more.end()
                yield at, alone

    def _fitting(self, markup: str, at: int) -> tuple[re.Pattern[str], Texts] | None:
        for place, one in enumerate(self._known):
            if one[0].match(markup, at):
                if place:
                    self._known.insert(0, self._known.pop(place))
                return one
        return None
