"""PostgreSQL beside SQLite: the same tables, safe changes of the schema, errors by what to do."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import psycopg
import pytest

from azalai.errors import StoreAwayError, StoreBrokenError, StoreBusyError, StoreVersionError
from azalai.store import dialect, nodes, statements
from azalai.store import postgres as module
from azalai.store.copying import tables
from azalai.store.database import Database
from azalai.store.engine import ServerAddress
from azalai.store.postgres import NAME, WRITERS, PostgresDatabase
from engines import chosen
from outbox_rig import FixedClock, add_record, add_version, new_store, stage
from postgres_server import Server

OWN = {"counter_changes", "schema_version"}


@pytest.fixture
def address(postgres: Server) -> ServerAddress:
    return ServerAddress(postgres.new_database())


@pytest.fixture
def on_server(postgres: Server) -> Iterator[None]:
    with chosen(postgres):
        yield


def sql(address: ServerAddress, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address.conninfo, autocommit=True) as link:
        found = link.execute(text.encode())
        return found.fetchall() if found.description else []


def test_both_engines_have_the_same_tables_and_columns(
    tmp_path: Path, address: ServerAddress
) -> None:
    """A schema file is written once: what one engine has, the other has too."""
    PostgresDatabase(address).close()
    Database(tmp_path / "store.db").close()
    file = apsw.Connection(str(tmp_path / "store.db"))
    ours = {
        (name, str(column[1]), bool(column[5]))
        for (name,) in file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        for column in file.execute(f"PRAGMA table_info({name})").fetchall()
    }
    theirs = set(sql(address, """
        SELECT c.table_name, c.column_name, EXISTS (
            SELECT 1 FROM information_schema.key_column_usage k
            JOIN information_schema.table_constraints t USING (constraint_name)
            WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name
            AND k.column_name = c.column_name)
        FROM information_schema.columns c WHERE table_schema = 'public'"""))  # fmt: skip

    assert {one for one in theirs if one[0] not in OWN} == ours
    assert {name for name, _, _ in ours} == set(tables())


def test_a_trigger_of_sqlite_has_its_counterpart() -> None:
    """What the rewriting leaves out stands in a file of the same number."""
    own = dict(statements.migrations(NAME))
    for number, text in statements.migrations():
        if "CREATE TRIGGER" in text:
            assert "CREATE TRIGGER" in own.get(number, "")
        assert "TRIGGER" not in dialect.schema(text)


def test_every_statement_is_one_that_postgres_takes(address: ServerAddress) -> None:
    """Each shared statement is prepared as it stands: no table, column or function is missing."""
    PostgresDatabase(address).close()
    folder = Path(statements.__file__).parent / "sql"
    rooms = {path.stem for path in folder.glob("*.sql") if not path.stem[0].isdigit()}
    refused = []
    with psycopg.connect(address.conninfo, autocommit=True) as link:
        for room in sorted(rooms):
            for name, text in statements.load(room, NAME).items():
                try:
                    link.execute(b"PREPARE probe AS " + _numbered(dialect.statement(
                        text, frozenset()).sql))  # fmt: skip
                    link.execute(b"DEALLOCATE probe")
                except psycopg.errors.IndeterminateDatatype:
                    pass  # a type that only the value tells
                except psycopg.Error as err:
                    refused.append(f"{room}.{name}: {err}")

    assert refused == []


def _numbered(made: bytes) -> bytes:
    """Psycopg's marks as the server's own: one number a name, or one a place."""
    names = list(dict.fromkeys(re.findall(rb"%\((\w+)\)s", made)))
    for number, name in enumerate(names, 1):
        made = made.replace(b"%(" + name + b")s", b"$%d" % number)
    places = iter(range(1, made.count(b"%s") + 1))
    return re.sub(rb"%s", lambda _: b"$%d" % next(places), made).replace(b"%%", b"%")


def test_two_that_start_at_once_make_one_schema(address: ServerAddress) -> None:
    """Ten at the same moment: no error, one number."""
    failed: list[BaseException] = []

    def start() -> None:
        try:
            PostgresDatabase(address).close()
        except BaseException as err:
            failed.append(err)

    threads = [threading.Thread(target=start) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sql(address, "SELECT count(*) FROM schema_version") == [(1,)]


def test_killed_in_a_change_of_the_schema_leaves_the_old_one(
    address: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thrown out at each statement of it: the number and the tables are of one moment."""
    script: Callable[[PostgresDatabase, str], None] = PostgresDatabase.script
    for dies_at in range(1, 40):
        calls = [0]

        def dying(
            self: PostgresDatabase, text: str, n: int = dies_at, c: list[int] = calls
        ) -> None:
            c[0] += 1
            if c[0] == n and self._link is not None:
                sql(address, f"SELECT pg_terminate_backend({self._link.info.backend_pid})")
            script(self, text)

        monkeypatch.setattr(PostgresDatabase, "script", dying)
        try:
            PostgresDatabase(address).close()
        except StoreAwayError:
            [(there,)] = sql(address, "SELECT count(*) FROM pg_tables WHERE tablename = 'nodes'")
            rows = (sql(address, "SELECT number FROM schema_version")
                    if sql(address, "SELECT to_regclass('schema_version')") != [(None,)] else [])  # fmt: skip
            assert (there == 1) == bool(rows and int(str(rows[0][0])) >= 7)
        else:
            break
    monkeypatch.undo()

    PostgresDatabase(address).close()
    assert sql(address, "SELECT number FROM schema_version")[0][0] == statements.migrations()[-1][0]


