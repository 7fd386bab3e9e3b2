"""Rows of plain xlsx sheets: their markup to texts (ECMA-376 part 1, 18.3.1)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from azalai.formats.plain_cells import Unplain
from azalai.formats.plain_patterns import Patterns, Values
from azalai.formats.plain_xlsx_cells import BLANK, COMPUTED, NEXT, NONE, Cell, Cells
from azalai.formats.workbook_facts import (
    MAX_CELLS,
    MAX_TEXTS,
    MarkedRow,
    RowMarks,
    SheetFacts,
    letter,
)
from azalai.formats.workbook_facts import number as column_number

_ATTRIBUTES = '(?: (?!r=)[A-Za-z0-9:]+="[^"<&]*")*'
_ROW = re.compile(rf"{_ATTRIBUTES}>{NEXT}")
BLANK_ROWS = rf'(?:<row r="[0-9]{{1,7}}"{_ATTRIBUTES}/>)*'
_BLANK_BEFORE = re.compile(BLANK_ROWS)
_NUMBER = re.compile(r'<row r="([0-9]{1,7})"')
_BEGIN, _ROW_END = '<row r="', "</row>"
ALTERNATIVES = 4
"""Forms of the cells of one column that a pattern knows."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """One form of a column's cells: the column, the kind of the value, whether it is computed."""

    place: int
    kind: str
    computed: bool


class Rows:
    """Makes the rows of one sheet of their markup. For `shared` and `kinds` see `Cells`."""

    def __init__(self, shared: Sequence[str | None], kinds: list[str]) -> None:
        self._cells, self._patterns = Cells(shared, kinds), Patterns(NONE)
        self._keys: dict[int, list[str]] = {}  # of the cells of each column, the last ones
        self._number, self._width = 0, 0
        self._facts = SheetFacts()
        self._long = max(map(len, filter(None, shared)), default=0) * MAX_CELLS > MAX_TEXTS

    def read(self, markup: str) -> Iterator[Sequence[str]]:
        """The rows, blank ones between them too."""
        at = 0
        while at < len(markup):
            for end, rows in self._patterns.rows(markup, at):
                at = end
                self._number += len(rows)
                if self._long:
                    self._facts.holds(sum(sum(map(len, texts)) for texts in rows))
                yield from rows
            if at < len(markup):
                end = markup.index(_ROW_END, at) + len(_ROW_END)
                yield from self._cell_by_cell(markup[at:end])
                at = end
        self._facts.reaches(self._number, self._width)

    def _cell_by_cell(self, row: str) -> Iterator[Sequence[str]]:
        """One row, and the blank ones before it; the next may be like it."""
        row = _BLANK_BEFORE.sub("", row, count=1)
        number = self._later(row)
        first, *markups = _cut(row, number)
        head = _ROW.fullmatch(first)
        if head is None:
            raise Unplain
        cells = [*map(self._cells.read, markups)]
        found = dict(zip(self._places(head.group(1), cells), cells, strict=True))
        yield from [("",) * self._width] * (number - 1 - self._number)
        self._number = number
        self._facts.holds(sum(len(cell.text) for cell in cells))
        texts = [""] * self._width
        for place, cell in found.items():
            texts[place] = cell.text
        marks = RowMarks(
            tuple(place for place, cell in found.items() if cell.error),
            tuple(place for place, cell in found.items() if cell.unsaved),
            tuple(place for place, cell in found.items() if cell.formula),
        )
        yield MarkedRow(texts, marks, plain=True) if any(marks) else tuple(texts)
        if not marks.unsaved:
            self._learn({place: cell.key for place, cell in found.items() if cell.key is not None})

    def _places(self, first: str | None, cells: Sequence[Cell]) -> list[int]:
        """The columns of a row's cells; the last one names no next one."""
        names = [first, *(cell.next for cell in cells)]
        places = [column_number(name) for name in names if name]
        if len(places) != len(cells) or any(a >= b for a, b in pairwise(places)):
            raise Unplain
        if places and places[-1] >= self._width:
            self._width = places[-1] + 1
            self._patterns.forget()
        self._facts.reaches(self._number + 1, self._width)
        return places

    def _learn(self, row: Mapping[int, str]) -> None:
        """A pattern of rows whose cells hold what those of this one or of others do, or nothing."""
        for place, key in row.items():
            keys = self._keys.setdefault(place, [])
            if key not in keys:
                self._keys[place] = [*keys[1 - ALTERNATIVES :], key]
        markup, slots = [f'{_BEGIN}([0-9]+)"{_ATTRIBUTES}>'], list[_Slot]()
        for place in range(self._width):
            there = [BLANK]
            for key in self._keys.get(place, ()):
                value, kind = self._cells.pattern(key)
                there.append(value)
                slots.append(_Slot(place, kind, COMPUTED in key))
            markup.append(rf'(?><c r="{letter(place)}\1"(?:{"|".join(there)})|)')
        self._patterns.learn("".join((*markup, _ROW_END)), partial(self._texts, slots))

    def _texts(self, slots: Sequence[_Slot], rows: list[Values]) -> Sequence[Sequence[str]]:
        """The texts of rows, made slot by slot; each row begins with its number."""
        numbers, *columns = zip(*rows, strict=True)
        first = self._number + 1
        if numbers != tuple(map(str, range(first, first + len(rows)))):
            raise Unplain
        blank = ("",) * len(rows)
        made: list[Sequence[str]] = [blank] * self._width
        marking = list[tuple[_Slot, Values]]()
        for slot, values in zip(slots, columns, strict=True):
            absent = values.count(NONE)
            if absent == len(rows):
                continue
            texts = self._cells.texts(slot.kind, values)
            if (before := made[slot.place]) is not blank:
                texts = [a or b for a, b in zip(before, texts, strict=True)]
            made[slot.place] = texts
            if slot.kind == "e" or slot.computed:
                marking.append((slot, values))
        whole = zip(*made, strict=True)
        return _marked(whole, marking) if marking else list(whole)

    def _later(self, row: str) -> int:
        """A row's number. Unplain where it does not come after the last one."""
        found = _NUMBER.match(row)
        number = int(found.group(1)) if found else 0
        if number <= self._number:
            raise Unplain
        self._facts.reaches(number, self._width)
        return number


