"""Who stands in each version, as keyed hashes: found without opening what is not meant.

The hashes (keyed BLAKE2b, RFC 7693 section 2.9: it is on the intake's hot path) are under each
record's own data key: two rows do not show that two persons have one name, and in a backup they are
as mute as the payloads once the record is erased.
"""

from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b

from azalai.errors import SealError
from azalai.records.persons_in import FORM, found_in
from azalai.store.engine import Engine
from azalai.store.seal import Keyring
from azalai.store.transaction import Transaction

WIDTH = 8
"""Bytes of a hash that are kept: a record that comes up by chance is opened and set aside."""
AT_ONCE = 500
_PERSON = b"azalai person v1"

Row = tuple[int, int, bytes]
"""The row id of a record, a version's number, its marks."""


def sealed(key: bytes, content: bytes) -> bytes:
    """The marks of everybody in a version, hashed under the record's data key, sorted; empty where
    there is nobody. `content` is the record's JSON."""
    return hashed(key, found_in(content))


def hashed(key: bytes, found: bytes) -> bytes:
    """The same of what `found_in` gave: a child has looked, which holds no key."""
    if not found:
        return b""
    return b"".join(sorted([
        blake2b(mark, key=key, digest_size=WIDTH, person=_PERSON).digest()
        for mark in found.split(b"\n")
    ]))  # fmt: skip


def put(tx: Transaction, made: Iterable[Row]) -> None:
    """Write the marks of versions."""
    tx.db.do_many("persons", "put", [(record, version, FORM, marks)
                                     for record, version, marks in made])  # fmt: skip


def carrying(
    database: Engine, keys: Keyring, asked: Collection[str]
) -> Iterator[tuple[int, frozenset[str]]]:
    """The records that carry some of the marks asked for, with those that a version of theirs
    carries; by row id. Time grows with the store: one row and as many hashes a record as are asked.
    A record whose key does not open is passed over."""
    found: dict[int, set[str]] = {}
    last, hashes = -1, dict[bytes, str]()
    for record, pseudonym, wrapped, marks in database.each("persons", "every"):
        if record != last:
            yield from _all_of(found)
            last = record
            try:
                key = keys.unwrap(bytes(wrapped), pseudonym)
            except SealError:
                hashes = {}
                continue
            hashes = {_hashed(key, mark): mark for mark in asked}
        here = {bytes(marks[at : at + WIDTH]) for at in range(0, len(marks), WIDTH)}
        if both := here & hashes.keys():
            found.setdefault(record, set()).update(hashes[one] for one in both)
    yield from _all_of(found)


def _all_of(found: dict[int, set[str]]) -> Iterator[tuple[int, frozenset[str]]]:
    yield from ((record, frozenset(marks)) for record, marks in found.items())
    found.clear()


def unopened(database: Engine, keys: Keyring) -> int:
    """How many records nobody can be found in: their key does not open."""
    closed = set()
    for record, pseudonym, wrapped, _ in database.each("persons", "every"):
        try:
            keys.unwrap(bytes(wrapped), pseudonym)
        except SealError:
            closed.add(record)
    return len(closed)


def broken(database: Engine, record: int, number: int, key: bytes, content: bytes) -> bool:
    """Whether the marks of a version are others than its `content` gives; where it has none yet,
    they are not."""
    row = database.row("persons", "of_version", record=record, number=number, form=FORM)
    return row is not None and bytes(row[0]) != sealed(key, content)


def unmarked(database: Engine, past: int, most: int = AT_ONCE) -> list[tuple[int, int]]:
    """Versions without marks of today's form, of records after the row id `past`: (record, number)."""
    rows = database.rows("persons", "unmarked", past=past, most=most, form=FORM)
    return [(record, number) for record, number in rows]


def waiting(database: Engine) -> int:
    """How many versions have no marks of today's form yet."""
    row = database.row("persons", "waiting", form=FORM)
    return int(row[0]) if row else 0


def _hashed(key: bytes, mark: str) -> bytes:
    return blake2b(mark.encode(), key=key, digest_size=WIDTH, person=_PERSON).digest()
