"""Records and their versions: found by keyed hash, named by pseudonym, sealed."""

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from azalai.errors import NotFoundError, SealError
from azalai.store import person_rows
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
    persons: bytes = b""
    """Of a version that is not written yet: the marks of who stands in it."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What makes a version: the record's JSON, its canonical meaning, and what is plain of it."""

    record: bytes
    meaning: bytes
    operation: str = "assert"
    as_of: str | None = None
    reason: str | None = None
    run: int | None = None
    persons: bytes | None = None
    """What `found_in` gives of the record, where a child has looked."""


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


def by_ids(database: Engine, keys: Keyring, records: Iterable[int]) -> dict[int, RecordRow]:
    """Records by their row ids, those that there are and whose key opens."""
    found = {}
    for row in database.rows("records", "by_ids", ids=json.dumps(list(records))):
        with suppress(SealError):
            found[row[0]] = row_of(keys, row)
    return found


def find_all(database: Engine, keys: Keyring, wanted: Iterable[str]) -> dict[str, RecordRow]:
    """Records by their keys, those that there are."""
    lookups = {keys.lookup(record_key): record_key for record_key in wanted}
    rows = database.rows("records", "find_all", lookups=json.dumps([one.hex() for one in lookups]))
    return {lookups[bytes(row[-1])]: row_of(keys, row[:-1]) for row in rows}


def find_or_add(tx: Transaction, record_key: str, feed: str, kind: str) -> RecordRow:
    """A record by its key; at first sight it gets a pseudonym and a data key."""
    return find(tx.db, tx.keys, record_key) or add(tx, record_key, feed, kind)


def add(tx: Transaction, record_key: str, feed: str, kind: str) -> RecordRow:
    """A record that is seen for the first time: it gets a pseudonym and a data key."""
    return add_all(tx, feed, {record_key: kind})[record_key]


def add_all(tx: Transaction, feed: str, kinds: Mapping[str, str]) -> dict[str, RecordRow]:
    """Records that are seen for the first time: the kind of each by its key. As `add`."""
    made, rows = [], []
    for record_key, kind in kinds.items():
        pseudonym = secrets.token_hex(16)
        key, wrapped = tx.keys.new_key(pseudonym)
        sealed = seal(key, record_key.encode(), "records", pseudonym)
        rows.append((pseudonym, tx.keys.lookup(record_key), wrapped, sealed, feed, kind))
        made.append((record_key, pseudonym, key, sealed, kind))
    ids = tx.db.add_many("records", "add", rows)
    return {
        record_key: RecordRow(id_, pseudonym, key, sealed, feed, kind, 0, False, None, 0)
        for id_, (record_key, pseudonym, key, sealed, kind) in zip(ids, made, strict=True)
    }


def meaning_digest(record: RecordRow, meaning: bytes) -> bytes:
    """The version's digest: HMAC of the meaning under the record's key."""
    return hmac.digest(record.key, b"meaning\x00" + meaning, "sha256")


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
    data = opened(record, made)
    return orjson.loads(data), commit(record.key, data)


def opened(record: RecordRow, made: Version) -> bytes:
    """The exact bytes of a version's common record. SealError."""
    return unseal(record.key, made.payload, "versions", record.pseudonym, made.number)


def add_version(tx: Transaction, record: RecordRow, new: NewVersion) -> tuple[int, str]:
    """Add the next version; its number and the commitment to its exact bytes."""
    last = tx.db.row("records", "last_number", record=record.id)
    number = int(last[0]) + 1 if last else 1
    add_versions(tx, [(record, made_version(record, number, new))])
    return number, commit(record.key, new.record)


def made_version(record: RecordRow, number: int, new: NewVersion) -> Version:
    """A new version, sealed, that is not written yet."""
    marks = (person_rows.sealed(record.key, new.record) if new.persons is None
             else person_rows.hashed(record.key, new.persons))  # fmt: skip
    payload = seal(record.key, new.record, "versions", record.pseudonym, number)
    return Version(number, new.operation, meaning_digest(record, new.meaning), payload, new.as_of,
                   new.reason, new.run, marks)  # fmt: skip


def add_versions(tx: Transaction, made: Sequence[tuple[RecordRow, Version]]) -> None:
    """Write new versions, and what the persons in them are found by."""
    tx.db.do_many("records", "add_version", [
        (record.id, v.number, v.run, v.operation, v.digest, v.payload, v.as_of, v.reason, tx.at)
        for record, v in made
    ])  # fmt: skip
    person_rows.put(tx, [(record.id, v.number, v.persons) for record, v in made])


def last_numbers(database: Engine, records: Iterable[int]) -> dict[int, int]:
    """The number of each record's newest version, of those that have one."""
    rows = database.rows("records", "last_numbers", records=json.dumps(list(records)))
    return {row[0]: row[1] for row in rows}


def heads_in_run(database: Engine, records: Iterable[int], run: int) -> dict[int, Version]:
    """As `head_in_run`, of many records."""
    rows = database.rows("records", "heads_in_run", run=run, records=json.dumps(list(records)))
    return {record: Version(*version) for record, *version in rows}


def lifted_warrants(
    database: Engine, records: Iterable[int]
) -> dict[int, dict[bytes, str]]:  # fmt: skip
    """The warrants of records that were lifted by hand: the reason by the HMAC of the number."""
    found: dict[int, dict[bytes, str]] = {}
    for record, lookup, reason in database.rows("records", "all_lifted_warrants",
                                                records=json.dumps(list(records))):  # fmt: skip
        found.setdefault(record, {})[bytes(lookup)] = reason
    return found


def see(tx: Transaction, run: int, records: Iterable[int]) -> None:
    """A run has come across these records."""
    tx.db.do_many("records", "see", [(run, record) for record in records])


def forget_data_keys() -> None:
    """Let go of the data keys that this process remembers: of records that are erased too."""
    _unwrapped.cache_clear()


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
