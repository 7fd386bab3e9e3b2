"""An ods workbook's sheets: their reach, error cells, formulas (OpenDocument 1.3 part 3, 9)."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from azalai.formats.workbook_facts import MAX_ROWS, Marks, SheetFacts, hostile, letter, too_large

MAX_ROW = 8_000_000  # bytes between two cells
MAX_REPEAT = MAX_ROWS  # columns or rows said at once
_TAG = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)((?:\s[^>]*)?)>([^<]*"
    rb"(?:<text:p[^>]*>[^<]{0,9})?)"
)
_NAME = re.compile(rb"""\stable:name\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COLUMNS = re.compile(rb"""\stable:number-columns-repeated\s*=\s*["']([0-9]{1,9})["']""")
_ROWS = re.compile(rb"""\stable:number-rows-repeated\s*=\s*["']([0-9]{1,9})["']""")
_OVER = re.compile(rb"""\stable:number-matrix-columns-spanned\s*=\s*["']([0-9]{1,9})["']""")
_DOWN = re.compile(rb"""\stable:number-matrix-rows-spanned\s*=\s*["']([0-9]{1,9})["']""")
_TYPE = re.compile(rb"""\soffice:value-type\s*=\s*["'](?!void)""")
_FORMULA = re.compile(rb"""\stable:formula\s*=""")
_ERROR = re.compile(rb"""\scalcext:value-type\s*=\s*["']error["']""")
# `<text:s text:c="9"/>` stands for nine blanks.
_BLANKS = re.compile(rb"""\stext:c\s*=\s*["']([0-9]{1,18})""")
_SHOWN = re.compile(rb"<text:p[^>]*>(?:#[A-Z/0?!]|Err:)")


def facts(
    markup: Callable[[str], Iterator[bytes]], names: AbstractSet[str]
) -> Mapping[str, SheetFacts]:
    """The facts of each sheet by name; every XML part is looked through once."""
    scan = _Scan()
    for name in sorted(names):
        if name == "content.xml":
            _content(markup(name), scan)
        elif name.endswith((".xml", ".rels", ".vml")):
            for _ in markup(name):
                pass
    return scan.sheets


def _content(pieces: Iterator[bytes], scan: "_Scan") -> None:
    held = b""
    for piece in pieces:
        held += piece
        cut = held.rfind(b"<table:")
        if cut <= 0:
            if len(held) > MAX_ROW:
                raise too_large("de texte en une case", "bytes in one cell")
            continue
        scan.look(held[:cut])
        held = held[cut:]
    scan.look(held)


class _Scan:
    """Follows tables, rows and cells through the pieces."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetFacts] = {}
        self._facts = SheetFacts()
        self._row = 0  # rows before the open one
        self._repeat = 1  # of the open row
        self._column = 0

    def look(self, data: bytes) -> None:
        tags = list(_TAG.finditer(data))
        ends = [tag.start() for tag in tags[1:]] + [len(data)]
        for tag, end in zip(tags, ends, strict=True):
            closing, name, attributes = tag.group(1), tag.group(2), tag.group(3)
            if closing:
                continue
            if name == b"table":
                self._table(attributes)
            elif name == b"table-row":
                self._row += self._repeat
                self._repeat = _repeated(_ROWS, attributes)
                self._column = 0
            else:
                blanks = sum(map(int, _BLANKS.findall(data, tag.end(3), end)))
                self._cell(attributes, tag.group(4), end - tag.end(3) + blanks)

    def _table(self, attributes: bytes) -> None:
        found = _NAME.search(attributes)
        name = html.unescape(((found.group(1) or found.group(2)) if found else b"").decode())
        if name in self.sheets:
            raise hostile("deux feuilles du même nom", "two sheets of one name")
        self._facts = self.sheets[name] = SheetFacts()
        self._row, self._repeat, self._column = 0, 0, 0

    def _cell(self, attributes: bytes, shown: bytes, size: int) -> None:
        first = self._column
        self._column += _repeated(_COLUMNS, attributes)
        formula = _FORMULA.search(attributes)
        typed = _TYPE.search(attributes)
        if typed or formula or b"<text:p" in shown:
            self._facts.reaches(self._row + self._repeat, self._column)
            self._facts.holds(size * (self._column - first) * self._repeat)
        if not formula and not _ERROR.search(attributes):
            return
        columns = [letter(column) for column in range(first, self._column)]
        if formula and (_OVER.search(attributes) or _DOWN.search(attributes)):
            over, down = _repeated(_OVER, attributes), _repeated(_DOWN, attributes)
            self._facts.fills(self._row + 1, first, self._row + down, first + over - 1)
        elif formula:
            self._mark(self._facts.formulas, columns)
        if _ERROR.search(attributes) or _SHOWN.search(shown):
            self._mark(self._facts.errors, columns)
        elif not typed:
            self._mark(self._facts.unsaved, columns)

    def _mark(self, marks: Marks, columns: list[str]) -> None:
        for row in range(self._row + 1, self._row + self._repeat + 1):
            for column in columns:
                self._facts.mark(marks, row, column)


def _repeated(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    count = int(found.group(1)) if found else 1
    if count > MAX_REPEAT:
        raise too_large("de répétitions", "repetitions")
    return count
