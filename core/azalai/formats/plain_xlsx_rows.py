"""Rows of plain xlsx sheets: their markup to texts (ECMA-376 part 1, 18.3.1, 18.18.11)."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from azalai.formats import workbook_cells
from azalai.formats.plain_cells import Kept, Unplain, as_they_stand, number, text
from azalai.formats.plain_patterns import KNOWN, Layout, Patterns, Values, union
from azalai.formats.workbook_facts import MAX_CELLS, MAX_TEXTS, SheetFacts, letter
from azalai.formats.workbook_facts import number as column_number

_NEXT = '(?:<c r="([A-Z]{1,3}))?'
_NONE = "\x0b-1"  # what no part may hold: a place that int() makes the last one
_VALUE = r"<v>([^<\x0b]+)</v>"
_INSIDE = {"s": "<v>([0-9]+)</v>", "inlineStr": r"<is><t>([^<\x0b]*)</t></is>"}
_BLANK = '(?: s="[0-9]+")?/>'
_EMPTY_CELL = re.compile(rf'(?: s="[0-9]{{1,6}}")?(?: t="[A-Za-z]+")?(?:/>|></c>){_NEXT}')
_CELL = re.compile(
    r'([^<>]*)>(?:<v>([^<]*)</v>|(<is>)<t( xml:space="preserve")?>([^<]*)</t></is>)</c>' + _NEXT
)
_OPENING = re.compile(r'(?: s="([0-9]{1,6})")?(?: t="(s|n|str|inlineStr)")?')
_ATTRIBUTES = '(?: (?!r=)[A-Za-z0-9:]+="[^"<&]*")*'
_ROW = re.compile(rf"{_ATTRIBUTES}>{_NEXT}")
BLANK_ROWS = rf'(?:<row r="[0-9]{{1,7}}"{_ATTRIBUTES}/>)*'
_BLANK_BEFORE = re.compile(BLANK_ROWS)
_NUMBER = re.compile(r'<row r="([0-9]{1,7})"')
_NO_LEAP_DAY = 61  # serial days before 1 March 1900 are counted in two ways
_MAX_DAY = 2_958_466  # 1 January 10000
_EPOCH = datetime.fromisoformat("1899-12-30")  # of no zone
_SERIAL = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,17})?")
_BEGIN, _ROW_END = '<row r="', "</row>"
Table = Mapping[str, str]


class Rows:
    """Makes the rows of one sheet of their markup. `shared` holds the strings, None for one that
    is not plain, and "" at the place -1; `kinds` what a number is in each style."""

    def __init__(self, shared: Sequence[str | None], kinds: list[str]) -> None:
        self._shared, self._kinds = shared, kinds
        self._tables: dict[str, Table] = {
            "number": _table(number), "day": _table(_day), "str": _table(trimmed),
        }  # fmt: skip
        self._openings, self._patterns = Kept(self._opening), Patterns(_NONE)
        self._layouts: list[Layout] = []
        self._number, self._width = 0, 0
        self._facts = SheetFacts()
        self._long = max(map(len, filter(None, shared)), default=0) * MAX_CELLS > MAX_TEXTS

    def read(self, markup: str) -> Iterator[tuple[str, ...]]:
        """The rows, blank ones between them too."""
        at = 0
        while at < len(markup):
            for end, texts in self._patterns.rows(markup, at):
                at = end
                self._number += 1
                if self._long:
                    self._facts.holds(sum(map(len, texts)))
                yield texts
            if at < len(markup):
                end = markup.index(_ROW_END, at) + len(_ROW_END)
                yield from self._cell_by_cell(markup[at:end])
                at = end
        self._facts.reaches(self._number, self._width)

    def _cell_by_cell(self, row: str) -> Iterator[tuple[str, ...]]:
        """One row, and the blank ones before it; the next may be like it."""
        row = _BLANK_BEFORE.sub("", row, count=1)
        number = self._later(row)
        first, *cells = _cut(row, number)
        head = _ROW.fullmatch(first)
        if head is None:
            raise Unplain
        columns, texts, openings = [head.group(1)], list[str](), dict[int, str]()
        for cell in cells:
            opening, shown, column = self._cell(cell)
            if opening is not None:
                openings[column_number(columns[-1] or "")] = opening
            texts.append(shown)
            columns.append(column)
        places = self._places(columns)
        yield from [("",) * self._width] * (number - 1 - self._number)
        self._number = number
        self._facts.holds(sum(map(len, texts)))
        found = dict(zip(places, texts, strict=True))
        yield tuple(found.get(place, "") for place in range(self._width))
        self._learn(openings)

    def _places(self, columns: list[str | None]) -> list[int]:
        """The columns of a row's cells; the last of `columns` is none."""
        places = [column_number(name) for name in columns if name]
        if len(places) != len(columns) - 1 or any(a >= b for a, b in pairwise(places)):
            raise Unplain
        if places and places[-1] >= self._width:
            self._width = places[-1] + 1
            self._patterns.forget()
        self._facts.reaches(self._number + 1, self._width)
        return places

    def _learn(self, openings: dict[int, str]) -> None:
        """A pattern of rows whose cells hold what those of this one do, or nothing."""
        layout = union(openings, self._layouts)
        self._layouts = [*self._layouts[1 - KNOWN :], layout]
        markup, kinds = [f'{_BEGIN}([0-9]+)"{_ATTRIBUTES}>'], list[str]()
        for place in range(self._width):
            opening = layout.get(place)
            kind = "absent" if opening is None else self._openings[opening]
            there = f"{opening}>{_INSIDE.get(kind, _VALUE)}</c>|{_BLANK}"
            cell = rf'(?:<c r="{letter(place)}\1"(?:{there})|)'
            markup.append(rf'(?:<c r="{letter(place)}\1"{_BLANK}|)()' if opening is None else cell)
            kinds.append(kind)
        self._patterns.learn("".join((*markup, _ROW_END)), partial(self._texts, kinds))

    def _texts(self, kinds: Sequence[str], rows: list[Values]) -> list[Values]:
        """The texts of rows, made column by column; each row begins with its number."""
        numbers, *columns = zip(*rows, strict=True)
        first = self._number + 1
        if numbers != tuple(map(str, range(first, first + len(rows)))):
            raise Unplain
        made = list[Sequence[Any]]()
        for kind, values in zip(kinds, columns, strict=True):
            if kind == "s":
                made.append([*map(self._shared.__getitem__, map(int, values))])
                if None in made[-1]:
                    raise Unplain
            elif kind == "absent":
                made.append(values)
            elif kind in ("str", "inlineStr"):
                made.append(_texts(values))
            else:
                made.append([*map(self._tables[kind].__getitem__, values)])
        return list(zip(*made, strict=True))

    def _later(self, row: str) -> int:
        """A row's number. Unplain where it does not come after the last one."""
        found = _NUMBER.match(row)
        number = int(found.group(1)) if found else 0
        if number <= self._number:
            raise Unplain
        self._facts.reaches(number, self._width)
        return number

    def _cell(self, markup: str) -> tuple[str | None, str, str | None]:
        """A cell after its reference: what stands before its value, None for an empty one; its
        text; the next one's column."""
        if found := _EMPTY_CELL.fullmatch(markup):
            return None, "", found.group(1)
        found = _CELL.fullmatch(markup)
        if found is None:
            raise Unplain
        opening, value, inline, blanks, shown, column = found.groups()
        kind = self._openings[opening]
        if (kind == "inlineStr") != (inline is not None):
            raise Unplain
        if inline is not None:
            return (None if blanks else opening), (kept if blanks else trimmed)(shown), column
        return opening, self._string(value) if kind == "s" else self._tables[kind][value], column

    def _string(self, index: str) -> str:
        """A shared string by its number."""
        if not index.isascii() or not index.isdigit() or int(index) + 1 >= len(self._shared):
            raise Unplain
        shared = self._shared[int(index)]
        if shared is None:
            raise Unplain
        return shared

    def _opening(self, markup: str) -> str:
        """What a cell with these attributes holds: `s`, `str`, `inlineStr`, or a number's kind."""
        found = _OPENING.fullmatch(markup)
        if found is None or int(found.group(1) or 0) >= len(self._kinds):
            raise Unplain
        kind = found.group(2) or "n"
        kind = self._kinds[int(found.group(1) or 0)] if kind == "n" else str(kind)
        if kind == "other":
            raise Unplain
        return kind


