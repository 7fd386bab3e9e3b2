"""Retention: records that are out of force for as long as they are kept, one decision a batch."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from azalai import logs
from azalai.clock import format_instant, parse_instant
from azalai.pipeline import erasing
from azalai.pipeline.erasing import Why
from azalai.retention import Keep
from azalai.store import Store, Transaction, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.run_rows import meta

ACTOR = "azalai/keep"
RULE = "keep"
_NAME = "due_to_go"


def look_for_due(store: Store, keep: Keep, today: date) -> int:
    """Find records whose time here is over, once a day; how many. They wait for a person, or go
    where the configuration says so and nothing stands in the way. What was not translated in its
    time goes at once."""
    key = f"{today.isoformat()} {keep.model_dump_json()}"
    if not (keep.records or keep.rejects) or meta(store.db, _NAME) == key:
        return 0
    if keep.rejects is not None:
        _forget_rejects(store, keep.rejects, today)
    found = 0
    for (kind,) in store.db.rows("erasing", "kinds"):
        days = keep.soonest(kind)
        if days is not None:
            found += _of_kind(store, keep, kind, days, today)
    with store.write() as tx:
        tx.db.do("erasing", "in_force_again")
        tx.db.do("runs", "set_meta", name=_NAME, value=key)
    gone = erase_due(store, today, Why(RULE, ACTOR, "")) if keep.when_due == "erase" else 0
    if found:
        logs.get().warning("record.due", count=found)
    return found + gone


def due(store: Store) -> Iterator[RecordRow]:
    """The records that wait for a decision, one by one."""
    past = 0
    while rows := store.db.rows("erasing", "asked_ids", past=past):
        past = rows[-1][0]
        for (number,) in rows:
            yield record_rows.by_id(store.db, store.keys, number)


def erase_due(store: Store, today: date, why: Why) -> int:
    """Erase what is due, but for what something stands in the way of; how many."""
    done, batch = 0, list[RecordRow]()
    for record in due(store):
        if not erasing.in_the_way(store, record, today).any:
            batch.append(record)
        if len(batch) == erasing.AT_ONCE:
            done += len(erasing.erase(store, batch, why, today))
            batch.clear()
    return done + len(erasing.erase(store, batch, why, today))


def keep_due(store: Store, until: date, actor: str) -> int:
    """Keep what is due until a day, when it is asked again; how many."""
    numbers = [record.id for record in due(store)]
    with store.write() as tx:
        for number in numbers:
            tx.db.do("erasing", "keep_due", record=number, until=until.isoformat())
        if numbers:
            tx.log("act", actor=actor, act="due_kept", count=len(numbers), until=until.isoformat())
    return len(numbers)


def _of_kind(store: Store, keep: Keep, kind: str, days: int, today: date) -> int:
    """Mark what is due of one kind, in commits of 200."""
    found, past = 0, 0
    while rows := store.db.rows("erasing", "out_of_force", kind=kind, past=past,
                                before=_days_before(today, days)):  # fmt: skip
        past = rows[-1][0]
        with store.write() as tx:
            found += sum(_mark(store, tx, keep, row[0], row[1], today) for row in rows)
    return found


def _forget_rejects(store: Store, days: int, today: date) -> None:
    """Delete what was not translated and is older, some at a time; they stay counted."""
    deleted, gone = erasing.AT_ONCE, 0
    while deleted == erasing.AT_ONCE:
        with store.write() as tx:
            deleted = tx.db.do("erasing", "old_rejects", before=_days_before(today, days),
                               today=today.isoformat(), most=erasing.AT_ONCE)  # fmt: skip
            if deleted:
                tx.log("act", actor=ACTOR, act="rejects_erased", count=deleted, days=days)
        gone += deleted
    if gone:
        logs.get().info("reject.erased", count=gone)


def _days_before(today: date, days: int) -> str:
    """The first instant of a day (UTC), as the store has it."""
    start = datetime.combine(today - timedelta(days=days), datetime.min.time(), UTC)
    return format_instant(start)


def _mark(
    store: Store, tx: Transaction, keep: Keep, number: int, last: str, today: date
) -> bool:  # fmt: skip
    record = record_rows.by_id(tx.db, tx.keys, number)
    row = tx.db.row("records", "last_number", record=number)
    version = record_rows.version(tx.db, record, int(row[0]) if row else 0)
    if version is None or erasing.held_until(store, record, today) is not None:
        return False
    purpose = str(record_rows.payload(record, version).get("purpose", ""))
    days = keep.days(record.kind, purpose)
    if days is None or parse_instant(last).date() + timedelta(days=days) >= today:
        return False
    decided = tx.db.row("erasing", "due", record=number)
    if decided is not None and (decided[0] == "asked" or decided[1] >= today.isoformat()):
        return False
    tx.db.do("erasing", "put_due", record=number, day=today.isoformat())
    return True
