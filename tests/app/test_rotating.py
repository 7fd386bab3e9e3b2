"""`key rotate`: every wrapped key anew, nothing sealed anew, the old key gone; killed anywhere."""

import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import engines
from azalai.app import App, key_files, opened, rotating
from azalai.app.key_room import KeyRoom
from azalai.cli.init import init
from azalai.errors import ConfigurationError, SealError, VerificationError
from azalai.pipeline import erasing
from azalai.pipeline.erasing import Why
from azalai.store import Store, integrity, key_rows, notes, open_store, record_rows
from azalai.store.database import Database
from azalai.store.engine import ServerAddress
from azalai.store.polls import Polls
from azalai.store.run_rows import meta
from azalai.store.seal import load_kek, read_kek
from engines import sqlite
from outbox_rig import FixedClock, add_record, add_version, stage

RECORDS = 12


@pytest.fixture
def folder(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rotating, "AT_ONCE", 5)  # several commits a table
    made = tmp_path / "d"
    init(made, quiet=True)
    if engine == "postgres":
        address = engines.place(made)
        assert isinstance(address, ServerAddress)
        file = made / "azalai.yaml"
        text = file.read_text().replace("store: state/azalai.db", f"store: {{url: '{address.conninfo}'}}", 1)  # fmt: skip
        file.write_text(text)
    with opened(made / "azalai.yaml") as app:
        fill(app.store)
    return made


def fill(store: Store) -> None:
    with store.write() as tx:
        for number in range(RECORDS):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
            stage(tx, record, add_version(tx, record, f'"v{number}"'))
            notes.keep(tx, "record/x", f"motif FICTIF {number}")
    Polls(store, "ner").keep("FICTIF 7")


def rotate(folder: Path) -> rotating.Rotated:
    with opened(folder / "azalai.yaml") as app:
        return rotating.rotate(app, KeyRoom(app.settings), "os/essai")


@contextmanager
def app_of(folder: Path) -> Iterator[App]:
    with opened(folder / "azalai.yaml") as app:
        yield app


def payloads(store: Store) -> list[tuple[Any, ...]]:
    return [
        tuple(store.db.row("records", "head_version", record=n, number=1) or ())
        for n in range(1, RECORDS + 1)
    ]


def test_everything_opens_under_the_new_key_alone(folder: Path) -> None:
    """Records, notes and polled places open; payloads are the same bytes; the old key opens
    nothing and its file is gone."""
    old = read_kek(folder / "keys" / "kek")
    with app_of(folder) as app:
        before = payloads(app.store)
    done = rotate(folder)
    new = read_kek(folder / "keys" / "kek")
    with app_of(folder) as app:
        assert list(integrity.broken(app.store)) == []
        assert payloads(app.store) == before
        assert Polls(app.store, "ner").place() == "FICTIF 7"
        assert [bool(one.gone_at) for one in key_rows.keks(app.store.db)].count(True) == 1
        assert rotating.under_way(app.store) is None

    assert old != new
    assert done.rows == 2 * RECORDS
    assert old.hex().encode() not in b"".join(p.read_bytes() for p in (folder / "keys").iterdir())


def test_another_process_goes_on_through_it(folder: Path) -> None:
    """A store that was open all the time reads what was wrapped anew, and wraps under the new key,
    never under one that is gone."""
    with app_of(folder) as app:
        rotate(folder)
        with app.store.write() as tx:
            add_record(tx, "NER-PN/personnes/FICTIF-new")
        record = record_rows.find(app.store.db, app.store.keys, "NER-PN/personnes/FICTIF-3")
        assert record is not None
        rotate(folder)
        again = record_rows.by_id(app.store.db, app.store.keys, record.id)
        assert again.record_key() == "NER-PN/personnes/FICTIF-3"
    with app_of(folder) as app:
        assert list(integrity.broken(app.store)) == []


