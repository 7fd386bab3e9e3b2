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
from azalai.pipeline import column_findings, columns, gate, intake, unfinished
from azalai.pipeline.columns import Comparison
from azalai.pipeline.gate import Evidence
from azalai.pipeline.intake import Reading
from azalai.pipeline.routing import Routes
from azalai.plugin.format import Column, Finding
from azalai.plugin.source import Input, Opened, Source
from azalai.store import Store, cell_rows, nodes, record_rows, run_rows
from azalai.store.run_rows import Run
from azalai.translate import Worker
from azalai.translate.samples import Sample


@dataclass(frozen=True, slots=True)
class Feed:
    """One configured stream, ready to be read; `keep_raw`: days that raw records are kept."""

    name: str
    source: Source
    mappings: Sequence[InboundMapping]
    reader: Worker
    held_at_first: bool
    keep_raw: int = 0

    @property
    def columns(self) -> dict[str, Column]:
        """The columns that its mappings declare, by name."""
        return {c.name: c for mapping in self.mappings for c in mapping.columns}

    @property
    def used_columns(self) -> frozenset[str]:
        """Those that one of its mappings does not ignore."""
        return frozenset(c.name for mapping in self.mappings for c in mapping.columns
                         if c.rule != "ignored")  # fmt: skip

    @property
    def empty(self) -> frozenset[str]:
        """What its mappings take for an empty cell."""
        return columns.empties(self.mappings)

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
    passed += [Passed(*one) for one in unfinished.close(store, feed.name, feed.source,
                                                        feed.mappings)]  # fmt: skip
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
    evidence, counts, sample = Evidence(), Counter(run.counts), Sample()
    try:
        if not _take_all(store, feed, routes, run, opened.path, counts, evidence, sample, go_on):
            with store.write() as tx:
                columns.keep(tx, feed.name, run.id, sample, feed.empty)
            return Passed(run.id, "reading")
    except InputError as err:
        if not go_on():  # the reading child may have been stopped together with us
            return Passed(run.id, "reading")
        evidence.complete = False
        evidence.findings.append(_unread(err))
        if isinstance(err, FormatError) and (err.new or err.missing):
            evidence.findings += _renamed(store, feed, run, opened.path, err.new, err.missing)
    if evidence.complete:
        _vanished(store, feed, routes, run, counts, evidence)
    compared = _compared(store, feed, run, opened.path, sample, evidence)
    findings = gate.findings_of(store, run, counts, feed.mappings, evidence,
                                held_at_first=feed.held_at_first)  # fmt: skip
    with store.write() as tx:
        cell_rows.put_shares(tx, feed.name, run.id, compared.shares())
        nodes.must_hold(tx, feed.name)
        state = gate.settle(tx, run, counts, feed.mappings, findings)
    logs.get().info("run.ended", feed=feed.name, run=run.id, state=state, counts=dict(counts))
    feed.source.done(item, "accepted" if state == "accepted" else "held")
    return Passed(run.id, state)


def _take_all(
    store: Store, feed: Feed, routes: Routes, run: Run, path: Path, counts: Counter[str],
    evidence: Evidence, sample: Sample, go_on: Callable[[], bool],
) -> bool:  # fmt: skip
    """Take every batch; False if it was interrupted."""
    reading = Reading(run.id, feed.name, feed.keep_raw)
    batches = feed.reader.read(path, run.input_digest, skip=run.consumed, samples=columns.SAMPLES,
                               with_raws=feed.keep_raw > 0)  # fmt: skip
    for batch in batches:
        if not go_on():
            return False
        sample.add(batch.samples, batch.sample_limit)
        evidence.findings += batch.findings
        evidence.ending = batch.ending or evidence.ending
        if not batch.results:
            continue
        with store.write() as tx:
            nodes.must_hold(tx, feed.name)
            counts.update(intake.take(tx, reading, batch.results, routes, batch.raws))
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


def _compared(
    store: Store, feed: Feed, run: Run, path: Path, sample: Sample, evidence: Evidence
) -> Comparison:  # fmt: skip
    """Today's columns against the earlier ones of the same records; what differs is evidence."""
    with store.write() as tx:
        columns.keep(tx, feed.name, run.id, sample, feed.empty)
    found = columns.kept(store, run.id)
    new = [finding.column for finding in evidence.findings if finding.column]
    if new:
        evidence.findings += _renamed(store, feed, run, path, new, found.vanished())
    evidence.findings += column_findings.drifted(
        found, cell_rows.shares(store.db, feed.name), feed.used_columns
    )
    return found


def _renamed(
    store: Store, feed: Feed, run: Run, path: Path, new: Sequence[str], missing: Sequence[str]
) -> list[Finding]:
    """What columns are that nobody declared, by the values of known records in them."""
    sample, names = Sample(), feed.columns
    try:
        batches = feed.reader.read(path, run.input_digest, samples=columns.SAMPLES, anyhow=new)
        for batch in batches:
            sample.add(batch.samples, batch.sample_limit)
    except InputError as other:  # what was read before it is evidence all the same
        logs.get().info("columns.not_compared", feed=feed.name, run=run.id, code=other.code)
    compared = columns.compare(store, feed.name, sample.raws, feed.empty)
    unknown = [name for name in new if name and name not in names]
    return column_findings.renamed(compared, feed.name, unknown, missing)


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
