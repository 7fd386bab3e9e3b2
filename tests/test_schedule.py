"""Schedules: what is understood, what is refused, and when a feed is due."""

from datetime import UTC, datetime, timedelta

import pytest

from azalai.schedule import parse

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def due(text: str, zone: str = "UTC", after: datetime = MONDAY, last: datetime = MONDAY) -> str:
    found = parse(text).trigger(zone, last).get_next_fire_time(None, after)
    return "never" if found is None else found.astimezone(UTC).strftime("%a %d %H:%M:%S")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("every 15 min", "Mon 23 09:15:00"),
        ("every 60 s", "Mon 23 09:01:00"),
        ("every 2 h", "Mon 23 11:00:00"),
        ("cron 0 6 * * mon-fri", "Tue 24 06:00:00"),
        ("cron */5 * * * *", "Mon 23 09:00:00"),
        ("cron 30 23 * * sun", "Sun 29 23:30:00"),
        ("cron 0 0 1 1 *", "Fri 01 00:00:00"),
        ("cron 0 6 * * mon,wed-thu", "Wed 25 06:00:00"),
    ],
)
def test_due_times(text: str, first: str) -> None:
    """The first due time; a weekday is the day that it names."""
    assert due(text) == first


def test_cron_counts_in_its_time_zone() -> None:
    """Six in Ndjamena is five in UTC."""
    assert due("cron 0 6 * * *", "Africa/Ndjamena") == "Tue 24 05:00:00"


def test_an_interval_counts_from_the_last_reading() -> None:
    """What was missed while the machine was off is due in the past: once, at the start."""
    found = parse("every 15 min").trigger("UTC", MONDAY - timedelta(hours=5))
    missed = found.get_next_fire_time(None, MONDAY - timedelta(hours=5))

    assert missed is not None
    assert missed <= MONDAY


@pytest.mark.parametrize(
    "text",
    ["cron 0 6 * * 0", "cron 0 6 * * 1-5", "cron 0 6 * * 7", "cron 0 6 * * lundi"],
)
def test_a_weekday_is_a_name(text: str) -> None:
    """In cron 0 is Sunday, in the scheduler Monday: neither is guessed."""
    with pytest.raises(ValueError, match="mon-fri"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "15 min", "every 0 s", "every 40 days", "every -5 min", "cron 0 6 * *", "cron 61 6 * * *",
     "cron 0 24 * * *", "cron 0 0 31 2 *", "cron a b c d *", "0 6 * * mon", "every 5 min 3"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)
    with pytest.raises(ValueError, match="every"):
        parse(["every 5 min"])
