"""The worker under every outcome: nothing lost, nothing twice, order kept, balance held."""

from hashlib import sha256
from pathlib import Path

import pytest

import engines
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.errors import StoreError
from azalai.ledger import entries
from azalai.outbox.balance import DESTINATION_TERMS, check_destination
from azalai.plugin.transport import Limits
from azalai.store import (
    Store,
    claim_rows,
    delivery_rows,
    destination_rows,
    record_rows,
    run_rows,
)
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Store:
    return new_store(tmp_path, clock)


def run(store: Store, hub: Hub, clock: FixedClock, turns: int = 40, **policy: object) -> None:
    worker = Worker(store, hub, Policy("hub", **policy))  # type: ignore[arg-type]
    for _ in range(turns):
        worker.turn(clock.pass_seconds(2))


def states(store: Store) -> list[str]:
    rows = store.db.rows("deliveries", "list", destination=None, state=None, record=None, most=99)
    return [delivery_rows.delivery_of(row).state for row in rows]


def balance(store: Store) -> dict[str, int]:
    n = dict.fromkeys(DESTINATION_TERMS, 0) | run_rows.counters(store.db, "destination")["hub"]
    assert check_destination("hub", n) == []
    rows = store.db.rows("runs", "recount_destinations")
    recount = {term: count for _, term, count in rows}
    assert recount == {t: v for t, v in n.items() if v and t in recount}
    return n


def logged(store: Store, kind: str) -> list[entries.Entry]:
    size = store.ledger.head().size
    found = [entries.decode(data) for _, data in store.ledger.entries(0, size)]
    return [e for e in found if e["type"] == kind]


def test_delivered_once_with_its_entry_before(store: Store, clock: FixedClock) -> None:
    """What is delivered has a `sending` entry and then an `outcome` entry."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub()
    run(store, hub, clock)

    assert states(store) == ["delivered"]
    assert [t for _, t in hub.got.values()] == [1]
    assert len(logged(store, "sending")) == 1
    assert [e["outcome"] for e in logged(store, "outcome")] == ["delivered"]
    assert balance(store)["attempts"] == 1


def test_lost_answer_is_asked_and_never_sent_twice(store: Store, clock: FixedClock) -> None:
    """An answer lost after acceptance: asked, found, closed."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub(script=["lose"])
    run(store, hub, clock)

    assert states(store) == ["delivered"]
    assert [t for _, t in hub.got.values()] == [1]


