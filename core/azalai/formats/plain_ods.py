"""A plain ods sheet read row by row, without holding it (OpenDocument 1.3 part 3, 9)."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from azalai.formats.plain_cells import NUMBER, Kept, Unplain, as_they_stand, number, text
from azalai.formats.plain_patterns import KNOWN, Layout, Patterns, Values, union
from azalai.formats.plain_rows import Around
from azalai.formats.workbook_facts import MAX_ROWS, SheetFacts
from azalai.formats.workbook_zip import MARKUP, Parts

_CONTENT = "content.xml"
_TABLE = (
    r'<table:table(?=\s)[^<>]*\stable:name="({})"[^<>]*>'
    r"(?:</?table:table-columns>|<table:table-column(?:\s[^<>]*)?/>)*"
    r"(?=<table:table-row[\s>]|</table:table>)"
)
_ANY_TABLE = re.compile(rb"<table:table\s")
_NAMED = re.compile(rb'<table:table(?=\s)[^<>]*\stable:name="([^"<>]*)"[^<>]*>')
_PLAIN_NAME = re.compile("""[^"'<>&]+""")
_ATTRIBUTE = ' [a-z]+:[a-z-]+="[^"<]*"'
_ONE = re.compile(' ([a-z]+:[a-z-]+)="([^"<]*)"')
_ATTRIBUTES = re.compile(f"(?:{_ATTRIBUTE})*")
_SHOWN = "<text:p>([^<]*)</text:p>"
_CELL = re.compile(rf"((?:{_ATTRIBUTE})*)(?:/>|>(?:{_SHOWN}|<text:p/>)?</table:table-cell>)")
_BEGIN, _ROW_END = "<table:table-cell", "</table:table-row>"
_EMPTY = '(?: table:style-name="[^"<]*")?/>'
_BLANK = f"{_BEGIN}{_EMPTY}()"
_ROW = re.compile(rf"<table:table-row((?:{_ATTRIBUTE})*)>")
_COLUMNS, _ROWS = "table:number-columns-repeated", "table:number-rows-repeated"
_STYLES = {"table:style-name", "table:content-validation-name", "table:default-cell-style-name"}
_TYPES = {"", "string", "float", "date"}
_FORMS = {
    "float": ("office:value", NUMBER),
    "date": (
        "office:date-value",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T(?!00:00:00)[0-9]{2}:[0-9]{2}:[0-9]{2})?",
    ),
}


class PlainOds:
    """A workbook of one sheet that may be plain: the one that is wanted, None for the first.
    Every part but the sheet is proved at once.

    Raises Unplain where calamine must read it, FormatError as `Parts.markup`.
    """

    def __init__(self, parts: Parts, wanted: Sequence[str | None]) -> None:
        self._parts = parts
        parts.refuse_encrypted()
        for name in parts.names - {_CONTENT}:
            if name.endswith(MARKUP):
                for _ in parts.markup(name):
                    pass
        name = wanted[0] if wanted[0] is not None else self._first()
        if len(wanted) > 1 or not _PLAIN_NAME.fullmatch(name):
            raise Unplain
        self.names = [name]
        self._filled = False

    def filled(self, name: str) -> bool:
        """Whether there is a filled cell. Unplain where none is found: another sheet may be meant."""
        if not self._filled and not any(map(any, self.rows(name))):
            raise Unplain
        self._filled = True
        return True

    def prove(self, name: str) -> None:
        """Look through a sheet that is not read: there is none."""

    def rows(self, name: str) -> Iterator[Sequence[str]]:
        """See `PlainXlsx.rows`."""
        begin = re.compile(_TABLE.format(re.escape(name)).encode())
        around = Around(begin, b"</table:table>", b"</table:table-row>", watch=_ANY_TABLE)
        reader = _Rows()
        for markup in around.rows(self._parts, _CONTENT):
            yield from reader.read(markup)
        if around.watched > 1:
            raise Unplain

    def merged(self, name: str) -> None:
        """See `PlainXlsx.merged`; where cells are merged, a sheet is not plain."""

    def _first(self) -> str:
        held = b""
        for piece in self._parts.chunks(_CONTENT):
            held += piece
            if found := _NAMED.search(held):
                try:
                    return found.group(1).decode()
                except UnicodeDecodeError as err:
                    raise Unplain from err
            held = held[-4096:]
        raise Unplain


