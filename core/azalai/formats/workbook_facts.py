"""What must be known of a workbook before it is opened: its bounds, and cells that lie."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from azalai.errors import FormatError

# The child may have 1.5 GB (`translate.ChildLimits`). calamine holds one sheet whole, some 80 bytes
# a cell of the rectangle from A1 to the last one, empty cells counted, and all its texts.
MAX_FILE = 32_000_000  # bytes as they lie in the folder
MAX_CELLS = 4_000_000  # of one sheet's rectangle: 320 MB
MAX_TEXTS = 300_000_000  # bytes of all parts unpacked, and of one sheet's texts
MAX_COMPUTED = 1_000_000  # cells that formulas of several cells fill, of one sheet
MAX_COLUMNS = 1024
MAX_ROWS = 1_048_576  # what Excel itself can hold


Marks = dict[int, list[str]]


class RowMarks(NamedTuple):
    """The columns, from 0, of a row's error cells, formulas without a saved result, formulas."""

    errors: tuple[int, ...]
    unsaved: tuple[int, ...]
    formulas: tuple[int, ...]


class MarkedRow(list[Any]):
    """The cells of a row that has such; `plain` ones are all texts."""

    __slots__ = ("marks", "plain")

    def __init__(self, cells: Iterable[Any], marks: RowMarks, *, plain: bool) -> None:
        super().__init__(cells)
        self.marks, self.plain = marks, plain


@dataclass(slots=True)
class SheetFacts:
    """What calamine does not say: it gives an error cell and a formula without a saved result
    as an empty cell, a formula as its result. Row → columns of such cells."""

    errors: Marks = field(default_factory=dict)
    unsaved: Marks = field(default_factory=dict)
    formulas: Marks = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    computed: int = 0  # cells of formulas that fill several
    texts: int = 0  # bytes of all its texts, a text that many cells share counted for each

    def mark(self, marks: Marks, row: int, column: str) -> None:
        """Note a cell in one of the marks."""
        marks.setdefault(row, []).append(column)

    def of(self, row: int) -> RowMarks | None:
        """What is noted of a row."""
        if row not in self.errors and row not in self.unsaved and row not in self.formulas:
            return None
        kinds = self.errors, self.unsaved, self.formulas
        return RowMarks(*(tuple(sorted(map(number, one.get(row, ())))) for one in kinds))

    def fills(self, top: int, left: int, bottom: int, right: int) -> None:
        """One formula fills all these cells (rows from 1, columns from 0), and only the first
        says so. Raises FormatError where there are too many."""
        self.computed += max(0, bottom - top + 1) * max(0, right - left + 1)
        if self.computed > MAX_COMPUTED:
            raise too_large("de formules", "formulas")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                self.mark(self.formulas, row, letter(column))

    def reaches(self, rows: int, columns: int) -> None:
        """A cell stands there. Raises FormatError where the sheet becomes too large."""
        self.rows = max(self.rows, rows)
        self.columns = max(self.columns, columns)
        if self.columns > MAX_COLUMNS or self.rows > MAX_ROWS:
            raise too_large("de lignes ou de colonnes", "rows or columns")
        if self.rows * self.columns > MAX_CELLS:
            raise too_large("de cases", "cells")

    def holds(self, size: int) -> None:
        """Its cells hold so many more bytes of text: calamine gives each cell a copy. Raises
        FormatError where the sheet becomes too large."""
        self.texts += size
        if self.texts > MAX_TEXTS:
            raise too_large("de texte", "bytes of text")


def letter(column: int) -> str:
    """A column's letters: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number(letters: str) -> int:
    """The reverse of `letter`: A is 0."""
    found = 0
    for one in letters.upper():
        found = found * 26 + ord(one) - 64
    return found - 1


def too_large(fr: str, en: str) -> FormatError:
    """The error for a workbook over a bound."""
    what = (f"classeur trop grand : trop {fr}", f"workbook too large: too many {en}")
    todo = ("partagez-le, ou exportez en CSV ; effacez les cases loin après la dernière fiche.",
            "split it, or export as CSV; delete cells far after the last record.")  # fmt: skip
    return FormatError("AZ-F050", what, todo)


def hostile(fr: str, en: str) -> FormatError:
    """The error for what a workbook of records does not contain."""
    what = (f"classeur refusé : {fr}", f"workbook refused: {en}")
    todo = ("enregistrez-le à nouveau en .xlsx ou .ods simple, sans macros.",
            "save it again as a plain .xlsx or .ods, without macros.")  # fmt: skip
    return FormatError("AZ-F051", what, todo)


def no_workbook(fr: str, en: str) -> FormatError:
    """The error for a file that is something else, or is damaged."""
    what = (f"ce n'est pas un classeur lisible : {fr}", f"not a readable workbook: {en}")
    todo = ("enregistrez-le en .xlsx ou .ods ; si c'est du texte, déclarez « format: delimited ».",
            "save it as .xlsx or .ods; if it is text, declare `format: delimited`.")  # fmt: skip
    return FormatError("AZ-F052", what, todo)


def encrypted() -> FormatError:
    """The error for a workbook with a password."""
    what = ("le classeur est protégé par un mot de passe", "the workbook has a password")
    todo = ("enregistrez-le sans mot de passe ; le lien, lui, est chiffré.",
            "save it without a password; the link itself is encrypted.")  # fmt: skip
    return FormatError("AZ-F053", what, todo)
