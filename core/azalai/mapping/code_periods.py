"""Code lists by date: a record is read with the entries that were in force on its own day."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from azalai.plugin.format import RawRecord

from .code_table import LAST_DAY, CodeTable
from .results import Result, Translated

Translator = Callable[[RawRecord], Result]


def starts(tables: Iterable[CodeTable]) -> tuple[str, ...]:
    """The days, ISO, on which an entry of a list comes into force or is no longer in it."""
    found: set[str] = set()
    for entry in (entry for table in tables for entry in table.entries):
        if entry.since:
            found.add(entry.since)
        if entry.until < LAST_DAY:
            found.add((date.fromisoformat(entry.until) + timedelta(days=1)).isoformat())
    return tuple(sorted(found))


def by_own_day(
    days: tuple[str, ...], today: date, make: Callable[[date], Translator],
    own_day: Callable[[RawRecord], str | None],
) -> Translator:  # fmt: skip
    """A translator for each period between two of the `days`, made at its first use.

    A record's own day is its `as_of`; one without it is read with the entries of today.
    """
    here = bisect_right(days, today.isoformat())
    made = {here: make(today)}
    now = made[here]

    def translate(raw: RawRecord) -> Result:
        result = now(raw)
        day = result.as_of if isinstance(result, Translated) else own_day(raw)
        at = here if not day else bisect_right(days, day)
        if at == here:
            return result
        if at not in made:
            made[at] = make(date.fromisoformat(days[at - 1]) if at else date.min)
        return made[at](raw)

    return translate
