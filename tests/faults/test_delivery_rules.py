"""N3–N8: idempotency answers, Retry-After, breaker, poison, order, storms; on real HTTPS."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.errors import DestinationDownError
from azalai.outbox import retry
from azalai.plugin.transport import Deferred, Limits, Message, Outcome
from azalai.store import Store, delivery_rows, destination_rows
from engines import sqlite
from faults.receiver import Answer, Receiver, linked, problem, receiving, taken
from faults.seeds import WHOLE
from faults.test_network import carry, fill, open_ones
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

MESSAGE = Message("k1", "k1", "create", "WantedPerson", b"<FICTIF/>", "application/xml")
CAP_S = 6 * 3600


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("hub")) as made:
        yield made


@pytest.fixture(autouse=True)
def forgetful(receiver: Receiver) -> None:
    receiver.heard.__init__()  # type: ignore[misc]
    receiver.script, receiver.refuse = taken, lambda key, body: None


def states(store: Store) -> Counter[str]:
    rows = store.db.rows("deliveries", "list", destination=None, state=None, record=None,
                         most=100_000)  # fmt: skip
    return Counter(delivery_rows.delivery_of(row).state for row in rows)


def scripted(*answers: Answer) -> Any:
    """These answers one after the other, then all is taken."""
    left = list(answers)
    return lambda messages: left.pop(0) if left else taken(messages)


def test_in_progress_is_tried_again_unchanged(receiver: Receiver, tmp_path: Path) -> None:
    """409 that does not say that the body differs: the same key, quoted, and the same bytes."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 1)
    receiver.script = scripted(problem(409, "in-progress"), problem(409, "in-progress"))
    with linked(receiver.folder, receiver.port) as link:
        carry(store, Worker(store, link, Policy("hub")), clock, 20)
    keys = {key for _, key, _ in receiver.heard.requests}

    assert len(receiver.heard.requests) == 3
    assert len(keys) == 1
    assert keys.pop() == f'"{next(iter(receiver.heard.keys))}"'
    assert states(store) == {"delivered": 1}


@pytest.mark.parametrize(("status", "kind"), [
    (409, "body-differs"), (422, "key-reused"), (422, "schema"), (400, "malformed"), (413, "size"),
])  # fmt: skip
def test_what_was_judged_is_not_tried_again(
    receiver: Receiver, tmp_path: Path, status: int, kind: str
) -> None:
    """Refused with its reason at once, and the next message goes on."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 2)
    receiver.script = scripted(problem(status, kind))
    with linked(receiver.folder, receiver.port) as link:
        carry(store, Worker(store, link, Policy("hub")), clock, 20)

    assert states(store) == {"refused": 1, "delivered": 1}
    assert len(receiver.heard.requests) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410, 301, 302, 307])
def test_the_destinations_own_fault_consumes_nothing(
    receiver: Receiver, tmp_path: Path, status: int
) -> None:
    """All stay due, none counts an attempt against it, the breaker opens and closes again."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 3)
    receiver.script = scripted(problem(status, "no", Location="https://192.0.2.1/"))
    with linked(receiver.folder, receiver.port) as link:
        worker = Worker(store, link, Policy("hub"))
        worker.turn(clock.now)
        assert destination_rows.get(store.db, "hub").breaker == "open"
        assert states(store) == {"due": 3}
        carry(store, worker, clock, 20)

    assert states(store) == {"delivered": 3}
    assert destination_rows.get(store.db, "hub").breaker == "closed"


def _date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


TABLE: list[tuple[str, float | None]] = [
    ("0", 0), ("1", 1), ("120", 120), ("21600", 21600), ("21601", CAP_S), ("1000000000", CAP_S),
    ("9" * 60, CAP_S), ("-1", None), ("-1000000000", None), ("1.5", None), ("abc", None),
    ("", None), (" 5 ", 5), ("1e3", None), ("+7", None), ("Tue, 99 Foo 2026", None), ("0x10", None),
]  # fmt: skip
DATES: list[tuple[float, float | None]] = [(60.0, 60.0), (-3600.0, 0.0), (10.0**8, CAP_S)]
CASES: list[tuple[str | float, float | None]] = [*TABLE, *DATES]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(receiver: Receiver, status: int) -> None:
    """Twenty values: obeyed to the second, capped, garbage as if it were not there; no crash."""
    with linked(receiver.folder, receiver.port) as link:
        for given, wanted in CASES:
            value = _date(given) if isinstance(given, float) else given
            receiver.script = scripted(problem(status, "busy", Retry_After=value))
            before = datetime.now(UTC)
            try:
                [outcome] = link.send([MESSAGE])
            except DestinationDownError as down:
                assert status == 503
                waits = down.not_before_s
            else:
                assert isinstance(outcome, Deferred)
                until = outcome.not_before
                waits = None if until is None else (until - before).total_seconds()
            assert (waits is None) == (wanted is None), value
            assert waits is None or wanted is None or abs(waits - wanted) <= 1.5, value


def test_a_wish_is_kept_under_the_cap_by_the_outbox() -> None:
    """Never before the wish, never later than six hours, never under a second."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    for seconds in (-(10**6), 0, 1, 600, 10**6):
        found = retry.next_time(now, 3, retry.backoff(), now + timedelta(seconds=seconds))
        assert now + timedelta(seconds=1) <= found <= now + timedelta(seconds=CAP_S)


def test_one_poisoned_record_holds_only_itself(receiver: Receiver, tmp_path: Path) -> None:
    """999 of 1,000 arrive though batches carry it; no other is held up."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    count = 1_000 if WHOLE else 100
    fill(store, count)
    with store.write() as tx:
        record = add_record(tx, "NER-PN/personnes/POISON")
        number = stage(tx, record, add_version(tx, record, "poison"))
    bad = _key(store, number)
    receiver.refuse = lambda key, body: "schema" if key == bad else None
    with linked(receiver.folder, receiver.port, batch=100) as link:
        carry(store, Worker(store, link, Policy("hub")), clock, 60)

    assert states(store) == {"delivered": count, "refused": 1}
    assert delivery_rows.get(store.db, number).last_reason == "schema"
    assert len(receiver.heard.requests) <= count // 100 + 2


