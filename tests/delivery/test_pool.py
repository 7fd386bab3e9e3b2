"""One claims and records, several send: all once, in few commits, and nothing is left behind."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from azalai.delivery import pool as module
from azalai.delivery.policy import Policy
from azalai.delivery.pool import Helper, Pool, requests
from azalai.delivery.turn import Worker
from azalai.errors import StoreBusyError
from azalai.outbox.balance import DESTINATION_TERMS, check_destination
from azalai.plugin.transport import Limits, Message, Outcome
from azalai.store import Store, delivery_rows, destination_rows, run_rows
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

SENDERS = 3
ONE_BY_ONE = Limits(1, 1_000_000, True, 3600, True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[Store]:
    made = new_store(tmp_path, clock)
    yield made
    made.close()


def fill(store: Store, count: int) -> None:
    with store.write() as tx:
        for number in range(count):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
            stage(tx, record, add_version(tx, record, "v1"))


def states(store: Store) -> set[str]:
    rows = store.db.rows("deliveries", "list", destination=None, state=None, record=None, most=999)
    return {delivery_rows.delivery_of(row).state for row in rows}


def balance(store: Store) -> dict[str, int]:
    n = dict.fromkeys(DESTINATION_TERMS, 0) | run_rows.counters(store.db, "destination")["hub"]
    assert check_destination("hub", n) == []
    return n


class Slow(Hub):
    """Answers when it is let go; one message a request."""

    def __init__(self, script: Sequence[str] = ()) -> None:
        super().__init__(list(script), limits=ONE_BY_ONE)
        self.go = threading.Event()
        self.busy = threading.Semaphore(0)
        self._one = threading.Lock()

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        self.busy.release()
        assert self.go.wait(20)
        with self._one:
            return super().send(messages)


@contextmanager
def helpers(pool: Pool, hub: Hub, count: int = SENDERS) -> Iterator[None]:
    def work() -> None:
        helper = Helper(hub, pool, hub)
        while not pool.closed:
            helper.turn()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        pool.close()
        for thread in threads:
            thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def until_idle(worker: Worker, clock: FixedClock) -> None:
    while worker.turn(clock.pass_seconds(0.01)):
        pass


def test_all_arrive_once_in_few_commits(store: Store, clock: FixedClock) -> None:
    """Sixty messages, one a request, by three senders: each once, and commits are shared."""
    fill(store, 60)
    pool, hub = Pool(SENDERS), Slow()
    hub.go.set()
    worker = Worker(store, hub, Policy("hub"), pool=pool)
    commits = []
    record = worker._record
    worker._record = lambda *given: commits.append(1) or record(*given)  # type: ignore[method-assign,func-returns-value]
    with helpers(pool, hub):
        until_idle(worker, clock)

    assert states(store) == {"delivered"}
    assert [times for _, times in hub.got.values()] == [1] * 60
    assert balance(store)["attempts"] == 60
    assert len(commits) < 60
    assert not pool.busy


def test_a_destination_that_is_down_gets_no_more(store: Store, clock: FixedClock) -> None:
    """One sender finds it down: what others have ends as it ends, the rest is due again at once,
    nothing of what a message has is consumed, and the breaker is open."""
    fill(store, 40)
    pool, hub = Pool(SENDERS), Slow(["down"])
    hub.go.set()
    worker = Worker(store, hub, Policy("hub"), pool=pool)
    with helpers(pool, hub):
        until_idle(worker, clock)
        state = destination_rows.get(store.db, "hub")
        assert state.breaker == "open"
        assert states(store) <= {"due", "delivered"}
        balance(store)
        clock.pass_seconds(30)
        until_idle(worker, clock)
        clock.pass_seconds(30)
        until_idle(worker, clock)

    assert states(store) == {"delivered"}
    assert [times for _, times in hub.got.values()] == [1] * 40
    assert destination_rows.get(store.db, "hub").breaker == "closed"


def test_what_the_store_did_not_take_is_recorded_later(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit of outcomes fails: they stay, and neither is asked nor sent again."""
    fill(store, 10)
    pool, hub = Pool(SENDERS), Slow()
    hub.go.set()
    worker = Worker(store, hub, Policy("hub"), pool=pool)
    failing = [StoreBusyError("locked"), StoreBusyError("locked")]
    record = worker._record

    def sometimes(tx: object, came: Sequence[object]) -> bool:
        if came and failing:
            raise failing.pop()
        return record(tx, came)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "_record", sometimes)
    with helpers(pool, hub):
        for _ in range(2):
            with pytest.raises(StoreBusyError):
                until_idle(worker, clock)
            assert worker.recover(clock.now) == 0
        until_idle(worker, clock)

    assert states(store) == {"delivered"}
    assert [times for _, times in hub.got.values()] == [1] * 10


