"""The store: the only room that touches the database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from azalai.clock import Clock
from azalai.errors import ConfigurationError
from azalai.store.database import Database
from azalai.store.engine import Engine, ServerAddress
from azalai.store.ledger_rows import LedgerRows
from azalai.store.run_rows import meta
from azalai.store.seal import Keyring
from azalai.store.shared_sync import Writers
from azalai.store.transaction import Transaction, writing

__all__ = ["Store", "Transaction", "open_store"]


class Store:
    """One open store: its database, its keys and its clock. For one thread: `another` gives a
    second connection; writers of one process queue, first come, first served."""

    def __init__(
        self, database: Engine, keys: Keyring, clock: Clock, writers: Writers | None = None
    ) -> None:
        self.db = database
        self.keys = keys
        self.clock = clock
        self.ledger = LedgerRows(database)
        self.holder: str | None = None  # this process's name among those at work on the store
        self._writers = writers or Writers()

    def another(self) -> "Store":
        """A second connection to the same database, for another thread to use and close."""
        made = Store(self.db.another(), self.keys, self.clock, self._writers)
        made.holder = self.holder
        return made

    @contextmanager
    def write(
        self, now: datetime | None = None, *, beside: bool = False, brief: bool = False
    ) -> Iterator[Transaction]:
        """A write transaction; its ledger entries commit with it. `beside`: on a shared store
        others of this kind may go on at the same time; each locks the rows that it reads to change.
        `brief`: it is over in a moment, so that it may share the sync of another brief one.
        """
        queue: AbstractContextManager[None] = nullcontext()  # a server has a queue of its own
        if isinstance(self.db, Database):
            queue = self._writers.turn(self.db, brief=brief)
        at = now or self.clock()
        with queue, writing(self.db, self.keys, at, beside=beside, holder=self.holder) as tx:
            yield tx

    def read(self) -> AbstractContextManager[None]:
        """A read transaction: one moment."""
        return self.db.snapshot()

    def reopen(self) -> None:
        """Close the connection and make another, after the disk failed under it."""
        self.db.close()
        self.db = self.db.another()
        self.ledger = LedgerRows(self.db)

    def close(self) -> None:
        """Close the database."""
        self.db.close()


def open_store(place: Path | ServerAddress, keys: Keyring, clock: Clock) -> Store:
    """Open the store, or make it: a file, or a database of a server. SealError where the key file
    belongs to another store, StoreVersionError where a newer version has changed it."""
    database = _opened(place)
    wrapped = meta(database, "index_key")
    if wrapped is None:
        with writing(database, keys, clock()) as tx:
            if (wrapped := meta(database, "index_key")) is None:
                tx.db.do("runs", "set_meta", name="index_key", value=keys.new_index())
                return Store(database, keys, clock)
    keys.settle(wrapped)
    return Store(database, keys, clock)


def _opened(place: Path | ServerAddress) -> Engine:
    if isinstance(place, ServerAddress):
        try:  # only who has a server needs its driver
            from azalai.store.postgres import PostgresDatabase
        except ImportError as err:
            raise ConfigurationError(
                "the store is on PostgreSQL and its driver psycopg is not installed",
                fr="la base est sur PostgreSQL et son pilote psycopg n'est pas installé",
                hint="install azalai[postgres]", hint_fr="installez azalai[postgres]",
            ) from err  # fmt: skip

        made = PostgresDatabase(place)
        made.refuse_unfinished()
        return made
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Database(place)
