"""A workbook's sheets: plain ones read row by row, all others whole, once proved harmless."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Protocol, TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError
from python_calamine import SheetTypeEnum as SheetType

from azalai.formats import lines, workbook_xls, workbook_zip
from azalai.formats.plain_cells import Unplain
from azalai.formats.plain_ods import PlainOds
from azalai.formats.plain_xlsx import PlainXlsx
from azalai.formats.workbook_facts import (
    MAX_FILE,
    MarkedRow,
    SheetFacts,
    encrypted,
    no_workbook,
    too_large,
)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
T = TypeVar("T")
Row = Sequence[Any]
"""A tuple is all texts, without errors and formulas; a MarkedRow has such; another list is what
calamine gave, texts as they are."""
Ranges = Sequence[tuple[tuple[int, int], tuple[int, int]]]


class _Plain(Protocol):
    names: list[str]

    def filled(self, name: str) -> bool: ...

    def prove(self, name: str) -> None: ...

    def rows(self, name: str) -> Iterator[Sequence[str]]: ...

    def merged(self, name: str) -> Ranges | None: ...


class Sheets:
    """The sheets of one workbook, by name. `wanted` names those that are read, or is None for the
    one that is filled; `whole` has calamine read all of them, as it must where a header depends
    on what is merged.

    Where a plain sheet turns out not to be one, the workbook is proved and read whole from the
    next row on: `names` may then be more. Raises FormatError where it is none of ours.
    """

    def __init__(self, data: bytes, wanted: Sequence[str | None], *, whole: bool) -> None:
        self._data = data
        self._whole: _Whole | None = None
        self._plain: _Plain | None = None
        if not whole and data.startswith(_ZIP) and len(data) <= MAX_FILE:
            with suppress(Unplain):
                self._plain = _plain(data, wanted)

    @property
    def names(self) -> list[str]:
        """Its worksheets in their order, hidden ones too."""
        return self._plain.names if self._plain else self._read_whole().names

    def filled(self, name: str) -> bool:
        """Whether a sheet has a filled cell."""
        if self._plain:
            try:
                return self._plain.filled(name)
            except Unplain:
                self._plain = None
        return self._read_whole().filled(name)

    def leave(self, name: str) -> None:
        """A sheet that is not read is looked through all the same. FormatError."""
        if self._plain:
            try:
                self._plain.prove(name)
            except Unplain:
                self._plain = None

    def rows(self, name: str) -> Iterator[Row]:
        """The rows from row 1 and column A on, each at least as long as those before it."""
        count, filled = 0, False  # of the plain rows
        row: Row = ()
        if self._plain:
            try:
                for row in self._plain.rows(name):
                    count += 1
                    filled = filled or any(row)
                    yield row
            except Unplain:
                filled = False
            if filled:
                return
            self._plain = None
        width = len(row)
        for cells in islice(self._read_whole().rows(name), count, None):
            cells.extend([""] * (width - len(cells)))
            yield cells

    def merged(self, name: str) -> Ranges | None:
        """What is merged on a sheet, once its rows are read; None where the file does not say."""
        if self._plain:
            return self._plain.merged(name)
        return self._read_whole().sheet(name).merged_cell_ranges

    def _read_whole(self) -> "_Whole":
        if self._whole is None:
            self._whole = _Whole(self._data)
        return self._whole


def _plain(data: bytes, wanted: Sequence[str | None]) -> _Plain | None:
    parts = workbook_zip.Parts(data)
    parts.prove_others()
    if "xl/workbook.xml" in parts.names:
        return PlainXlsx(parts)
    return PlainOds(parts, wanted) if "content.xml" in parts.names else None


class _Whole:
    """A workbook that calamine reads."""

    def __init__(self, data: bytes) -> None:
        self.facts = _facts(data)
        self._book = _called(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)))
        self.names = [m.name for m in self._book.sheets_metadata if m.typ == SheetType.WorkSheet]
        self._sheet: tuple[str, CalamineSheet] | None = None
        self._filled: dict[str, bool] = {}

    def filled(self, name: str) -> bool:
        """Whether a sheet has a filled cell."""
        if name not in self._filled:
            self._filled[name] = self.sheet(name).start is not None
        return self._filled[name]

    def sheet(self, name: str) -> CalamineSheet:
        """A sheet; the last one is kept."""
        if self._sheet is None or self._sheet[0] != name:
            self._sheet = None
            self._sheet = name, _called(lambda: self._book.get_sheet_by_name(name))
        return self._sheet[1]

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows from row 1 and column A on. Where calamine sees no cell any more, a formula
        without a saved result may still stand."""
        if name not in self.facts:
            raise no_workbook("une feuille introuvable", "a sheet that cannot be found")
        facts, row, blank = self.facts[name], 0, list[Any]()
        last = max(max(one, default=0) for one in (facts.errors, facts.unsaved, facts.formulas))
        for row, cells in enumerate(_rows(self.sheet(name)), 1):
            marks, blank = facts.of(row), [""] * len(cells)
            yield cells if marks is None else MarkedRow(cells, marks, plain=False)
        for after in range(row + 1, last + 1):
            marks = facts.of(after)
            yield [*blank] if marks is None else MarkedRow(blank, marks, plain=False)


def _facts(data: bytes) -> Mapping[str, SheetFacts]:
    if not data:
        raise lines.empty()
    if len(data) > MAX_FILE:
        raise too_large("d'octets", "bytes")
    if data.startswith(_ZIP):
        return workbook_zip.check(data)
    if data.startswith(_OLE):
        return workbook_xls.check(data)
    if b"<html" in data[:2000].lower() or b"<table" in data[:2000].lower():
        raise no_workbook("c'est une page HTML renommée", "it is a renamed HTML page")
    raise no_workbook("ni xlsx, ni ods, ni xls", "neither xlsx, ods nor xls")


def _called(act: Callable[[], T]) -> T:
    """Call calamine; whatever it says becomes one error of ours without its words."""
    try:
        return act()
    except PasswordError as err:
        raise encrypted() from err
    except (CalamineError, ValueError, OSError) as err:
        raise no_workbook("contenu abîmé", "damaged content") from err
    except BaseException as err:
        if type(err).__name__ != "PanicException":  # a fault in Rust, no Exception
            raise
        raise no_workbook("contenu abîmé", "damaged content") from err


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """The rows from row 1 and column A on."""
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    rows = _called(sheet.iter_rows)
    end: list[Any] = []
    while (row := _called(lambda: next(rows, end))) is not end:
        yield left + row if left else row
