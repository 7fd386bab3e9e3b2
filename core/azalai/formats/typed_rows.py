"""Delimited rows of several types: the type stands in one cell, each type has its own cells."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError
from azalai.formats import counting, encodings, lines
from azalai.formats.delimited import dialect, unreadable
from azalai.formats.lines import Lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

Fields = Mapping[str, int]  # name → cell, from 0


class TypedRows:
    """Reads delimited text whose rows have types. Settings (`file:`):

    `encoding`, `delimiter`, `quote`, `ends_with` as in `Delimited`; `segment_at` (the number, from
    1, of the cell that holds the type); `header` and `trailer` (types of the first and the last
    row, never records); `count_at` (the trailer's cell with the number of rows). Under `segments:`
    each type has its fields with the number of their cell; every cell is declared.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"), wide=True)
        self._dialect = dialect(settings.text("delimiter", ";") or ";", settings.text("quote", '"'))
        self._type = (settings.number("segment_at", 1) or 1) - 1
        self._header = settings.text("header")
        self._trailer = settings.text("trailer")
        self._count = settings.number("count_at")
        self._whole = settings.text("ends_with", "newline", among=lines.ENDS_WITH) == "newline"
        settings.done()
        self._segments: dict[str, Fields] = {}
        for tag, spans in (pair for shape in shapes for pair in shape.segments.items()):
            self._segments[tag] = {**self._segments.get(tag, {}), **_cells(tag, spans)}
        for tag, fields in self._segments.items():
            self._check(tag, fields)

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. A row is one record; blank lines are none."""
        source = Lines(stream, self.encoding)
        rows = csv.reader(source.texts(), **self._dialect)
        number, end, header_due = 0, None, self._header is not None
        while end is None:
            line, offset = source.line + 1, source.offset
            address = Address(digest, number + 1, line, offset)
            source.nul = False
            try:
                row = next(rows, None)
            except csv.Error as err:
                if not source.whole or source.line > line:
                    raise lines.cut(line, _QUOTES) from err
                number += 1
                yield _misquoted(address)
                continue
            if row is None:
                break
            tag = row[self._type].strip() if len(row) > self._type else ""
            if header_due and row:
                header_due = False
                if tag != self._header:
                    raise lines.no_header(line)
            elif tag == self._trailer and tag:
                end = row
            elif row:
                number += 1
                at = Address(digest, number, line, offset, tag or None)
                yield self._record(at, tag, row, source)
        yield from self._ended(source, end, number)

    def _record(
        self, address: Address, tag: str, row: list[str], source: Lines
    ) -> RawRecord | Unreadable:
        fields = self._segments.get(tag)
        if fields is None:
            return lines.unknown_segment(address)
        width = max((*fields.values(), self._type)) + 1
        if len(row) == width and not source.nul:
            return RawRecord(address, {name: row[at] for name, at in fields.items()}, tag)
        if not source.whole:
            raise lines.cut(address.line or 0, (f"{len(row)} cases au lieu de {width}",
                                                f"{len(row)} cells instead of {width}"))  # fmt: skip
        return unreadable(address, row, width)

    def _ended(
        self, source: Lines, end: list[str] | None, number: int
    ) -> Iterator[Finding | Ending]:
        if end is None:
            if source.line == 0:
                raise lines.empty()
            if self._trailer is not None:
                raise lines.cut(source.line, lines.NO_TRAILER)
            if self._whole and not source.whole:
                raise lines.cut(source.line, lines.NO_LINE_END, waive=True)
        at, count = source.line, None
        for text in source.texts() if end is not None else ():
            if text.strip("\r\n \x1a"):
                raise lines.after_end(source.line)
        if end is not None and self._count is not None:
            count = counting.stated(end[self._count - 1] if len(end) >= self._count else "")
            if finding := counting.compare(count, number, at):
                yield finding
        yield from source.doubt()
        yield Ending(count, marked=end is not None)

    def _check(self, tag: str, fields: Fields) -> None:
        """Every cell up to the last one is a field's, but that of the type."""
        known = {*fields.values(), self._type}
        lacking = [at + 1 for at in range(max(known)) if at not in known]
        if lacking:
            shown = ", ".join(map(str, lacking))
            raise ConfigurationError(
                f"`segments: {tag}`: cell {shown} has no name",
                fr=f"« segments: {tag} » : la case {shown} n'a pas de nom",
                hint="name it, and write `ignored, <why>` under `columns:` if it is of no use",
                hint_fr="nommez-la, et écrivez « ignored, <pourquoi> » sous « columns: » si elle ne"
                        " sert pas",
            )  # fmt: skip


_QUOTES = ("un guillemet ouvert n'est pas fermé", "an open quote is not closed")


def _cells(tag: str, spans: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    for name, (first, last) in spans.items():
        if first != last:
            raise ConfigurationError(
                f"`segments: {tag}: {name}` takes one cell's number",
                fr=f"« segments: {tag}: {name} » attend le numéro d'une case",
            )
    return {name: first - 1 for name, (first, _) in spans.items()}


def _misquoted(address: Address) -> Unreadable:
    what = Text(f"ligne {address.line} : guillemets mal placés ou case trop longue",
                f"line {address.line}: misplaced quotes, or a cell too long")  # fmt: skip
    todo = Text("corrigez la ligne à la source ; un guillemet se double.",
                "correct the line at its source; a quote is doubled.")  # fmt: skip
    return Unreadable(address, "AZ-F031", what, todo)
