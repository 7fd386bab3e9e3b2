"""The store: the only room that touches the database."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from azalai.clock import Clock
from azalai.store.database import Database
from azalai.store.ledger_rows import LedgerRows
from azalai.store.run_rows import meta
from azalai.store.seal import Keyring
from azalai.store.transaction import Transaction, writing

__all__ = ["Store", "Transaction", "open_store"]


class Store:
    """One open store: its database, its keys and its clock."""

    def __init__(self, database: Database, keys: Keyring, clock: Clock) -> None:
        self.db = database
        self.keys = keys
        self.clock = clock
        self.ledger = LedgerRows(database)

    def write(self, now: datetime | None = None) -> AbstractContextManager[Transaction]:
        """A write transaction; its ledger entries commit with it."""
        return writing(self.db, self.keys, now or self.clock())

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
