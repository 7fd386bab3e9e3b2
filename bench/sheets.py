"""Invented vehicle reports as spreadsheets of twelve columns, written as their programs do."""

import zipfile
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

import shapes
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

HEAD = (*shapes.COLUMNS, *shapes.UNREAD)
DAY = HEAD.index("jour")
_TOWN, _KIND, _REMARK, _YEAR = _MIXED = (7, 8, 10, 11)
Cell = str | int | date | None
_NAMES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def rows(count: int) -> Iterator[tuple[Cell, ...]]:
    """Texts, a day, a number; a remark on each third row. The bad days stay texts."""
    for number, row in enumerate(shapes.rows(count)):
        day, month, year = map(int, row[DAY].split("/"))
        when = row[DAY] if (day, month) == (31, 2) else date(year, month, day)
        remark = f"Remarque inventée {number}" if number % 3 == 0 else None
        more = (f"Ville {number % 397}", ("vol", "perte")[number % 2], f"PV{number * 7:08}", remark,
                1990 + number % 35)  # fmt: skip
        yield (*row[:DAY], when, *row[DAY + 1 :], *more)


def xlsx(target: Path, count: int, *, shared: bool = True, mixed: bool = False) -> None:
    """As Excel saves it; without `shared` each cell holds its own text, as exports often write it.
    Where it is `mixed`, two columns are formulas (some have an error), one holds booleans, texts
    have several fonts, cells are merged."""
    with xlsxwriter.Workbook(target, {"constant_memory": not shared}) as book:
        sheet = book.add_worksheet("Fiches")
        shown = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, HEAD)
        for place, row in enumerate(rows(count), 1):
            for column, cell in enumerate(row):
                if mixed and column in _MIXED and cell is not None:
                    _mix(sheet, place, column, cell, shown)
                elif isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, shown)
                elif isinstance(cell, int):
                    sheet.write_number(place, column, cell)
                elif cell is not None:
                    sheet.write_string(place, column, cell)
        if mixed:
            sheet.merge_range(0, len(HEAD), 0, len(HEAD) + 2, "")


def _mix(sheet: Worksheet, place: int, column: int, cell: str | int | date, font: Format) -> None:
    """The cell as a formula with its result, as a boolean, or in two fonts."""
    if column == _TOWN:
        result = cell if place % 50 else "#N/A"
        sheet.write_formula(place, column, f'=VLOOKUP(A{place},Villes!A:C,2)&""', None, result)
    elif column == _YEAR:
        sheet.write_formula(place, column, f"=1990+MOD({place},35)", None, cell)
    elif column == _KIND:
        sheet.write_boolean(place, column, place % 2 == 0)
    else:
        sheet.write_rich_string(place, column, str(cell), font, " (inventé)")


def ods(target: Path, count: int) -> None:
    """As LibreOffice saves it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet",
                         zipfile.ZIP_STORED)  # fmt: skip
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        with archive.open("content.xml", "w", force_zip64=True) as part:
            part.write(f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}'
                       ' office:version="1.3"><office:body><office:spreadsheet><table:table'
                       ' table:name="Fiches"><table:table-column'
                       ' table:number-columns-repeated="12"/>'.encode())  # fmt: skip
            for row in chain((HEAD,), rows(count)):
                cells = "".join(map(_ods_cell, row))
                part.write(f'<table:table-row table:style-name="ro1">{cells}'
                           "</table:table-row>".encode())  # fmt: skip
            part.write(b"</table:table></office:spreadsheet></office:body>"
                       b"</office:document-content>")  # fmt: skip


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, date):
        kind, given, shown = "date", f' office:date-value="{cell}"', f"{cell:%d/%m/%y}"
    elif isinstance(cell, int):
        kind, given, shown = "float", f' office:value="{cell}"', str(cell)
    else:
        kind, given, shown = "string", "", escape(cell)
    style = ' table:style-name="ce1"' if kind == "date" else ""
    return (f'<table:table-cell{style} office:value-type="{kind}"{given} calcext:value-type="{kind}">'
            f"<text:p>{shown}</text:p></table:table-cell>")  # fmt: skip
