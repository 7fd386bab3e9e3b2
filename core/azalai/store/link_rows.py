"""What one act or thing is known by, and the links between records that may be about one."""

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


def carriers(tx: Transaction, record: int, marks: list[str]) -> list[int]:
    """Other records that carry one of these marks; from now on this one carries them too."""
    found: dict[int, None] = {}
    for mark in marks:
        lookup = tx.keys.lookup(f"mark\x00{mark}")
        found |= dict.fromkeys(
            row[0] for row in tx.db.rows("links", "carriers", lookup=lookup, record=record)
        )
        tx.db.do("links", "mark", lookup=lookup, record=record)
    return list(found)


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
