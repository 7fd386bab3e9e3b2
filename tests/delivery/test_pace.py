"""A destination's rate and its windows of the day, also across workers and restarts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.delivery import pace
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.store import Store
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

NIAMEY = ZoneInfo("Africa/Niamey")  # UTC+1, no summer time


def owe(store: Store, count: int) -> None:
    with store.write() as tx:
        for number in range(count):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-W{number}")
            stage(tx, record, add_version(tx, record, "v1"))


@given(
    rate=st.integers(1, 6000),
    waits=st.lists(st.floats(0, 90, allow_nan=False), min_size=1, max_size=60),
)
def test_no_minute_holds_more_than_the_rate_and_its_burst(rate: int, waits: list[float]) -> None:
    """Whatever the calls' rhythm, what was sent never exceeds the elapsed allowance."""
    start = now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    paid: datetime | None = None
    sent = 0
    for wait in waits:
        now += timedelta(seconds=wait)
        room = pace.allowed(paid, rate, now)
        assert room is not None
        if room:
            paid = pace.spent(paid, rate, room, now)
            sent += room
        burst = max(1, rate / 60)
        assert sent <= (now - start).total_seconds() * rate / 60 + burst + 0.01


def test_two_workers_share_one_rate(tmp_path: Path) -> None:
    """The rate is the destination's row, so a second worker does not double it."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    owe(store, 30)
    hub = Hub()
    workers = [Worker(store, hub, Policy("hub", rate_per_minute=60)) for _ in range(2)]
    for _ in range(10):
        for worker in workers:
            worker.turn(clock.now)
        clock.pass_seconds(1)

    assert len(hub.got) == 10


@pytest.mark.parametrize(
    ("windows", "at", "is_open"),
    [
        ((), "12:00", True),
        (("20:00-06:00",), "23:30", True),
        (("20:00-06:00",), "05:59", True),
        (("20:00-06:00",), "06:00", False),
        (("08:00-12:00", "14:00-18:00"), "13:00", False),
        (("08:00-12:00", "14:00-18:00"), "14:00", True),
    ],
)
def test_windows_are_times_of_day_in_the_deployments_zone(
    windows: tuple[str, ...], at: str, is_open: bool
) -> None:
    """A window may go over midnight; its end is not included."""
    hour, minute = map(int, at.split(":"))
    now = datetime(2026, 11, 24, hour, minute, tzinfo=NIAMEY).astimezone(UTC)

    assert pace.open_now(windows, NIAMEY, now) is is_open


def test_outside_its_window_only_recalls_leave(tmp_path: Path) -> None:
    """What was delivered is recalled at once; what is new waits for the window."""
    clock = FixedClock()  # 09:00 UTC
    store = new_store(tmp_path, clock)
    hub = Hub()
    with store.write() as tx:
        record = add_record(tx)
        stage(tx, record, add_version(tx, record, "v1"))
    Worker(store, hub, Policy("hub")).turn(clock.now)
    owe(store, 3)
    with store.write() as tx:
        stage(tx, record, 1, "cancel")
    night = Worker(store, hub, Policy("hub", windows=("20:00-06:00",)))
    night.turn(clock.now)

    assert [operation for operation, _ in hub.order] == ["create", "cancel"]

    clock.pass_seconds(12 * 3600)
    night.turn(clock.now)

    assert len(hub.order) == 5
