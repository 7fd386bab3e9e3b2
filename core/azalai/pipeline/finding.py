"""Finding records by a number that stands in them: one pass, each opened in memory only."""

import re
from typing import Any

from azalai.store import Store, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.seal import Keyring

_NUMBERS = frozenset({"number", "report_reference", "reference"})
_NOT_OF = frozenset({"documents", "document"})


def by_number(store: Store, number: str) -> list[RecordRow]:
    """Records whose local id, warrant, case or report number is this one.

    Spaces, slashes, dashes and case do not matter, nor whether a year has two or four digits.
    Every record of the store is opened: time grows with the store, memory does not.
    """
    wanted, found = normal(number), []
    for row in store.db.each("records", "all"):
        record = record_rows.row_of(store.keys, row)
        local = record.record_key().split("/", 2)[-1]
        numbers = [local, record.record_key(), *references(store, record)]
        if wanted in {normal(n) for n in numbers}:
            found.append(record)
    return found


def references(store: Store, record: RecordRow) -> list[str]:
    """The warrant, case and report numbers that stand in a record today, as written there."""
    last = record_rows.version(store.db, record, record.head)
    return [] if last is None else _numbers(record_rows.payload(record, last))


def hashed(keys: Keyring, number: str) -> str:
    """A warrant, case or report number as the ledger carries it: a hash under the index key, the
    same for each spelling; 32 hex digits."""
    return keys.lookup(f"reference\x00{normal(number)}").hex()[:32]


def hashed_in(keys: Keyring, content: dict[str, Any]) -> list[str]:
    """The same of every number in a record."""
    return sorted({hashed(keys, number) for number in _numbers(content)})


def normal(number: str) -> str:
    """`RP 123/2026`, `rp123-26` and `RP-123/26` are one number."""
    parts = re.findall(r"[^\W_]+", number.casefold())
    if parts and re.fullmatch(r"(19|20)\d\d", parts[-1]) and len(parts) > 1:
        parts[-1] = parts[-1][2:]
    return "".join(parts)


def _numbers(content: dict[str, Any]) -> list[str]:
    """In no order: on the intake's hot path."""
    found: list[str] = []
    left: list[Any] = [content]
    while left:
        for name, value in left.pop().items():
            kind = value.__class__
            if kind is dict:
                if name not in _NOT_OF:
                    left.append(value)
            elif kind is list:
                if name not in _NOT_OF and value:
                    _spread(name, value, left, found)
            elif name in _NUMBERS and kind is str:
                found.append(value)
    return found


def _spread(name: str, values: list[Any], left: list[Any], found: list[str]) -> None:
    """What a list holds: objects that are `left` to be looked through, numbers that are `found`."""
    for value in values:
        if value.__class__ is dict:
            left.append(value)
        elif value.__class__ is list:
            _spread(name, value, left, found)
        elif name in _NUMBERS and value.__class__ is str:
            found.append(value)
