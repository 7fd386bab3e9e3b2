"""Records and their versions: found by keyed hash, named by pseudonym, sealed."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from azalai.errors import NotFoundError
from azalai.store.engine import Engine, Row
from azalai.store.seal import Keyring, commit, seal, unseal
from azalai.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One fiche as the store knows it; `key` (the data key) never leaves this process."""

    id: int
    pseudonym: str
    key: bytes
    sealed_key: bytes
    feed: str
    kind: str
    head: int
    in_force: bool
    lock: str | None
    missed: int

    def record_key(self) -> str:
        """The record key, `BFA-PN/personnes/…`. Personal data."""
        return unseal(self.key, self.sealed_key, "records", self.pseudonym).decode()


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record; `payload` is sealed."""

    number: int
    operation: str
    digest: bytes
    payload: bytes
    as_of: str | None
    reason: str | None
    run: int | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What makes a version: the record's JSON, its canonical meaning, and what is plain of it."""

    record: bytes
    meaning: bytes
    operation: str = "assert"
    as_of: str | None = None
    reason: str | None = None
    run: int | None = None


def find(database: Engine, keys: Keyring, record_key: str) -> RecordRow | None:
    """A record by its key, or None."""
    return _row(keys, database.row("records", "find", lookup=keys.lookup(record_key)))


def find_any(database: Engine, keys: Keyring, name: str) -> RecordRow:
    """A record by its key or its pseudonym. NotFoundError."""
    found = find(database, keys, name) or _row(
        keys, database.row("records", "by_pseudonym", pseudonym=name)
    )
    if found is None:
        raise NotFoundError(
            "no such record: neither a key nor a pseudonym of this store",
            fr="aucune fiche de ce nom : ni une clé ni un pseudonyme de cette base",
        )
    return found


def by_id(database: Engine, keys: Keyring, record: int) -> RecordRow:
    """A record by its row id. NotFoundError."""
    found = _row(keys, database.row("records", "by_id", id=record))
    if found is None:
        raise NotFoundError(f"no record row {record}")
    return found


def find_or_add(tx: Transaction, record_key: str, feed: str, kind: str) -> RecordRow:
    """A record by its key; at first sight it gets a pseudonym and a data key."""
    found = find(tx.db, tx.keys, record_key)
    if found is not None:
        return found
    pseudonym = secrets.token_hex(16)
    key, wrapped = tx.keys.new_key(pseudonym)
    sealed = seal(key, record_key.encode(), "records", pseudonym)
    tx.db.do("records", "add", pseudonym=pseudonym, lookup=tx.keys.lookup(record_key),
             wrapped_key=wrapped, sealed_key=sealed, feed=feed, kind=kind)  # fmt: skip
    return RecordRow(tx.db.last_id, pseudonym, key, sealed, feed, kind, 0, False, None, 0)


def meaning_digest(record: RecordRow, meaning: bytes) -> bytes:
    """The version's digest: HMAC of the meaning under the record's key."""
    return hmac.new(record.key, b"meaning\x00" + meaning, hashlib.sha256).digest()


def head_in_run(database: Engine, record: RecordRow, run: int | None) -> Version | None:
    """What the record says now, as this run sees it: its own last word, else the head."""
    if run is not None:
        row = database.row("records", "newest_in_run", record=record.id, run=run)
        if row is not None:
            return Version(*row)
    return version(database, record, record.head) if record.head else None


def version(database: Engine, record: RecordRow, number: int) -> Version | None:
    """One version of a record, or None."""
    row = database.row("records", "head_version", record=record.id, number=number)
    return None if row is None else Version(*row)


def payload(record: RecordRow, made: Version) -> dict[str, Any]:
    """The common record of a version. SealError if the row was changed."""
    return content(record, made)[0]


def content(record: RecordRow, made: Version) -> tuple[dict[str, Any], str]:
    """The common record of a version and the commitment to its exact bytes. SealError."""
    data = unseal(record.key, made.payload, "versions", record.pseudonym, made.number)
    return orjson.loads(data), commit(record.key, data)


def add_version(tx: Transaction, record: RecordRow, new: NewVersion) -> tuple[int, str]:
    """Add the next version; its number and the commitment to its exact bytes."""
    last = tx.db.row("records", "last_number", record=record.id)
    number = int(last[0]) + 1 if last else 1
    tx.db.do("records", "add_version", record=record.id, number=number, run=new.run,
             operation=new.operation, digest=meaning_digest(record, new.meaning),
             payload=seal(record.key, new.record, "versions", record.pseudonym, number),
             as_of=new.as_of, reason=new.reason, made_at=tx.at)  # fmt: skip
    return number, commit(record.key, new.record)


def row_of(keys: Keyring, row: Row) -> RecordRow:
    """A record from a row of records.sql."""
    made = _row(keys, row)
    if made is None:
        raise NotFoundError("no such record")
    return made


def _row(keys: Keyring, row: Row | None) -> RecordRow | None:
    if row is None:
        return None
    id_, pseudonym, wrapped, sealed_key, feed, kind, head, in_force, lock, missed = row
    key = _unwrapped(keys, wrapped, pseudonym)
    return RecordRow(
        id_, pseudonym, key, sealed_key, feed, kind, head, bool(in_force), lock, missed
    )


@lru_cache(maxsize=4096)
def _unwrapped(keys: Keyring, wrapped: bytes, pseudonym: str) -> bytes:
    return keys.unwrap(wrapped, pseudonym)
