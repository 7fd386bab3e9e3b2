"""The store: the only room that touches the database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from azalai.clock import Clock
from azalai.store.database import Database
from azalai.store.ledger_rows import LedgerRows
from azalai.store.run_rows import meta
from azalai.store.seal import Keyring
from azalai.store.transaction import Transaction, writing
from azalai.store.turnstile import Turnstile

__all__ = ["Store", "Transaction", "open_store"]


class Store:
    """One open store: its database, its keys and its clock. For one thread: `another` gives a
    second connection; writers of one process queue, first come, first served."""

    def __init__(
        self, database: Database, keys: Keyring, clock: Clock, queue: Turnstile | None = None
    ) -> None:
        self.db = database
        self.keys = keys
        self.clock = clock
        self.ledger = LedgerRows(database)
        self._queue = queue or Turnstile()

    def another(self) -> "Store":
        """A second connection to the same database, for another thread to use and close."""
        return Store(Database(self.db.path), self.keys, self.clock, self._queue)

    @contextmanager
    def write(self, now: datetime | None = None) -> Iterator[Transaction]:
        """A write transaction; its ledger entries commit with it."""
        with self._queue, writing(self.db, self.keys, now or self.clock()) as tx:
            yield tx

    def read(self) -> AbstractContextManager[None]:
        """A read transaction: one moment."""
        return self.db.snapshot()

    def close(self) -> None:
        """Close the database."""
        self.db.close()


def open_store(path: Path, keys: Keyring, clock: Clock) -> Store:
    """Open the store, or make it. SealError where the key file belongs to another store."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(path)
    wrapped = meta(database, "index_key")
    if wrapped is None:
        with writing(database, keys, clock()) as tx:
            if (wrapped := meta(database, "index_key")) is None:
                tx.db.do("runs", "set_meta", name="index_key", value=keys.new_index())
                return Store(database, keys, clock)
    keys.open_index(wrapped)
    return Store(database, keys, clock)
