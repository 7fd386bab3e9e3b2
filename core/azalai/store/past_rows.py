"""Records whose expiry or review day has passed: found, asked of, kept or recalled."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from azalai.store.engine import Engine
from azalai.store.transaction import Transaction

What = Literal["expired", "review_overdue"]
FIELDS: dict[What, str] = {"expired": "expires_on", "review_overdue": "review_on"}
"""The field of a record that holds each day (ISO 8601)."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is decided of a record: `state` is asked, kept (`until` a day) or recalled; `found_on`
    is the day that found its own day past."""

    state: str
    until: str | None
    found_on: str


def of(database: Engine, record: int) -> dict[str, Past]:
    """What is decided of a record, by what has passed."""
    return of_all(database, [record]).get(record, {})


def of_all(database: Engine, records: Iterable[int]) -> dict[int, dict[str, Past]]:
    """As `of`, of those of many records of which something is decided."""
    found: dict[int, dict[str, Past]] = {}
    for record, what, *row in database.rows("past_dates", "of",
                                            records=json.dumps(list(records))):  # fmt: skip
        found.setdefault(record, {})[what] = Past(*row)
    return found


def put(tx: Transaction, record: int, what: What, state: str, day: str) -> None:
    """A day has passed: a person is asked, or it is recalled at once."""
    tx.db.do("past_dates", "put", record=record, what=what, state=state, day=day)


def asked(database: Engine) -> list[tuple[str, str, str, int]]:
    """What waits for a person: what, the day that found it, kind, how many."""
    return [(row[0], row[1], row[2], row[3]) for row in database.rows("past_dates", "asked")]


def to_decide(database: Engine, what: What) -> list[int]:
    """Up to 200 records that wait for a person."""
    return [row[0] for row in database.rows("past_dates", "to_decide", what=what)]


def decide(tx: Transaction, record: int, what: What, state: str, until: str | None) -> None:
    """What a person decided of one record."""
    tx.db.do("past_dates", "decide", record=record, what=what, state=state, until=until)
