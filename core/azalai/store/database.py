"""The SQLite file: opened right, migrated, one write transaction at a time."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import apsw

from azalai.errors import (
    DiskError,
    DiskFailingError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreReadOnlyError,
    StoreVersionError,
)
from azalai.store.engine import Row
from azalai.store.statements import load, migrations

TOGETHER = 32
"""Rows that one insert takes together: the interpreter's lock is given up and taken for each."""
_ROW = re.compile(r"VALUES (\([?, ]+\))")
SAFE_SQLITE = 3_051_003
"""First release without the WAL-reset bug that can lose pages with two connections."""
BUSY_MS = 5_000

_BUSY = (apsw.BusyError, apsw.LockedError)
_DISK = (apsw.FullError, apsw.IOError)
_BROKEN = (apsw.CorruptError, apsw.NotADBError, apsw.CantOpenError)
_FAILING = {apsw.SQLITE_IOERR_FSYNC, apsw.SQLITE_IOERR_DIR_FSYNC, apsw.SQLITE_IOERR_WRITE,
            apsw.SQLITE_IOERR_READ, apsw.SQLITE_IOERR_TRUNCATE}  # fmt: skip


class Database:
    """One connection to one file: WAL, synchronous=FULL, secure_delete."""

    def __init__(self, path: Path) -> None:
        if apsw.SQLITE_VERSION_NUMBER < SAFE_SQLITE:
            raise StoreError(f"SQLite {apsw.sqlite_lib_version()} can lose pages in WAL mode",
                             hint="install apsw 3.51.3 or later")  # fmt: skip
        self.path = path
        self._synced = True
        try:
            self._db = apsw.Connection(str(path))
            self._db.set_busy_timeout(BUSY_MS)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                           "secure_delete=ON", "journal_size_limit=67108864",
                           "cache_size=-16000", "wal_autocheckpoint=4000"):  # fmt: skip
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            self._migrate()
        except apsw.Error as err:
            raise _error("the store cannot be opened", err) from err

    @property
    def place(self) -> str:
        """The file."""
        return str(self.path)

    @property
    def shared(self) -> bool:
        """Never: the file stands on one machine, and one runner holds it."""
        return False

    def another(self) -> "Database":
        """A second connection to the same file."""
        return Database(self.path)

    def close(self) -> None:
        """Close the connection; may be called again."""
        self._db.close()

    def copy(self, path: Path) -> None:
        """Write all that is committed to a new file, while others read and write (SQLite's online
        backup). Under the same keys it opens as this one does."""
        target = apsw.Connection(str(path))
        try:
            with target.backup("main", self._db, "main") as backup:
                backup.step()
        except apsw.Error as err:
            raise _error("the store cannot be copied", err) from err
        finally:
            target.close()

    def sweep(self) -> bool:
        """Empty the write-ahead log, which still has what was deleted (in the file itself deleted
        bytes are zeros: secure_delete). False while a reader holds it."""
        row = self.row("guards", "fold")
        return row is not None and row[0] == 0

    def rows(self, room: str, name: str, /, **values: Any) -> list[Row]:
        """All rows of one named statement."""
        try:
            return self._run(load(room)[name], values).fetchall()
        except apsw.Error as err:
            raise _error("the store failed", err) from err

    def each(self, room: str, name: str, /, **values: Any) -> Iterator[Row]:
        """The rows of one named statement, one by one."""
        return iter(self._run(load(room)[name], values))

    def row(self, room: str, name: str, /, **values: Any) -> Row | None:
        """The first row, or None."""
        return self._run(load(room)[name], values).fetchone()

    def do(self, room: str, name: str, /, **values: Any) -> int:
        """Run a statement that changes rows; how many it changed."""
        self._run(load(room)[name], values)
        return self._db.changes()

    def do_many(self, room: str, name: str, values: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows of positional values, those of an insert together."""
        sql, at = load(room)[name], 0
        try:
            while len(values) - at >= TOGETHER:
                some = values[at : at + TOGETHER]
                self._db.execute(_several(sql, TOGETHER), [one for row in some for one in row])
                at += TOGETHER
            self._db.executemany(sql, values[at:])
        except apsw.ConstraintError as err:
            raise StoreError(f"the store refused a row: {err}") from err
        except apsw.Error as err:
            raise _error("the store failed", err) from err

    def add_many(self, room: str, name: str, values: Sequence[Sequence[Any]]) -> list[int]:
        """Insert many rows; their row ids. There is one writer, so they follow one another."""
        self.do_many(room, name, values)
        last = self._db.last_insert_rowid()
        return list(range(last - len(values) + 1, last + 1))

    @property
    def last_id(self) -> int:
        """The row id of the last insert."""
        return self._db.last_insert_rowid()

    @property
    def changes(self) -> int:
        """Rows that this connection has changed since it was opened."""
        return self._db.total_changes()

    def sync_each_commit(self, wanted: bool) -> None:
        """Whether the next transactions wait for the disk, as is usual, or who made them sees to it
        (`Writers`)."""
        if wanted != self._synced:
            self._raw(f"PRAGMA synchronous={'FULL' if wanted else 'NORMAL'}")
            self._synced = wanted

    def sync(self) -> None:
        """Wait until all that is committed is on the disk: the commit of a page that stays as it is."""
        self.sync_each_commit(True)
        self._raw(f"PRAGMA user_version={self._version()}")

    @contextmanager
    def transaction(self, *, beside: bool = False) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT; rolled back whole if anything is raised inside. There is one
        writer at a time, `beside` or not."""
        del beside
        self._raw("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._raw("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A read transaction: all that is read inside is of one moment."""
        self._raw("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _raw(self, sql: str) -> None:
        try:
            self._db.execute(sql)
        except apsw.Error as err:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise _error("the store did not take a transaction", err) from err

    def _run(self, sql: str, values: dict[str, Any]) -> apsw.Cursor:
        try:
            return self._db.execute(sql, values)
        except apsw.ConstraintError as err:
            raise StoreError(f"the store refused a row: {err}") from err
        except apsw.Error as err:
            raise _error("the store failed", err) from err

    def _version(self) -> int:
        found = self._db.execute("PRAGMA user_version").fetchone()
        return int(found[0]) if found else 0

    def _migrate(self) -> None:
        """Each numbered file once, each in one transaction: killed at any point, old or new."""
        known = migrations()
        if (found := self._version()) > known[-1][0]:
            raise StoreVersionError(found, known[-1][0])
        for number, sql in known:
            with self.transaction():
                if self._version() >= number:
                    continue
                self._db.execute(sql)
                self._db.execute(f"PRAGMA user_version={number}")


@cache
def _several(sql: str, count: int) -> str:
    """An insert of one row as one of `count` rows."""
    found = _ROW.search(sql)
    if found is None:
        raise StoreError("a statement for many rows is no insert")
    row = found[1]
    return sql.replace(row, ", ".join([row] * count))


def _error(what: str, err: apsw.Error) -> StoreError:
    """SQLite's own error as one of ours, by what the caller does next."""
    if getattr(err, "extendedresult", 0) in _FAILING:
        return DiskFailingError(f"{what}: {err}")
    kinds = ((_BUSY, StoreBusyError), (_DISK, DiskError), (apsw.ReadOnlyError, StoreReadOnlyError),
             (_BROKEN, StoreBrokenError))  # fmt: skip
    made = next((ours for theirs, ours in kinds if isinstance(err, theirs)), StoreError)
    return made(f"{what}: {err}")