def test_stopping_leaves_nothing_half_done(store: Store, clock: FixedClock) -> None:
    """What a sender has ends; what none has taken yet is due again, with its entry."""
    fill(store, 30)
    pool, hub = Pool(SENDERS), Slow()
    worker = Worker(store, hub, Policy("hub"), pool=pool)
    with helpers(pool, hub):
        worker.turn(clock.pass_seconds(0.01))
        for _ in range(SENDERS):
            assert hub.busy.acquire(timeout=20)
        worker.turn(clock.pass_seconds(0.01))
        threading.Timer(0.1, hub.go.set).start()
        worker.drain(lambda: clock.now)

    assert states(store) == {"due", "delivered"}
    assert len(hub.got) == balance(store)["delivered"] == SENDERS
    assert not pool.busy


def test_a_gate_that_closes_takes_back_what_no_sender_has(store: Store, clock: FixedClock) -> None:
    """From then on nothing begins to leave."""
    fill(store, 30)
    pool, hub, leave = Pool(SENDERS), Slow(), ["all"]
    gate: Callable[[object], str] = lambda _: leave[0]  # noqa: E731
    worker = Worker(store, hub, Policy("hub"), pool=pool, gate=gate)
    pool._rate = 100.0
    with helpers(pool, hub):
        worker.turn(clock.pass_seconds(0.01))
        for _ in range(SENDERS):
            assert hub.busy.acquire(timeout=20)
        leave[0] = "nothing"
        worker.turn(clock.pass_seconds(0.01))
        assert len(pool.known()) == SENDERS
        hub.go.set()
        while worker.turn(clock.pass_seconds(0.01)):
            pass

    assert len(hub.got) == balance(store)["delivered"] == SENDERS
    assert states(store) == {"due", "delivered"}


def test_a_sender_that_breaks_leaves_an_unknown_outcome(store: Store, clock: FixedClock) -> None:
    """Its message may have arrived: it is asked, not sent again blindly."""
    fill(store, 1)
    pool, hub = Pool(1), Hub(limits=ONE_BY_ONE)
    worker = Worker(store, hub, Policy("hub"), pool=pool)
    send = hub.send

    def breaks(messages: Sequence[Message]) -> Sequence[Outcome]:
        send(messages)
        raise RuntimeError("FICTIF")

    hub.send = breaks  # type: ignore[method-assign]
    worker.turn(clock.pass_seconds(0.01))
    with pytest.raises(RuntimeError):
        Helper(hub, pool, hub).turn()
    worker.turn(clock.pass_seconds(0.01))
    assert states(store) == {"unknown"}
    worker._looked = float("-inf")
    worker.turn(clock.pass_seconds(5))

    assert states(store) == {"delivered"}
    assert [times for _, times in hub.got.values()] == [1]


def test_what_waits_too_long_for_a_sender_is_given_back(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recall may overtake it, and its lease does not run out while nobody sends it."""
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    monkeypatch.setattr("azalai.delivery.turn.STALE_S", 0.03)
    fill(store, 2)
    pool, hub = Pool(1), Hub(limits=ONE_BY_ONE)
    worker = Worker(store, hub, Policy("hub"), pool=pool)
    worker.turn(clock.pass_seconds(0.01))
    assert states(store) == {"sending", "due"}
    for _ in range(20):
        worker.turn(clock.pass_seconds(0.01))
    worker.drain(lambda: clock.now)

    assert states(store) == {"due"}
    assert balance(store)["attempts"] > 1


def test_requests_hold_to_the_limits(store: Store, clock: FixedClock) -> None:
    """So many records, so many bytes, and one message at least."""
    fill(store, 5)
    worker = Worker(store, Hub(), Policy("hub"))
    claimed = worker._claim(clock.now, 5, cancels_only=False)
    size = len(claimed[0].message.body)

    assert [len(one) for one in requests(claimed, Limits(2, 10**6))] == [2, 2, 1]
    assert [len(one) for one in requests(claimed, Limits(9, 2 * size))] == [2, 2, 1]
    assert [len(one) for one in requests(claimed, Limits(9, 1))] == [1] * 5
