"""N1, N2: bad lines between our link and a receiver: each once, deadlines kept, no thread stuck."""

import random
import threading
import time
from pathlib import Path

import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.outbox.states import UNENDED
from azalai.plugin.transport import Message
from azalai.store import Store
from faults.proxy import KINDS, Plan, between, drawn
from faults.receiver import Receiver, linked, receiving
from faults.seeds import chunks, replayable
from outbox_rig import FixedClock, add_record, add_version, new_store, stage

MESSAGES = 6
TIMEOUT_S = 1
MESSAGE = Message("k1", "k1", "create", "WantedPerson", b"<FICTIF/>", "application/xml")


def fill(store: Store, count: int, name: str = "") -> None:
    with store.write() as tx:
        for number in range(count):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{name}{number}")
            stage(tx, record, add_version(tx, record, f'"{name}{number}"'))


def open_ones(store: Store) -> list[str]:
    return [state for state in UNENDED for _ in store.db.rows(
        "deliveries", "list", destination="hub", state=state, record=None, most=10_000)]  # fmt: skip


def carry(store: Store, worker: Worker, clock: FixedClock, seconds: float) -> None:
    """Turn until nothing is open; the virtual clock passes waits at once."""
    until = time.monotonic() + seconds
    while open_ones(store):
        assert time.monotonic() < until, open_ones(store)
        if not worker.turn(clock.now):
            clock.pass_seconds(5)


def one_seed(folder: Path, receiver: Receiver, seed: int) -> None:
    chance = random.Random(seed)
    clock = FixedClock()
    store = new_store(folder / str(seed), clock)
    fill(store, MESSAGES, f"{seed}-")
    before = len(receiver.heard.order)
    plans = drawn(chance, 3)
    with (
        between(receiver.port, plans, drip_s=0.05) as proxy,
        linked(receiver.folder, proxy.port, timeout_s=TIMEOUT_S, batch=2) as link,
    ):
        worker = Worker(store, link, Policy("hub"))
        carry(store, worker, clock, 60)
        assert proxy.connections >= 1
    assert len(receiver.heard.order) - before == MESSAGES
    rows = store.db.rows("deliveries", "list", destination="hub", state="delivered", record=None,
                         most=100)  # fmt: skip
    assert len(rows) == MESSAGES
    store.close()


@pytest.mark.parametrize("some", chunks(600, 3, 25), ids=lambda some: f"from_{some[0]}")
def test_schedules(tmp_path: Path, some: list[int]) -> None:
    """Latency, cuts at any byte of the request or the answer, resets, dripping answers, links
    that say nothing, answers lost after the request arrived."""
    with receiving(tmp_path / "hub") as receiver:
        threads = threading.active_count()
        for seed in some:
            with replayable(seed, "test_schedules"):
                (tmp_path / str(seed)).mkdir()
                one_seed(tmp_path, receiver, seed)
        assert {times for _, times in receiver.heard.keys.values()} <= {1, 2, 3, 4}
        time.sleep(0.6)
        assert threading.active_count() <= threads + 8


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["drip", "half_open"])
def test_the_deadline_holds(tmp_path: Path, kind: str) -> None:
    """One byte a second, or nothing at all, ends at twice the timeout, give or take a second."""
    with (
        receiving(tmp_path) as receiver,
        between(receiver.port, [Plan(kind)]) as proxy,
        linked(tmp_path, proxy.port, timeout_s=2) as link,
    ):
        began = time.monotonic()
        health = link.probe()
        took = time.monotonic() - began

    assert not health.ok
    assert took <= 2 * 2 + 1


@pytest.mark.faults
def test_an_answer_that_is_lost_is_asked_for(tmp_path: Path) -> None:
    """The receiver has it, we cannot know: one effect, then a question, not a second message."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 1)
    with receiving(tmp_path / "hub") as receiver:
        with linked(receiver.folder, receiver.port) as direct:
            assert direct.probe().ok
        lost = [Plan("swallow", at) for at in range(1500, 4000, 250)]
        with (
            between(receiver.port, lost) as proxy,
            linked(receiver.folder, proxy.port, timeout_s=1) as link,
        ):
            carry(store, Worker(store, link, Policy("hub")), clock, 50)
        assert [times for _, times in receiver.heard.keys.values()] == [1]
        assert len(receiver.heard.requests) == 1
    entries = [data for _, data in store.ledger.entries(0, store.ledger.head().size)]
    assert any(b'"outcome":"unknown"' in data for data in entries)


def test_every_kind_is_drawn() -> None:
    """The schedules cover what the proxy can do."""
    kinds = {plan.kind for seed in range(40) for plan in drawn(random.Random(seed), 3)}

    assert kinds == set(KINDS)
