"""What one act or thing is known by, and the links between records that may be about one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from azalai.store.engine import Engine, Row
from azalai.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Link:
    """Two records (by row id) with one act. `state`: possible, same or different; `lead`: of two
    that are the same, the one that is sent."""

    earlier: int
    later: int
    state: str
    lead: int | None
    at: str

    def other(self, record: int) -> int:
        """The one that is not `record`."""
        return self.later if record == self.earlier else self.earlier


def mark_lookup(tx: Transaction, mark: str) -> bytes:
    """What a mark is found by."""
    return tx.keys.lookup(f"mark\x00{mark}")


def carriers(database: Engine, lookups: Iterable[bytes]) -> dict[bytes, list[int]]:
    """The records that carry each of these marks and are in force, or may come into force."""
    found: dict[bytes, list[int]] = {}
    asked = json.dumps([one.hex() for one in lookups])
    for lookup, record in database.rows("links", "carriers", lookups=asked):
        found.setdefault(bytes(lookup), []).append(record)
    return found


def mark(tx: Transaction, carried: Sequence[tuple[bytes, int]]) -> None:
    """From now on these records (by row id) carry these marks (by lookup)."""
    tx.db.do_many("links", "mark", carried)


def linked(database: Engine, records: Iterable[int]) -> set[int]:
    """Those of these records that have links."""
    rows = database.rows("links", "linked", records=json.dumps(list(records)))
    return {record for (record,) in rows}


def between(database: Engine, one: int, other: int) -> Link | None:
    """The link of two records, or None."""
    row = database.row("links", "between", one=one, other=other)
    return None if row is None else _of(row)


def of(database: Engine, record: int) -> list[Link]:
    """A record's links, oldest first."""
    return [_of(row) for row in database.rows("links", "of", record=record)]


def possible(database: Engine) -> list[Link]:
    """The links that wait for a person, oldest first."""
    return [_of(row) for row in database.rows("links", "possible")]


def put(tx: Transaction, earlier: int, later: int, state: str, lead: int | None = None) -> None:
    """Make a link, or decide it."""
    tx.db.do("links", "put", earlier=earlier, later=later, state=state, lead=lead, at=tx.at)


def _of(row: Row) -> Link:
    return Link(*row)
