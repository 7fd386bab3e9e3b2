"""Erasing a record: every row of it and its key, what it counted for, the list that stays."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from azalai.outbox.states import UNENDED
from azalai.store import Store, delivery_rows, request_rows
from azalai.store.engine import Engine, Row
from azalai.store.record_rows import RecordRow, forget_data_keys, row_of
from azalai.store.seal import kek_name
from azalai.store.transaction import Transaction

ROOMS = (
    "keep_counts", "keep_attempts", "recovered", "restored", "settled_recalls", "delivery_notes",
    "deliveries", "raws", "cells", "seen", "lifted_warrants", "record_marks", "record_links",
    "past_dates", "due_to_go", "court_holds", "person_marks", "versions",
)  # fmt: skip
"""In this order: no row is left that refers to one that is gone."""
SUBJECT = "erased"
UNTRIED = ("staged", "waiting", "due", "deferred", "held")
"""States of a delivery that was stopped before it left, or may be."""


@dataclass(frozen=True, slots=True)
class Erased:
    """A record that is gone: when, by which rule (by_hand, by_order, keep, override), the name of
    the key that wrapped its key; `stop`: the keyed hash of its key, where it must not come again;
    `unrecoverable_at`: no copy of that key is left."""

    pseudonym: str
    at: str
    rule: str
    kek: str
    stop: bytes | None = None
    unrecoverable_at: str | None = None


def erase(
    tx: Transaction, records: Sequence[RecordRow], rule: str, actor: str, *, stop: bool = False,
    **facts: Any,
) -> list[Erased]:  # fmt: skip
    """Delete each record's rows and its wrapped key; what was sealed under it opens no more.

    Raw record, versions, messages, reasons, receipts, rejected and parked raw records of its key,
    notes, marks and links go with it; its deliveries stay counted. The ledger gets `erased`.
    """
    made = []
    kek = kek_name(tx.keys.kek)
    _blank_requests(tx, records)
    for record in records:
        out = _stop(tx, record.record_key()) if stop else None
        _delete(tx, record)
        one = Erased(record.pseudonym, tx.at, rule, kek, out)
        put(tx, one)
        tx.log("erased", pseudonym=record.pseudonym, stage="erased", rule=rule, actor=actor,
               kek=kek, stop=stop, **facts)  # fmt: skip
        made.append(one)
    forget_data_keys()
    return made


def replay(tx: Transaction, listed: Sequence[Erased]) -> int:
    """Erase again what an older copy of the store has brought back; how many. It was decided
    already: nothing keeps it."""
    known = {one.pseudonym: tx.db.row("records", "by_pseudonym", pseudonym=one.pseudonym)
             for one in listed}  # fmt: skip
    back = {name: row_of(tx.keys, row) for name, row in known.items() if row is not None}
    _blank_requests(tx, list(back.values()))
    for one in listed:
        if one.pseudonym in back:
            _delete(tx, back[one.pseudonym])
            tx.log("erased", pseudonym=one.pseudonym, stage="erased", rule="restored",
                   actor="azalai/restored", at=one.at)  # fmt: skip
        put(tx, one)
    forget_data_keys()
    return len(back)


def put(tx: Transaction, made: Erased) -> None:
    """Note that a record is erased; it stays as it was noted first."""
    tx.db.do("erasing", "put", pseudonym=made.pseudonym, at=made.at, rule=made.rule, kek=made.kek,
             stop=made.stop)  # fmt: skip


def get(database: Engine, pseudonym: str) -> Erased | None:
    """An erased record by its pseudonym, or None."""
    row = database.row("erasing", "get", pseudonym=pseudonym)
    return None if row is None else _of(row)


def every(database: Engine) -> list[Erased]:
    """All that were erased, oldest first."""
    return [_of(row) for row in database.rows("erasing", "every")]


def counts(database: Engine) -> tuple[int, int, int]:
    """How many were erased, are unrecoverable, and may not come in again."""
    row = database.row("erasing", "counts") or (0, 0, 0)
    return row[0], row[1], row[2]


def stopped(tx: Transaction, record_keys: Iterable[str]) -> frozenset[str]:
    """Those of these keys whose records were erased by order: they do not come in again."""
    asked = {_stop(tx, one): one for one in record_keys}
    if not asked:
        return frozenset()
    rows = tx.db.rows("erasing", "stops", stops=json.dumps([one.hex() for one in asked]))
    return frozenset(asked[bytes(stop)] for (stop,) in rows)


def certify(store: Store, actor: str, most: int = 500) -> int:
    """Say in the ledger which records are unrecoverable now; how many.

    Known by this: the key that wrapped theirs is no longer in force, its file was destroyed here,
    and of every copy of it that was made a person has said that it is destroyed.
    """
    done = 0
    while True:
        with store.write() as tx:
            kek = kek_name(tx.keys.kek)
            found = tx.db.rows("erasing", "newly_unrecoverable", kek=kek, most=most)
            for (pseudonym,) in found:
                tx.db.do("erasing", "unrecoverable", pseudonym=pseudonym, at=tx.at)
                tx.log("erased", pseudonym=pseudonym, stage="unrecoverable", rule="key_rotated",
                       actor=actor)  # fmt: skip
        done += len(found)
        if len(found) < most:
            return done


def _stop(tx: Transaction, record_key: str) -> bytes:
    """What a key is kept out by: a keyed hash of its own, not the one that records are found by."""
    return tx.keys.lookup(f"stop\x00{record_key}")


def _delete(tx: Transaction, record: RecordRow) -> None:
    """Delete every row of a record. What never left is withdrawn first, what is open given up."""
    for (number,) in tx.db.rows("erasing", "delivery_ids", record=record.id):
        one = delivery_rows.get(tx.db, number)
        if one.state in UNENDED:
            ended = "withdrawn" if one.state in UNTRIED else "given_up"
            delivery_rows.end(tx, one, ended, "erased", advance=False)
    row = tx.db.row("erasing", "lookup", record=record.id)
    lookup = bytes(row[0]) if row else b""
    for name in ROOMS:
        tx.db.do("erasing", name, record=record.id)
    tx.db.do("erasing", "record_notes", subject=f"record/{record.pseudonym}")
    tx.db.do("erasing", "rejects", lookup=lookup)
    tx.db.do("erasing", "records", record=record.id)


def _blank_requests(tx: Transaction, records: Sequence[RecordRow]) -> None:
    """Requests of two people that were about these records keep who and when, not what was written;
    one that waits still is over."""
    names = {record.pseudonym for record in records}
    numbers = {row[0] for record in records
               for row in tx.db.rows("erasing", "delivery_ids", record=record.id)}  # fmt: skip
    for request in request_rows.every(tx.db, ended=True):
        asked = request_rows.held(tx.keys, request).get("arguments", {})
        if asked.get("record") in names or numbers & set(asked.get("deliveries", ())):
            request_rows.end(tx, request, "changed", None)
            request_rows.blank(tx, request)


def _of(row: Row) -> Erased:
    pseudonym, at, rule, kek, stop, unrecoverable_at = row
    return Erased(pseudonym, at, rule, kek, None if stop is None else bytes(stop), unrecoverable_at)
