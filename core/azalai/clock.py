"""Time as a parameter: aware UTC only."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def format_instant(moment: datetime) -> str:
    """RFC 3339 with microseconds and `Z`; the only form in the store and the ledger."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_instant(text: str) -> datetime:
    """The reverse of `format_instant`; ValueError for anything without a time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC)
