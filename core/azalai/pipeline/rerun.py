"""Kept raw records mapped again by today's mappings: what now passes leaves, in its order."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from azalai.address import Address
from azalai.formats import states_end
from azalai.mapping import InboundMapping, Result, Translated
from azalai.pipeline import gate, intake
from azalai.pipeline.intake import Reading
from azalai.pipeline.known import Known
from azalai.pipeline.reading import Feed
from azalai.pipeline.routing import Routes, Told, tell
from azalai.store import Store, Transaction, delivery_rows, notes, record_rows, run_rows
from azalai.store.record_rows import RecordRow, Version
from azalai.store.run_rows import Reject, Run

BATCH = 500
_STATES = ("accepted", "held")

Chosen = tuple[int, int, str]
"""A kept raw record: its number, its run, its feed."""


@dataclass(slots=True)
class Again:
    """What became of kept raw records. `undecided`: a run that a person has to decide on has a
    newer version of the key; `messages` counts (destination, operation or `withheld`)."""

    tried: int = 0
    translated: int = 0
    superseded: int = 0
    locked: int = 0
    still: Counter[str] = field(default_factory=Counter)
    undecided: int = 0
    of_held_feeds: int = 0
    of_held_runs: int = 0
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_uses: list[str] = field(default_factory=list)


class _UndoneError(Exception):
    """A dry run: the transaction is rolled back."""


def chosen(
    store: Store, *, feed: str | None = None, reject: int | None = None, value: bytes | None = None
) -> list[Chosen]:
    """Kept raw records that can be mapped again, in their original order: run, then address."""
    rows = store.db.rows("runs", "rerunnable", feed=feed, reject=reject, value=value)
    return [(row[0], row[1], row[2]) for row in rows]


def mapped_again(
    store: Store, feeds: Callable[[str], Feed], rejects: Sequence[Chosen]
) -> Iterator[tuple[Reject, Result]]:
    """What today's mappings make of kept raw records; nothing is written. InputError if the child
    died."""
    for name, group in groupby(rejects, itemgetter(2)):
        feed = feeds(name)
        numbers = [one[0] for one in group]
        for start in range(0, len(numbers), BATCH):
            opened = _opened(store, numbers[start : start + BATCH])
            results = feed.reader.map([(_place(one, ""), raw) for one, raw in opened])
            yield from zip((one for one, _ in opened), results, strict=True)


def rerun(
    store: Store, feeds: Callable[[str], Feed], routes: Routes, rejects: Sequence[Chosen],
    actor: str, *, reason: str = "", dry_run: bool = False,
) -> Again:  # fmt: skip
    """Map kept raw records again and commit what they give, in the order given.

    They belong to the run that read them: those of an accepted run leave, those of a held run
    wait with it. A record whose key has a newer version is superseded. Each batch is one
    transaction, so that after a crash the same call goes on. InputError if the child died.
    """
    again, made = Again(), dict[str, Feed]()
    for (run, name), group in groupby(rejects, itemgetter(1, 2)):
        if name not in made:
            made[name] = feeds(name)
        numbers = [one[0] for one in group]
        for start in range(0, len(numbers), BATCH):
            batch = _Batch(store, made[name], routes, (actor, reason), again)
            with suppress(_UndoneError):
                batch.commit(run, numbers[start : start + BATCH], dry_run=dry_run)
    return again


class _Batch:
    """Kept raw records of one run, mapped outside and committed inside one transaction."""

    def __init__(
        self, store: Store, feed: Feed, routes: Routes, act: tuple[str, str], again: Again
    ) -> None:
        self._store, self._feed, self._routes = store, feed, routes
        self._actor, self._reason = act
        self._again = again
        self._counts: Counter[str] = Counter()
        self._made: list[int] = []

    def commit(self, number: int, rejects: Sequence[int], *, dry_run: bool) -> None:
        run = run_rows.get(self._store.db, number)
        if run is None:
            return
        opened = _opened(self._store, rejects)
        digest = run.input_digest
        results = self._feed.reader.map([(_place(one, digest), raw) for one, raw in opened])
        with self._store.write() as tx:
            run = run_rows.get(tx.db, number)
            if run is None or run.state not in _STATES:
                return
            held = tx.db.row("runs", "feed_held", feed=run.feed)
            if held is not None and held[0]:  # a person stopped the feed's intake: this is intake
                self._again.of_held_feeds += len(opened)
                return
            told = list(self._results(tx, run, opened, results))
            self._enforce(tx, run, told)
            self._write_counts(tx, run)
            self._tally(tx)
            if dry_run:
                raise _UndoneError

    def _results(
        self, tx: Transaction, run: Run, opened: Sequence[tuple[Reject, bytes]],
        results: Sequence[Result],
    ) -> Iterator[Told]:  # fmt: skip
        """Every version made; they are told in groups, a record at most once in each."""
        group: dict[int, Told] = {}
        for (reject, raw), result in zip(opened, results, strict=True):
            if tx.db.row("runs", "still_kept", id=reject.id) is None:
                continue  # another rerun was quicker
            self._again.tried += 1
            one = self._result(tx, run, reject, raw, result)
            if one is None:
                continue
            if one.record.id in group:
                self._made += tell(tx, list(group.values()), self._routes, run.id)
                group.clear()
            group[one.record.id] = one
            yield one
        self._made += tell(tx, list(group.values()), self._routes, run.id)

    def _result(
        self, tx: Transaction, run: Run, reject: Reject, raw: bytes, result: Result
    ) -> Told | None:
        again = self._again
        newer = _newer(tx, run, reject, result, self._feed.mappings)
        if newer == "undecided":
            again.undecided += 1
            return None
        if newer == "superseded":
            again.superseded += 1
            self._leaves(tx, reject)
            self._counts.update(translated=1, produced=1, stale=1)
            return None
        if not isinstance(result, Translated):
            new = intake.kept(result)
            run_rows.refresh_reject(tx, reject.id, new)
            self._counts[reject.disposition] -= 1
            self._counts[new.disposition] += 1
            again.still[new.disposition] += 1
            return None
        self._leaves(tx, reject)
        locked = self._counts["locked"]
        reading = Reading(run.id, run.feed, self._feed.keep_raw)
        known = Known.read(tx, run.feed, run.id, [result])
        told = intake.translated(tx, reading, known, result, self._counts, raw)
        known.flush(tx)
        again.locked += self._counts["locked"] - locked
        again.translated += self._counts["locked"] == locked
        again.of_held_runs += run.state == "held"
        return told

    def _leaves(self, tx: Transaction, reject: Reject) -> None:
        tx.db.do("runs", "drop_reject", id=reject.id)
        self._counts[reject.disposition] -= 1

    def _enforce(self, tx: Transaction, run: Run, told: Sequence[Told]) -> None:
        """What an accepted run's records do at once: heads move, deliveries are on their way."""
        if run.state != "accepted":
            return
        for one in told:
            tx.db.do("records", "set_head", id=one.record.id, head=one.version,
                     in_force=int(one.operation == "assert"))  # fmt: skip
        tx.db.do("records", "forget_seen", run=run.id)
        for delivery in (delivery_rows.get(tx.db, number) for number in self._made):
            if delivery.state != "staged":
                continue
            if delivery.agreement:
                self._start(tx, f"destination/{delivery.destination}")
                self._start(tx, f"agreement/{delivery.agreement}")
            delivery_rows.activate(tx, delivery)

    def _start(self, tx: Transaction, subject: str) -> None:
        """A first use: the person who maps again lets it go, as one who releases a run."""
        if tx.db.row("runs", "started", subject=subject) is None:
            tx.db.do("runs", "start", subject=subject, at=tx.at)
            if subject not in self._again.first_uses:
                self._again.first_uses.append(subject)

    def _write_counts(self, tx: Transaction, run: Run) -> None:
        moved = {term: n for term, n in self._counts.items() if n}
        if not moved:
            return
        totals = Counter(run.counts)
        for term, n in moved.items():
            tx.count(run.feed, term, n)
            totals[term] += n
        tx.db.do("runs", "advance", id=run.id, consumed=run.consumed, counts=json.dumps(totals))
        tx.log("act", actor=self._actor, act="rejects_rerun", subject=f"run/{run.id}",
               feed=run.feed, moved=moved,
               note=notes.keep(tx, f"run/{run.id}", self._reason))  # fmt: skip
        gate.log_run(tx, run, run.state, totals)

    def _tally(self, tx: Transaction) -> None:
        for number in self._made:
            delivery = delivery_rows.get(tx.db, number)
            what = "withheld" if delivery.state == "withheld" else delivery.operation
            self._again.messages[delivery.destination, what] += 1


