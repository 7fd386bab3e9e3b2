"""Nothing leaves on rules that are not in force any more, however late they are looked at."""

from datetime import timedelta
from pathlib import Path

import pytest

from azalai.clock import format_instant
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.store import Store, delivery_rows
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Store:
    return new_store(tmp_path, clock)


def put(store: Store, operation: str = "create", until: str | None = None) -> int:
    with store.write() as tx:
        number = stage(tx, record := add_record(tx), add_version(tx, record, operation), operation)
        tx.db.do("deliveries", "confirm_decision", id=number, digest="r", until=until)
    return number


def state(store: Store, number: int) -> str:
    return delivery_rows.get(store.db, number).state


def test_what_other_rules_decided_waits(store: Store, clock: FixedClock) -> None:
    """A sender with new rules leaves it to be decided again, one with its rules sends it."""
    number, hub = put(store), Hub()
    assert Worker(store, hub, Policy("hub", rules="new")).turn(clock.now) == 0
    assert (state(store, number), hub.calls) == ("due", 0)
    Worker(store, hub, Policy("hub", rules="r")).turn(clock.now)

    assert state(store, number) == "delivered"


def test_a_decision_ends_at_its_instant(store: Store, clock: FixedClock) -> None:
    """At midnight the agreement is over: the second before it leaves, then it does not."""
    until = clock.now + timedelta(seconds=10)
    number, hub = put(store, until=format_instant(until)), Hub()
    sender = Worker(store, hub, Policy("hub", rules="r"))
    clock.now = until
    sender.turn(clock.now)
    assert (state(store, number), hub.calls) == ("due", 0)
    clock.now = until - timedelta(seconds=1)
    sender.turn(clock.now)

    assert state(store, number) == "delivered"


def test_a_recall_and_what_may_have_arrived_go_all_the_same(
    store: Store, clock: FixedClock
) -> None:
    """A recall is never withheld; what was tried is first known, under the rules it left on."""
    first, hub = put(store), Hub(script=["never_came"])
    Worker(store, hub, Policy("hub", rules="r", on_unknown="resend")).turn(clock.now)
    assert state(store, first) == "unknown"
    recall = put(store, "cancel")
    sender = Worker(store, hub, Policy("hub", rules="new", on_unknown="resend"))
    for _ in range(10):
        sender.turn(clock.pass_seconds(5))

    assert (state(store, first), state(store, recall)) == ("delivered", "delivered")
