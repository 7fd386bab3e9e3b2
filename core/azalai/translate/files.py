"""Translating a file without a store: records and rejects as JSON lines."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from azalai.documents import Text
from azalai.errors import InputError
from azalai.formats.plausible import Doubt
from azalai.mapping import DateOrders
from azalai.plugin.format import Ending, Finding
from azalai.translate.plan import ChildLimits, Divides, FeedPlan, PartLines, Plan
from azalai.translate.sharing import Scanned, parts, scan
from azalai.translate.worker import Worker, error_of


@dataclass(slots=True)
class Counts:
    """What became of a file's raw records: `read` is the sum of the other four. `error` is set
    where the file is not whole or not what was declared; the counts then end before it."""

    read: int = 0
    translated: int = 0
    rejected: int = 0
    parked: int = 0
    unreadable: int = 0
    findings: list[Finding] = field(default_factory=list)
    ending: Ending | None = None
    error: InputError | None = None

    def add(self, made: PartLines) -> None:
        """Count what became of some of them."""
        self.translated += made.translated
        self.rejected += made.rejected
        self.parked += made.parked
        self.unreadable += made.unreadable
        self.read = self.translated + self.rejected + self.parked + self.unreadable


def translate_file(
    plan: FeedPlan,
    path: Path,
    out: BinaryIO,
    rejects: BinaryIO,
    *,
    with_values: bool = False,
    limits: ChildLimits | None = None,
    processes: int = 1,
) -> Counts:
    """Write one record a line to `out`, one line for each other raw record to `rejects`.

    A line of rejects has the address, code, column, field, rule, what and todo in both languages;
    values (personal data) only `with_values`. Up to `processes` children share the file where its
    format can be read in parts; what is written is the same. Raises ConfigurationError where a
    mapping does not load; InputError only where the file does not open.
    """
    counts, plain = Counts(), Plan(replace(plan, with_meaning=False))
    with ExitStack() as stack:
        first, *others = [stack.enter_context(Worker(plain, limits)) for _ in range(processes)]
        first.launch()
        scanned = scan(path)
        try:
            first.start()
            divides = first.divides()
            if divides is None:
                _whole(first, path, scanned, out, rejects, counts, with_values=with_values)
            else:
                workers = [first, *others[: len(scanned.starts)]]
                _in_parts(workers, path, scanned, divides, out, rejects, counts,
                          with_values=with_values)  # fmt: skip
        except InputError as err:
            counts.error = err
    return counts


def _whole(
    worker: Worker, path: Path, scanned: Scanned, out: BinaryIO, rejects: BinaryIO,
    counts: Counts, *, with_values: bool,
) -> None:  # fmt: skip
    orders = DateOrders()
    for lines in worker.lines(path, scanned.digest, with_values=with_values):
        out.write(lines.records)
        rejects.write(lines.rejects)
        counts.add(lines)
        counts.findings += lines.findings
        counts.ending = lines.ending
        for one in lines.disordered:
            orders.add(one)
    counts.findings += orders.findings(counts.read)


def _in_parts(
    workers: list[Worker], path: Path, scanned: Scanned, divides: Divides, out: BinaryIO,
    rejects: BinaryIO, counts: Counts, *, with_values: bool,
) -> None:  # fmt: skip
    orders, doubt, said = DateOrders(), Doubt(divides.encoding), set[Text]()
    for worker in workers:
        worker.launch()
    for part in parts(workers, path, scanned, divides.lines_before, with_values=with_values):
        out.write(part.records)
        rejects.write(part.rejects)
        counts.add(part)
        counts.findings += [one for one in part.findings if one.what not in said]
        said.update(one.what for one in part.findings)
        for one in part.disordered:
            orders.add(one)
        if part.reached is not None:
            doubt.add(*part.reached.doubt)
        if part.failure is not None:
            raise error_of(part.failure)
    if finding := doubt.finding():
        counts.findings.append(finding)
    counts.findings += orders.findings(counts.read)
    counts.ending = Ending(None, marked=False)
