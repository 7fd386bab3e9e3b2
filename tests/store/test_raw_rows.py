"""Raw records of versions: opened as they came, bound to their row, bounded by days."""

from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from azalai.address import Address
from azalai.errors import SealError
from azalai.store import Store, raw_rows
from azalai.store.raw_rows import Raw
from azalai.store.record_rows import RecordRow
from engines import sqlite
from outbox_rig import FixedClock, add_record, add_version, new_store

DATA = b'{"values":{"nom":"FICTIF, Kilo"},"tag":""}'
PLACE = Address("d" * 64, 7, 8, 900, None)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Store:
    return new_store(tmp_path, clock)


def run(store: Store, state: str = "accepted") -> int:
    with store.write() as tx:
        tx.db.do("runs", "add", feed="ner", digest="d" * 64, mapping="m@1", at=tx.at)
        number = tx.db.last_id
        tx.db.do("runs", "settle", id=number, state=state, counts="{}", findings="[]", at=tx.at)
    return number


def kept(store: Store, *, days: int = 30) -> tuple[RecordRow, int]:
    number = run(store)
    with store.write() as tx:
        record = add_record(tx)
        version = add_version(tx, record, '"v1"')
        tx.db.do("records", "set_head", id=record.id, head=version, in_force=1)
        raw_rows.put(tx, record, version, number, PLACE, Raw(DATA, days))
    return record, number


def rows(store: Store) -> int:
    return int((store.db.row("raw", "count") or (0,))[0])


def test_a_raw_record_opens_with_its_address(store: Store) -> None:
    """As it came, where it lay; of its feed only."""
    record, _ = kept(store)

    assert raw_rows.of_version(store, record, 1) == (PLACE, DATA)
    assert list(raw_rows.of_feed(store, record.feed)) == [(PLACE, DATA)]
    assert list(raw_rows.of_feed(store, "another")) == []


def test_nothing_readable_stands_in_the_row(store: Store) -> None:
    """Nor can a row be moved to another version."""
    record, _ = kept(store)
    raw = apsw.Connection(str(sqlite(store).path))
    [(sealed,)] = raw.execute("SELECT sealed FROM raws")
    assert b"FICTIF" not in bytes(sealed)
    raw.execute("UPDATE raws SET version = 2")

    with pytest.raises(SealError):
        raw_rows.of_version(store, record, 2)


def test_with_0_days_nothing_is_kept(store: Store) -> None:
    """`keep_raw: 0`."""
    kept(store, days=0)

    assert rows(store) == 0


def test_what_is_older_goes(store: Store, clock: FixedClock) -> None:
    """By the instant of the run that read it."""
    kept(store)
    clock.now += timedelta(days=29)
    assert raw_rows.prune(store, 30) == 0
    clock.now += timedelta(days=2)

    assert raw_rows.prune(store, 30) == 1
    assert rows(store) == 0


def test_the_same_version_read_again_is_kept_anew_half_way(store: Store, clock: FixedClock) -> None:
    """A register that says the same each day stays comparable, without a row a day."""
    record, _ = kept(store)
    clock.now += timedelta(days=10)
    again = run(store)
    with store.write() as tx:
        raw_rows.renew(tx, record, 1, again, PLACE, Raw(DATA, 30))
    assert rows(store) == 1
    clock.now += timedelta(days=10)
    later = run(store)
    with store.write() as tx:
        raw_rows.renew(tx, record, 1, later, PLACE, Raw(b"{}", 30))

    assert rows(store) == 2
    assert list(raw_rows.of_feed(store, record.feed)) == [(PLACE, b"{}")]  # the newest, once


def test_a_discarded_run_leaves_none_and_a_held_one_shows_none(store: Store) -> None:
    """What is not in force is not compared."""
    record, _ = kept(store)
    held = run(store, "held")
    with store.write() as tx:
        raw_rows.put(tx, record, 1, held, PLACE, Raw(b"{}", 30))
    assert list(raw_rows.of_feed(store, record.feed)) == [(PLACE, DATA)]
    with store.write() as tx:
        raw_rows.discard(tx, held)

    assert rows(store) == 1


def test_it_goes_with_its_record(store: Store) -> None:
    """Erasing the record's row takes its raw records along."""
    record, _ = kept(store)
    raw = apsw.Connection(str(sqlite(store).path))
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("DELETE FROM deliveries")
    raw.execute("DELETE FROM versions")
    raw.execute("DELETE FROM records WHERE id = ?", (record.id,))

    assert rows(store) == 0
