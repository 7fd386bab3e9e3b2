"""Reads `Retry-After`: seconds or an HTTP date (RFC 9110, section 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DIGITS = 12  # 10^12 s is past every cap; longer numbers are not worth converting


def seconds(value: str | None, now: datetime, cap_s: float) -> float | None:
    """How long to wait, in seconds, between 0 and `cap_s`; None where the header says nothing.

    Garbage and negative numbers are ignored as if the header were absent; a date that is past
    means 0. A destination cannot make us wait for longer than `cap_s`.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return cap_s if len(text) > _DIGITS else min(float(int(text)), cap_s)
    moment = date(text)
    if moment is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), cap_s)


def date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, section 5.6.7): IMF-fixdate or one of the two old forms; always
    GMT. None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _asctime(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _asctime(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
