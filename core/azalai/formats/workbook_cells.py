"""A spreadsheet cell as text: what the person who typed it would say that it holds."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

EXACT = 10**15  # Excel keeps 15 digits; a longer number has lost its last ones


def text(value: Any) -> str | None:
    """The text of a cell; None for a number that has lost digits.

    Texts stay as they are. Whole numbers are digits without `.0`, others the shortest decimal
    text of 15 digits; a date is YYYY-MM-DD, with THH:MM:SS where it has a time of day; a time
    is HH:MM:SS, a duration too, over 24 hours if need be; true and false are these words.
    """
    if value.__class__ is str:
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        near = _second(value)
        return near.isoformat() if near.time() != time() else near.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _second(datetime.combine(date(2000, 1, 1), value)).time().isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return None


def _number(value: float) -> str | None:
    if not isfinite(value) or abs(value) >= EXACT:
        return None
    near = Decimal(f"{value:.15g}")
    if near == near.to_integral_value():
        return str(int(near))
    return f"{near:f}"


def _second(value: datetime) -> datetime:
    """The nearest second: a spreadsheet's day fraction is not exact."""
    near = value + timedelta(microseconds=500_000)
    return near.replace(microsecond=0)


def _duration(value: timedelta) -> str | None:
    seconds = round(value.total_seconds())
    if seconds < 0:
        return None
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
