"""Receipts that come later: at least once, for what was sent, in any state it may be in by then."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from azalai.delivery import receipts
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.ledger import entries
from azalai.outbox.balance import DESTINATION_TERMS, check_destination
from azalai.pipeline import settling
from azalai.plugin.transport import (
    Deferred,
    Delivered,
    HandedOver,
    Limits,
    Message,
    Outcome,
    Refused,
    Unknown,
)
from azalai.store import Store, delivery_rows, destination_rows, record_rows, request_rows, run_rows
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

WITHIN = timedelta(hours=1)


@dataclass
class Post(Hub):
    """A mailbox: takes everything, and `box` is what lies in the Maildir. An entry is settled
    when the next is asked for. `acts` is what a send does next: take, lose, defer, down."""

    clock: FixedClock = field(default_factory=FixedClock)
    box: list[tuple[str, Outcome]] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        act = self.acts.pop(0) if self.acts else "take"
        if act == "down":
            self.script = ["down"]
            super().send(messages)
        self.sent += messages
        outcomes: dict[str, Outcome] = {
            "take": HandedOver(self.clock.now + WITHIN),
            "lose": Unknown("lost_after_data"),
            "defer": Deferred("smtp_451"),
        }
        return [outcomes[act]] * len(messages)

    def receipts(self) -> Iterator[tuple[str, Outcome]]:
        while self.box:
            yield self.box[0]
            self.box.pop(0)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Store:
    return new_store(tmp_path, clock)


def owe(store: Store, count: int = 1) -> None:
    with store.write() as tx:
        for i in range(count):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{i}")
            stage(tx, record, add_version(tx, record, "v1"))


def post(clock: FixedClock, *acts: str, remembers_s: int = 0) -> Post:
    return Post(clock=clock, acts=list(acts), limits=Limits(100, 10**6, False, remembers_s, True))


def turn(store: Store, hub: Post, clock: FixedClock, seconds: float = 2) -> int:
    return Worker(store, hub, Policy("hub")).turn(clock.pass_seconds(seconds))


def rows(store: Store) -> list[delivery_rows.Delivery]:
    found = store.db.rows("deliveries", "list", destination=None, state=None, record=None, most=99)
    return [delivery_rows.delivery_of(row) for row in found]


def states(store: Store) -> list[str]:
    return [d.state for d in rows(store)]


def accepted(message: Message) -> tuple[str, Outcome]:
    return message.key, Delivered(b"signed", hashlib.sha256(message.body).hexdigest())


def refused(message: Message) -> tuple[str, Outcome]:
    return message.key, Refused("schema", sha256=hashlib.sha256(message.body).hexdigest())


def told(store: Store) -> list[str]:
    return [one["outcome"] for one in entered(store, "outcome")]


def entered(store: Store, kind: str) -> list[dict[str, Any]]:
    """The ledger's entries of one type."""
    size = store.ledger.head().size
    found = [entries.decode(data) for _, data in store.ledger.entries(0, size)]
    return [one for one in found if one["type"] == kind]


def balanced(store: Store) -> bool:
    n = dict.fromkeys(DESTINATION_TERMS, 0) | run_rows.counters(store.db, "destination")["hub"]
    return check_destination("hub", n) == []


def test_awaiting_until_its_receipt_comes(store: Store, clock: FixedClock) -> None:
    """Handed over is not delivered; the receipt is, and the chain goes on."""
    hub = post(clock)
    owe(store)
    turn(store, hub, clock)

    assert states(store) == ["awaiting"]

    hub.box.append(accepted(hub.sent[0]))
    turn(store, hub, clock)

    assert states(store) == ["delivered"]
    assert told(store) == ["awaiting", "delivered"]
    assert balanced(store)


def test_a_refusal_by_receipt(store: Store, clock: FixedClock) -> None:
    """The receiver judged it; twenty and more of them are still each message's own."""
    hub = post(clock)
    owe(store, 25)
    turn(store, hub, clock)
    hub.box += [refused(m) for m in hub.sent]
    turn(store, hub, clock)

    assert states(store) == ["refused"] * 25
    assert destination_rows.get(store.db, "hub").breaker == "closed"
    assert balanced(store)


