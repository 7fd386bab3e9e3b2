"""Threads of one process on one store: in turn, and errors by what to do next."""

import threading
import time
from pathlib import Path

import apsw
import pytest

from azalai.errors import DiskError, StoreBrokenError, StoreBusyError
from azalai.store import database
from azalai.store.database import Database
from azalai.store.turnstile import Turnstile
from engines import sqlite
from outbox_rig import FixedClock, add_record, new_store


def test_first_come_first_served() -> None:
    """One who goes through again and again lets each waiting one pass before."""
    queue, order = Turnstile(), []
    started = threading.Barrier(4)

    def go(name: int) -> None:
        started.wait()
        for _ in range(50):
            with queue:
                order.append(name)
                time.sleep(0.0005)

    threads = [threading.Thread(target=go, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    started.wait()
    for thread in threads:
        thread.join(20)
    middle = order[20:120]

    assert len(order) == 150
    assert all(len(set(middle[i : i + 3])) == 3 for i in range(len(middle) - 2))


def test_threads_write_on_connections_of_their_own(tmp_path: Path) -> None:
    """No write is lost, none is refused as busy, the ledger has no gap."""
    store = new_store(tmp_path, FixedClock())
    failed: list[Exception] = []

    def work(number: int) -> None:
        mine = store.another()
        try:
            for i in range(30):
                with mine.write() as tx:
                    add_record(tx, f"NER-PN/personnes/FICTIF-{number}-{i}")
                    tx.log("act", actor="os/essai", act="essai")
        except Exception as err:
            failed.append(err)
        finally:
            mine.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failed == []
    assert store.ledger.head().size == 120
    store.close()


def test_errors_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a store that another holds, a file that is no database."""
    store = new_store(tmp_path, FixedClock())
    [(pages,)] = sqlite(store)._db.execute("PRAGMA page_count").fetchall()
    sqlite(store)._db.execute(f"PRAGMA max_page_count={pages}").fetchall()
    with pytest.raises(DiskError), store.write() as tx:
        tx.db.do("runs", "set_meta", name="x", value=bytes(1_000_000))
    assert store.db.row("runs", "meta", name="x") is None
    monkeypatch.setattr(database, "BUSY_MS", 10)
    other = Database(sqlite(store).path)
    with store.write(), pytest.raises(StoreBusyError), other.transaction():
        pass
    other.close()
    store.close()
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"FICTIF" * 10_000)
    with pytest.raises(StoreBrokenError):
        Database(broken)
    assert issubclass(apsw.FullError, apsw.Error)
