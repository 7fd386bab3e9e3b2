"""Who may be a minor, and the instant from which nobody can doubt it any more."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

ADULT_YEARS = 18
CIRCA_YEARS = 5  # "environ 2005" may be 2010: in doubt a person looks

_SUBJECTS = ("person", "persons")
_PARTIES = ("holder", "owner")


@lru_cache(maxsize=4096)
def midnight(day: date, zone: str) -> datetime:
    """The first instant of a day in a time zone (IANA name), as UTC."""
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime | None:
    """The first instant after a day in a time zone, as UTC; None where the calendar ends."""
    return None if day == date.max else midnight(day + timedelta(days=1), zone)


def births(record: Mapping[str, Any], *, parties: bool) -> tuple[date | None, ...]:
    """The latest possible birth date of each person in a record; None where it is unknown.

    Holders and owners of things count only with `parties`: elsewhere nothing about them leaves.
    """
    return tuple(latest_birth(one.get("birth")) for one in _people(record, parties=parties))


def latest_birth(birth: Mapping[str, Any] | None) -> date | None:
    """The last day on which a person can be born, from a record's `birth`; None if unknown.

    The year 2009 may be 31 December; a range ends with its end; `circa` adds `CIRCA_YEARS`.
    """
    known = (birth or {}).get("date")
    if not known:
        return None
    last = _last_day(known.get("until") or known["value"])
    return _years_later(last, CIRCA_YEARS) if known.get("circa") else last


@lru_cache(maxsize=4096)
def adult_from(born: date, zone: str) -> datetime | None:
    """The instant at which one born that day turns 18; None beyond the calendar.

    One born on 29 February turns 18 on 1 March: in doubt a minor.
    """
    day = _years_later(born, ADULT_YEARS)
    return None if day is None else midnight(day, zone)


def may_be_minor(born: date | None, at: datetime, zone: str) -> bool:
    """Whether one born that day at the latest (None: unknown) may be under 18 at an instant."""
    if born is None:
        return True
    adult = adult_from(born, zone)
    return adult is None or at < adult


def _people(record: Mapping[str, Any], *, parties: bool) -> Iterator[Mapping[str, Any]]:
    for name in (*_SUBJECTS, *(_PARTIES if parties else ())):
        value = record.get(name)
        if isinstance(value, Mapping):
            yield value
        elif value:
            yield from value


@lru_cache(maxsize=16_384)
def _last_day(text: str) -> date:
    pieces = [int(piece) for piece in text.split("-")]
    if len(pieces) == 3:
        return date(*pieces)
    year, month = (pieces[0], pieces[1]) if len(pieces) == 2 else (pieces[0], 12)
    return date(year, month, monthrange(year, month)[1])


def _years_later(day: date, years: int) -> date | None:
    if day.year + years > date.max.year:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February in a common year
        return date(day.year + years, 3, 1)
