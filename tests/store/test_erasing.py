"""Erased: no row, no byte of it in any file, no commitment to guess; what it counted for stays."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from azalai import reports
from azalai.address import Address
from azalai.documents import Text
from azalai.errors import NotFoundError, StopError
from azalai.pipeline import erasing as act
from azalai.pipeline.erasing import Why
from azalai.store import (
    Store,
    delivery_rows,
    erasing,
    integrity,
    link_rows,
    notes,
    raw_rows,
    record_rows,
    run_rows,
)
from azalai.store.copying import tables
from azalai.store.raw_rows import Raw
from azalai.store.record_rows import RecordRow
from azalai.store.run_rows import NewReject
from engines import contents
from outbox_rig import FixedClock, add_record, add_version, new_store, stage

KEY = "NER-PN/personnes/FICTIF-1"
WHY = Why("by_hand", "os/essai", "ordonnance FICTIVE")
TODAY = FixedClock().now.date()


@pytest.fixture
def store(tmp_path: Path, engine: str) -> Iterator[Store]:
    del engine
    made = new_store(tmp_path, FixedClock())
    yield made
    made.close()


def whole(store: Store, key: str = KEY, state: str = "withdrawn") -> RecordRow:
    """A record with something in every table that can hold it; its delivery has ended."""
    with store.write() as tx:
        record = add_record(tx, key)
        other = add_record(tx, key + "-other")
        version = add_version(tx, record, '"v1"')
        tx.db.do("runs", "add", feed="ner", digest="d" * 64, mapping="m@1", at=tx.at)
        run = tx.db.last_id
        tx.db.do_many("records", "see", [(run, record.id)])
        raw_rows.put(tx, record, version, run, Address("d" * 64, 7), Raw(b"{}", 30))
        number = stage(tx, record, version)
        delivery_rows.end(tx, delivery_rows.get(tx.db, number), state)
        notes.keep(tx, f"record/{record.pseudonym}", "motif FICTIF")
        notes.keep(tx, f"delivery/{number}", "motif FICTIF")
        link_rows.mark(tx, [(b"warrant FICTIF", record.id)])
        link_rows.put(tx, record.id, other.id, "possible")
        tx.db.do(
            "records", "lift_warrant", record=record.id, lookup=b"x", reason="lifted", at=tx.at
        )
        tx.db.do("past_dates", "put", record=record.id, what="expired", state="asked", day="2026")
        tx.db.do("erasing", "put_due", record=record.id, day="2026-01-01")
        tx.db.do("cells", "put", record=record.id, run=run, feed="ner", marks=b"{}")
        why = Text("quoi", "what")
        run_rows.add_rejects(tx, run, [NewReject("rejected", Address("d" * 64, 8), "AZ-R1", why, why,
                                                 b"{}", record_key=key)])  # fmt: skip
    return record


def secret_bytes(store: Store, record: RecordRow) -> list[bytes]:
    """What must be nowhere: its wrapped key, keyed hash and sealed values, as they stand."""
    rows = [
        store.db.row("records", "by_id", id=record.id) or (),
        *(row[:1] for row in store.db.rows("erasing", "lookup", record=record.id)),
        *(row[3:4] for row in store.db.rows("raw", "all", record=record.id)),
        *(row[3:4] for row in store.db.rows("records", "head_version", record=record.id, number=1)),
        *store.db.rows("deliveries", "body", id=1),
    ]
    found = [bytes(value) for row in rows for value in row if isinstance(value, bytes)]
    assert len(found) > 4
    return found


def test_no_row_and_no_byte_of_it_is_left(store: Store, tmp_path: Path) -> None:
    """Everything that was sealed under its key, its keyed hash and its wrapped key are gone from
    every file; another record opens as before, and the counts hold."""
    record = whole(store)
    kept = whole(store, "NER-PN/personnes/FICTIF-2")
    gone = secret_bytes(store, record)
    balance = reports.conservation(store)
    act.erase(store, [record], WHY, TODAY)
    swept = store.db.sweep()
    files = b"".join(contents(store, tmp_path / "state"))

    assert swept
    assert [part for part in gone if part in files] == []
    assert balance == reports.conservation(store)
    assert list(integrity.broken(store)) == []
    assert record_rows.find(store.db, store.keys, KEY) is None
    with pytest.raises(NotFoundError):
        record_rows.find_any(store.db, store.keys, record.pseudonym)
    assert record_rows.by_id(store.db, store.keys, kept.id).record_key() == kept.record_key()


def test_every_table_that_refers_to_a_record_is_emptied_of_it(store: Store) -> None:
    """A table that a later release adds, and that erasing forgets, is found here."""
    record = whole(store)
    before = {table: _mentions(store, table, record) for table in tables()}
    act.erase(store, [record], WHY, TODAY)
    after = {table: _mentions(store, table, record) for table in tables()}

    assert sum(before.values()) > 8
    assert {t: n for t, n in after.items() if n and t != "erased"} == {}


def _mentions(store: Store, table: str, record: RecordRow) -> int:
    """Rows with the record's row id in a column for it, or its pseudonym anywhere but the ledger."""
    if table.startswith("ledger"):
        return 0
    columns = _columns(store, table)
    tests = [f"{c} = {record.id}" for c in columns if c in ("record", "earlier", "later", "lead")]
    tests += [f"{c} = '{record.pseudonym}'" for c in columns if c == "pseudonym"]
    if not tests:
        return 0
    return len(_asked(store, f"SELECT 1 FROM {table} WHERE {' OR '.join(tests)}"))


