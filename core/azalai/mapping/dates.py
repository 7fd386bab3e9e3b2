"""Dates as files write them: a declared order of day, month and year, nothing guessed."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from azalai.errors import DateOrderError, StepError

_LETTERS = {"j": "day", "d": "day", "m": "month", "a": "year", "y": "year"}
_WIDTHS = {"day": (1, 2), "month": (1, 2), "year": (4,)}
_TOKENS = re.compile(r"j+|d+|m+|a+|y+")
LONGEST = 100
"""Characters of a date in words, at most: `entre le 1er septembre 1970 et …` fits twice."""
_SERIAL_ZERO = date(1899, 12, 30)
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
    """A declared order of date letters, such as `jj/mm/aaaa` or `yyyymmdd`.

    `base` is the first of the hundred years that a year of two digits can be; None: the year has
    four. `shape` is what its texts look like: two orders of one shape cannot be told apart.
    """

    written: str
    pattern: re.Pattern[str]
    without_day: re.Pattern[str]
    has_month: bool
    has_day: bool
    base: int | None = None
    shape: str = ""


def date_order(written: str, base: int | None = None) -> DateOrder | None:
    """Read the letters (jj or dd, mm, aaaa or yyyy, `iso`); None where they make no date.

    One letter (`j/m/aaaa`) takes one digit or two. A year has four digits: with two (`aa`, `yy`)
    nobody knows the century, unless a `base` year is declared.
    """
    letters = "aaaa-mm-jj" if written.lower() == "iso" else written.lower()
    tokens = list(_TOKENS.finditer(letters))
    ends = [0, *(token.end() for token in tokens)]
    between = [letters[end : token.start()] for end, token in zip(ends, tokens, strict=False)]
    seen = [_LETTERS[token.group()[0]] for token in tokens]
    widths = [len(token.group()) for token in tokens]
    tail = letters[ends[-1] :]
    if any(map(_is_word, [*between, tail])) or not _make_a_date(seen, widths, base):
        return None
    if 1 in widths and not all(between[1:]):
        return None  # one digit or two, and nothing between: nobody knows where one ends
    groups = [_digits(part, width) for part, width in zip(seen, widths, strict=True)]
    whole = [re.escape(mark) + group for mark, group in zip(between, groups, strict=True)]
    short = [
        (re.escape(mark) if at else "") + group
        for at, (mark, group) in enumerate(
            one for one, part in zip(zip(between, groups, strict=True), seen, strict=True)
            if part != "day"
        )
    ]  # fmt: skip
    return DateOrder(
        written,
        re.compile("".join(whole) + re.escape(tail)),
        re.compile("".join(short)),
        "month" in seen,
        "day" in seen,
        base if widths[seen.index("year")] == 2 else None,
        _shape(between, widths) + tail,
    )


def _make_a_date(seen: Sequence[str], widths: Sequence[int], base: int | None) -> bool:
    if len(set(seen)) != len(seen) or "year" not in seen:
        return False
    for part, width in zip(seen, widths, strict=True):
        if width not in ((2, 4) if part == "year" and base is not None else _WIDTHS[part]):
            return False
    return "day" not in seen or "month" in seen


def _digits(part: str, width: int) -> str:
    return f"(?P<{part}>[0-9]{{{'1,2' if width == 1 else width}}})"


def _shape(between: Sequence[str], widths: Sequence[int]) -> str:
    """What a text of this order looks like, whichever part is which."""
    if not any(between):
        return str(sum(widths))
    pairs = zip(between, widths, strict=True)
    return "".join(mark + ("yyyy" if width == 4 else "n") for mark, width in pairs)


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
    Raises StepError for another writing (AZ-R103) and for a day that is in no calendar (AZ-R102):
    DateOrderError where it exists with day and month exchanged.
    """
    match = order.pattern.fullmatch(text)
    if match is None and partial:
        match = order.without_day.fullmatch(text)
    if match is None:
        if partial and len(text) == 4 and text.isascii() and text.isdigit() and text != "0000":
            return int(text), 0, 0
        raise not_written(order.written)
    found = match.groupdict()
    year, month, day = int(found["year"]), int(found.get("month", 0)), int(found.get("day", 0))
    if order.base is not None:
        year = order.base + (year - order.base) % 100
    if year == 0 or month > 12 or (day and not month):
        if year and 1 <= day <= 12 and month <= (longest or monthrange(year, day)[1]):
            raise DateOrderError(order.written)
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


def bounded(text: str, written: str) -> str:
    """The same text; one too long to be a date is rejected before any pattern is tried on it."""
    if len(text) > LONGEST:
        raise not_written(written)
    return text


def not_written(written: str) -> StepError:
    """The text is not written in this order (AZ-R103)."""
    return StepError(
        "AZ-R103",
        (f"n'est pas écrit {written}", f"is not written {written}"),
        (
            "corrigez la date à la source, ou déclarez son ordre dans la correspondance",
            "correct the date at its source, or declare its order in the mapping",
        ),
    )


def _no_such_day() -> StepError:
    return StepError(
        "AZ-R102", _NO_DAY, ("corrigez la date à la source", "correct the date at its source")
    )


def read_any(
    text: str, orders: Sequence[DateOrder], *, partial: bool, longest: int | None = None
) -> tuple[int, int, int]:
    """As `read_date`, by the one of several declared orders that the text is written in."""
    for one in orders[:-1]:
        if one.pattern.fullmatch(text) or (partial and one.without_day.fullmatch(text)):
            return read_date(text, one, partial=partial, longest=longest)
    try:
        return read_date(text, orders[-1], partial=partial, longest=longest)
    except StepError as err:
        if err.code == "AZ-R103":
            raise not_written(", ".join(one.written for one in orders)) from None
        raise


def serial_day(text: str) -> str | None:
    """The ISO day of a spreadsheet's day number of five digits (1927 to 2173), or None.

    As Excel counts from 1900, its day 60 that never was included (ECMA-376 part 1, 18.17.4.1).
    """
    if len(text) != 5 or not (text.isascii() and text.isdigit()) or text[0] == "0":
        return None
    return (_SERIAL_ZERO + timedelta(days=int(text))).isoformat()


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
