"""Threads that no error ends; schedules that lose no due time; a disk that is full."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from azalai import logs
from azalai.errors import DiskError, InputError, StoreBrokenError, VerificationError
from azalai.schedule import parse
from azalai.service import post as post_module
from azalai.service.post import Duty, Post
from azalai.service.timetable import Timetable
from azalai.service.watch import Watch, is_disk
from azalai.store import Store
from daemon_rig import until
from outbox_rig import FixedClock, new_store


@pytest.fixture
def events() -> Iterator[StringIO]:
    stream = StringIO()
    logs.configure(stream)
    yield stream
    logs.configure()


def told(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_unexpected_error_is_named_by_its_type_and_work_goes_on(
    tmp_path: Path, events: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of its message is shown; each time the store is opened anew."""
    monkeypatch.setattr(post_module, "PAUSE_S", 0.01)
    store, ended, steps = new_store(tmp_path, FixedClock()), threading.Event(), []
    begun: list[Store] = []

    def begin(mine: Store) -> Duty:
        begun.append(mine)
        return step

    def step() -> float:
        steps.append(1)
        if len(steps) in (1, 2):
            raise RuntimeError("SECRET FICTIF")
        return 0.01

    post = Post("essai", store.another, begin, Watch(), ended)
    post.start()
    assert until(lambda: len(steps) > 5)
    ended.set()
    post.wake()
    post.join(5)
    store.close()

    assert not post.is_alive()
    assert len(begun) == 3
    assert [(e["event"], e["error"], e["count"]) for e in told(events)] == [
        ("thread.failed", "RuntimeError", 1), ("thread.failed", "RuntimeError", 2),
    ]  # fmt: skip
    assert "FICTIF" not in events.getvalue()


def test_a_full_disk_is_told_once_and_pauses_all(tmp_path: Path, events: StringIO) -> None:
    """Nobody works while it is full; then both go on."""
    store, ended, watch = new_store(tmp_path, FixedClock()), threading.Event(), Watch()
    worked: list[str] = []

    def begin(name: str) -> Any:
        def step() -> float:
            if not worked:
                worked.append(name)
                raise DiskError("the store failed: full")
            worked.append(name)
            return 0.01

        return lambda _: step

    posts = [Post(n, store.another, begin(n), watch, ended) for n in ("a", "b")]
    posts[0].start()
    assert until(watch.full.is_set)
    posts[1].start()
    assert not until(lambda: len(worked) > 1, 0.3)
    watch.room_again()
    for post in posts:
        post.wake()
    assert until(lambda: {"a", "b"} <= set(worked[1:]))
    ended.set()
    for post in posts:
        post.wake()
        post.join(5)
    store.close()

    assert [e["event"] for e in told(events)] == ["store.disk_full", "store.disk_again"]


def test_what_stops_the_daemon(events: StringIO) -> None:
    """A ledger that does not verify, a broken database: told once, and the main thread wakes."""
    for err in (VerificationError("x", where="head"), StoreBrokenError("x")):
        woken: list[int] = []
        watch = Watch(woken=partial(woken.append, 1))
        assert watch.trouble(err)
        assert watch.trouble(err)
        assert (watch.fatal, woken) == (err, [1])
    assert not Watch().trouble(InputError("x"))
    caused = InputError("x")
    caused.__cause__ = OSError(28, "no space")

    assert is_disk(caused)
    assert [e["event"] for e in told(events)] == ["ledger.not_verified", "store.broken"]


def test_due_times_are_called_and_missed_ones_known() -> None:
    """Missed once while we were off is due once; a time to come is not due now."""
    now = datetime.now(UTC)
    calls: list[int] = []
    table = Timetable()
    every, daily = parse("every 1 s"), parse("cron 0 6 * * *")
    assert table.add("new", every, "UTC", None, now, lambda: calls.append(1))
    assert not table.add("a", daily, "UTC", None, now, lambda: None)
    assert table.add("b", daily, "UTC", now - timedelta(days=3), now, lambda: None)
    assert not table.add("c", parse("every 1 h"), "UTC", now, now, lambda: None)
    assert table.add("d", parse("every 1 h"), "UTC", now - timedelta(hours=1), now, lambda: None)
    assert not table.add("e", every, "UTC", now + timedelta(days=9), now, lambda: None)
    table.start()
    assert until(lambda: len(calls) >= 2, 5)
    table.stop()
    table.stop()
