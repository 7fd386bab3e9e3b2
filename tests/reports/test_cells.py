"""A report's CSV opens as text in any spreadsheet, whatever stood in a record."""

import csv
import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from azalai.reports.cells import safe, to_csv
from azalai.reports.page import Chart, Facts, Page, Prose, Table

HOSTILE = [
    '=HYPERLINK("https://mal.invalid","FICTIF")', "+33 1", "-1+2", "@SUM(A1)", "\t=1", "\r=1",
    " =1", "\u00a0=1", "\uff1d1", "FICTIF;=1+1", 'FICTIF","=1+1', "=cmd|' /C FICTIF'!A0",
    "a\tb\n=1", "'=1", '"=1"', "\u202e=1", "\x00=1", "",
]  # fmt: skip
BEGINS = ("=", "+", "-", "@", "\t", "\r")


def page(language: str, cells: list[str]) -> Page:
    rows = [[str(at), cell] for at, cell in enumerate(cells)]
    made = Page("essai", language, "=titre", "FICTIF")
    made.blocks = [Prose("=1+1", "=titre"), Facts([("=nom", "=valeur")]),
                   Table("=table", ["n", "=tête"], rows, [1, 1]),
                   Table("@vide", ["n"], [], [1], empty="=rien"),
                   Chart("+tracé", "bars", ["=s"], [("-r", [3])])]  # fmt: skip
    made.basis, made.limits = (("=base", "+1"),), ["-limite"]
    return made


def read(data: bytes, language: str) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""),
                           delimiter="," if language == "en" else ";", strict=True))  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_no_cell_begins_a_formula(language: str) -> None:
    """No cell of any block begins with what a spreadsheet calculates, nor with white space before
    it; and every cell is quoted."""
    data = to_csv(page(language, HOSTILE))
    cells = [cell for row in read(data, language) for cell in row]

    assert [cell for cell in cells if cell.lstrip().startswith(BEGINS)] == []
    assert not any(
        cell.lstrip().startswith(("\uff1d", "\uff0b", "\uff0d", "\uff20")) for cell in cells
    )
    assert all(line.startswith(b'"') for line in data[3:].split(b"\r\n") if line)


def test_wrong_separator_makes_no_formula_either() -> None:
    """Opened with the other separator, or tabs, no cell begins a formula."""
    data = to_csv(page("fr", HOSTILE)).decode("utf-8-sig")
    for mark in ",\t;":
        cells = [cell for row in csv.reader(io.StringIO(data, newline=""), delimiter=mark)
                 for cell in row]  # fmt: skip
        assert [cell for cell in cells if cell.lstrip(' "').startswith(BEGINS)] == []


def test_first_line_heads_the_first_table() -> None:
    """Sorting and filtering work at once: heads, then rows of equal width."""
    rows = read(to_csv(page("fr", ["a", "b"])), "fr")

    assert rows[:3] == [["n", "'=tête"], ["0", "a"], ["1", "b"]]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)))
def test_what_is_harmless_comes_back_as_it_was(cells: list[str]) -> None:
    """The cells that hold nothing a spreadsheet calculates come back equal."""
    plain = [cell for cell in cells if safe(cell) == cell]
    rows = read(to_csv(page("en", plain)), "en")

    assert [row[1] for row in rows[1 : len(plain) + 1]] == plain


def test_reopened_in_a_workbook_there_is_no_formula(tmp_path: object) -> None:
    """An importer that takes every cell with `=` for a formula finds none, and the values are
    read again as text."""
    rows = read(to_csv(page("fr", HOSTILE)), "fr")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"strings_to_formulas": True, "strings_to_urls": True}
    ) as book:
        sheet = book.add_worksheet("rapport")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
    with zipfile.ZipFile(buffer) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml")
    again = CalamineWorkbook.from_filelike(io.BytesIO(buffer.getvalue())).get_sheet_by_index(0)

    assert b"<f>" not in xml
    assert b"<hyperlink" not in xml
    assert again.to_python()[1][1] == rows[1][1]