def test_proven_absent_is_sent_again_with_the_same_key(store: Store, clock: FixedClock) -> None:
    """What never came is sent again under its key."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub(script=["never_came"])
    run(store, hub, clock)

    assert states(store) == ["delivered"]
    assert hub.calls == 2
    assert balance(store)["attempts"] == 2


def test_a_chain_goes_in_order_and_a_poison_does_not_block_others(
    store: Store, clock: FixedClock
) -> None:
    """Per record in order; a version refused makes the next one a create again (refit)."""
    with store.write() as tx:
        record = add_record(tx)
        stage(tx, record, add_version(tx, record, "v1"))
        stage(tx, record, add_version(tx, record, "v2"), "update")
        other = add_record(tx, "NER-PN/personnes/FICTIF-2")
        stage(tx, other, add_version(tx, other, "w1"))
    hub = Hub()
    run(store, hub, clock)

    assert states(store) == ["delivered"] * 3
    assert next(o[0] for o in hub.order if "1 of" in o[1]) == "create"
    assert hub.order[-1] == ("update", "update 2 of FICTIF")


def test_refused_predecessor_marks_the_successor_for_rendering_again(
    store: Store, clock: FixedClock
) -> None:
    """An update whose create was refused is not sent as an update."""
    with store.write() as tx:
        record = add_record(tx)
        stage(tx, record, add_version(tx, record, "v1"))
        second = stage(tx, record, add_version(tx, record, "v2"), "update")
    hub = Hub(script=["refuse"])
    run(store, hub, clock)

    assert states(store) == ["refused", "due"]
    assert store.db.rows("deliveries", "misfits", destination="hub") == [(second,)]
    assert hub.order == []


def test_cancel_withdraws_what_never_left(store: Store, clock: FixedClock) -> None:
    """Nothing sent yet: the create is withdrawn, and no cancel is owed."""
    with store.write() as tx:
        record = add_record(tx)
        stage(tx, record, add_version(tx, record, "v1"))
        stage(tx, record, add_version(tx, record, "gone"), "cancel")
    hub = Hub()
    run(store, hub, clock)

    assert states(store) == ["withdrawn", "withdrawn"]
    assert hub.calls == 0
    assert balance(store)["withdrawn"] == 2


def test_cancel_follows_what_may_have_arrived(store: Store, clock: FixedClock) -> None:
    """A first send whose outcome is unknown: the cancel waits for it, then goes."""
    hub = Hub(script=["lose"], answers="none")
    with store.write() as tx:
        record = add_record(tx)
        stage(tx, record, add_version(tx, record, "v1"))
    run(store, hub, clock, turns=1)
    with store.write() as tx:
        stage(tx, record, add_version(tx, record, "gone"), "cancel")
    assert states(store) == ["unknown", "waiting"]
    hub.answers = "true"
    run(store, hub, clock)

    assert states(store) == ["delivered", "delivered"]
    assert [o[0] for o in hub.order] == ["create", "cancel"]
    assert not delivery_rows.holding(store.db, record.id, "hub").any
    assert [e["state"] for e in logged(store, "recall")] == ["opened", "confirmed"]


def test_destination_down_consumes_nothing_and_opens_the_breaker(
    store: Store, clock: FixedClock
) -> None:
    """Down is the destination's fault: the delivery stays due, one probe at a time."""
    with store.write() as tx:
        for i in range(5):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{i}")
            stage(tx, record, add_version(tx, record, "v1"))
    hub = Hub(script=["down"] * 3)
    run(store, hub, clock, turns=1)

    assert destination_rows.get(store.db, "hub").breaker == "open"
    assert states(store) == ["due"] * 5
    run(store, hub, clock)
    assert states(store) == ["delivered"] * 5
    assert destination_rows.get(store.db, "hub").breaker == "closed"
    assert len(hub.got) == 5


def test_twenty_equal_refusals_are_not_the_messages_fault(store: Store, clock: FixedClock) -> None:
    """A destination that refuses everything loses nothing."""
    with store.write() as tx:
        for i in range(25):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{i}")
            stage(tx, record, add_version(tx, record, "v1"))
    run(store, Hub(script=["refuse"]), clock, turns=1)

    assert states(store) == ["due"] * 25
    assert destination_rows.get(store.db, "hub").reason == "same_refusal_schema"


def test_a_batch_refused_whole_goes_in_halves(store: Store, clock: FixedClock) -> None:
    """Each message is judged alone in the end."""
    with store.write() as tx:
        for i in range(7):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{i}")
            stage(tx, record, add_version(tx, record, "v1"))
    hub = Hub(script=["whole"])
    run(store, hub, clock, turns=1)

    assert states(store) == ["delivered"] * 7