def _marked(rows: Iterable[Values], marking: Sequence[tuple[_Slot, Values]]) -> list[Sequence[str]]:
    """The rows with the marks of their cells that are there."""

    def marks(there: tuple[bool, ...]) -> RowMarks:
        slots = [slot for (slot, _), is_there in zip(marking, there, strict=True) if is_there]
        errors = sorted(slot.place for slot in slots if slot.kind == "e")
        return RowMarks(tuple(errors), (), tuple(sorted(s.place for s in slots if s.computed)))

    always = tuple(NONE not in values for _, values in marking)
    if all(always):
        every = marks(always)
        return [MarkedRow(row, every, plain=True) for row in rows]
    known = dict[tuple[bool, ...], RowMarks]()
    found = list[Sequence[str]]()
    where = zip(*([v is not NONE for v in values] for _, values in marking), strict=True)
    for row, there in zip(rows, where, strict=True):
        if there not in known:
            known[there] = marks(there)
        found.append(MarkedRow(row, known[there], plain=True) if any(there) else row)
    return found


def _cut(row: str, number: int) -> list[str]:
    """A row without its end, cut behind each of its references."""
    head = f'{_BEGIN}{number}"'
    if not row.startswith(head) or "\0" in row:
        raise Unplain
    inside = row[len(head) :].removesuffix(_ROW_END)
    return re.sub(rf'(<c r="[A-Z]{{1,3}}){number}"', r"\1" + "\0", inside).split("\0")