def _table(make: Callable[[str], str]) -> Table:
    """What is made of a cell's value; an absent cell is empty."""
    made = Kept(make)
    made[_NONE] = ""
    return made


def _cut(row: str, number: int) -> list[str]:
    """A row without its end, cut behind each of its references."""
    head = f'{_BEGIN}{number}"'
    if not row.startswith(head) or "\0" in row:
        raise Unplain
    inside = row[len(head) :].removesuffix(_ROW_END)
    return re.sub(rf'(<c r="[A-Z]{{1,3}}){number}"', r"\1" + "\0", inside).split("\0")


def _day(value: str) -> str:
    """The day of a serial number, with its time if it has one. Unplain for one of the first."""
    if not _SERIAL.fullmatch(value) or not _NO_LEAP_DAY <= (days := float(value)) < _MAX_DAY:
        raise Unplain
    found = workbook_cells.text(_EPOCH + timedelta(days=days))
    if found is None:
        raise Unplain
    return found


def _texts(values: Sequence[str]) -> list[str]:
    """The texts of many cells that hold their own."""
    found = ["" if one == _NONE else one for one in values]
    return found if as_they_stand(found, "_x") else [*map(trimmed, found)]


def trimmed(markup: str) -> str:
    """A text; Unplain where blanks at its ends are a matter of reading."""
    if markup != markup.strip():
        raise Unplain
    return kept(markup)


def kept(markup: str) -> str:
    """A text with the blanks at its ends. Unplain where it holds an escape (18.4.12, ST_Xstring)."""
    if "_x" in markup:
        raise Unplain
    return text(markup)
