"""A spreadsheet sample: its filled sheets, and the row that is the header."""

import io
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from azalai.documents import Text
from azalai.drafting.grouping import group
from azalai.drafting.structure import Setting, Structure
from azalai.errors import StopError
from azalai.formats import workbook_cells, workbook_xls, workbook_zip
from azalai.plugin.format import Column

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TITLES = 20  # rows above the header that are looked at


def look(data: bytes, wish: str | None = None) -> Structure:
    """The structure of the sheet wished for, else of the one with most rows.

    FormatError where the workbook is refused (see `formats.spreadsheet`); StopError where no sheet
    is filled, or none has that name.
    """
    (workbook_zip if data.startswith(ZIP) else workbook_xls).check(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {name: _texts(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
                  for name in book.sheet_names}  # fmt: skip
    except (CalamineError, ValueError, OSError) as err:
        raise StopError("the workbook cannot be read", fr="le classeur ne se lit pas") from err
    filled = {name: rows for name, rows in sheets.items() if any(any(row) for row in rows)}
    if not filled or (wish and wish not in filled):
        known = ", ".join(filled) or "-"
        raise StopError(f"no such filled sheet; there are: {known}",
                        fr=f"pas de feuille remplie de ce nom ; il y a : {known}")  # fmt: skip
    name = wish or max(filled, key=lambda one: len(filled[one]))
    row, cells = _header(filled[name])
    why = Text("la première ligne pleine de mots tous différents",
               "the first row that is full of different words")  # fmt: skip
    made = Structure("spreadsheet", [Setting("header_row", str(row), why)],
                     [Column(cell, "optional") for cell in cells])  # fmt: skip
    if filled[name][row - 1][: len(cells)] == cells:
        group(made, [one[: len(cells)] for one in filled[name][row:] if any(one)])
    if len(filled) > 1:
        made.tag = ("sheet", name)
        others = ", ".join(one for one in filled if one != name)
        made.notes.append(Text(
            f"autres feuilles remplies : {others}. « mapping new --part FEUILLE » fait la leur ; "
            "ou nommez-les sous « ignored_sheets: »",
            f"other filled sheets: {others}. `mapping new --part SHEET` makes theirs; or name them "
            "under `ignored_sheets:`",
        ))  # fmt: skip
    return made


def _texts(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[" ".join((workbook_cells.text(cell) or "").split()) for cell in row] for row in rows]


def _header(rows: list[list[str]]) -> tuple[int, list[str]]:
    """The first row with the most filled, different cells that begin with no digit."""
    best, at = 0, 0
    for number, row in enumerate(rows[:_TITLES]):
        cells = [cell for cell in row if cell]
        words = len(set(cells)) == len(cells) and not any(c[:1].isdigit() for c in cells)
        if words and len(cells) > best:
            best, at = len(cells), number
    return at + 1, [cell for cell in rows[at] if cell]
