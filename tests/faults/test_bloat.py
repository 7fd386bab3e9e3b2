"""P2: a session of another tool that stays in a transaction: dead rows pile up, claims go on."""

import statistics
import time
from pathlib import Path

import psycopg
import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.store import Store, lingering
from engines import chosen
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage
from postgres_server import Server


def added(store: Store, first: int, many: int) -> None:
    for start in range(first, first + many, 500):
        with store.write() as tx:
            for number in range(start, start + 500):
                record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
                stage(tx, record, add_version(tx, record, f'"{number}"'))


def turns(store: Store, clock: FixedClock, many: int) -> list[float]:
    """Seconds of each turn that delivered something, a hundred records each."""
    worker, took = Worker(store, Hub(), Policy("hub")), []
    for _ in range(many):
        began = time.perf_counter()
        if worker.turn(clock.pass_seconds(1)):
            took.append(time.perf_counter() - began)
    return took


@pytest.mark.faults
def test_an_open_transaction_slows_claims_within_bounds(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20,000 deliveries come and go under a snapshot that stays: the slowest claims are at most five
    times the slowest before; it is told, and over once the session ends."""
    monkeypatch.setattr(lingering, "OPEN_MAX_S", 5)
    clock = FixedClock()
    with chosen(postgres):
        store = new_store(tmp_path, clock)
    added(store, 0, 5_000)
    before = turns(store, clock, 50)
    with psycopg.connect(store.db.address.conninfo) as idle:  # type: ignore[attr-defined]
        idle.execute("SELECT count(*) FROM deliveries").fetchall()
        added(store, 5_000, 20_000)
        during = turns(store, clock, 200)
        assert lingering.lingering(store) is not None
    assert lingering.lingering(store) is None
    added(store, 25_000, 2_000)
    after = turns(store, clock, 20)
    slow = statistics.quantiles(during, n=100)[98] / statistics.quantiles(before, n=100)[98]
    assert len(during) == 200
    assert slow <= 5, slow
    assert statistics.median(after) <= 5 * statistics.median(before)
    store.close()
