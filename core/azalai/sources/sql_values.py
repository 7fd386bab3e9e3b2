"""A database's values as the texts that a mapping reads; nothing is rounded, nothing guessed."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

_STAMP = re.compile(r"(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(\+00(?::?00)?)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Kept = tuple[str, str]
"""A value of a cursor column: its kind (`int`, `time`, `text`, `number`) and its text."""


def text(value: Any) -> str | None:
    """Text as a mapping sees it; None is NULL, which is not the empty text.

    Whole numbers and decimals keep all digits. A float that is a whole number is written as one
    (codes are often stored so), any other with the fewest digits that give it back. Dates and
    times are ISO 8601; an instant is told in UTC with `+00:00`, a time without a zone stays
    without. Bytes become hex. TypeError for anything else, an array say.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _clock(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


def instant(value: str) -> str:
    """`2026-11-24 10:00:00.5+00`, as PostgreSQL writes it in UTC, in ISO 8601; anything else
    (`infinity`, a year BC) as it stands."""
    found = _STAMP.fullmatch(value)
    if found is None:
        return value
    return f"{found[1]}T{found[2]}{found[3] or ''}{'+00:00' if found[4] else ''}"


def _clock(value: timedelta) -> str:
    """A duration as MariaDB writes a TIME: `-12:30:00`, hours over 24 allowed."""
    seconds = abs(value) // timedelta(seconds=1)
    micro = abs(value).microseconds
    sign = "-" if value < timedelta() else ""
    whole = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{whole}.{micro:06d}" if micro else whole


def kept(value: Any) -> Kept:
    """A cursor column's value so that it can be asked for again. TypeError for a float or bytes:
    two that look the same may differ."""
    if isinstance(value, bool) or value is None:
        raise TypeError(type(value).__name__)
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, Decimal):
        return "number", str(value)
    if isinstance(value, datetime | date):
        return ("time" if isinstance(value, datetime) else "day"), value.isoformat()
    if isinstance(value, str):
        return "text", value
    raise TypeError(type(value).__name__)


def again(one: Kept) -> Any:
    """The value that `kept` was given."""
    kind, written = one
    if kind == "int":
        return int(written)
    if kind == "number":
        return Decimal(written)
    if kind == "time":
        return datetime.fromisoformat(written)
    if kind == "day":
        return date.fromisoformat(written)
    return written


def earlier(one: Kept, seconds: int) -> Any | None:
    """The value `seconds` before a time or day (a day: the same one, whole); None for all else."""
    kind, written = one
    back = timedelta(seconds=seconds)
    if kind == "time":
        return datetime.fromisoformat(written) - back
    if kind == "day" or (kind == "text" and _DAY.fullmatch(written)):
        return again(one)
    if kind == "text" and _STAMP.fullmatch(written):
        before = datetime.fromisoformat(written[:19]) - back
        zone = "+00" if written.endswith(("+00", "+00:00", "+0000")) else ""
        return before.isoformat(sep=written[10]) + zone
    return None
