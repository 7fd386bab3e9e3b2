"""What ended agreements, reissues and days that passed leave in the store, on both engines."""

from pathlib import Path

import pytest

from azalai.pipeline.staying import decide_end, decided
from azalai.store import (
    Store,
    claim_rows,
    delivery_rows,
    past_rows,
    reissue_rows,
    request_rows,
)
from azalai.store.delivery_rows import LOWEST_PRIORITY
from outbox_rig import START, FixedClock, add_record, add_version, new_store, stage


@pytest.fixture
def store(tmp_path: Path, engine: str) -> Store:
    del engine
    return new_store(tmp_path, FixedClock())


def test_a_decision_on_an_agreement_is_the_last_one(store: Store) -> None:
    """Decided twice, the second counts; of what nobody decided there is nothing."""
    with store.write() as tx:
        decide_end(tx, "a@1", "keep")
        decide_end(tx, "a@1", "recall")

    assert decided(store.db, "a@1") == "recall"
    assert decided(store.db, "a@2") is None
    assert store.db.rows("ended", "all_decided") == [("a@1", "recall")]


def test_what_was_sent_is_found_by_agreement_and_for_a_reissue(store: Store) -> None:
    """One delivery that was accepted, with every filter and with none."""
    with store.write() as tx:
        record = add_record(tx)
        made = stage(tx, record, add_version(tx, record, "v1"))
        tx.db.do("records", "set_head", id=record.id, head=1, in_force=1)
        [taken] = claim_rows.take(tx, [delivery_rows.get(tx.db, made)])
        delivery_rows.end(tx, taken, "delivered")
        number = request_rows.add(tx, "outbox_reissue", "d", {}, "a.fictif", START)
        reissue_rows.add(tx, "hub", number, made, {"kind": "WantedPerson"}, lost=True)
    [one] = reissue_rows.every(store.db)
    other = {"feed": "other"}

    assert store.db.rows("ended", "sent_by") == [("a@1", "hub")]
    assert store.db.rows("ended", "records_by", destination="hub", agreement="a@1", past=0) == [
        (record.id,)
    ]
    assert reissue_rows.newest(store.db, "hub") == made
    assert reissue_rows.sent(store.db, "hub", 0, made, one.filters) == [made]
    assert reissue_rows.sent(store.db, "hub", 0, made, other) == []
    assert store.db.row("reissues", "waiting", destination="hub", priority=LOWEST_PRIORITY) == (0,)
    with store.write() as tx:
        reissue_rows.set_state(tx, one, "paused")
        tx.db.do("reissues", "progress", id=one.id, past=made, made=1, left_out=0, state="ended")
    assert reissue_rows.every(store.db) == []
    assert reissue_rows.every(store.db, ended=True)[0].made == 1


def test_a_day_that_passed_is_asked_decided_and_forgotten(store: Store) -> None:
    """Counted by the day that found it while it waits; then it is what was decided."""
    with store.write() as tx:
        record = add_record(tx)
        tx.db.do("records", "set_head", id=record.id, head=1, in_force=1)
        past_rows.put(tx, record.id, "expired", "asked", "2026-11-24")
    asked = past_rows.asked(store.db)
    waiting = past_rows.to_decide(store.db, "expired")
    with store.write() as tx:
        past_rows.decide(tx, record.id, "expired", "kept", "2026-12-01")
    kept = past_rows.of(store.db, record.id)["expired"]
    looked = [store.db.rows("past_dates", "to_look_at", past=0, run=run) for run in (None, 1)]
    with store.write() as tx:
        tx.db.do("past_dates", "forget", record=record.id, what="expired")

    assert asked == [("expired", "2026-11-24", "WantedPerson", 1)]
    assert waiting == [record.id]
    assert (kept.state, kept.until, kept.found_on) == ("kept", "2026-12-01", "2026-11-24")
    assert looked == [[(record.id,)], []]
    assert store.db.row("past_dates", "newest_run") is None
    assert past_rows.of(store.db, record.id) == {}
