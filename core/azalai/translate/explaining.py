"""The address of every value: input, cell, rule, entry of a code list, field."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from azalai.address import Address
from azalai.documents import Map
from azalai.errors import InputError
from azalai.mapping import InboundMapping, Translated
from azalai.mapping.inbound_model import Line, lines_by_column
from azalai.translate.plan import FeedPlan, Plan
from azalai.translate.preview import cells, shown_record
from azalai.translate.worker import Worker


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry of a code list that read a value: its file and line, its first and last day (""
    and 9999-12-31: no end), the list's version."""

    code_list: str
    file: str
    line: int
    since: str
    until: str
    version: str


@dataclass(frozen=True, slots=True)
class Way:
    """One value's way: from a cell (`column`; "": declared by the mapping), by a rule, to a field.

    `rule` is `file:line` of the mapping, `written` that rule as it stands there (of a column without
    a line: `ignored`, or how it is declared, where it joins, groups or decides). `position` is
    first-last character or byte, in fixed width. `value` and `given` are personal data.
    """

    column: str
    position: str
    field: str
    rule: str
    written: str
    entry: Entry | None
    value: str
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One raw record: where it lies, what became of it, the way of each value. `at` is what
    stopped it: column or field, and why."""

    address: Address
    mapping: str
    state: str
    at: str
    why: Any
    ways: tuple[Way, ...]

    def as_dict(self, *, with_values: bool) -> dict[str, Any]:
        """For machines; without values unless they are asked for."""
        a = self.address
        return {
            "input": {"sha256": a.input_digest, "part": a.part, "number": a.number, "line": a.line,
                      "offset": a.offset},
            "mapping": self.mapping, "state": self.state, "at": self.at,
            "values": [_way(one, with_values=with_values) for one in self.ways],
        }  # fmt: skip


def explain(mapping: InboundMapping, plan: FeedPlan, path: Path) -> Iterator[Explained]:
    """Each raw record of a file, in its order. Personal data. InputError where it does not read."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as err:
        raise InputError(("le fichier ne s'ouvre pas", "the file cannot be opened"),
                         code="AZ-F101") from err  # fmt: skip
    explainer = _Explainer(mapping)
    with Worker(Plan(plan)) as worker:
        for batch in worker.read(path, digest, with_raws=True):
            for result, raw in zip(batch.results, batch.raws, strict=True):
                yield explainer.explained(result, json.loads(raw).get("values") or {})


class _Explainer:
    def __init__(self, mapping: InboundMapping) -> None:
        self._mapping = mapping
        self._lines = lines_by_column(mapping)
        self._rules = {one.name: one.rule for one in mapping.columns}
        self._positions = {name: f"{first}-{last}" for spans in mapping.shape.segments.values()
                           for name, (first, last) in spans.items()}  # fmt: skip

    def explained(self, result: Any, values: dict[str, Any]) -> Explained:
        record: dict[str, list[str]] = {}
        state, at, why = "translated", "", None
        if isinstance(result, Translated):
            record = shown_record(self._mapping.kind, json.loads(result.record or b"{}"))
            record["key"] = [result.key]
        else:
            state = type(result).__name__.lower()
            at, why = getattr(result, "column", "") or getattr(result, "field", ""), result.what
        day = _day(result)
        ways = [way for (name, shown), value in cells(values) if self._filled(value)
                for way in self._from(name, shown, value, record, day)]  # fmt: skip
        ways += self._declared(record)
        label = getattr(result, "mapping", "") or self._mapping.label
        return Explained(result.address, label, state, at, why, tuple(ways))

    def _from(
        self, name: str, shown: str, value: str, record: dict[str, list[str]], day: date
    ) -> Iterator[Way]:
        position = self._positions.get(name, "")
        lines = self._lines.get(name, [])
        for line in lines:
            yield Way(shown, position, line.target, self._at(line.place.line),
                      line.expression.text, self._entry(line, value, day), value,
                      tuple(record.get(line.target, ())))  # fmt: skip
        if not lines:
            at = self._mapping.column_lines.get(name)
            yield Way(shown, position, "", self._at(at) if at else "", self._rules.get(name, ""),
                      None, value, ())  # fmt: skip

    def _filled(self, value: str) -> bool:
        return bool(value.strip()) and value.strip() not in self._mapping.empty

    def _declared(self, record: dict[str, list[str]]) -> Iterator[Way]:
        block = self._mapping.document.root.get("always")
        for entry in block if isinstance(block, Map) else ():
            name = entry.key.text
            if name in record:
                yield Way("", "", name, self._at(entry.key.place.line), "always", None, "",
                          tuple(record[name]))  # fmt: skip

    def _entry(self, line: Line, value: str, day: date) -> Entry | None:
        for call in line.expression.calls:
            table = None
            if call.name == "code" and call.arguments:
                table = self._mapping.tables.get(call.arguments[0].text)
            found = None if table is None else table.on(day).get(value.strip())
            if table is not None and found is not None:
                return Entry(table.name, table.file, found.line, found.since, found.until,
                             found.since or table.version)  # fmt: skip
        return None

    def _at(self, line: int) -> str:
        return f"{self._mapping.path.name}:{line}"


def _day(result: Any) -> date:
    """The day whose entries read the record: its own, else today."""
    as_of = getattr(result, "as_of", None)
    return date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()


def _way(one: Way, *, with_values: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"column": one.column, "position": one.position, "field": one.field,
                            "rule": one.rule, "written": one.written}  # fmt: skip
    if one.entry is not None:
        e = one.entry
        made["code_list"] = {"name": e.code_list, "file": e.file, "line": e.line,
                             "since": e.since, "until": e.until, "version": e.version}  # fmt: skip
    if with_values:
        made |= {"value": one.value, "gives": list(one.given)}
    return made
