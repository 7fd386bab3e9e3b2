"""The numbered lines of daily manifests: what a destination was sent, in order, without a gap."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from azalai.store import Store, delivery_rows, record_rows
from azalai.store.engine import Engine, Row


@dataclass(frozen=True, slots=True)
class Line:
    """One message that was sent: its number at the destination, our delivery and what has become of
    it (`state` and `pseudonym` are None once the record was erased)."""

    sequence: int
    delivery: int
    state: str | None
    pseudonym: str | None


def digest(key: str, body: bytes) -> bytes:
    """What both sides can compute of a message: HMAC-SHA-256 of its bytes under its idempotency
    key, which stands in no manifest."""
    return hmac.digest(key.encode(), body, hashlib.sha256)


def number(store: Store, destination: str, day: str, before: str) -> int:
    """Give a number to what was first sent before an instant (RFC 3339) and has none; how many.

    Batches of 500, each a transaction: stopped anywhere, the next call goes on without a gap. A day
    before the newest that has numbers gets none any more.
    """
    done = 0
    row = store.db.row("manifests", "last", destination=destination)
    if row is not None and row[1] is not None and row[1] > day:
        return 0
    while True:
        with store.write() as tx:
            rows = tx.db.rows("manifests", "unnumbered", destination=destination, before=before)
            last = last_number(tx.db, destination)
            for at, (delivery, record, key, sent_at) in enumerate(rows, last + 1):
                found = delivery_rows.get(tx.db, delivery)
                body = delivery_rows.open_body(
                    tx.db, record_rows.by_id(tx.db, store.keys, record), found
                )
                tx.db.do("manifests", "add", destination=destination, sequence=at, day=day,
                         delivery=delivery, sent_at=sent_at, operation=found.operation,
                         digest=digest(key, body))  # fmt: skip
        done += len(rows)
        if len(rows) < 500:
            return done


def last_number(database: Engine, destination: str) -> int:
    """The highest number that was given; 0 for none."""
    row = database.row("manifests", "last", destination=destination)
    return int(row[0]) if row else 0


def first_sent(database: Engine, destination: str) -> str | None:
    """When the destination was first sent anything."""
    row = database.row("manifests", "first_sent", destination=destination)
    return None if row is None else row[0]


def of_day(database: Engine, destination: str, day: str) -> Iterator[tuple[int, str, bytes]]:
    """Number, operation and digest of a day's lines, in order."""
    rows = database.each("manifests", "of_day", destination=destination, day=day)
    return ((row[0], row[1], bytes(row[2])) for row in rows)


def by_digest(database: Engine, destination: str, found: bytes) -> Line | None:
    """The line of a digest, if it was numbered."""
    row = database.row("manifests", "by_digest", destination=destination, digest=found)
    return None if row is None else _line(row)


def between(
    database: Engine, destination: str, first: str, last: str
) -> Iterator[tuple[Line, str, bytes]]:
    """Lines of some days, both included, with the instant of sending and the digest."""
    rows = database.each("manifests", "between", destination=destination, first=first, last=last)
    return ((_line(row), row[4], bytes(row[5])) for row in rows)


def _line(row: Row) -> Line:
    return Line(row[0], row[1], row[2], row[3])