class _Rows:
    """Makes the rows of one sheet of their markup."""

    def __init__(self) -> None:
        self._openings, self._heads = Kept(_opening), Kept(_head)
        self._patterns = Patterns("")
        self._layouts: list[tuple[int, Layout]] = []
        self._number, self._width, self._blank = 0, 0, 0
        self._facts = SheetFacts()

    def read(self, markup: str) -> Iterator[Sequence[str]]:
        """The rows; blank ones only where one follows that is not."""
        at = 0
        while at < len(markup):
            for end, rows in self._patterns.rows(markup, at):
                at = end
                for texts in rows:
                    if self._blank or not any(texts):
                        yield from self._given(texts, 1)
                        continue
                    self._number += 1
                    yield texts
            if at < len(markup):
                end = markup.index(_ROW_END, at)
                head, *cells = markup[at:end].split(_BEGIN)
                yield from self._cell_by_cell(head, cells)
                at = end + len(_ROW_END)
        self._facts.reaches(self._number, self._width)

    def _given(self, texts: Sequence[str], times: int) -> Iterator[Sequence[str]]:
        """A row so many times, after the blank ones before it."""
        if not any(texts):
            self._blank += times
            return
        self._number += self._blank + times
        if self._blank or times > 1:
            self._facts.reaches(self._number, self._width)
            self._facts.holds(times * sum(map(len, texts)))
            yield from [("",) * self._width] * self._blank
            self._blank = 0
        yield from [texts] * times

    def _cell_by_cell(self, head: str, cells: Sequence[str]) -> Iterator[Sequence[str]]:
        """One row; the next may be like it."""
        times, texts, blank = self._heads[head], list[str](), 0
        for cell in cells:
            value, over = self._cell(cell)
            if not value:
                blank += over
                continue
            self._facts.reaches(self._number, len(texts) + blank + over)
            self._facts.holds(len(value) * over)
            texts += [""] * blank + [value] * over
            blank = 0
        if len(texts) > self._width:
            self._width = len(texts)
            self._facts.reaches(self._number + 1, self._width)
            self._patterns.forget()
        texts += [""] * (self._width - len(texts))
        yield from self._given(tuple(texts), times)
        if times == 1:
            self._learn(head, cells)

    def _cell(self, markup: str) -> tuple[str, int]:
        """A cell's text, and how many columns it fills."""
        parts = _CELL.fullmatch(markup)
        if parts is None:
            raise Unplain
        opening, shown = parts.groups()
        kind, value, times, _ = self._openings[opening]
        if not kind and shown:
            raise Unplain
        return _folded(shown or "") if kind == "string" else value, times

    def _learn(self, head: str, cells: Sequence[str]) -> None:
        """A pattern of rows whose cells hold what those of this one do, or nothing."""
        layout, lengths = dict[int, str](), list[int]()
        for place, cell in enumerate(cells):
            kind, _, times, pattern = self._openings[cell.partition(">")[0].removesuffix("/")]
            lengths.append(times)
            if kind and times > 1:
                return
            if kind or times > 1:
                layout[place] = pattern
        whole = union(layout, [one for count, one in self._layouts if count == len(cells)])
        self._layouts = [*self._layouts[1 - KNOWN :], (len(cells), whole)]
        rest = self._width - sum(lengths)
        if rest >= 0:
            parts = (whole.get(place, _BLANK) for place in range(len(cells)))
            markup = "".join((re.escape(head), *parts, "()" * rest, _ROW_END))
            self._patterns.learn(markup, _checked)


def _checked(rows: list[Values]) -> Sequence[Values]:
    """The texts of rows, looked through together where none of them needs a look of its own."""
    if as_they_stand(chain.from_iterable(rows), "  "):
        return rows
    return [tuple(map(_folded, values)) for values in rows]


def _head(markup: str) -> int:
    """How often a row stands there."""
    found = _ROW.fullmatch(markup)
    if found is None:
        raise Unplain
    return _times(_attributes(found.group(1)), _ROWS)


def _opening(markup: str) -> tuple[str, str, int, str]:
    """A cell's type, "" where it is empty, its text if that stands there, how often it does; and
    the pattern of cells like it."""
    if not _ATTRIBUTES.fullmatch(markup):
        raise Unplain
    given = _attributes(markup)
    times = _times(given, _COLUMNS)
    kind, also = given.pop("office:value-type", ""), given.pop("calcext:value-type", "")
    where, form = _FORMS.get(kind, ("", ""))
    value = given.pop(where, "")
    if kind not in _TYPES or also not in ("", kind) or given.keys() - _STYLES:
        raise Unplain
    if not kind:
        return "", "", times, re.escape(f"{_BEGIN}{markup}/>") + "()" * times
    begin, _, end = markup.partition(f'{where}="{value}"')
    said = f'{re.escape(begin)}{where}="({form})"{re.escape(end)}><text:p>[^<]*</text:p>'
    there = said if where else re.escape(markup) + "><text:p>([^<]*)</text:p>"
    text_ = number(value) if kind == "float" else value
    if kind == "date" and not re.fullmatch(form, value):
        raise Unplain
    return kind, text_, times, f"{_BEGIN}(?:{there}</table:table-cell>|{_EMPTY})"


def _folded(shown: str) -> str:
    """A text whose blanks say what they say (part 3, 6.1.2)."""
    if shown != shown.strip() or "  " in shown or "\t" in shown or "\n" in shown:
        raise Unplain
    return text(shown)


def _attributes(markup: str) -> dict[str, str]:
    pairs = _ONE.findall(markup)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unplain
    return found


def _times(given: dict[str, str], name: str) -> int:
    value = given.pop(name, "1")
    if not value.isascii() or not value.isdigit() or not 0 < int(value) <= MAX_ROWS:
        raise Unplain
    return int(value)