def _columns(store: Store, table: str) -> list[str]:
    if store.db.shared:
        return [row[0] for row in _asked(
            store, f"SELECT column_name FROM information_schema.columns WHERE table_name='{table}'")]  # fmt: skip
    return [row[1] for row in _asked(store, f"PRAGMA table_info({table})")]


def _asked(store: Store, sql: str) -> list[tuple[Any, ...]]:
    import apsw
    import psycopg

    from azalai.store.postgres import PostgresDatabase

    if isinstance(store.db, PostgresDatabase):
        with psycopg.connect(store.db.address.conninfo) as link:
            return list(link.execute(sql.encode()))
    return list(apsw.Connection(store.db.place).execute(sql))


@pytest.mark.parametrize(("state", "word"), [("delivered", "hub"), ("waiting", "open")])
def test_what_stands_in_the_way(store: Store, state: str, word: str) -> None:
    """A holder, an open delivery, a court: each refuses, and nothing is changed."""
    with store.write() as tx:
        record = add_record(tx)
        number = stage(tx, record, add_version(tx, record, '"v1"'))
        if state == "delivered":
            delivery_rows.end(tx, delivery_rows.get(tx.db, number), "delivered")
    found = act.in_the_way(store, record, TODAY)
    with pytest.raises(StopError):
        act.erase(store, [record], WHY, TODAY)

    assert (found.holders == ("hub",)) == (word == "hub")
    assert bool(found.open) == (word == "open")
    assert found.by_override
    assert record_rows.find(store.db, store.keys, KEY) is not None


def test_a_court_keeps_it_until_its_day(store: Store) -> None:
    """Refused on the last day, also for two people; raw records stay; over the day after, or at
    once when a person says so."""
    record = whole(store)
    act.keep(store, record, TODAY, "os/essai", "tribunal FICTIF")
    clock = store.clock
    assert isinstance(clock, FixedClock)
    assert not act.in_the_way(store, record, TODAY).by_override
    assert raw_rows.prune(store, 0) == 0
    assert not act.in_the_way(store, record, TODAY + timedelta(days=1)).any
    assert act.end_keep(store, record, "os/essai", "levée FICTIVE")
    assert not act.end_keep(store, record, "os/essai", "levée FICTIVE")
    assert len(act.erase(store, [record], WHY, TODAY)) == 1


def test_by_order_it_does_not_come_in_again(store: Store) -> None:
    """Its key is known by a keyed hash only; another key is not."""
    record = whole(store)
    act.erase(store, [record], Why("by_order", "os/essai", "x", "ord 1/2026"), TODAY)
    with store.write() as tx:
        stopped = erasing.stopped(tx, [KEY, KEY + "0"])

    assert stopped == {KEY}
    assert erasing.counts(store.db) == (1, 0, 1)


def test_a_dictionary_matches_no_commitment(store: Store) -> None:
    """What the ledger keeps cannot be tested against the very bytes: the key that made it is gone."""
    record = whole(store)
    content = b'"v1"'
    from azalai.store.seal import commit

    guess = commit(record.key, content)
    entries = b"".join(store.ledger.entry(n) or b"" for n in range(store.ledger.head().size))
    act.erase(store, [record], WHY, TODAY)
    others = [commit(bytes([n]) * 32, content) for n in range(100)]
    others += [commit(store.keys.kek, content)]

    assert [g for g in others if g.encode() in entries] == []
    assert guess  # it needs the record's key, which is in no file any more
    entries = b"".join(store.ledger.entry(n) or b"" for n in range(store.ledger.head().size))
    assert b'"stage":"erased"' in entries
    assert KEY.encode() not in entries


def test_an_older_copy_is_erased_again(store: Store) -> None:
    """What is listed is erased in it before anything uses it, also what courts would keep by now;
    what was open in the copy is not open for ever."""
    record = whole(store)
    with store.write() as tx:
        stage(tx, record, add_version(tx, record, '"v2"'))
    listed = erasing.Erased(record.pseudonym, "2026-11-25T00:00:00.000000Z", "by_order", "0" * 8,
                            b"s" * 32)  # fmt: skip
    act.keep(store, record, TODAY, "os/essai", "tribunal FICTIF")
    with store.write() as tx:
        again = erasing.replay(tx, [listed])
    with store.write() as tx:
        twice = erasing.replay(tx, [listed])

    assert (again, twice) == (1, 0)
    assert [row["open"] for row in reports.destinations(store, ["hub"])] == [0]
    assert reports.conservation(store)["ok"]
    assert erasing.every(store.db) == [listed]
    assert record_rows.find(store.db, store.keys, KEY) is None


def test_no_table_is_forgotten(store: Store) -> None:
    """Whatever refers to a record or a delivery is deleted by name, or goes with it."""
    if store.db.shared:
        pytest.skip("the schema is one")
    forgotten = []
    for table in tables():
        refers = {row[2]: row[6] for row in _asked(store, f"PRAGMA foreign_key_list({table})")}
        kept = [
            one for one in ("records", "deliveries") if refers.get(one) not in (None, "CASCADE")
        ]
        named = "record" in _columns(store, table) and "records" not in refers
        if (kept or named) and table not in erasing.ROOMS:
            forgotten.append(table)

    assert forgotten == []
