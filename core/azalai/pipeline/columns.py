"""Columns told by their values: today's cells of known records against those they had before."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from azalai.mapping import InboundMapping
from azalai.store import Store, Transaction, cell_rows, record_rows
from azalai.store.cell_rows import Marks
from azalai.translate.samples import Sample

SAMPLES = 2_000  # records a run
ENOUGH = 20  # known records with a value, before anything is said of a column


@dataclass(slots=True)
class Comparison:
    """Today's columns (first) and earlier ones (second), in known records.

    `known` counts the records compared; `equal` those whose cells are both filled and the same;
    `reordered` those that differ but hold the same digits; `today` and `before` how often a column
    is filled, `both` how often two are.
    """

    known: int = 0
    equal: Counter[tuple[str, str]] = field(default_factory=Counter)
    both: Counter[tuple[str, str]] = field(default_factory=Counter)
    reordered: Counter[str] = field(default_factory=Counter)
    today: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)

    def take(self, now: Marks, then: Marks) -> None:
        """Count one known record."""
        self.known += 1
        self.today.update(list(now))
        self.before.update(list(then))
        columns = defaultdict(list)
        for column, marks in then.items():
            columns[marks[0]].append(column)
        for column, marks in now.items():
            for other in columns[marks[0]]:
                self.equal[column, other] += 1
            for other in then:
                self.both[column, other] += 1
            old = then.get(column)
            if old is not None and old[0] != marks[0] and old[1:] and old[1:] == marks[1:]:
                self.reordered[column] += 1

    def filled(self, now: str, then: str) -> int:
        """In how many known records one of the two is filled, or both."""
        return self.today[now] + self.before[then] - self.both[now, then]

    def share(self, now: str, then: str) -> int:
        """Per mille of those in which the two are equal; 0 where there are none."""
        filled = self.filled(now, then)
        return 1000 * self.equal[now, then] // filled if filled else 0

    def same_digits(self, column: str) -> int:
        """Per mille of the records in which the column is filled now or before that hold the same
        digits as before, in whatever order."""
        filled = self.filled(column, column)
        kept = self.equal[column, column] + self.reordered[column]
        return 1000 * kept // filled if filled else 0

    def likeliest(self, now: str, among: Sequence[str]) -> tuple[str, int]:
        """The earlier column whose values today's holds most often, and how often, per mille."""
        best = max(among, key=lambda then: (self.share(now, then), then), default="")
        return best, self.share(now, best) if best else 0

    def vanished(self) -> list[str]:
        """Earlier columns with values enough that none of the records has today."""
        return sorted(c for c, n in self.before.items() if n >= ENOUGH and not self.today[c])

    def shares(self) -> dict[str, int]:
        """Column → per mille that is as before, of those with values enough."""
        return {c: self.share(c, c) for c in sorted(self.today.keys() | self.before.keys())
                if self.filled(c, c) >= ENOUGH}  # fmt: skip


def cells_of(raw: bytes, empty: frozenset[str]) -> dict[str, str]:
    """The filled cells of a raw record, JSON as results keep it, as texts by column."""
    try:
        values = json.loads(raw).get("values") or {}  # not orjson: it refuses lone surrogates
    except ValueError:
        return {}
    texts = {column: _text(value) for column, value in values.items()}
    return {column: text for column, text in texts.items() if text and text not in empty}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if value else ""


def empties(mappings: Sequence[InboundMapping]) -> frozenset[str]:
    """What the mappings of a feed take for an empty cell."""
    return frozenset(text for mapping in mappings for text in mapping.empty)


def compare(
    store: Store, feed: str, sample: Mapping[str, bytes], empty: frozenset[str]
) -> Comparison:  # fmt: skip
    """What a sample of raw records, by key, holds against what the store knows of these records;
    nothing is kept."""
    found = Comparison()
    for key, raw in sample.items():
        record = record_rows.find(store.db, store.keys, key)
        then = None if record is None else cell_rows.known(store.db, feed, record)
        if record is not None and then is not None:
            found.take(cell_rows.marks(record, cells_of(raw, empty)), then)
    return found


def kept(store: Store, run: int) -> Comparison:
    """The same of what `keep` has kept of a run, which may have been read in several goes."""
    found = Comparison()
    for now, then in cell_rows.pairs(store.db, run):
        found.take(now, then)
    return found


def keep(
    tx: Transaction, feed: str, run: int, sample: Sample, empty: frozenset[str]
) -> None:  # fmt: skip
    """Keep the marks of a sample: to be compared, and for the runs after this one."""
    for key, raw in sample.raws.items():
        record = record_rows.find(tx.db, tx.keys, key)
        if record is not None:
            made = cell_rows.marks(record, cells_of(raw, empty))
            cell_rows.put(tx, feed, run, record, made)
