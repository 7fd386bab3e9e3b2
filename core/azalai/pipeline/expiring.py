"""Review and expiry days that have passed: one decision a batch, then recalls or more time."""

import json
from datetime import date
from typing import Literal

from azalai import logs
from azalai.pipeline.routing import Routes, Told, tell
from azalai.store import Store, Transaction, delivery_rows, past_rows, record_rows
from azalai.store.past_rows import FIELDS, Past, What
from azalai.store.run_rows import meta

_NAME = "past_dates"
ACTOR = "azalai/expired"


def look_for_past_dates(
    store: Store, routes: Routes, today: date, expired: Literal["recall", "ask"]
) -> int:
    """Find records whose day has passed; how many. Each waits for a person, but what has expired
    is recalled at once where the configuration says so.

    All records in force once a day, those that a run told of after that run. In commits of 200.
    """
    row = store.db.row("past_dates", "newest_run")
    key = [today.isoformat(), int(row[0]) if row else 0]
    known = meta(store.db, _NAME)
    before = [None, None] if known is None else json.loads(known)
    if before == key:
        return 0
    since = before[1] if before[0] == key[0] else None
    found, past = 0, 0
    while rows := store.db.rows("past_dates", "to_look_at", past=past, run=since):
        past = rows[-1][0]
        with store.write() as tx:
            due = [told for (number,) in rows if (told := _look(tx, number, today, expired))]
            _recall(tx, routes, [one for one, recall in due if recall])
        found += len(due)
    with store.write() as tx:
        tx.db.do("runs", "set_meta", name=_NAME, value=json.dumps(key))
    if found:
        logs.get().warning("record.past_dates", count=found)
    return found


def recall_expired(store: Store, routes: Routes, what: What, actor: str) -> int:
    """Recall what waits for a person; how many records. They come back with a later day."""
    done = 0
    while numbers := past_rows.to_decide(store.db, what):
        with store.write() as tx:
            told = [one for number in numbers if (one := _told(tx, number)) is not None]
            for number in numbers:
                past_rows.decide(tx, number, what, "recalled", None)
            tx.log("act", actor=actor, act="expired_recalled", what=what, count=len(numbers))
            _recall(tx, routes, told)
        done += len(numbers)
    return done


def keep_expired(store: Store, what: What, until: date, actor: str) -> int:
    """Keep what waits for a person, to be asked again after a day; how many records."""
    done = 0
    while numbers := past_rows.to_decide(store.db, what):
        with store.write() as tx:
            for number in numbers:
                past_rows.decide(tx, number, what, "kept", until.isoformat())
            tx.log("act", actor=actor, act="expired_kept", what=what, count=len(numbers),
                   until=until.isoformat())  # fmt: skip
        done += len(numbers)
    return done


def _told(tx: Transaction, number: int) -> Told | None:
    record = record_rows.by_id(tx.db, tx.keys, number)
    head = record_rows.version(tx.db, record, record.head)
    if head is None:
        return None
    content, commitment = record_rows.content(record, head)
    return Told(record, record.record_key(), head.number, content, commitment)


def _look(
    tx: Transaction, number: int, today: date, expired: Literal["recall", "ask"]
) -> tuple[Told, bool] | None:
    """A record with a day that has passed since it was last looked at, and whether it is recalled."""
    told = _told(tx, number)
    if told is None:
        return None
    known, day, new, recall = past_rows.of(tx.db, number), today.isoformat(), False, False
    for what, field in FIELDS.items():
        before, its_day = known.get(what), told.content.get(field) or day
        if its_day >= day:
            if before is not None:
                tx.db.do("past_dates", "forget", record=number, what=what)
        elif before is None or _again(before, its_day, day):
            at_once = what == "expired" and expired == "recall"
            past_rows.put(tx, number, what, "recalled" if at_once else "asked", day)
            new, recall = True, recall or at_once
    return (told, recall) if new else None


def _again(before: Past, its_day: str, today: str) -> bool:
    """Whether what was decided counts no longer: kept for a time that is over, or recalled because
    of an earlier day than the record has now."""
    if before.state == "kept":
        return (before.until or "") < today
    return before.state == "recalled" and its_day >= before.found_on


def _recall(tx: Transaction, routes: Routes, told: list[Told]) -> None:
    for number in tell(tx, told, routes, None) if told else ():
        fresh = delivery_rows.get(tx.db, number)
        if fresh.state == "staged":
            delivery_rows.activate(tx, fresh)
