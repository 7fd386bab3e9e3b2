"""The raw records that versions were made of: sealed with them, kept `keep_raw` days."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import orjson

from azalai.address import Address
from azalai.clock import format_instant
from azalai.store import Store, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.run_rows import get
from azalai.store.seal import seal, unseal
from azalai.store.transaction import Transaction

PAGE = 500
_LEVEL, _WINDOW, _MEMORY = 1, 12, 5
"""A raw record is a few hundred bytes: more of zlib's (level, window bits, memory) costs time, most
of it to set up, and saves nothing."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw record as it came: JSON of values and tag, personal data; `days` it is kept."""

    data: bytes
    days: int


def put(
    tx: Transaction, record: RecordRow, version: int, run: int, address: Address, raw: Raw
) -> None:  # fmt: skip
    """Keep what a version was made of; with 0 days nothing is kept."""
    if raw.days > 0:
        put_all(tx, [kept(record, version, run, address, raw)])


def kept(
    record: RecordRow, version: int, run: int, address: Address, raw: Raw
) -> tuple[int, int, int, bytes]:  # fmt: skip
    """What is kept of what a version was made of, sealed: for `put_all`."""
    place = orjson.dumps([address.number, address.line, address.offset, address.part])
    pack = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY)
    packed = pack.compress(place + b"\n" + raw.data) + pack.flush()
    sealed = seal(record.key, packed, "raws", record.pseudonym, version, run)
    return record.id, version, run, sealed


def put_all(tx: Transaction, rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    """Keep what versions were made of."""
    tx.db.do_many("raw", "put", rows)


def renew(
    tx: Transaction, record: RecordRow, version: int, run: int, address: Address, raw: Raw
) -> None:  # fmt: skip
    """The same version was read again: keep it anew where what is kept is half way to its end."""
    if raw.days <= 0:
        return
    since = format_instant(tx.now - timedelta(days=raw.days) / 2)
    if tx.db.row("raw", "since", record=record.id, version=version, since=since) is None:
        put(tx, record, version, run, address, raw)


def of_feed(store: Store, feed: str) -> Iterator[tuple[Address, bytes]]:
    """What the records in force of a feed were made of, as last read, with its address.

    Personal data. SealError where a row was changed.
    """
    past, digests = 0, dict[int, str]()
    while rows := store.db.rows("raw", "of_feed", feed=feed, past=past, most=PAGE):
        past = rows[-1][0]
        for number, version, run, sealed in rows:
            if run not in digests:
                made = get(store.db, run)
                digests[run] = "" if made is None else made.input_digest
            record = record_rows.by_id(store.db, store.keys, number)
            yield _opened(record, version, run, sealed, digests[run])


def of_version(store: Store, record: RecordRow, version: int) -> tuple[Address, bytes] | None:
    """What one version was made of, as last read; None where it is no longer kept. SealError."""
    row = store.db.row("raw", "of_version", record=record.id, version=version)
    if row is None:
        return None
    made = get(store.db, row[0])
    return _opened(record, version, row[0], row[1], "" if made is None else made.input_digest)


def check(store: Store, record: RecordRow) -> None:
    """Open all that is kept of a record. SealError where a row was changed."""
    for _, version, run, sealed in store.db.rows("raw", "all", record=record.id):
        _opened(record, version, run, sealed, "")


def discard(tx: Transaction, run: int) -> None:
    """A discarded run leaves no raw records of versions."""
    tx.db.do("raw", "forget_run", run=run)


def prune(store: Store, days: int) -> int:
    """Delete what was read more than `days` days ago, a few at a time; how many rows. What a court
    keeps stays."""
    before = format_instant(store.clock() - timedelta(days=days))
    today, gone = store.clock().date().isoformat(), 0
    for (run,) in store.db.rows("raw", "expired", before=before):
        while True:
            with store.write() as tx:
                deleted = tx.db.do("raw", "forget_some", run=run, most=PAGE, today=today)
            gone += deleted
            if deleted < PAGE:
                break
    return gone


def _opened(
    record: RecordRow, version: int, run: int, sealed: bytes, digest: str
) -> tuple[Address, bytes]:
    packed = unseal(record.key, bytes(sealed), "raws", record.pseudonym, version, run)
    place, _, data = zlib.decompress(packed).partition(b"\n")
    return Address(digest, *orjson.loads(place)), data
