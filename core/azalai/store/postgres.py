"""PostgreSQL as the store's engine: one connection, opened again where it was lost."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import errors as theirs
from psycopg import pq
from psycopg.types.numeric import IntLoader

from azalai.errors import (
    DiskError,
    StoreAwayError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreVersionError,
)
from azalai.store import dialect
from azalai.store.copying import UNFINISHED, copy_to_file, identities
from azalai.store.engine import Row, ServerAddress
from azalai.store.statements import load, migrations

NAME = "postgres"
OLDEST = 14_00_00
WRITERS, SCHEMA = 0x617A_0001, 0x617A_0002
"""Advisory locks: writers alone or beside one another; changes of the schema."""
LOCK_S, STATEMENT_S, IDLE_S = 15, 60, 30
"""How long a lock is waited for, a statement runs, a transaction may rest between two."""
LINK = {
    "connect_timeout": 5, "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5,
    "keepalives_count": 3, "tcp_user_timeout": 15_000, "application_name": "azalai",
    "target_session_attrs": "read-write", "client_encoding": "utf8",
    "options": f"-c lock_timeout={LOCK_S}s -c statement_timeout={STATEMENT_S}s "
               f"-c idle_in_transaction_session_timeout={IDLE_S}s -c synchronous_commit=on "
               "-c timezone=UTC",
}  # fmt: skip
ONE_BY_ONE = 500
BYTES = 17
"""The object id of the type `bytea`."""

_BUSY = (theirs.LockNotAvailable, theirs.DeadlockDetected, theirs.SerializationFailure,
         theirs.QueryCanceled, theirs.TooManyConnections, theirs.OutOfMemory)  # fmt: skip
_DISK = (theirs.DiskFull, theirs.IoError)
_BROKEN = (theirs.DataCorrupted, theirs.IndexCorrupted, theirs.UndefinedTable,
           theirs.UndefinedColumn, theirs.InsufficientPrivilege, theirs.InvalidPassword,
           theirs.InvalidAuthorizationSpecification, theirs.InvalidCatalogName)  # fmt: skip
_AWAY = (theirs.ReadOnlySqlTransaction,)  # a standby took the place of the one that wrote
_REFUSED_AT_LOGIN = ("password authentication failed", "no password supplied", "does not exist",
                     "no pg_hba.conf entry", "certificate verify failed",
                     "server certificate", "root certificate")  # fmt: skip

T = TypeVar("T")


class PostgresDatabase:
    """One connection to one database: read committed, each commit durable. For one thread."""

    def __init__(self, address: ServerAddress, *, ready: bool = False) -> None:
        self._link: psycopg.Connection[Row] | None = None
        self.address = address
        self._inside = False
        self._last_id = 0
        self._cursors = itertools.count()
        self._identities = identities()
        if not ready:
            self._migrate()

    @property
    def place(self) -> str:
        """The server and the database."""
        known = psycopg.conninfo.conninfo_to_dict(self.address.conninfo)
        return f"postgresql://{known.get('host', '')}/{known.get('dbname', '')}"

    @property
    def shared(self) -> bool:
        """Always: any number of daemons, on any machines."""
        return True

    def another(self) -> "PostgresDatabase":
        """A second connection to the same database; it is made when it is first needed."""
        return PostgresDatabase(self.address, ready=True)

    def close(self) -> None:
        """Close the connection; may be called again."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def __del__(self) -> None:
        """As SQLite's connection does when nobody has it any more."""
        self.close()

    def rows(self, room: str, name: str, /, **values: Any) -> list[Row]:
        """All rows of one named statement."""
        return self._read(lambda link: self._execute(link, room, name, values).fetchall())

    def row(self, room: str, name: str, /, **values: Any) -> Row | None:
        """The first row, or None."""
        return self._read(lambda link: self._execute(link, room, name, values).fetchone())

    def each(self, room: str, name: str, /, **values: Any) -> Iterator[Row]:
        """The rows of one named statement, by a cursor of the server's."""
        made = dialect.statement(load(room, NAME)[name], self._identities)
        return self.stream(made.sql, made.values(values))

    def stream(self, sql: bytes, values: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """The rows of a statement, some at a time; others may run in between."""
        link = self._connected()
        with translated("the store failed"):
            cursor = link.cursor(f"azalai_{next(self._cursors)}", withhold=not self._inside)
            with cursor:
                cursor.itersize = ONE_BY_ONE
                cursor.execute(sql, values)
                yield from cursor

    def do(self, room: str, name: str, /, **values: Any) -> int:
        """Run a statement that changes rows; how many it changed."""
        link = self._connected()
        with translated("the store failed"):
            cursor = self._execute(link, room, name, values)
            if cursor.description is not None:
                for row in cursor:
                    self._last_id = row[0]
            return cursor.rowcount

    def do_many(self, room: str, name: str, values: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows of positional values, sent together."""
        made = dialect.statement(load(room, NAME)[name], frozenset())
        link = self._connected()
        with translated("the store failed"), link.cursor() as cursor:
            cursor.executemany(made.sql, values)

    def add_many(self, room: str, name: str, values: Sequence[Sequence[Any]]) -> list[int]:
        """Insert many rows, sent together; the numbers that the database gave them."""
        made = dialect.statement(load(room, NAME)[name], self._identities)
        link, numbers = self._connected(), list[int]()
        with translated("the store failed"), link.cursor() as cursor:
            cursor.executemany(made.sql, values, returning=True)
            while len(numbers) < len(values):
                numbers += [row[0] for row in cursor.fetchall()]
                cursor.nextset()
        return numbers

    @property
    def last_id(self) -> int:
        """The row id of the last insert into a table that the database numbers."""
        return self._last_id

    @contextmanager
    def transaction(self, *, beside: bool = False) -> Iterator[None]:
        """A transaction under the writers' lock: alone, or with others that are `beside` too."""
        shared = "_shared" if beside else ""
        begin = f"BEGIN; SELECT pg_advisory_xact_lock{shared}({WRITERS})"
        with self._between(begin):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A read transaction: repeatable read."""
        with self._between("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield

    def script(self, sql: str) -> None:
        """Run statements without values, inside a transaction or each for itself."""
        link = self._connected()
        with translated("the store failed"):
            link.execute(sql.encode())

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Copy rows into a table, one by one as they come; a text for a column of bytes is kept in
        UTF-8."""
        link = self._connected()
        names = ", ".join(columns)
        with translated("the store failed"), link.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {table} LIMIT 0".encode())
            raw = [column.type_code == BYTES for column in cursor.description or ()]
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row([v.encode() if b and isinstance(v, str) else v
                                    for v, b in zip(row, raw, strict=True)])  # fmt: skip

    def sweep(self) -> bool:
        """Give back the space of deleted rows. The server's own log and copies have them still:
        only the rotation of the key ends those. False where others hold a table too long."""
        try:
            self.script("VACUUM (SKIP_LOCKED) records, versions, deliveries, delivery_bodies, raws, "
                        "cells, rejects, notes")  # fmt: skip
        except StoreBusyError:
            return False
        return True

    def copy(self, path: Path) -> None:
        """Write all that is committed to a new SQLite file, while others read and write."""
        copy_to_file(self, path)

    def refuse_unfinished(self) -> None:
        """StoreBrokenError where a conversion into this database did not end."""
        if self.row("runs", "meta", name=UNFINISHED) is not None:
            raise StoreBrokenError("a conversion into this database did not end: begin it again "
                                   "(azalai store convert --to …); the old store is whole")  # fmt: skip

    @contextmanager
    def _between(self, begin: str) -> Iterator[None]:
        self._begin(begin)
        self._inside = True
        try:
            yield
        except BaseException:
            self._inside = False
            self._undo()
            raise
        self._inside = False
        with translated("the store did not take a transaction"):
            if self._connected().execute(b"COMMIT").statusmessage != "COMMIT":
                raise StoreError("a statement failed before the commit: nothing was kept")

    def _begin(self, sql: str) -> None:
        """Begin; on a connection that turns out to be lost, once more on a new one."""
        fresh = self._link is None
        try:
            with translated("the store did not take a transaction"):
                self._connected().execute(sql.encode())
        except StoreAwayError:
            self.close()
            if fresh:
                raise
            self._begin(sql)
        except StoreError:
            self._undo()
            raise

    def _undo(self) -> None:
        link = self._link
        if link is None or link.closed:
            self.close()
            return
        try:
            if link.info.transaction_status != pq.TransactionStatus.IDLE:
                link.execute(b"ROLLBACK")
        except psycopg.Error:
            self.close()

    def _read(self, read: Callable[[psycopg.Connection[Row]], T]) -> T:
        """Read; outside a transaction a lost connection is made again and read again, once."""
        fresh = self._link is None
        try:
            link = self._connected()
            with translated("the store failed"):
                return read(link)
        except StoreAwayError:
            if self._inside or fresh:
                raise
            self.close()
        return self._read(read)

    def _execute(
        self, link: psycopg.Connection[Row], room: str, name: str, values: Mapping[str, Any]
    ) -> psycopg.Cursor[Row]:
        made = dialect.statement(load(room, NAME)[name], self._identities)
        return link.execute(made.sql, made.values(values))

    def _connected(self) -> psycopg.Connection[Row]:
        """The connection; a new one where there is none, unless a transaction was on the old."""
        if self._link is not None and not self._link.closed:
            return self._link
        if self._inside:
            raise StoreAwayError("the connection was lost inside a transaction")
        self._link = connect(self.address)
        return self._link

    def _migrate(self) -> None:
        """Each numbered file once, in one transaction with its number: killed at any point, or
        begun by two at once, the schema is the old or the new."""
        own = dict(migrations(NAME))
        known = migrations()
        with self._between(f"BEGIN; SELECT pg_advisory_xact_lock({SCHEMA})"):
            self.script("CREATE TABLE IF NOT EXISTS schema_version (one BIGINT PRIMARY KEY "
                        "CHECK (one = 1), number BIGINT NOT NULL)")  # fmt: skip
        for number, text in known:
            with self._between(f"BEGIN; SELECT pg_advisory_xact_lock({SCHEMA})"):
                found = self.version()
                if found > known[-1][0]:
                    raise StoreVersionError(found, known[-1][0])
                if found < number:
                    self.script(dialect.schema(text) + own.get(number, ""))
                    self.script(f"INSERT INTO schema_version VALUES (1, {number}) "
                                f"ON CONFLICT (one) DO UPDATE SET number = {number}")  # fmt: skip

    def version(self) -> int:
        """The number of the newest schema file that the database has seen."""
        row = self._connected().execute(b"SELECT number FROM schema_version").fetchone()
        return 0 if row is None else int(row[0])


def connect(address: ServerAddress) -> psycopg.Connection[Row]:
    """A connection with the limits of this module. StoreBrokenError where it is refused for good,
    StoreAwayError where nobody answers."""
    secret = {} if address.password is None else {"password": address.password}
    try:
        link = psycopg.connect(address.conninfo, autocommit=True, **LINK | secret)  # type: ignore[arg-type]
    except psycopg.OperationalError as err:
        kind = StoreBrokenError if any(w in str(err) for w in _REFUSED_AT_LOGIN) else StoreAwayError
        raise kind(f"the store cannot be opened: {_plain(err)}") from err
    except psycopg.Error as err:
        raise StoreBrokenError(f"the store cannot be opened: {_plain(err)}") from err
    if link.info.server_version < OLDEST:
        link.close()
        raise StoreBrokenError("the server is older than PostgreSQL 14")
    link.adapters.register_loader("numeric", IntLoader)  # a sum of whole numbers is one
    return link


@contextmanager
def translated(what: str) -> Iterator[None]:
    """PostgreSQL's own errors as ours, by what the caller does next."""
    try:
        yield
    except psycopg.Error as err:
        raise _ours(what, err) from err


def _ours(what: str, err: psycopg.Error) -> StoreError:
    kinds: tuple[tuple[tuple[type[psycopg.Error], ...], type[StoreError]], ...] = (
        (_BUSY, StoreBusyError), (_DISK, DiskError), (_AWAY, StoreAwayError),
        (_BROKEN, StoreBrokenError), ((theirs.IntegrityError,), StoreError),
        ((psycopg.OperationalError, psycopg.InterfaceError), StoreAwayError),
    )  # fmt: skip
    made = next((ours for kind, ours in kinds if isinstance(err, kind)), StoreError)
    return made(f"{what}: {_plain(err)}")


def _plain(err: psycopg.Error) -> str:
    """The first line of an error: what follows it may show the values of a row."""
    return (err.diag.message_primary or str(err).strip()).splitlines()[0][:200]
