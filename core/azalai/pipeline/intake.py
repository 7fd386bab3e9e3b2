"""One batch of an input: dispositions, versions, staged deliveries, cursor, in one commit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import orjson

from azalai.mapping import Parked, Rejected, Translated
from azalai.pipeline.correcting import still_standing
from azalai.pipeline.known import Known
from azalai.pipeline.routing import Routes, Told, tell
from azalai.plugin.format import Unreadable
from azalai.store import Transaction, raw_rows, record_rows, run_rows
from azalai.store.raw_rows import Raw
from azalai.store.record_rows import NewVersion, RecordRow, Version
from azalai.store.run_rows import NewReject
from azalai.store.seal import commit


@dataclass(frozen=True, slots=True)
class Reading:
    """The run that a batch belongs to; `keep_raw`: days that its raw records are kept."""

    run: int
    feed: str
    keep_raw: int = 0


def take(
    tx: Transaction, reading: Reading, results: Sequence[Any], routes: Routes,
    raws: Sequence[bytes] = (),
) -> Counter[str]:  # fmt: skip
    """Commit what a batch of raw records gave; the run's counts that it adds. `raws`, one a
    result, where they are kept."""
    counts: Counter[str] = Counter(read=len(results))
    known = Known.read(tx, reading.feed, reading.run, results)
    told: dict[int, Told] = {}
    for result, raw in zip_longest(results, raws):
        if not isinstance(result, Translated):
            new = kept(result)
            if new.record_key in known.stopped:
                counts["locked"] += 1
                continue
            counts[new.disposition] += 1
            run_rows.add_rejects(tx, reading.run, [new])
            continue
        one = translated(tx, reading, known, result, counts, raw)
        if one is None:
            continue
        if one.record.id in told:  # the same fiche twice in a batch: in the file's order
            _tell(tx, known, told, routes, reading.run)
        told[one.record.id] = one
    _tell(tx, known, told, routes, reading.run)
    for term, n in counts.items():
        tx.count(reading.feed, term, n)
    return counts


def _tell(
    tx: Transaction, known: Known, told: dict[int, Told], routes: Routes, run: int
) -> None:  # fmt: skip
    known.flush(tx)
    tell(tx, list(told.values()), routes, run)
    told.clear()


def translated(
    tx: Transaction, reading: Reading, known: Known, result: Translated, counts: Counter[str],
    raw: bytes | None = None,
) -> Told | None:  # fmt: skip
    """The version that a translated raw record makes, in `known`; None where it makes none."""
    record = known.records.get(result.key)
    if record is None or record.lock is not None:  # erased by order, or lifted by hand
        counts["locked"] += 1
        return None
    if record.id in known.lifted:
        result = still_standing(tx, known.lifted[record.id], result)
    counts["translated"] += 1
    counts["produced"] += 1
    before = known.heads.get(record.id)
    change = _change(record, before, result)
    counts[change] += 1
    kept_raw = None if raw is None else Raw(raw, reading.keep_raw)
    if change in ("unchanged", "stale"):
        if kept_raw is not None and change == "unchanged" and before is not None:
            known.flush(tx)
            raw_rows.renew(tx, record, before.number, reading.run, result.address, kept_raw)
        return None
    operation = "withdraw" if result.withdraw else "assert"
    content, meaning, persons = result.record, result.meaning, result.persons
    if before is not None and result.withdraw:  # a withdrawal need not repeat the whole record
        content, meaning = orjson.dumps(record_rows.payload(record, before)), b"withdrawn"
        persons = None
    made = known.add_version(record, NewVersion(
        content, meaning, operation, result.as_of, result.withdraw, reading.run, persons,
    ))  # fmt: skip
    if kept_raw is not None:
        known.keep_raw(record, made.number, reading.run, result.address, kept_raw)
    if result.withdraw:
        tx.log("withdrawn", pseudonym=record.pseudonym, version=made.number,
               reason=result.withdraw)  # fmt: skip
    return Told(record, result.key, made.number, orjson.loads(content),
                commit(record.key, content), operation, result.withdraw, content)  # fmt: skip


def _change(record: RecordRow, before: Version | None, result: Translated) -> str:
    """new, changed, unchanged, stale or withdrawn, by the meaning."""
    if before is None:
        return "unchanged" if result.withdraw else "new"
    if before.as_of and result.as_of and result.as_of < before.as_of:
        return "stale"
    if result.withdraw:
        return "unchanged" if before.operation == "withdraw" else "withdrawn"
    same = before.digest == record_rows.meaning_digest(record, result.meaning)
    return "unchanged" if same and before.operation == "assert" else "changed"


def kept(result: Any) -> NewReject:
    """What is kept of a raw record that made no common record."""
    if isinstance(result, Unreadable):
        return NewReject("unreadable", result.address, result.code, result.what, result.todo,
                         b"{}")  # fmt: skip
    if isinstance(result, Rejected):
        return NewReject("rejected", result.address, result.code, result.what, result.todo,
                         result.raw, result.field, result.column, result.rule, None,
                         result.key)  # fmt: skip
    if isinstance(result, Parked):
        return NewReject("parked", result.address, "AZ-P001", result.what, result.todo,
                         result.raw, result.field, result.column, result.mapping,
                         result.code_list, result.key, result.value)  # fmt: skip
    raise TypeError(f"a reader gave a {type(result).__name__}")


def vanish(tx: Transaction, reading: Reading, rows: Sequence[RecordRow], reason: str,
           routes: Routes) -> Counter[str]:  # fmt: skip
    """Withdraw records that the file no longer holds; the counts that this adds."""
    told = []
    for record in rows:
        head = record_rows.version(tx.db, record, record.head)
        if head is None:
            continue
        content = record_rows.payload(record, head)
        number, commitment = record_rows.add_version(tx, record, NewVersion(
            orjson.dumps(content), b"withdrawn", "withdraw", head.as_of, reason, reading.run,
        ))  # fmt: skip
        tx.log("withdrawn", pseudonym=record.pseudonym, version=number, reason=reason)
        told.append(Told(record, record.record_key(), number, content, commitment, "withdraw",
                         reason))  # fmt: skip
    tell(tx, told, routes, reading.run)
    counts = Counter(vanished=len(told), produced=len(told), withdrawn=len(told))
    for term, n in counts.items():
        tx.count(reading.feed, term, n)
    return counts