def test_an_older_version_refuses(address: ServerAddress) -> None:
    """A node that does not know the schema does not start."""
    PostgresDatabase(address).close()
    sql(address, "UPDATE schema_version SET number = 900")

    with pytest.raises(StoreVersionError):
        PostgresDatabase(address)


@pytest.mark.usefixtures("on_server")
def test_a_lost_connection_is_made_again(tmp_path: Path, postgres: Server) -> None:
    """Outside a transaction at once; inside it is told, and nothing of it is kept."""
    store = new_store(tmp_path, FixedClock())
    address = store.db.address  # type: ignore[attr-defined]

    def cut() -> None:
        sql(address, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE application_name = 'azalai' AND datname = current_database()")  # fmt: skip

    cut()
    assert nodes.every(store) == []
    cut()

    def cut_inside() -> None:
        with store.write() as tx:
            add_record(tx)
            cut()

    with pytest.raises(StoreAwayError):
        cut_inside()
    with store.write() as tx:
        assert add_record(tx).id > 0


def test_nobody_there_and_no_such_database(address: ServerAddress) -> None:
    """The first is waited for, the second is not."""
    with pytest.raises(StoreAwayError):
        PostgresDatabase(ServerAddress("postgresql://u@127.0.0.1:1/x"))
    with pytest.raises(StoreBrokenError):
        PostgresDatabase(ServerAddress(address.conninfo.replace("/t_", "/no_")))


def test_a_writer_that_waits_too_long_is_busy(
    address: ServerAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of another is not waited for without end."""
    monkeypatch.setitem(module.LINK, "options", "-c lock_timeout=100ms")
    database = PostgresDatabase(address)
    with psycopg.connect(address.conninfo) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({WRITERS})".encode())
        with pytest.raises(StoreBusyError), database.transaction():
            pass
    database.close()


@pytest.mark.usefixtures("on_server")
def test_texts_compare_by_their_bytes(tmp_path: Path) -> None:
    """In the order that SQLite has, whatever the server's language."""
    store = new_store(tmp_path, FixedClock())
    with store.write() as tx:
        for subject in ("b", "B", "a", "é"):
            tx.db.do("runs", "start", subject=subject, at=tx.at)

    address = store.db.address  # type: ignore[attr-defined]
    assert [s for (s,) in sql(address, "SELECT subject FROM started ORDER BY subject")] == [
        "B", "a", "b", "é"]  # fmt: skip


@pytest.mark.usefixtures("on_server")
def test_counters_after_a_fold(tmp_path: Path) -> None:
    """The same sums before and after the changes are folded into them."""
    store = new_store(tmp_path, FixedClock())
    with store.write() as tx:
        stage(tx, record := add_record(tx), add_version(tx, record, "v1"))
    before = store.db.rows("runs", "counters", scope="destination")
    store.db.do("runs", "fold_counters")

    assert before != []
    assert store.db.rows("runs", "counters", scope="destination") == before
