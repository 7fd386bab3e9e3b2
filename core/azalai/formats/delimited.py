"""Delimited text (CSV and its kin), RFC 4180 with a declared delimiter and quote."""

import csv
import sys
from collections.abc import Generator, Iterator, Sequence
from typing import Any, BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError
from azalai.formats import counting, encodings, header, lines, row_blocks
from azalai.formats.lines import Lines
from azalai.formats.settings import Settings
from azalai.plugin.format import (
    Ending,
    Finding,
    Mark,
    RawRecord,
    Reached,
    Rows,
    Shape,
    Unreadable,
)


class Delimited:
    """Reads delimited text. Settings (`file:`):

    `encoding`; `delimiter` (one character, or `tab`; `;`); `quote` (one character or `none`;
    `"`); `header` (`first line` or `none`: the columns stand in the declared order);
    `header_lines` (how many lines stand before the records; the last of them is the header);
    `end` (`starts`: the first cell of the end line, `count`: the number, from 1, of its cell
    that states how many records there are); `ends_with` (see `lines`).
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"), wide=True)
        delimiter = settings.text("delimiter", ";") or ";"
        quote = settings.text("quote", '"')
        self._dialect = dialect(delimiter, quote)
        named = settings.text("header", "first line", among=("first line", "none")) != "none"
        self._header_lines = settings.number("header_lines", 1 if named else 0) or 0
        self._named = named
        self._whole = settings.text("ends_with", "newline", among=lines.ENDS_WITH) == "newline"
        end = settings.part("end")
        self._end = end.text("starts") if end else None
        self._count_cell = end.number("count") if end else None
        if end:
            if self._end is None:
                raise end.required("starts")
            end.done()
        settings.done()
        self._columns = header.declared(shapes)
        self.divides = self._end is None and self.encoding not in encodings.WIDE
        self.lines_before = self._header_lines

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. A row is one record; blank lines are none."""
        source = Lines(stream, self.encoding)
        texts = source.texts()
        rows = csv.reader(texts, **self._dialect)
        names = self._header(source, texts, rows)
        number, end = yield from self._rows(source, rows, names, digest, 0, None)
        if end is not None:
            yield from self._ended(source, texts, end, number, source.line)
            return
        self._check_end(source)
        yield from source.doubt()
        yield Ending(None, marked=False)

    def read_part(
        self, stream: BinaryIO, digest: str, begin: Mark | None, until: int | None
    ) -> Iterator[RawRecord | Rows | Unreadable | Finding | Reached]:
        """See `Divisible.read_part`."""
        source = Lines(stream, self.encoding)
        texts = source.texts()
        rows = csv.reader(texts, **self._dialect)
        names = self._header(source, texts, rows)
        number = source.jump(begin)
        stop = sys.maxsize if until is None else until
        while block := source.block(stop):
            cells = (
                row_blocks.cells_of(block, self.encoding, self._dialect) if source.line else None
            )
            if cells is None:
                source.back()
                until_here = source.offset + len(block)
                number, _ = yield from self._rows(source, rows, names, digest, number, until_here)
            else:
                number = yield from _in_block(source, block, cells, names, digest, number)
        if until is None:
            self._check_end(source)
        yield source.reached(number)

    def _rows(
        self,
        source: Lines,
        rows: Iterator[list[str]],
        names: Sequence[str],
        digest: str,
        number: int,
        until: int | None,
    ) -> Generator[RawRecord | Unreadable, None, tuple[int, list[str] | None]]:
        """The records that begin before `until`; gives their number and the end line, if seen."""
        width, stop = len(names), sys.maxsize if until is None else until
        while (offset := source.offset) < stop:
            line = source.line + 1
            source.nul = False
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as err:
                number += 1
                yield self._broken(source, Address(digest, number, line, offset), err)
                continue
            if len(row) == width and not source.nul and row[0] != self._end:
                number += 1
                yield RawRecord(
                    Address(digest, number, line, offset), dict(zip(names, row, strict=True))
                )
            elif not row:
                continue
            elif row[0] == self._end:
                return number, row
            elif not source.whole:
                raise lines.cut(line, _cells(len(row), width))
            else:
                number += 1
                yield unreadable(Address(digest, number, line, offset), row, width)
        return number, None

    def _header(self, source: Lines, texts: Iterator[str], rows: Iterator[list[str]]) -> list[str]:
        for _ in range(self._header_lines - 1):
            next(texts, None)
        if not self._named:
            for _ in range(min(self._header_lines, 1)):
                next(texts, None)
            return list(self._columns)
        line = source.line + 1
        try:
            cells = next(rows, None)
        except csv.Error as err:
            raise lines.cut(line, _QUOTES) from err
        if not cells or not any(cell.strip() for cell in cells):
            raise lines.empty()
        return header.match(cells, self._columns, line)

    def _broken(self, source: Lines, address: Address, err: csv.Error) -> Unreadable:
        line = address.line or 0
        if not source.whole or "unexpected end" in str(err):
            raise lines.cut(line, _QUOTES) from err
        if source.line > line:  # inside quotes over several lines: where the next row begins
            raise lines.too_long(line, address.offset or 0, csv.field_size_limit()) from err
        what = Text(f"ligne {line} : guillemets mal placés ou case trop longue",
                    f"line {line}: misplaced quotes, or a cell too long")  # fmt: skip
        todo = Text("corrigez la ligne à la source ; un guillemet se double.",
                    "correct the line at its source; a quote is doubled.")  # fmt: skip
        return Unreadable(address, "AZ-F031", what, todo)

    def _ended(
        self, source: Lines, texts: Iterator[str], row: list[str], number: int, line: int
    ) -> Iterator[Finding | Ending]:
        for text in texts:
            if text.strip():
                raise lines.after_end(source.line)
        count = None
        if self._count_cell is not None:
            cell = row[self._count_cell - 1] if len(row) >= self._count_cell else ""
            count = counting.stated(cell)
            if count is None and not source.whole:
                raise lines.cut(line, lines.NO_TRAILER)
            if finding := counting.compare(count, number, line):
                yield finding
        yield from source.doubt()
        yield Ending(count, marked=True)

    def _check_end(self, source: Lines) -> None:
        if source.line == 0:
            raise lines.empty()
        if self._end is not None:
            raise lines.cut(source.line, lines.NO_TRAILER)
        if self._whole and not source.whole:
            raise lines.cut(source.line, lines.NO_LINE_END, waive=True)


