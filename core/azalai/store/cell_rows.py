"""Marks of cells: what a sample of records held, comparable and not readable."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping

import orjson

from azalai.store.engine import Engine
from azalai.store.record_rows import RecordRow
from azalai.store.transaction import Transaction

MOST = 4_000  # records a feed
MARK_BYTES = 8
DIGITS_MIN = 4  # fewer are equal by chance

Marks = dict[str, list[str]]
"""Column → mark of the cell, then, where it holds digits enough, mark of its sorted digits."""


def marks(record: RecordRow, cells: Mapping[str, str]) -> Marks:
    """The marks of one record's cells that are not empty, under its data key."""
    return {column: list(_marks(record.key, text)) for column, text in cells.items() if text}


def _marks(key: bytes, text: str) -> Iterable[str]:
    yield _mark(key, b"cell\x00", text)
    digits = sorted(letter for letter in text if letter.isdecimal())
    if len(digits) >= DIGITS_MIN:
        yield _mark(key, b"digits\x00", "".join(digits))


def _mark(key: bytes, use: bytes, text: str) -> str:
    data = use + text.encode("utf-8", "surrogatepass")
    return hmac.new(key, data, hashlib.sha256).digest()[:MARK_BYTES].hex()


def known(database: Engine, feed: str, record: RecordRow) -> Marks | None:
    """The marks that the last accepted run of the feed with this record left, or None."""
    row = database.row("cells", "known", feed=feed, record=record.id)
    return None if row is None else orjson.loads(row[0])


def pairs(database: Engine, run: int) -> Iterator[tuple[Marks, Marks]]:
    """For each record of a run's sample that was known: its marks now, and those before."""
    for now, then in database.rows("cells", "pairs", run=run):
        if then is not None:
            yield orjson.loads(now), orjson.loads(then)


def put(tx: Transaction, feed: str, run: int, record: RecordRow, made: Marks) -> None:
    """Keep a record's marks; they count once their run is accepted."""
    tx.db.do("cells", "put", record=record.id, run=run, feed=feed, marks=orjson.dumps(made))


def shares(database: Engine, feed: str) -> dict[str, int]:
    """Column → per mille of the known records that kept its value, at the feed's last accepted
    comparison; empty if there was none."""
    row = database.row("cells", "shares", feed=feed)
    return {} if row is None else orjson.loads(row[0])


def put_shares(tx: Transaction, feed: str, run: int, made: Mapping[str, int]) -> None:
    """Keep what a comparison found, if anything; it counts once its run is accepted."""
    if made:
        shown = orjson.dumps(dict(made)).decode()
        tx.db.do("cells", "put_shares", feed=feed, run=run, shares=shown)


def accept(tx: Transaction, feed: str, run: int, *, whole: bool) -> None:
    """An accepted run's marks take the place of earlier ones; `whole`: it read a whole register."""
    tx.db.do("cells", "forget_others" if whole else "forget_older", feed=feed, run=run)
    tx.db.do("cells", "forget_older_shares", feed=feed, run=run)
    tx.db.do("cells", "bound", feed=feed, most=MOST)


def discard(tx: Transaction, run: int) -> None:
    """A discarded run leaves no marks."""
    tx.db.do("cells", "forget_run", run=run)
    tx.db.do("cells", "forget_shares", run=run)
