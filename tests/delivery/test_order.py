"""What leaves first: recalls before all else, then of each record what is newest."""

from pathlib import Path

import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.plugin.transport import Limits
from azalai.store import Store, Transaction, delivery_rows
from azalai.store.delivery_rows import Delivery
from azalai.store.record_rows import RecordRow
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

DUE = 2_000


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Store:
    return new_store(tmp_path, clock)


def chain_of(store: Store) -> list[Delivery]:
    rows = store.db.rows("deliveries", "list", destination=None, state=None, record=None, most=99)
    return [delivery_rows.delivery_of(row) for row in rows]


def versions(tx: Transaction, count: int, key: str = "NER-PN/personnes/FICTIF-1") -> RecordRow:
    record = add_record(tx, key)
    for number in range(count):
        stage(tx, record, add_version(tx, record, f"v{number}"), "update" if number else "create")
    return record


def carry(store: Store, hub: Hub, clock: FixedClock, turns: int = 30) -> None:
    worker = Worker(store, hub, Policy("hub", breaker_cap_s=2))
    for _ in range(turns):
        worker.turn(clock.pass_seconds(3))


@pytest.mark.parametrize("script", [[], ["down", "down"]], ids=["link up", "after an outage"])
def test_a_fresh_recall_overtakes_two_thousand(
    store: Store, clock: FixedClock, script: list[str]
) -> None:
    """2,000 due for days, one recall now: it leaves first, and alone where only one may."""
    hub = Hub(limits=Limits(1, 1_000_000, True, 3600, True))
    with store.write() as tx:
        lifted = versions(tx, 1, "NER-PN/personnes/FICTIF-0")
    carry(store, hub, clock, 2)
    with store.write() as tx:
        for number in range(1, DUE + 1):
            versions(tx, 1, f"NER-PN/personnes/FICTIF-{number}")
    clock.pass_seconds(3 * 86_400)
    hub.script = script
    with store.write() as tx:
        stage(tx, lifted, add_version(tx, lifted, "lifted"), "cancel")
    hub.order.clear()
    carry(store, hub, clock, 6)

    assert hub.order[0][0] == "cancel"
    assert [operation for operation, _ in hub.order].count("cancel") == 1


def test_on_return_only_the_newest_version_leaves(store: Store, clock: FixedClock) -> None:
    """Three versions that nothing was tried of: two are passed over, the third is made anew."""
    hub = Hub(script=["down"])
    with store.write() as tx:
        versions(tx, 3)
    carry(store, hub, clock, 3)
    found = chain_of(store)

    assert [one.state for one in found] == ["withdrawn", "withdrawn", "due"]
    assert [one.last_reason for one in found[:2]] == ["superseded"] * 2
    assert hub.order == []  # an update of nothing is no longer true: it is rendered again
    assert [i for (i,) in store.db.rows("deliveries", "misfits", destination="hub")] == [3]


def test_what_was_tried_or_is_held_is_not_passed_over(store: Store, clock: FixedClock) -> None:
    """What may have arrived stays and is asked; a held one keeps what is before and behind it."""
    hub = Hub(script=["lose", "down"], answers="no")
    with store.write() as tx:
        versions(tx, 2)
        record = add_record(tx, "NER-PN/personnes/FICTIF-2")
        stage(tx, record, add_version(tx, record, "a"))
        stage(tx, record, add_version(tx, record, "b"), "update", ask_by="one_person")
        stage(tx, record, add_version(tx, record, "c"), "update")
    carry(store, hub, clock, 1)
    hub.answers = "true"
    carry(store, hub, clock)
    assert not any(one.last_reason == "superseded" for one in chain_of(store))


def test_without_an_outage_each_version_leaves(store: Store, clock: FixedClock) -> None:
    """Where the link never broke, a destination gets every version in its order."""
    hub = Hub()
    with store.write() as tx:
        versions(tx, 3)
    carry(store, hub, clock)

    assert [one.state for one in chain_of(store)] == ["delivered"] * 3
    assert len(hub.order) == 3
