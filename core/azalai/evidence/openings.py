"""`openings.ndjson`: who a pseudonym is, and the key that opens its record's commitments."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from azalai import canonical
from azalai.errors import StoreBusyError
from azalai.store import Store, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.seal import commitment_key

References = Callable[[Store, RecordRow], list[str]]
"""Gives the warrant, case and report numbers of a record."""


def lines(store: Store, records: Iterable[RecordRow], references: References) -> Iterator[bytes]:
    """One line a record: pseudonym, record key, kind, references, commitment key in hex. Personal
    data: whoever holds a line can test what the commitments of that record stand for."""
    for record in records:
        opening = {
            "pseudonym": record.pseudonym, "record_key": record.record_key(),
            "kind": record.kind, "references": sorted(set(references(store, record))),
            "commitment_key": commitment_key(record.key).hex(),
        }  # fmt: skip
        yield canonical.dumps(opening) + b"\n"


def every_record(store: Store) -> Iterator[RecordRow]:
    """All records of the store, one by one."""
    for row in store.db.each("records", "all"):
        yield record_rows.row_of(store.keys, row)


def digest_of(parts: Iterable[bytes]) -> str:
    """The SHA-256 that a file of these parts will have, without writing it."""
    made = hashlib.sha256()
    for part in parts:
        made.update(part)
    return made.hexdigest()


def write(path: Path, parts: Iterable[bytes], expected: str) -> None:
    """Write the file for its owner only (0600). StoreBusyError, and no file, if a record changed
    since its digest was entered in the ledger."""
    made = path.with_name(f"{path.name}.new")
    made.unlink(missing_ok=True)
    found = hashlib.sha256()
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                found.update(part)
                file.write(part)
        if found.hexdigest() != expected:
            raise StoreBusyError("a record changed while its opening was written: try again")
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