@pytest.mark.parametrize("case", ["unknown_key", "of_other_bytes", "of_another_destination"])
def test_what_is_not_about_what_we_sent_closes_nothing(
    store: Store, clock: FixedClock, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A key of nobody; other bytes under our key; a key of another destination."""
    hub = post(clock)
    owe(store)
    turn(store, hub, clock)
    message = hub.sent[0]
    hub.box.append({
        "unknown_key": ("0" * 32, Delivered(b"signed", "0" * 64)),
        "of_other_bytes": (message.key, Delivered(b"signed", "0" * 64)),
        "of_another_destination": accepted(message),
    }[case])  # fmt: skip
    name = "other" if case == "of_another_destination" else "hub"
    Worker(store, hub, Policy(name)).turn(clock.pass_seconds(2))

    assert states(store) == ["awaiting"]
    assert hub.box == []
    assert f"reason={case}" in capsys.readouterr().out.replace("'", "")


def test_a_receipt_for_what_was_never_sent(store: Store, clock: FixedClock) -> None:
    """Nobody can know its key yet: not believed."""
    hub = post(clock, "down")
    owe(store)
    key = rows(store)[0].idempotency_key or ""
    hub.box.append((key, Delivered(b"signed")))
    turn(store, hub, clock)

    assert states(store) == ["due"]


@pytest.mark.parametrize(("acts", "turns", "before"), [
    (["lose"], 1, "unknown"), (["lose"], 2, "held"),
    (["lose", "defer"], 2, "due"), (["lose", "defer"], 3, "deferred"),
    (["lose", "down"], 3, "due"),
])  # fmt: skip
def test_a_late_receipt_ends_any_state_of_what_was_sent(
    store: Store, clock: FixedClock, acts: list[str], turns: int, before: str
) -> None:
    """Unknown, held, deferred, due again: it has arrived after all."""
    hub = post(clock, *acts, remembers_s=3600 if len(acts) > 1 else 0)
    owe(store)
    for _ in range(turns):
        turn(store, hub, clock, 10)

    assert states(store) == [before]

    hub.box.append(accepted(hub.sent[0]))
    turn(store, hub, clock, 0.1)

    assert states(store) == ["delivered"]
    assert balanced(store)


def test_a_receipt_is_read_while_the_destination_is_down(store: Store, clock: FixedClock) -> None:
    """The Maildir is ours: an open breaker does not keep receipts waiting."""
    hub = post(clock, "take", "down")
    owe(store)
    turn(store, hub, clock)
    with store.write() as tx:
        record = add_record(tx, "NER-PN/personnes/FICTIF-9")
        stage(tx, record, add_version(tx, record, "v1"))
    turn(store, hub, clock)

    assert destination_rows.get(store.db, "hub").breaker == "open"

    hub.box.append(accepted(hub.sent[0]))

    assert turn(store, hub, clock, 0.01) == 1
    assert states(store) == ["delivered", "due"]


def test_the_same_receipt_twice_is_one_delivery(store: Store, clock: FixedClock) -> None:
    """A second receipt of the same message changes nothing."""
    hub = post(clock)
    owe(store)
    turn(store, hub, clock)
    hub.box += [accepted(hub.sent[0]), accepted(hub.sent[0]), refused(hub.sent[0])]
    turn(store, hub, clock)

    assert states(store) == ["delivered"]
    assert told(store) == ["awaiting", "delivered"]


def test_a_crash_before_the_commit_leaves_the_receipt(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full at the second of three: it and the third are given again."""
    hub = post(clock)
    owe(store, 3)
    turn(store, hub, clock)
    hub.box += [accepted(m) for m in hub.sent]
    real, calls = delivery_rows.end, []

    def end(*given: object, **named: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise OSError(28, "no room")
        real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery_rows, "end", end)
    with pytest.raises(OSError, match="no room"):
        turn(store, hub, clock)

    assert sorted(states(store)) == ["awaiting", "awaiting", "delivered"]
    assert len(hub.box) == 2

    turn(store, hub, clock)

    assert states(store) == ["delivered"] * 3
    assert balanced(store)


def test_overdue_is_told_once_and_never_sent_again(
    store: Store, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """A receiver that forgets keys: a second mail could be a second effect. It goes on waiting,
    known as late, and its receipt still closes it."""
    hub = post(clock)
    owe(store)
    turn(store, hub, clock)
    turn(store, hub, clock, 3500)

    assert "receipt.overdue" not in capsys.readouterr().out

    for _ in range(3):
        turn(store, hub, clock, 200)

    assert capsys.readouterr().out.count("receipt.overdue") == 1
    assert [(d.state, d.last_reason) for d in rows(store)] == [("awaiting", "receipt_overdue")]
    assert len(hub.sent) == 1
    assert told(store) == ["awaiting", "overdue"]
    assert delivery_rows.late_receipts(store.db) == [("hub", 1)]

    hub.box.append(accepted(hub.sent[0]))
    turn(store, hub, clock)

    assert states(store) == ["delivered"]
    assert delivery_rows.late_receipts(store.db) == []


def test_overdue_is_sent_again_where_the_receiver_knows_the_key(
    store: Store, clock: FixedClock
) -> None:
    """Inside `deduplicates_for`: the same bytes, the same key; past it, never."""
    hub = post(clock, remembers_s=5000)
    owe(store)
    for _ in range(8):
        turn(store, hub, clock, 1900)

    assert [m.key for m in hub.sent] == [hub.sent[0].key] * 2
    assert hub.sent[0].body == hub.sent[1].body
    assert [(d.state, d.last_reason) for d in rows(store)] == [("awaiting", "receipt_overdue")]
    assert balanced(store)


@dataclass
class Quick(Post):
    """Its receipt is here before the send has come back, and another thread reads it."""

    store: Store | None = None

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        outcomes = super().send(messages)
        assert self.store is not None
        self.box += [accepted(message) for message in messages]
        receipts.take(self.store, self, Policy("hub"), self.clock.now)
        return outcomes


def test_a_receipt_before_the_word_that_it_was_handed_over(
    store: Store, clock: FixedClock
) -> None:  # fmt: skip
    """Delivered once; the ledger does not say that a lease was lost."""
    owe(store)
    turn(store, Quick(clock=clock, store=store), clock)

    assert states(store) == ["delivered"]
    assert told(store) == ["delivered"]
    assert balanced(store)


def lift(store: Store) -> None:
    """The one record is recalled."""
    with store.write() as tx:
        record = record_rows.by_id(tx.db, tx.keys, 1)
        stage(tx, record, add_version(tx, record, "v2"), "cancel")


def recalls(store: Store) -> tuple[int, int]:
    """How many are open, how many were settled without the destination's word."""
    return (len(store.db.rows("deliveries", "recalls_open")),
            len(store.db.rows("deliveries", "recalls_settled")))  # fmt: skip


def lifted(store: Store, clock: FixedClock, how: settling.WaysOut) -> Post:
    """Delivered, recalled, the recall handed over and then settled by people."""
    hub = post(clock)
    owe(store)
    turn(store, hub, clock)
    hub.box.append(accepted(hub.sent[0]))
    turn(store, hub, clock)
    lift(store)
    turn(store, hub, clock)
    with store.write() as tx:
        [recall] = settling.open_recalls(tx.db, record_rows.by_id(tx.db, tx.keys, 1), "hub")
        asked = request_rows.add(tx, "recall_attest", "0" * 64, {}, "a", clock.now + WITHIN)
        settling.settle(tx, recall, how, asked, actor="os/a", second="os/b", paper="", reason="x")
    return hub


@pytest.mark.parametrize("how", ["attested", "written_off"])
def test_a_receipt_after_a_recall_was_settled_confirms_it(
    store: Store, clock: FixedClock, how: settling.WaysOut, capsys: pytest.CaptureFixture[str]
) -> None:
    """Recorded and told; nobody holds it any more, and it is confirmed, once."""
    hub = lifted(store, clock, how)

    assert (states(store), recalls(store)) == (["delivered", "given_up"], (0, 1))
    assert delivery_rows.holding(store.db, 1, "hub").any

    hub.box += [accepted(hub.sent[1]), accepted(hub.sent[1])]
    turn(store, hub, clock)

    assert (states(store), recalls(store)) == (["delivered", "delivered"], (0, 0))
    assert not delivery_rows.holding(store.db, 1, "hub").any
    assert [one["state"] for one in entered(store, "recall")] == ["opened", how, "confirmed"]
    assert capsys.readouterr().out.count("receipt.late") == 1
    assert balanced(store)


def test_a_recall_that_people_settled_and_the_destination_refuses_is_open_again(
    store: Store, clock: FixedClock
) -> None:
    """The paper said that it was taken out; the destination's own signature says otherwise."""
    hub = lifted(store, clock, "attested")
    hub.box.append(refused(hub.sent[1]))
    turn(store, hub, clock)

    assert (states(store), recalls(store)) == (["delivered", "refused"], (1, 0))
    assert delivery_rows.holding(store.db, 1, "hub").any
    assert balanced(store)


def test_other_bytes_do_not_confirm_what_people_settled(store: Store, clock: FixedClock) -> None:
    """A receipt must be about what we sent, however late."""
    hub = lifted(store, clock, "attested")
    hub.box.append((hub.sent[1].key, Delivered(b"signed", "0" * 64)))
    turn(store, hub, clock)

    assert (states(store), recalls(store)) == (["delivered", "given_up"], (0, 1))


def test_what_was_recalled_in_vain_and_arrived_after_all_is_recalled(
    store: Store, clock: FixedClock
) -> None:
    """Deferred, so nothing was there: the recall was dropped. It was there: it is recalled now."""
    hub = post(clock, "defer")
    owe(store)
    turn(store, hub, clock)
    lift(store)

    assert states(store) == ["withdrawn", "withdrawn"]

    hub.box.append(accepted(hub.sent[0]))
    turn(store, hub, clock)
    turn(store, hub, clock)

    assert states(store) == ["delivered", "awaiting"]
    assert hub.sent[1].operation == "cancel"
    assert balanced(store)
