"""What a format reads, translated: as batches of results, or as lines."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import orjson

from azalai.documents import Text
from azalai.errors import AzalaiError, DateOrderError, DocumentError, FormatError, InputError
from azalai.mapping import DateOrders, Rejected, Result, RowMaker
from azalai.mapping.results import Parked, Translated
from azalai.plugin.format import Ending, Finding, RawRecord, Reached, Rows, Unreadable
from azalai.records.persons_in import found_in
from azalai.translate.json_lines import LinesMade, joined
from azalai.translate.plan import Batch, Failure, PartLines
from azalai.translate.samples import Sampler

BATCH_S = 1.0
LINES = 500
"""Records and rejects that are handed over together as lines, about."""

Translator = Callable[[RawRecord], Result]


def batches(
    items: Iterator[RawRecord | Unreadable | Finding | Ending],
    translate: Translator,
    skip: int,
    size: int,
    sampler: Sampler,
    *,
    with_raws: bool = False,
) -> Iterator[tuple[Batch, Failure | None]]:
    """Batches with what ends them; the last one has an ending or a failure."""
    batch, until = Batch([], [], skip), time.monotonic() + BATCH_S
    consumed, orders = 0, DateOrders()
    try:
        for item in items:
            if isinstance(item, Finding):
                batch.findings.append(item)
                continue
            if isinstance(item, Ending):
                batch.ending = item
                continue
            consumed += 1
            if consumed <= skip:
                continue
            if isinstance(item, RawRecord):
                result = translated(translate, item)
                batch.results.append(result)
                if result.__class__ is Rejected:
                    orders.add(result)
                elif result.__class__ is Translated:
                    result.persons = found_in(result.record)
                lifts = result.__class__ is Translated and result.withdraw
                if not lifts and (found := sampler.keys(item, result.key)):
                    batch.samples += [(key, sealed(item)) for key in found]
            else:
                batch.results.append(item)
            if with_raws:
                batch.raws.append(sealed(item) if isinstance(item, RawRecord) else b"{}")
            if len(batch.results) >= size or time.monotonic() >= until:
                batch.consumed, batch.sample_limit = consumed, sampler.limit
                yield batch, None
                batch, until = Batch([], [], consumed), time.monotonic() + BATCH_S
    except InputError as err:
        batch.consumed, batch.sample_limit = max(consumed, skip), sampler.limit
        failure = failure_of(err)
        batch.error = failure.what
        yield batch, failure
        return
    if batch.ending is None:
        raise RuntimeError("a format gave no ending")
    batch.findings += orders.findings(consumed - skip)
    batch.consumed, batch.sample_limit = max(consumed, skip), sampler.limit
    yield batch, None


@dataclass(slots=True)
class _Making:
    """Lines so far of what a format gives, and what else it says."""

    translate: Translator
    rows: RowMaker | None
    with_values: bool
    lines: LinesMade = field(default_factory=LinesMade)
    findings: list[Finding] = field(default_factory=list)
    disordered: list[Rejected] = field(default_factory=list)

    def add(self, item: RawRecord | Rows | Unreadable | Finding) -> None:
        if isinstance(item, Rows):
            self._add_rows(item)
        elif isinstance(item, RawRecord):
            self._add_one(item)
        elif isinstance(item, Unreadable):
            self.lines.add(item, with_values=self.with_values)
        else:
            self.findings.append(item)

    def _add_rows(self, rows: Rows) -> None:
        made = self.rows(rows) if self.rows is not None else [None] * len(rows.cells)
        for at, record in enumerate(made):
            if record is None:
                self._add_one(rows.record(at))
            else:
                self.lines.records.append(record)
        self.lines.translated += len(made) - made.count(None)

    def _add_one(self, raw: RawRecord) -> None:
        result = translated(self.translate, raw)
        self.lines.add(result, with_values=self.with_values)
        if isinstance(result, Rejected) and result.what == DateOrderError.exchanged:
            self.disordered.append(replace(result, raw=b""))

    def taken(
        self, reached: Reached | None = None, ending: Ending | None = None,
        failure: Failure | None = None,
    ) -> PartLines:  # fmt: skip
        """What was added since the last time."""
        lines, self.lines = self.lines, LinesMade()
        findings, self.findings = self.findings, []
        disordered, self.disordered = self.disordered, []
        return PartLines(
            joined(lines.records), joined(lines.rejects), lines.translated, lines.rejected,
            lines.parked, lines.unreadable, findings, disordered, reached, failure, ending,
        )  # fmt: skip


def part_lines(
    items: Iterator[RawRecord | Rows | Unreadable | Finding | Reached],
    translate: Translator,
    rows: RowMaker | None,
    *,
    with_values: bool,
) -> PartLines:
    """The lines of one part of an input."""
    making, reached, failure = _Making(translate, rows, with_values), None, None
    try:
        for item in items:
            if isinstance(item, Reached):
                reached = item
            else:
                making.add(item)
    except InputError as err:
        failure = failure_of(err)
    return making.taken(reached=reached, failure=failure)


def all_lines(
    items: Iterator[RawRecord | Rows | Unreadable | Finding | Ending],
    translate: Translator,
    rows: RowMaker | None,
    *,
    with_values: bool,
) -> Iterator[PartLines]:
    """The lines of a whole input; the last of them have an ending or a failure."""
    making, ending = _Making(translate, rows, with_values), None
    until = time.monotonic() + BATCH_S
    try:
        for item in items:
            if isinstance(item, Ending):
                ending = item
                continue
            making.add(item)
            count = len(making.lines.records) + len(making.lines.rejects)
            if count >= LINES or (count and time.monotonic() >= until):
                yield making.taken()
                until = time.monotonic() + BATCH_S
    except InputError as err:
        yield making.taken(failure=failure_of(err))
        return
    if ending is None:
        raise RuntimeError("a format gave no ending")
    yield making.taken(ending=ending)


def translated(translate: Translator, raw: RawRecord) -> Result:
    """What a raw record becomes, whatever happens."""
    try:
        found = translate(raw)
    except MemoryError:
        raise
    except Exception:
        return _unforeseen(raw)
    return found if isinstance(found, Translated | Rejected | Parked) else _unforeseen(raw)


def _unforeseen(raw: RawRecord) -> Rejected:
    """A fault of ours on one record: kept, named, and nothing of it shown."""
    what = Text("erreur interne sur cette fiche", "internal error on this record")
    todo = Text("signalez AZ-R999 avec la ligne et la version de la correspondance.",
                "report AZ-R999 with the line and the mapping's version.")  # fmt: skip
    return Rejected(raw.address, "", None, "AZ-R999", "", "", "", what, todo, sealed(raw))


def sealed(raw: RawRecord) -> bytes:
    """JSON of a raw record, as results keep it."""
    try:
        return orjson.dumps({"values": raw.values, "tag": raw.tag})
    except (TypeError, ValueError):  # orjson: a lone surrogate, or too deep
        return b"{}"


def failure_of(err: AzalaiError) -> Failure:
    """An error as plain values."""
    if isinstance(err, FormatError):
        return Failure("format", err.code, Text(*err.what), Text(*err.todo), err.line, err.offset,
                       err.missing, err.new)  # fmt: skip
    if isinstance(err, InputError):
        return Failure("input", err.code, Text(*err.what), Text(*err.todo))
    if isinstance(err, DocumentError):
        count = len(err.problems)
        what = Text(f"une correspondance a {count} erreur(s)", f"a mapping has {count} problem(s)")
        todo = Text("lancez « azalai mapping check ».", "run `azalai mapping check`.")
        return Failure("stop", "AZ-M000", what, todo)
    return Failure("stop", "AZ-M000", Text(*err.said), Text(*err.hint_said))
