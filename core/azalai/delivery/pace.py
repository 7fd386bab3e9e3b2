"""How fast and when a destination is sent to: its rate as one instant, its windows of the day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BURST_S = 1.0
"""What a destination at rest may get at once: its allowance of one second, at least one."""


def allowed(
    allowance_at: datetime | None, rate_per_minute: int | None, now: datetime
) -> int | None:
    """How many messages may leave now; None: as many as one likes.

    A generic cell rate algorithm (ITU-T I.371): `allowance_at` is the instant at which all that
    was sent is paid for, each message costing 60 / rate seconds.
    """
    if rate_per_minute is None:
        return None
    each = 60 / rate_per_minute
    behind = (allowance_at - now).total_seconds() if allowance_at else 0.0
    return max(0, int((max(BURST_S, each) - max(behind, 0.0)) / each + 1e-9))


def spent(
    allowance_at: datetime | None, rate_per_minute: int, count: int, now: datetime
) -> datetime:
    """The new `allowance_at` after `count` messages."""
    start = max(allowance_at, now) if allowance_at else now
    return start + timedelta(seconds=count * 60 / rate_per_minute)


def open_now(windows: Sequence[str], zone: ZoneInfo, now: datetime) -> bool:
    """Whether one of the windows (`20:00-06:00`, over midnight too) is open; none: always."""
    local = now.astimezone(zone).time()
    return not windows or any(_within(window, local) for window in windows)


def _within(window: str, local: time) -> bool:
    first, _, last = window.partition("-")
    begin, end = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    if begin < end:
        return begin <= local < end
    return local >= begin or local < end
