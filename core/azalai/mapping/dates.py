"""Dates as files write them: a declared order of day, month and year, nothing guessed."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from azalai.errors import StepError

_LETTERS = {"j": "day", "d": "day", "m": "month", "a": "year", "y": "year"}
_WIDTH = {"day": 2, "month": 2, "year": 4}
_TOKENS = re.compile(r"j+|d+|m+|a+|y+")
_NO_DAY = ("ce jour n'existe pas au calendrier", "this day does not exist in the calendar")
_UNITS = {
    "years": 12,
    "year": 12,
    "ans": 12,
    "an": 12,
    "months": 1,
    "month": 1,
    "mois": 1,
    "days": 0,
    "day": 0,
    "jours": 0,
    "jour": 0,
}


@dataclass(frozen=True, slots=True)
class DateOrder:
    """A declared order of date letters, such as `jj/mm/aaaa` or `yyyymmdd`."""

    written: str
    pattern: re.Pattern[str]
    without_day: re.Pattern[str]
    has_month: bool
    has_day: bool


def date_order(written: str) -> DateOrder | None:
    """Read the letters (jj or dd, mm, aaaa or yyyy, `iso`); None where they make no date.

    A year has four digits: with two, nobody knows the century.
    """
    letters = "aaaa-mm-jj" if written.lower() == "iso" else written.lower()
    pattern, short, at, seen = "", "", 0, []
    for token in _TOKENS.finditer(letters):
        between = letters[at : token.start()]
        part = _LETTERS[token.group()[0]]
        if len(token.group()) != _WIDTH[part] or part in seen or _is_word(between):
            return None
        seen.append(part)
        group = f"(?P<{part}>[0-9]{{{_WIDTH[part]}}})"
        pattern += re.escape(between) + group
        if part != "day":
            short += (re.escape(between) if short else "") + group
        at = token.end()
    if _is_word(letters[at:]) or "year" not in seen or ("day" in seen and "month" not in seen):
        return None
    pattern += re.escape(letters[at:])
    return DateOrder(
        written, re.compile(pattern), re.compile(short), "month" in seen, "day" in seen
    )


def _is_word(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def read_date(
    text: str,
    order: DateOrder,
    *,
    partial: bool,
    longest: int | None = None,
) -> tuple[int, int, int]:
    """Year, month, day; 0 for what is not known (only with `partial`).

    With `partial`, the day, or day and month, may also be left out: `03/1985`, `1985`.
    `longest` is the most days of a month in another calendar.
    Raises StepError for another writing (AZ-R103) and for a day that is in no calendar (AZ-R102).
    """
    match = order.pattern.fullmatch(text)
    if match is None and partial:
        match = order.without_day.fullmatch(text)
    if match is None:
        if partial and len(text) == 4 and text.isascii() and text.isdigit() and text != "0000":
            return int(text), 0, 0
        raise StepError(
            "AZ-R103",
            (f"n'est pas écrit {order.written}", f"is not written {order.written}"),
            (
                "corrigez la date à la source, ou déclarez son ordre dans la correspondance",
                "correct the date at its source, or declare its order in the mapping",
            ),
        )
    found = match.groupdict()
    year, month, day = int(found["year"]), int(found.get("month", 0)), int(found.get("day", 0))
    if year == 0 or month > 12 or (day and not month):
        raise _no_such_day()
    if not partial and ((order.has_day and not day) or (order.has_month and not month)):
        raise StepError(
            "AZ-R102",
            _NO_DAY,
            (
                "si 00 veut dire « inconnu », le champ doit accepter une date partielle",
                "if 00 means unknown, the field must take a partial date",
            ),
        )
    if month and day > (longest or monthrange(year, month)[1]):
        raise _no_such_day()
    return year, month, day


def _no_such_day() -> StepError:
    return StepError(
        "AZ-R102", _NO_DAY, ("corrigez la date à la source", "correct the date at its source")
    )


def iso(year: int, month: int, day: int) -> tuple[str, str]:
    """ISO 8601 at the precision that is known, and that precision's name."""
    if not month:
        return f"{year:04}", "year"
    if not day:
        return f"{year:04}-{month:02}", "month"
    return f"{year:04}-{month:02}-{day:02}", "day"


def duration(text: str) -> tuple[int, int] | None:
    """`5 years`, `6 mois`, `30 jours` as (months, days), or None."""
    match = re.fullmatch(r"([0-9]{1,4})\s+(\w+)", text.strip().lower())
    if not match or match.group(2) not in _UNITS:
        return None
    number, months = int(match.group(1)), _UNITS[match.group(2)]
    return (number * months, 0) if months else (0, number)


def adder(months: int, days: int) -> Callable[[str], str]:
    """A function that adds to an ISO day; 29 February plus a year is 28 February."""

    def add(text: str) -> str:
        start = date.fromisoformat(text)
        total = start.year * 12 + start.month - 1 + months
        year, month = total // 12, total % 12 + 1
        if year > 9998:
            raise _no_such_day()
        moved = date(year, month, min(start.day, monthrange(year, month)[1]))
        return (moved + timedelta(days=days)).isoformat()

    return add
