"""Marks: equal under one record's key only, bounded, in force with their run, gone with it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from azalai.store import Store, cell_rows, open_store, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.seal import create_kek, load_kek
from engines import sqlite


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    create_kek(tmp_path / "kek")
    made = open_store(
        tmp_path / "store.db", load_kek(tmp_path / "kek"), lambda: datetime(2026, 1, 1, tzinfo=UTC)
    )
    yield made
    made.close()


def run(store: Store, cells: dict[str, dict[str, str]], *, whole: bool = False) -> int:
    """An accepted run that left marks of these records, by key."""
    with store.write() as tx:
        tx.db.do("runs", "add", feed="f", digest="0", mapping="m@1", at=tx.at)
        number = tx.db.last_id
        for key, texts in cells.items():
            record = record_rows.find_or_add(tx, key, "f", "WantedPerson")
            cell_rows.put(tx, "f", number, record, cell_rows.marks(record, texts))
        tx.db.do(
            "runs", "settle", id=number, state="accepted", counts="{}", findings="[]", at=tx.at
        )
        cell_rows.accept(tx, "f", number, whole=whole)
    return number


def record(store: Store, key: str) -> RecordRow:
    return record_rows.find_any(store.db, store.keys, key)


def held(store: Store) -> int:
    [(count,)] = sqlite(store)._db.execute("SELECT count(*) FROM cells")
    return int(count)


def test_the_same_text_has_another_mark_in_another_record(store: Store) -> None:
    """Who has the database cannot tell which records share a value, nor guess one from a list."""
    run(store, {"a": {"pays": "NER"}, "b": {"pays": "NER"}})
    one, other = (cell_rows.marks(record(store, key), {"pays": "NER"}) for key in "ab")

    assert one != other
    assert cell_rows.known(store.db, "f", record(store, "a")) == one


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [("12/03/2020", "03/12/2020", True), ("12/03/2020", "2020-12-03", True),
     ("12/03/2020", "13/03/2020", False), ("٢٠٢٠/٠٣", "03/2020", False)],
)  # fmt: skip
def test_the_second_mark_is_of_the_digits_in_any_order(
    store: Store, before: str, now: str, same: bool
) -> None:
    """Another order or form of one date is told from another date."""
    run(store, {"a": {}})
    one, other = (cell_rows.marks(record(store, "a"), {"d": text})["d"] for text in (before, now))

    assert one[0] != other[0]
    assert (one[1:] == other[1:]) is same


def test_a_whole_register_replaces_all_a_file_of_changes_its_own(store: Store) -> None:
    """What a file of changes does not hold is still known; what a whole register lacks is not."""
    run(store, {"a": {"x": "1"}, "b": {"x": "1"}})
    run(store, {"b": {"x": "2"}})
    assert held(store) == 2
    assert cell_rows.known(store.db, "f", record(store, "a")) is not None
    run(store, {"b": {"x": "3"}}, whole=True)

    assert held(store) == 1
    assert cell_rows.known(store.db, "f", record(store, "a")) is None


def test_never_more_records_than_the_bound(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same ones stay, whatever came last."""
    monkeypatch.setattr(cell_rows, "MOST", 5)
    run(store, {f"k{n}": {"x": "1"} for n in range(12)})
    first = {k for k in range(12) if cell_rows.known(store.db, "f", record(store, f"k{k}"))}
    run(store, {f"k{n}": {"x": "1"} for n in range(12)})

    assert len(first) == 5
    assert {k for k in range(12) if cell_rows.known(store.db, "f", record(store, f"k{k}"))} == first


def test_an_erased_record_takes_its_marks_along(store: Store) -> None:
    """And a discarded run its own."""
    number = run(store, {"a": {"x": "1"}, "b": {"x": "1"}})
    sqlite(store)._db.execute(
        "DELETE FROM records WHERE pseudonym = ?", (record(store, "a").pseudonym,)
    )
    assert held(store) == 1
    with store.write() as tx:
        cell_rows.discard(tx, number)
    assert held(store) == 0