def _in_block(
    source: Lines, block: bytes, cells: list[list[str]], names: Sequence[str], digest: str,
    number: int,
) -> Generator[Rows | Unreadable, None, int]:  # fmt: skip
    """The records of one block, each line a row; gives the number of the last."""
    runs = row_blocks.runs(block, cells, tuple(names), digest, number + 1, source.line + 1,
                           source.offset)  # fmt: skip
    for run in runs:
        if isinstance(run, Rows):
            number += len(run.cells)
            yield run
            continue
        line, offset, row = run
        if row:
            number += 1
            yield unreadable(Address(digest, number, line, offset), row, len(names))
    source.took(block, len(cells))
    return number


_QUOTES = ("un guillemet ouvert n'est pas fermé", "an open quote is not closed")


def _cells(found: int, width: int) -> tuple[str, str]:
    return f"{found} cases au lieu de {width}", f"{found} cells instead of {width}"


def unreadable(address: Address, row: list[str], width: int) -> Unreadable:
    """A row with another number of cells than `width`, or with a NUL byte."""
    if len(row) != width:
        fr, en = _cells(len(row), width)
        what = Text(f"ligne {address.line} : {fr}", f"line {address.line}: {en}")
        todo = Text("un séparateur dans un texte demande des guillemets autour.",
                    "a delimiter inside a text needs quotes around it.")  # fmt: skip
        return Unreadable(address, "AZ-F030", what, todo)
    what = Text(f"ligne {address.line} : octet nul", f"line {address.line}: a NUL byte")
    todo = Text("la ligne est abîmée ; refaites l'export.", "the line is damaged; export again.")
    return Unreadable(address, "AZ-F032", what, todo)


def dialect(delimiter: str, quote: str | None) -> dict[str, Any]:
    """The csv module's settings for `delimiter` and `quote`. ConfigurationError."""
    delimiter = "\t" if delimiter == "tab" else delimiter
    if len(delimiter) != 1 or delimiter in "\r\n\0":
        raise ConfigurationError(
            "`file: delimiter` takes one character, or tab",
            fr="« file: delimiter » attend un caractère, ou tab",
        )
    if quote in (None, "none"):
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}
    if quote is None or len(quote) != 1 or quote == delimiter:
        raise ConfigurationError(
            "`file: quote` takes one character, or none",
            fr="« file: quote » attend un caractère, ou none",
        )
    return {"delimiter": delimiter, "quotechar": quote, "strict": True, "doublequote": True}
