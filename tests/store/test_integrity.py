"""`store check`: one changed byte of any sealed value, or of a column beside it, is named."""

from pathlib import Path

import apsw
import pytest

from azalai.address import Address
from azalai.documents import Text
from azalai.store import Store, integrity, notes, run_rows
from azalai.store.run_rows import NewReject
from engines import sqlite
from outbox_rig import FixedClock, add_record, add_version, new_store, stage

FLIP = "UPDATE {t} SET {c} = CAST(substr({c}, 1, length({c}) - 1) AS BLOB) || x'00' WHERE {w}"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path, FixedClock())
    with made.write() as tx:
        record = add_record(tx)
        made_version = add_version(tx, record, '"v1"')
        stage(tx, record, made_version)
        notes.keep(tx, "record/x", "motif FICTIF")
        tx.db.do("runs", "add", feed="ner", digest="00", mapping="m@1", at=tx.at)
        why = Text("quoi", "what")
        run_rows.add_rejects(tx, 1, [NewReject("rejected", Address("0" * 64, 1), "AZ-R1", why, why,
                                               b"{}")])  # fmt: skip
    return made


def raw(store: Store, sql: str) -> None:
    apsw.Connection(str(sqlite(store).path)).execute(sql)


def test_a_whole_store_is_in_order(store: Store) -> None:
    """Nothing to say."""
    assert list(integrity.broken(store)) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (FLIP.format(t="records", c="sealed_key", w="id = 1"), "records/1"),
        (FLIP.format(t="versions", c="payload", w="record = 1"), "records/1"),
        ("UPDATE records SET pseudonym = 'other' WHERE id = 1", "records/1"),
        (FLIP.format(t="delivery_bodies", c="body", w="delivery = 1"), "deliveries/1"),
        ("UPDATE deliveries SET destination = 'elsewhere' WHERE id = 1", "deliveries/1"),
        ("UPDATE deliveries SET operation = 'cancel' WHERE id = 1", "deliveries/1"),
        (FLIP.format(t="rejects", c="sealed", w="id = 1"), "rejects/1"),
        (FLIP.format(t="notes", c="sealed", w="id = 1"), "notes/1"),
        ("UPDATE notes SET subject = 'record/y' WHERE id = 1", "notes/1"),
    ],
)
def test_what_was_changed_is_named(store: Store, change: str, where: str) -> None:
    """A sealed value is bound to its row."""
    raw(store, change)

    assert where in list(integrity.broken(store))


def test_all_is_looked_at(store: Store) -> None:
    """Two broken values are both named, in one pass."""
    raw(store, FLIP.format(t="notes", c="sealed", w="id = 1"))
    raw(store, FLIP.format(t="rejects", c="sealed", w="id = 1"))

    assert list(integrity.broken(store)) == ["rejects/1", "notes/1"]