def test_twenty_rotations_under_load(folder: Path) -> None:
    """Another process adds records and opens old ones all the while: nothing it does fails, and all
    that it made opens under the last key."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _work(folder, folder / "stop")
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    for _ in range(20):
        rotate(folder)
    (folder / "stop").touch()
    _, status = os.waitpid(child, 0)
    with app_of(folder) as app:
        made = app.store.db.row("keys", "wrapped_counts") or ("", 0)
        assert list(integrity.broken(app.store)) == []
        assert sum(one.gone_at is not None for one in key_rows.keks(app.store.db)) == 20

    assert os.WEXITSTATUS(status) == 0
    assert made[1] > RECORDS


def _work(folder: Path, stop: Path) -> None:
    number = 0
    with app_of(folder) as app:
        while not stop.exists():
            number += 1
            with app.store.write() as tx:
                record = add_record(tx, f"NER-PN/personnes/CHARGE-{number}")
                stage(tx, record, add_version(tx, record, '"v"'))
            old = record_rows.by_id(app.store.db, app.store.keys, 1 + number % RECORDS)
            version = record_rows.version(app.store.db, old, 1)
            assert version is not None
            record_rows.payload(old, version)
            time.sleep(0.002)


def test_killed_at_every_step(folder: Path, engine: str) -> None:
    """Before each commit, each sync and each rename in turn: the store opens, the same command
    ends the rotation, and nothing is lost."""
    point, ended = 0, False
    while not ended:
        point += 1 if engine == "sqlite" else 4  # what differs there is the commit alone
        ended = _killed(folder, point)
        with app_of(folder) as app:
            assert list(integrity.broken(app.store)) == [], point
        rotate(folder)
        with app_of(folder) as app:
            assert rotating.under_way(app.store) is None, point
            assert list(integrity.broken(app.store)) == [], point
            assert not key_files.next_to(folder / "keys" / "kek").exists(), point

    assert point > 15


def _killed(folder: Path, point: int) -> bool:
    """Rotate in a child that dies at the point; whether it came to the end instead."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _die_at(point)
            rotate(folder)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFEXITED(status)


def _die_at(point: int) -> None:
    from azalai.store.postgres import PostgresDatabase

    left = [point]

    def step(real: Any) -> Any:
        def dying(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), 9)
            return real(*given, **named)

        return dying

    os.fsync = step(os.fsync)
    os.write = step(os.write)
    Path.replace = step(Path.replace)  # type: ignore[method-assign]
    rotating._put = step(rotating._put)
    key_files.take_place = step(key_files.take_place)
    for engine in (Database, PostgresDatabase):
        engine.transaction = step(engine.transaction)  # type: ignore[method-assign]


def test_what_was_erased_before_is_unrecoverable_after(folder: Path, tmp_path: Path) -> None:
    """An older copy of the store with the old key opens it; without that key nobody does. A copy
    of the key that is not said to be destroyed keeps the certificate back."""
    from azalai.app import key_copies

    with app_of(folder) as app:
        app.store.db.copy(tmp_path / "before.db")
        key_copies.note(app, "os/essai", key_copies.SHEET)
        record = record_rows.by_id(app.store.db, app.store.keys, 1)
        with app.store.write() as tx:
            erasing.erase_in(tx, [record], Why("by_hand", "os/essai", "FICTIF"))
    assert rotate(folder).unrecoverable == 0
    with app_of(folder) as app:
        assert key_copies.destroyed(app, "os/essai", 1, "brûlée, FICTIF") == 1
        entries = [app.store.ledger.entry(n) or b"" for n in range(app.store.ledger.head().size)]
    with pytest.raises(SealError):
        open_store(tmp_path / "before.db", load_kek(folder / "keys" / "kek"), FixedClock())

    assert sum(b'"stage":"unrecoverable"' in one for one in entries) == 1


def test_a_wrapped_key_that_does_not_open_stops_it(folder: Path) -> None:
    """Named, both keys stay, everything else opens."""
    with app_of(folder) as app:
        engines.change(app.store, "UPDATE records SET wrapped_key = sealed_key WHERE id = 7")
    with pytest.raises(VerificationError, match="records/7"):
        rotate(folder)
    with app_of(folder) as app:
        assert rotating.under_way(app.store) is not None
        assert record_rows.by_id(app.store.db, app.store.keys, 3)
        assert record_rows.by_id(app.store.db, app.store.keys, 11)


def test_every_table_with_a_wrapped_key_is_known(folder: Path) -> None:
    """A later release's table that the rotation forgets is found here."""
    with app_of(folder) as app:
        if app.store.db.shared:
            pytest.skip("the schema is one")
        found = [
            str(name) for name, sql in sqlite(app.store)._db.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            if "wrapped_key" in str(sql)
        ]  # fmt: skip
        hex_keys = [name for name, _ in app.store.db.rows("guards", "metas", first="", last="~")
                    if '"key"' in str(meta(app.store.db, name))]  # fmt: skip

    assert sorted(found) == sorted(key_rows.WRAPPED)
    assert [name for name in hex_keys if not name.startswith(key_rows.POLLS)] == []


def test_a_spent_key_file_alone_opens_nothing(folder: Path) -> None:
    """Zeros are no key: the message says which file."""
    (folder / "keys" / "kek").write_bytes(bytes(65))
    with pytest.raises(ConfigurationError, match="kek"), app_of(folder):
        pass
