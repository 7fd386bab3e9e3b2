"""One write transaction: rows, counters and ledger entries commit together or not at all."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from azalai import ledger
from azalai.clock import format_instant
from azalai.documents import Text
from azalai.store.engine import Engine
from azalai.store.ledger_rows import LedgerRows
from azalai.store.seal import Keyring


class Transaction:
    """What the rooms of the store work in. `at` is the transaction's instant as text."""

    def __init__(
        self, database: Engine, keys: Keyring, now: datetime, holder: str | None = None
    ) -> None:
        self.db = database
        self._keys = keys
        self._settled = False
        self.holder = holder
        self.now = now
        self.at = format_instant(now)
        self._entries: list[dict[str, Any]] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._losses: Counter[tuple[int, str]] = Counter()

    @property
    def keys(self) -> Keyring:
        """The keys as this transaction finds them: what is wrapped in it is wrapped by the key in
        force, whoever changed that since."""
        if not self._settled:
            row = self.db.row("runs", "meta", name="index_key")
            if row is not None:
                self._keys.settle(bytes(row[0]))
            self._settled = True
        return self._keys

    def log(self, kind: str, /, **facts: Any) -> None:
        """A ledger entry, appended as the transaction's last step, which checks it whole."""
        self._entries.append(ledger.draft(kind, **facts))

    def count(self, feed: str, term: str, n: int = 1) -> None:
        """Add to a feed's counter."""
        self._counts[feed, term] += n

    def lose(self, run: int, destination: str, field: str, element: str, why: Text) -> None:
        """Count what a message of a run says less exactly than its record."""
        self._losses[run, json.dumps([destination, field, element, *why])] += 1

    def finish(self) -> None:
        """Write counters, then the ledger under its head row."""
        for (feed, term), n in self._counts.items():
            if n:
                self.db.do("runs", "count", feed=feed, term=term, n=n)
        for (run, term), n in self._losses.items():
            self.db.do("runs", "count_loss", run=str(run), term=term, n=n)
        if self._entries:
            if self.db.shared:
                self.db.row("ledger", "lock_head")
            ledger.append(LedgerRows(self.db), self._entries, self.now)


@contextmanager
def writing(
    database: Engine,
    keys: Keyring,
    now: datetime,
    *,
    beside: bool = False,
    holder: str | None = None,
) -> Iterator[Transaction]:
    """Open a write transaction; its ledger entries are appended just before the commit."""
    with database.transaction(beside=beside):
        tx = Transaction(database, keys, now, holder)
        yield tx
        tx.finish()
