"""One sheet's rows: titles above, a header of one or two rows, records, perhaps an end row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import FormatError
from azalai.formats import header, lines, workbook_cells
from azalai.formats.sheet_marks import LOST, UNTITLED, Flaw, Judged, Judgement, computed
from azalai.formats.workbook_facts import MAX_ROWS, MarkedRow, letter
from azalai.formats.workbook_sheets import Row, Sheets
from azalai.plugin.format import Column, Finding, RawRecord, Unreadable

_JOIN = " / "
_TODO = ("vérifiez « header_row: » et la feuille.", "check `header_row:` and the sheet.")


@dataclass(frozen=True, slots=True)
class End:
    """The end row: what its first column says, and the column, from 1, of its count."""

    starts: str
    count: int | None


class Sheet:
    """Reads one sheet. After `read`, `number` is that of the last record, `stated` the end row's
    count and `end_row` its row."""

    def __init__(
        self, name: str, digest: str, row: int, rows: int, end: End | None, sheets: Sheets
    ) -> None:
        self._name = name
        self._digest = digest
        self._first, self._last = row, row + rows - 1
        self._end = end
        self._sheets = sheets
        self._ignored: set[int] = set()  # columns, from 0
        self._required: set[int] = set()
        self._formulas, self._formula = 0, ""  # how many, and where the first is
        self.number = 0
        self.stated: int | None = None
        self.end_row: int | None = None

    def read(
        self, columns: dict[str, Column], number: int
    ) -> Iterator[RawRecord | Unreadable | Finding]:
        """The records, numbered on from `number`."""
        rows = self._sheets.rows(self._name)
        heads: list[Row] = []
        for row, cells in enumerate(rows, 1):
            if row < self._first:
                continue
            heads.append(cells)
            if row == self._last:
                break
        names = self._header(heads, columns)
        self._ignored = {p for p, n in enumerate(names) if n and columns[n].rule == "ignored"}
        self._required = {p for p, n in enumerate(names) if n and columns[n].rule == "required"}
        at = {name: place for place, name in enumerate(names) if name}
        first, width = min(at.values()), len(at)
        straight = max(at.values()) < width
        judged = Judged(self._ignored, self._required)
        row = self._last
        for row, cells in enumerate(rows, self._last + 1):
            plain, marks = cells.__class__ is tuple, None
            if not plain and isinstance(cells, MarkedRow):
                plain, marks = cells.plain, judged[cells.marks]
            if not any(cells) and _blank(cells) and not (marks and marks.hidden):
                if marks:
                    self._computed(marks, row)
                continue
            if self._end and self.end_row:
                raise self._placed(lines.after_end(row))
            if self._end and (workbook_cells.text(cells[first]) or "").strip() == self._end.starts:
                self._ended(cells, row)
                continue
            number += 1
            address = Address(self._digest, number, row, None, self._name)
            if marks:
                self._computed(marks, row)
            if marks and marks.flaw:
                yield self._flaw(address, *marks.flaw)
            elif plain and (len(cells) == width or (straight and not any(cells[width:]))):
                yield RawRecord(address, dict(zip(at, cells, strict=False)), self._name)
            else:
                yield self._record(address, cells, at, names)
        self.number = number
        if self._end and self.end_row is None:
            raise self._placed(lines.cut(row, lines.NO_TRAILER))
        yield from self._merged()

    def formulas(self) -> Finding | None:
        """A finding where cells of records are computed."""
        return computed(self._name, self._formulas, self._formula) if self._formulas else None

    def _header(self, heads: list[Row], columns: dict[str, Column]) -> list[str]:
        """The declared name of each column, "" for one without a name."""
        if len(heads) != self._last - self._first + 1:
            raise self._placed(_no_header(self._first))
        texts = [[_head(cell) for cell in cells] for cells in heads]
        titles = texts[0] if len(texts) == 1 else self._joined(texts[0], texts[1])
        places = [place for place, title in enumerate(titles) if title]
        if not places:
            raise self._placed(_no_header(self._first))
        try:
            found = header.match([titles[p] for p in places], columns, self._last)
        except FormatError as err:
            raise self._placed(err, _TODO if err.code == "AZ-F002" else err.todo) from err
        names = [""] * len(titles)
        for place, name in zip(places, found, strict=True):
            names[place] = name
        return names

    def _joined(self, upper: list[str], lower: list[str]) -> list[str]:
        """Two header rows: an upper cell that is merged stands over all its columns; where the
        file does not say what is merged (ods), over those without an upper cell of their own."""
        over = list(upper)
        merged = self._sheets.merged(self._name)
        if merged is None:
            for place in range(1, len(over)):
                if not over[place] and lower[place]:
                    over[place] = over[place - 1]
        for (top, left), (bottom, right) in merged or ():
            if top <= self._first - 1 <= bottom and left < len(upper):
                for place in range(left, min(right + 1, len(over))):
                    over[place] = upper[left]
        return [_JOIN.join(t for t in pair if t) for pair in zip(over, lower, strict=True)]

    def _merged(self) -> Iterator[Finding]:
        """Cells merged over several records: only the first of them has the value."""
        ranges = self._sheets.merged(self._name) or ()
        end = self.end_row or MAX_ROWS
        tall = [(t, left) for (t, left), (b, _) in ranges if self._last <= b < end and b > t]
        if tall:
            top, left = min(tall)
            place = f"{letter(left)}{top + 1}"
            what = Text(f"feuille « {self._name} » : cases fusionnées sur plusieurs lignes,"
                        f" la première en {place}",
                        f"sheet `{self._name}`: cells merged over several rows, the first in"
                        f" {place}")  # fmt: skip
            todo = Text("défusionnez-les et écrivez la valeur sur chaque ligne.",
                        "unmerge them and write the value on each row.")  # fmt: skip
            yield Finding("AZ-F026", what, todo)

    def _ended(self, cells: Row, row: int) -> None:
        self.end_row = row
        count = self._end.count if self._end else None
        if count is not None and count <= len(cells):
            text = workbook_cells.text(cells[count - 1])
            stated = (text or "").strip()
            self.stated = int(stated) if stated.isascii() and stated.isdigit() else None

    def _record(
        self, address: Address, cells: Row, at: dict[str, int], names: list[str]
    ) -> RawRecord | Unreadable:
        texts = [cell if cell.__class__ is str else workbook_cells.text(cell) for cell in cells]
        for place, text in enumerate(texts):
            if text is None and place in self._ignored:
                texts[place] = ""
            elif text is None:
                return self._flaw(address, LOST, place)
            if text and (place >= len(names) or not names[place]):
                return self._flaw(address, UNTITLED, place)
        return RawRecord(address, {name: texts[place] for name, place in at.items()}, self._name)

    def _computed(self, marks: Judgement, row: int) -> None:
        if marks.formulas:
            self._formula = self._formula or f"{letter(marks.formulas[0])}{row}"
            self._formulas += len(marks.formulas)

    def _flaw(self, address: Address, flaw: Flaw, column: int) -> Unreadable:
        place, why = f"{letter(column)}{address.line}", flaw.why
        what = Text(f"feuille « {self._name} », case {place} : {why[0]}",
                    f"sheet `{self._name}`, cell {place}: {why[1]}")  # fmt: skip
        return Unreadable(address, flaw.code, what, Text(*flaw.todo))

    def _placed(self, err: FormatError, todo: tuple[str, str] | None = None) -> FormatError:
        """The same error with the sheet's name before it."""
        what = (f"feuille « {self._name} », {err.what[0]}", f"sheet `{self._name}`, {err.what[1]}")
        return FormatError(err.code, what, todo or err.todo, line=err.line,
                           missing=err.missing, new=err.new)  # fmt: skip


def _head(cell: Any) -> str:
    """A header cell on one line: titles are often broken with Alt+Enter."""
    return " ".join((workbook_cells.text(cell) or "").split())


def _blank(cells: Row) -> bool:
    return all(cell == "" for cell in cells)


def _no_header(row: int) -> FormatError:
    what = f"ligne {row} : pas d'en-tête", f"line {row}: no header"
    return FormatError("AZ-F002", what, _TODO, line=row)
