"""One pass of a feed: every input that is whole, batch by batch, then the gate."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai import logs
from azalai.documents import Text
from azalai.errors import FormatError, InputError
from azalai.mapping import InboundMapping
from azalai.pipeline import gate, intake
from azalai.pipeline.gate import Evidence
from azalai.pipeline.intake import Reading
from azalai.pipeline.routing import Routes
from azalai.plugin.format import Finding
from azalai.plugin.source import Input, Opened, Source
from azalai.store import Store, record_rows, run_rows
from azalai.store.run_rows import Run
from azalai.translate import Worker


@dataclass(frozen=True, slots=True)
class Feed:
    """One configured stream, ready to be read."""

    name: str
    source: Source
    mappings: Sequence[InboundMapping]
    reader: Worker
    held_at_first: bool

    @property
    def label(self) -> str:
        """Its mappings with their versions, as logged."""
        return ", ".join(m.label for m in self.mappings)


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of one input: the run's number and state (`known`: it was read before;
    `reading`: interrupted between two batches, to be gone on with)."""

    run: int
    state: str


def read_feed(
    store: Store, feed: Feed, routes: Callable[[], Routes], go_on: Callable[[], bool] = lambda: True
) -> list[Passed]:
    """Read all inputs of a feed. A held run, or a feed held by a person, stops its intake: what
    comes later could be older than what a person still has to decide. `go_on` is asked before
    each input and each batch; what it interrupts is gone on with by the next reading. InputError
    where the place that inputs come from cannot be read."""
    passed: list[Passed] = []
    if (held := store.db.row("runs", "feed_held", feed=feed.name)) and held[0]:
        return passed
    for item in feed.source.inputs():
        if not go_on() or store.db.row("runs", "held_of_feed", feed=feed.name) is not None:
            break
        opened = feed.source.open(item)
        try:
            passed.append(_read_one(store, feed, routes(), item, opened, go_on))
        finally:
            opened.path.unlink(missing_ok=True)
    return passed


def _read_one(
    store: Store, feed: Feed, routes: Routes, item: Input, opened: Opened,
    go_on: Callable[[], bool],
) -> Passed:  # fmt: skip
    known = store.db.row("runs", "known", feed=feed.name, digest=opened.digest)
    if known is not None and known[1] != "reading":
        feed.source.done(item, "held" if known[1] == "held" else "already_taken")
        return Passed(known[0], "known")
    run = _begin(store, feed, opened.digest) if known is None else _get(store, known[0])
    evidence, counts = Evidence(), Counter(run.counts)
    try:
        if not _take_all(store, feed, routes, run, opened.path, counts, evidence, go_on):
            return Passed(run.id, "reading")
    except InputError as err:
        if not go_on():  # the reading child may have been stopped together with us
            return Passed(run.id, "reading")
        evidence.complete = False
        evidence.findings.append(_unread(err))
    if evidence.complete:
        _vanished(store, feed, routes, run, counts, evidence)
    findings = gate.findings_of(store, run, counts, feed.mappings, evidence,
                                held_at_first=feed.held_at_first)  # fmt: skip
    with store.write() as tx:
        state = gate.settle(tx, run, counts, feed.mappings, findings)
    logs.get().info("run.ended", feed=feed.name, run=run.id, state=state, counts=dict(counts))
    feed.source.done(item, "accepted" if state == "accepted" else "held")
    return Passed(run.id, state)


def _take_all(
    store: Store, feed: Feed, routes: Routes, run: Run, path: Path, counts: Counter[str],
    evidence: Evidence, go_on: Callable[[], bool],
) -> bool:  # fmt: skip
    """Take every batch; False if it was interrupted."""
    reading = Reading(run.id, feed.name)
    for batch in feed.reader.read(path, run.input_digest, skip=run.consumed):
        if not go_on():
            return False
        evidence.findings += batch.findings
        evidence.ending = batch.ending or evidence.ending
        if not batch.results:
            continue
        with store.write() as tx:
            counts.update(intake.take(tx, reading, batch.results, routes))
            tx.db.do("runs", "advance", id=run.id, consumed=batch.consumed,
                     counts=json.dumps(counts))  # fmt: skip
    return True


def _vanished(
    store: Store, feed: Feed, routes: Routes, run: Run, counts: Counter[str], evidence: Evidence
) -> None:
    """A whole register that no longer holds a record withdraws it: after one file where the file
    states its count or end mark and agrees, otherwise after two at least."""
    ending = evidence.ending
    agrees = ending is not None and (
        ending.stated == counts["read"] if ending.stated is not None else ending.marked
    )
    reading = Reading(run.id, feed.name)
    for mapping in feed.mappings:
        rule = mapping.lifecycle
        if rule.file_holds != "everything" or rule.missing_from_file != "withdraw":
            continue
        after = rule.after_files if agrees else max(2, rule.after_files)
        past = 0
        while rows := store.db.rows("records", "vanished", feed=feed.name, run=run.id, past=past,
                                    after=after, kinds=json.dumps([mapping.kind])):  # fmt: skip
            past = rows[-1][0]
            gone = [record_rows.row_of(store.keys, row) for row in rows]
            gone = [r for r in gone if _still_asserted(store, r, run)]
            with store.write() as tx:
                counts.update(intake.vanish(tx, reading, gone, rule.cancel_reason, routes))
                tx.db.do("runs", "advance", id=run.id, consumed=counts["read"],
                         counts=json.dumps(counts))  # fmt: skip


def _still_asserted(store: Store, record: record_rows.RecordRow, run: Run) -> bool:
    """Not withdrawn by this run already: a crash may have come between two batches."""
    head = record_rows.head_in_run(store.db, record, run.id)
    return head is not None and head.operation == "assert"


def _begin(store: Store, feed: Feed, digest: str) -> Run:
    with store.write() as tx:
        tx.db.do("runs", "add", feed=feed.name, digest=digest, mapping=feed.label, at=tx.at)
        return _get(store, tx.db.last_id)


def _get(store: Store, number: int) -> Run:
    run = run_rows.get(store.db, number)
    if run is None:
        raise InputError(f"no run {number}")
    return run


def _unread(err: InputError) -> Finding:
    if isinstance(err, FormatError):
        return Finding(err.code, Text(*err.what), Text(*err.todo))
    return Finding("AZ-H030", Text(str(err), str(err)))