def _opened(store: Store, rejects: Sequence[int]) -> list[tuple[Reject, bytes]]:
    found = (run_rows.open_reject(store.db, store.keys, reject) for reject in rejects)
    return [one for one in found if one is not None]


def _place(reject: Reject, digest: str) -> Address:
    return Address(digest, reject.number, reject.line, reject.offset, reject.part)


def _newer(
    tx: Transaction, run: Run, reject: Reject, result: Result, mappings: Sequence[InboundMapping]
) -> str:
    """`superseded`, `undecided` or "": what has come since of the key, or of its register."""
    record = None if result.key is None else record_rows.find(tx.db, tx.keys, result.key)
    if record is not None and record.lock is not None:
        return ""  # counted `locked`
    since = set() if record is None else {
        _since(record, Version(*row[:7]), row[7], row[8], run, reject)
        for row in tx.db.rows("records", "made_since", record=record.id, run=run.id)
    }  # fmt: skip
    if "superseded" in since:
        return "superseded"
    if "undecided" in since:
        return "undecided"
    return "superseded" if _said_again(tx, run, record, result, mappings) else ""


def _since(
    record: RecordRow, version: Version, state: str, made_at: str, run: Run, reject: Reject
) -> str:
    if version.run is None:  # lifted by hand, and the source has dropped it since
        return "superseded" if made_at > run.opened_at else ""
    if version.run > run.id:
        return {"accepted": "superseded", "discarded": ""}.get(state, "undecided")
    came_from = record_rows.payload(record, version)["provenance"]
    same_input = came_from["input_digest"] == run.input_digest
    return "superseded" if same_input and came_from["number"] > reject.number else ""


def _said_again(
    tx: Transaction, run: Run, record: RecordRow | None, result: Result,
    mappings: Sequence[InboundMapping],
) -> bool:  # fmt: skip
    """A whole register was read since: it holds the record as it is now, or has dropped it."""
    mapping = next((m for m in mappings if m.label == getattr(result, "mapping", "")), None)
    if mapping is None or mapping.lifecycle.file_holds != "everything":
        return False
    row = tx.db.row("runs", "accepted_after", feed=run.feed, run=run.id)
    later = int(row[0]) if row else 0
    if record is not None and record.in_force and not record.missed:
        return later > 0
    if not isinstance(result, Translated) or mapping.lifecycle.missing_from_file != "withdraw":
        return False
    after = mapping.lifecycle.after_files
    return later >= (after if states_end([mapping.shape]) else max(2, after))
