"""A whole store from one engine to the other: table by table, counted and compared."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import apsw

from azalai.errors import StoreError, VerificationError
from azalai.store import dialect
from azalai.store.database import Database
from azalai.store.engine import META_BYTES, Row
from azalai.store.statements import migrations

UNFINISHED = "unfinished_conversion"
"""The name in `meta` of a database that is being filled."""


class Server(Protocol):
    """What is asked of the engine on the server's side (`postgres.PostgresDatabase`)."""

    def row(self, room: str, name: str, /, **values: Any) -> Row | None:
        """The first row of a named statement."""
        ...

    def do(self, room: str, name: str, /, **values: Any) -> int:
        """Run a named statement that changes rows."""
        ...

    def script(self, sql: str) -> None:
        """Run statements without values."""
        ...

    def stream(self, sql: bytes) -> Iterator[Row]:
        """The rows of a statement, some at a time."""
        ...

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Copy rows into a table."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """A write transaction."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """A read transaction of one moment."""
        ...


@dataclass(frozen=True, slots=True)
class Copied:
    """One table: its rows, and the digest of them all in whatever order."""

    table: str
    rows: int
    digest: str


def tables() -> list[str]:
    """The tables that both engines have, in an order in which none refers to a later one."""
    return [name for _, text in migrations() for name in dialect.tables(text)]


def identities() -> frozenset[str]:
    """The tables whose rows the database numbers."""
    return frozenset(name for _, text in migrations() for name in dialect.numbered(text))


def copy_to_server(file: Path, target: Server, compare: Callable[[], None]) -> list[Copied]:
    """Copy a SQLite store into an empty database of a server, and compare every table.

    The source is only read. Until all is compared the target is marked unfinished and opens for
    nobody (`compare` may raise); begun again, it is emptied first. StoreError where it holds a store already,
    VerificationError where a table differs.
    """
    source = apsw.Connection(f"file:{file}?mode=ro", flags=apsw.SQLITE_OPEN_READONLY | (
        apsw.SQLITE_OPEN_URI))  # fmt: skip
    try:
        source.execute("BEGIN")
        _claim(target)
        found = [_one_table(source, target, table) for table in tables()]
        compare()
        with target.transaction():
            target.script(f"DELETE FROM meta WHERE name = '{UNFINISHED}'")
        return found
    finally:
        source.close()


def copy_to_file(source: Server, path: Path) -> None:
    """Write a server's store to a new SQLite file, as of one moment."""
    Database(path).close()
    target = apsw.Connection(str(path))
    try:
        target.execute("PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE")
        triggers = target.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = [(str(name), str(sql)) for name, sql in triggers]
        for name, _ in kept:
            target.execute(f"DROP TRIGGER {name}")
        source.do("runs", "fold_counters")
        with source.snapshot():
            for table in tables():
                _fill_file(source, target, table)
        for _, sql in kept:
            target.execute(sql)
        target.execute("COMMIT")
    except apsw.Error as err:
        raise StoreError(f"the store cannot be copied: {err}") from err
    finally:
        target.close()


def is_free(target: Server) -> bool:
    """Whether a database holds no store; what an unfinished copy left in it is none."""
    if target.row("runs", "meta", name=UNFINISHED) is not None:
        return True
    return target.row("runs", "meta", name="index_key") is None


def _claim(target: Server) -> None:
    """Mark the target, and empty what an earlier try left in it."""
    with target.transaction():
        if not is_free(target):
            raise StoreError("the database holds a store already: nothing was changed",
                             fr="cette base contient déjà un dépôt Azalai : rien n'a changé")  # fmt: skip
        target.script(f"TRUNCATE {', '.join(tables())}, counter_changes")
        target.do("runs", "set_meta", name=UNFINISHED, value="1")


def _one_table(source: apsw.Connection, target: Server, table: str) -> Copied:
    """Copy one table in one transaction, read both again, compare."""
    columns = [str(row[1]) for row in source.execute(f"PRAGMA table_info({table})")]
    names = ", ".join(columns)
    rows = source.execute(f"SELECT {names} FROM {table}")
    with target.transaction():
        target.script(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        target.fill(table, columns, rows)
        target.script(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        if table in identities():
            target.script(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                          f"greatest(1, (SELECT max(id) FROM {table})))")  # fmt: skip
    ours = _counted(table, source.execute(f"SELECT {names} FROM {table}"))
    where = f" WHERE name <> '{UNFINISHED}'" if table == "meta" else ""
    copied = _counted(table, target.stream(f"SELECT {names} FROM {table}{where}".encode()))
    if copied != ours:
        raise VerificationError("the copy has other rows than the original", where=f"table {table}")
    return copied


def _fill_file(source: Server, target: apsw.Connection, table: str) -> None:
    columns = [str(row[1]) for row in target.execute(f"PRAGMA table_info({table})")]
    target.execute(f"DELETE FROM {table}")
    marks = ", ".join("?" * len(columns))
    rows = source.stream(f"SELECT {', '.join(columns)} FROM {table}".encode())
    target.executemany(f"INSERT INTO {table} VALUES ({marks})", _as_sqlite(table, rows))


def _as_sqlite(table: str, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if table == "meta" and row[0] not in META_BYTES:
            yield (row[0], row[1].decode())
        else:
            yield row


def _counted(table: str, rows: Iterable[Sequence[Any]]) -> Copied:
    """How many, and the sum of their SHA-256: the same in every order; flat memory."""
    count, total = 0, 0
    for row in rows:
        plain = [v.encode() if isinstance(v, str) else v for v in row]
        total += int.from_bytes(hashlib.sha256(repr(plain).encode()).digest(), "big")
        count += 1
    return Copied(table, count, f"{total % 2**256:064x}")