def _key(store: Store, number: int) -> str:
    return str(delivery_rows.get(store.db, number).idempotency_key)


def test_a_batch_refused_whole_goes_in_halves(receiver: Receiver, tmp_path: Path) -> None:
    """A receiver that refuses a request for one bad message gets all the others."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 32)
    bad = _key(store, 13)
    receiver.script = lambda messages: (
        problem(422, "schema") if any(m["key"] == bad for m in messages) else taken(messages)
    )
    with linked(receiver.folder, receiver.port, batch=32) as link:
        carry(store, Worker(store, link, Policy("hub")), clock, 20)

    assert states(store) == {"delivered": 31, "refused": 1}
    assert {times for _, times in receiver.heard.keys.values()} == {1}


def test_the_order_of_each_record_holds(receiver: Receiver, tmp_path: Path) -> None:
    """Corrections never overtake what they correct, whatever is tried again."""
    chance, clock = random.Random(5), FixedClock()
    store = new_store(tmp_path, clock)
    records = 400 if WHOLE else 15
    with store.write() as tx:
        for number in range(records):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
            for turn in range(3):
                version = add_version(tx, record, f"{number} {turn}")
                stage(tx, record, version, "update" if turn else "create")

    def moody(messages: list[dict[str, Any]]) -> Answer:
        luck = chance.random()
        return problem(429, "busy") if luck < 0.2 else problem(500, "no") if luck < 0.3 else (
            taken(messages))  # fmt: skip

    receiver.script = moody
    with linked(receiver.folder, receiver.port, batch=7) as link:
        carry(store, Worker(store, link, Policy("hub")), clock, 100)
    rows = sqlite(store)._db.execute(
        "SELECT record, idempotency_key FROM deliveries ORDER BY record, version"
    )
    wanted: dict[int, list[str]] = {}
    for record_id, key in rows:
        wanted.setdefault(record_id, []).append(key)
    came = list(receiver.heard.keys)
    place = {key: at for at, key in enumerate(came)}

    assert len(came) == records * 3
    for keys in wanted.values():
        assert [place[k] for k in keys] == sorted(place[k] for k in keys)


class Dead(Hub):
    """Takes no connection until it is `alive`; `tries` are the instants at which it was asked."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__(limits=Limits(10, 1_000_000))
        self.tries: list[datetime] = []
        self.alive = False
        self._clock = clock

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        self.tries.append(self._clock.now)
        if not self.alive:
            raise DestinationDownError("connect")
        return super().send(messages)


def test_a_destination_that_is_down_is_left_in_peace(tmp_path: Path) -> None:
    """Ten minutes down: ever rarer probes, nothing consumed, all delivered when it is back."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 50)

    dead = Dead(clock)
    worker = Worker(store, dead, Policy("hub"))
    for _ in range(600):
        worker.turn(clock.pass_seconds(1))
    gaps = [(b - a).total_seconds() for a, b in zip(dead.tries, dead.tries[1:], strict=False)]
    tries, attempts = len(dead.tries), sum(
        1 for row in store.db.rows("deliveries", "list", destination="hub", state="due",
                                   record=None, most=100) if delivery_rows.delivery_of(row).tried)  # fmt: skip
    dead.alive = True
    for _ in range(int(max(gaps)) + 5):
        worker.turn(clock.pass_seconds(1))

    assert tries <= 12
    assert attempts == 0
    assert gaps == sorted(gaps)
    assert max(gaps) <= 300
    assert not open_ones(store)
    assert states(store) == {"delivered": 50}


class Busy(Dead):
    """Alive, it puts everything off."""

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        super().send(messages)
        return [Deferred("http_429")] * len(messages)


@pytest.mark.parametrize(("down_s", "given_up_after_s"), [(0, 600), (3000, 3600)])
def test_a_deadline_stands_still_while_the_destination_is_down(
    tmp_path: Path, down_s: int, given_up_after_s: int
) -> None:
    """Ten minutes of being put off are enough, one after the other or with an outage between."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    fill(store, 3)
    busy = Busy(clock)
    busy.alive = True
    policy = Policy("hub", wait=retry.backoff(20), deadline_s=600, breaker_cap_s=20)
    worker = Worker(store, busy, policy)
    begun = clock.now
    while open_ones(store):
        passed = (clock.now - begun).total_seconds()
        busy.alive = not 300 <= passed < 300 + down_s
        worker.turn(clock.pass_seconds(5))
    passed = (clock.now - begun).total_seconds()

    assert states(store) == {"given_up": 3}
    assert given_up_after_s <= passed <= given_up_after_s + 90


@pytest.mark.parametrize("attempt", [1, 4, 9])
def test_a_storm_is_spread(attempt: int) -> None:
    """50,000 that are put off at once come back jittered: no moment above its share."""
    random.seed(3)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    waits = [(retry.next_time(now, attempt, retry.backoff(), None) - now).total_seconds()
             for _ in range(50_000)]  # fmt: skip
    first, width = min(waits), (max(waits) - min(waits)) / 20
    parts = Counter(int((wait - first) / width) for wait in waits)
    busy = [parts[part] for part in range(20)]

    assert first >= retry.FLOOR_S
    assert max(busy) <= 1.1 * sum(busy) / len(busy)
