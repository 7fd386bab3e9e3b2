"""`store convert`: everything that was there is there; killed at any point, the file is whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from azalai import reports
from azalai.app import converting
from azalai.errors import StopError, StoreBrokenError, StoreError, VerificationError
from azalai.settings import load
from azalai.store import copying, delivery_rows, open_store, record_rows
from azalai.store.engine import ServerAddress
from azalai.store.postgres import PostgresDatabase
from azalai.store.seal import load_kek
from azalai.store_server import StoreServer
from outbox_rig import FixedClock, add_record, add_version, new_store, stage
from postgres_server import Server

CONFIG = "language: fr\norigin: azalai.invalid/essai\n"
KILLED = """\
import os, sys
from azalai.store import copying
real, left = copying._one_table, [int(sys.argv[3])]
def dying(*given):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), 9)
    return real(*given)
copying._one_table = dying
from pathlib import Path
from azalai.app import converting
from azalai.settings import load
converting.convert(load(Path(sys.argv[1])), converting.address_of(sys.argv[2], None))
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    store = new_store(tmp_path, FixedClock())
    with store.write() as tx:
        for number in range(30):
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
            stage(tx, record, add_version(tx, record, f'"v{number}"'))
        tx.db.do("runs", "set_meta", name="read/ner", value='2026 "\\\\" é')
    store.close()
    file = tmp_path / "azalai.yaml"
    file.write_text(CONFIG)
    return file


def test_everything_is_there(config: Path, postgres: Server) -> None:
    """Records open, deliveries open, the ledger has the same head, new rows get new numbers."""
    url = postgres.new_database()
    made = converting.convert(load(config), StoreServer(url=url))
    keys = load_kek(config.parent / "keys" / "kek")
    store = open_store(ServerAddress(url), keys, FixedClock())
    with store.write() as tx:
        fresh = add_record(tx, "NER-PN/personnes/FICTIF-new")

    found = record_rows.find(store.db, store.keys, "NER-PN/personnes/FICTIF-7")
    assert found is not None
    one = delivery_rows.get(store.db, 8)
    assert delivery_rows.open_body(store.db, found, one) == b"create 1 of FICTIF"
    assert {c.table: c.rows for c in made.tables}["records"] == 30
    assert fresh.id == 31
    assert store.ledger.head().size == made.size
    assert reports.conservation(store) == {"ok": True, "differences": []}


def test_never_over_another_store(config: Path, postgres: Server) -> None:
    """A database that holds a store is left alone; a store on a server is not converted."""
    url = postgres.new_database()
    converting.convert(load(config), StoreServer(url=url))
    with pytest.raises(StoreError, match="already"):
        converting.convert(load(config), StoreServer(url=url))
    config.write_text(f"{CONFIG}store:\n  url: '{url}'\n")
    with pytest.raises(StopError, match="already"):
        converting.convert(load(config), StoreServer(url=url))


@pytest.mark.parametrize("point", [1, 4, 12, 25])
def test_killed_on_the_way(config: Path, postgres: Server, point: int) -> None:
    """The new one opens for nobody, the old one as before; begun again it ends well."""
    url = postgres.new_database()
    done = subprocess.run([sys.executable, "-c", KILLED, str(config), url, str(point)], check=False,
                          capture_output=True)  # fmt: skip
    assert done.returncode == -9, done.stderr.decode()
    keys = load_kek(config.parent / "keys" / "kek")
    with pytest.raises(StoreBrokenError):
        open_store(ServerAddress(url), keys, FixedClock())
    new_store(config.parent, FixedClock()).close()
    made = converting.convert(load(config), StoreServer(url=url))

    assert {c.table: c.rows for c in made.tables}["deliveries"] == 30


def test_a_row_that_differs_is_found(
    config: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One changed row is enough, and the new store stays unfinished."""
    url = postgres.new_database()
    fill = PostgresDatabase.fill

    def wrong(self: PostgresDatabase, table: str, columns: list[str], rows: object) -> None:
        fill(self, table, columns, rows)  # type: ignore[arg-type]
        if table == "records":
            self.script("UPDATE records SET missed = 7 WHERE id = 3")

    monkeypatch.setattr(PostgresDatabase, "fill", wrong)
    with pytest.raises(VerificationError, match="records"):
        converting.convert(load(config), StoreServer(url=url))
    with pytest.raises(StoreBrokenError):
        open_store(ServerAddress(url), load_kek(config.parent / "keys" / "kek"), FixedClock())


def test_back_into_a_file(config: Path, postgres: Server, tmp_path: Path) -> None:
    """A copy of a server's store for a backup or a rehearsal is a whole store of its own."""
    url = postgres.new_database()
    converting.convert(load(config), StoreServer(url=url))
    database = PostgresDatabase(ServerAddress(url))
    database.copy(tmp_path / "copy.db")
    database.close()
    keys = load_kek(config.parent / "keys" / "kek")
    store = open_store(tmp_path / "copy.db", keys, FixedClock())

    assert record_rows.find(store.db, store.keys, "NER-PN/personnes/FICTIF-7") is not None
    assert copying.tables()[0] == "meta"
