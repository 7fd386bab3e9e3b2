"""When to try again: tenacity's wait objects used as functions, the store keeps the result."""

from datetime import datetime, timedelta

from tenacity import RetryCallState, wait_random_exponential
from tenacity.wait import wait_base

FLOOR_S = 1.0
CAP_S = 3600.0
RETRY_AFTER_CAP_S = 6 * 3600.0
RANK_STEP_S = 600
"""An alert (priority 0) overtakes what became due up to 9 x 10 minutes before it, no more."""
RECALLS_FIRST_MS = 10**14
"""More than 3,000 years: what takes data away goes before all else, whatever waits since when."""


def backoff(cap_s: float = CAP_S) -> wait_base:
    """Full jitter: a random wait up to 2**attempt seconds, at most `cap_s`."""
    return wait_random_exponential(multiplier=1.0, max=cap_s)


def wait_s(attempt: int, policy: wait_base) -> float:
    """Seconds until the attempt after `attempt` (from 1): the floor, and what `policy` draws above
    it. (Not the greater of both: half of all first waits would end in the same instant.)"""
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = max(1, attempt)
    return min(FLOOR_S + float(policy(state)), CAP_S)


def next_time(
    now: datetime, attempt: int, policy: wait_base, not_before: datetime | None
) -> datetime:
    """The next attempt's instant: the destination's wish, capped, beats our own jitter."""
    ours = now + timedelta(seconds=wait_s(attempt, policy))
    if not_before is None:
        return ours
    capped = min(not_before, now + timedelta(seconds=RETRY_AFTER_CAP_S))
    return max(capped, now + timedelta(seconds=FLOOR_S))


def rank(due: datetime, priority: int, *, recall: bool = False) -> int:
    """The claim's order, fixed when a delivery becomes due: milliseconds, lower goes first.

    A `recall` is below 0, before all that is none. `priority` counts from 0, the most urgent.
    Nothing starves: what waits long enough is first of its sort, and recalls end.
    """
    at = int(due.timestamp() * 1000) + priority * RANK_STEP_S * 1000
    return at - RECALLS_FIRST_MS if recall else at
