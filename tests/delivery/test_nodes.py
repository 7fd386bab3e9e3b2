"""Several workers on one server's store: each delivery is one's, nobody waits for a claim."""

import threading
from pathlib import Path

import psycopg
import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.plugin.transport import Limits
from azalai.store import Store, claim_rows, delivery_rows, destination_rows, nodes
from azalai.store.postgres import PostgresDatabase
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

MANY = 120


@pytest.fixture
def store(tmp_path: Path, engine: str) -> Store:
    if engine == "sqlite":
        pytest.skip("one runner holds a file")
    made = new_store(tmp_path, FixedClock())
    with made.write() as tx:
        for number in range(MANY):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
            stage(tx, record, add_version(tx, record, f"v{number}"))
    return made


def at_work(store: Store, name: str) -> Store:
    """Another process of the same store, which shows a sign of life."""
    made = store.another()
    made.holder = name
    nodes.see(made, name, name, "azalai daemon", "0")
    return made


def test_two_share_what_is_due(store: Store) -> None:
    """Claims at the same time: every key came once, and both had their part."""
    clock = FixedClock()
    hubs = [Hub(limits=Limits(5, 1_000_000, True, 3600, True)) for _ in range(2)]
    failed: list[BaseException] = []

    def work(hub: Hub, name: str) -> None:
        try:
            worker = Worker(at_work(store, name), hub, Policy("hub"))
            while worker.turn(clock.now):
                pass
        except BaseException as err:
            failed.append(err)

    threads = [threading.Thread(target=work, args=(hub, f"n{i}")) for i, hub in enumerate(hubs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert all(times == 1 for hub in hubs for _, times in hub.got.values())
    assert not hubs[0].got.keys() & hubs[1].got.keys()
    assert len(hubs[0].got) + len(hubs[1].got) == MANY
    assert min(len(hub.got) for hub in hubs) > 0


def test_what_another_claims_is_passed_over(store: Store) -> None:
    """A row that somebody has locked keeps nothing else back."""
    assert isinstance(store.db, PostgresDatabase)
    hub, clock = Hub(), FixedClock()
    with psycopg.connect(store.db.address.conninfo) as other:
        other.execute("SELECT id FROM deliveries WHERE id <= 5 FOR UPDATE")
        with store.write(clock.now, beside=True) as tx:
            found = claim_rows.due(tx, "hub", MANY)
    del hub

    assert [one.id for one in found] == list(range(6, MANY + 1))


def test_a_dead_node_loses_what_it_was_sending(store: Store) -> None:
    """Its life sign is over: what it sent is asked; woken, it marks nothing."""
    clock = FixedClock()
    dead, other = at_work(store, "dead"), at_work(store, "other")
    with dead.write(clock.now) as tx:
        [taken] = claim_rows.take(tx, claim_rows.due(tx, "hub", 1))
    worker = Worker(other, Hub(), Policy("hub"))
    assert worker.recover(clock.now, whole=False) == 0
    store.db.do("nodes", "leave", instance="dead")

    assert worker.recover(clock.now, whole=False) == 1
    assert delivery_rows.get(store.db, taken.id).state == "unknown"


def test_a_feed_is_one_nodes_until_its_lease_ends(store: Store) -> None:
    """Taken once; free after a clean end; whose lease ran out cannot write."""
    one, two = at_work(store, "one"), at_work(store, "two")

    assert nodes.take_feed(one, "ner")
    assert not nodes.take_feed(two, "ner")
    nodes.free_feed(one, "ner")
    assert nodes.take_feed(two, "ner")
    with one.write() as tx, pytest.raises(Exception, match="another node"):
        nodes.must_hold(tx, "ner")


def test_a_due_time_is_taken_once(store: Store) -> None:
    """Whoever comes first reads; the other does not."""
    one, two = at_work(store, "one"), at_work(store, "two")

    assert [nodes.take_due(one, "ner", 7), nodes.take_due(two, "ner", 7)] == [True, False]
    assert nodes.take_due(two, "ner", 8)


def test_one_node_probes(store: Store) -> None:
    """While one tries a destination that was down, the other leaves it alone."""
    clock = FixedClock()
    one = Worker(at_work(store, "one"), Hub(["down"]), Policy("hub"))
    one.turn(clock.now)
    now = clock.pass_seconds(600)
    with store.write(now) as tx:
        state = destination_rows.locked(tx, "hub")
    assert state.breaker == "open"
    assert one._claim(now, 1, cancels_only=False) != []

    assert (
        Worker(at_work(store, "two"), Hub(), Policy("hub"))._claim(now, 1, cancels_only=False) == []
    )