def test_a_killed_runner_leaves_unknown_not_lost(
    store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    """Claimed and never answered: the next runner asks before it sends."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    with store.write() as tx:
        claim_rows.take(tx, claim_rows.due(tx, "hub", 10))
    store.close()
    again, hub = new_store(tmp_path, clock), Hub()
    assert Worker(again, hub, Policy("hub")).recover(clock.now) == 1
    assert states(again) == ["unknown"]
    run(again, hub, clock)

    assert states(again) == ["delivered"]
    assert [t for _, t in hub.got.values()] == [1]


def test_no_answer_for_too_long_resends_only_inside_the_memory_of_the_destination(
    store: Store, clock: FixedClock
) -> None:
    """Past `deduplicates_for` a resend could be a second effect: held for a person."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub(script=["lose"], answers="none")
    run(store, hub, clock, turns=1, ask_for_s=7200)
    clock.pass_seconds(7300)
    run(store, hub, clock, turns=2, ask_for_s=7200)

    assert states(store) == ["held"]
    assert hub.calls == 1


def test_a_changed_byte_is_held_and_the_others_go(store: Store, clock: FixedClock) -> None:
    """A sealed body that does not open never leaves; the next one does."""
    with store.write() as tx:
        first = stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
        other = add_record(tx, "NER-PN/personnes/FICTIF-2")
        stage(tx, other, add_version(tx, other, "w1"))
    engines.change(store, f"UPDATE deliveries SET version = 7 WHERE id = {first}")
    hub = Hub()
    run(store, hub, clock)

    assert states(store) == ["held", "delivered"]
    assert len(hub.got) == 1
    assert not delivery_rows.holding(store.db, record.id, "hub").any


def test_what_asks_a_person_waits(store: Store, clock: FixedClock) -> None:
    """A verdict `ask` is held and never claimed."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"), ask_by="two_people")
    hub = Hub()
    run(store, hub, clock)

    assert states(store) == ["held"]
    assert hub.calls == 0


def test_no_personal_data_in_any_plain_column(
    store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    """Neither the key nor a name of a record can be found in the store's files."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "Kilo FICTIF"))
    run(store, Hub(), clock)
    found = record_rows.find(store.db, store.keys, "NER-PN/personnes/FICTIF-1")
    store.close()

    assert found is not None
    assert found.record_key() == "NER-PN/personnes/FICTIF-1"
    for data in engines.contents(store, tmp_path / "state"):
        assert b"FICTIF" not in data


def test_a_batch_over_the_size_limit_leaves_the_rest_untouched(
    store: Store, clock: FixedClock
) -> None:
    """What does not fit into one call is no attempt: it stays due and counts nothing."""
    with store.write() as tx:
        for i in range(3):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{i}")
            stage(tx, record, add_version(tx, record, "v1"))
    hub = Hub(limits=Limits(100, 30, can_ask=True))
    run(store, hub, clock, turns=1)
    assert states(store) == ["delivered", "due", "due"]
    assert balance(store)["attempts"] == 1
    run(store, hub, clock)

    assert states(store) == ["delivered"] * 3


def test_no_step_outside_the_rules(store: Store, clock: FixedClock) -> None:
    """An ended delivery stays ended, whoever asks."""
    with store.write() as tx:
        made = stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    run(store, Hub(), clock)

    with pytest.raises(StoreError, match="from delivered to due"), store.write() as tx:
        delivery_rows.make_due(tx, delivery_rows.get(tx.db, made))
    assert states(store) == ["delivered"]


def test_a_repeat_that_is_refused_leaves_a_holder(store: Store, clock: FixedClock) -> None:
    """What the destination said it has, it has, whatever it says of a repeat; a recall reaches it
    and then it holds nothing."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub(["ok", "refuse"])
    run(store, hub, clock)
    with store.write() as tx:
        delivery_rows.repeat(tx, delivery_rows.get(tx.db, 1))
    run(store, hub, clock)
    held = delivery_rows.holding(store.db, record.id, "hub")
    refused = states(store)
    with store.write() as tx:
        stage(tx, record, add_version(tx, record, "v2"), operation="cancel")
    run(store, hub, clock)

    assert refused == ["refused"]
    assert (held.accepted, held.any) == (1, True)
    assert states(store) == ["refused", "delivered"]
    assert not delivery_rows.holding(store.db, record.id, "hub").any
    assert store.db.rows("deliveries", "recalls_open") == []
    assert balance(store)["refused"] == 1


def test_a_repeated_recall_that_is_refused_stays_confirmed(store: Store, clock: FixedClock) -> None:
    """The destination took the record out; that it does not know the repeat brings nothing back."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub(["ok", "ok", "refuse"])
    run(store, hub, clock)
    with store.write() as tx:
        stage(tx, record, add_version(tx, record, "v2"), operation="cancel")
    run(store, hub, clock)
    with store.write() as tx:
        delivery_rows.repeat(tx, delivery_rows.get(tx.db, 2))
    run(store, hub, clock)

    assert states(store) == ["delivered", "refused"]
    assert not delivery_rows.holding(store.db, record.id, "hub").any
    assert store.db.rows("deliveries", "recalls_open") == []


@pytest.mark.parametrize(
    ("digest", "state"),
    [
        (sha256(b"create 1 of FICTIF").hexdigest(), "delivered"),
        ("ab" * 32, "held"),
        ("", "delivered"),
    ],
)
def test_what_it_says_it_has_must_be_our_bytes(
    store: Store, clock: FixedClock, digest: str, state: str
) -> None:
    """Asked after a lost answer, it names other bytes: a person decides, nothing is called
    delivered."""
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    hub = Hub(["lose"], digest=digest)
    run(store, hub, clock)

    assert states(store) == [state]
    assert delivery_rows.holding(store.db, record.id, "hub").any
    assert hub.calls == 1
