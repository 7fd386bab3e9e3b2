"""Pages are the same bytes each time, hold their font, and nothing on them runs over."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from azalai.reports import charts
from azalai.reports.drawing import _Sheet, to_pdf
from azalai.reports.page import LANGUAGES, Chart, Facts, Page, Prose, Table, clean
from debian import needed

MADE = datetime(2026, 11, 24, 9, tzinfo=UTC)
NASTY = [
    "FICTIF \u202egnp.exe", "x" * 500, "لا " * 200, "é\u0301" * 40, "𐎀𐎁 漢字 😀", "=1+1", "\x00\x07",
    "محمد FICTIF 12/2026 ولد", "a" * 5_000, "", "( ) \\ %% <<", "2026-11-24 10:00:00",
]  # fmt: skip


def page(language: str, *, wide: bool = False, rows: int = 3) -> Page:
    made = Page("essai", language, "Rapport FICTIF", "du 2026-11-24", wide=wide, band="ESSAI")
    cells = [clean(text) for text in NASTY]
    table = [[str(at), *cells[at % 6 : at % 6 + 4]] for at in range(rows)]
    made.blocks = [
        Prose("Tout tient. كل شيء متحقق." * 20, "titre", strong=True),
        Facts([(cells[at], cells[-at]) for at in range(len(cells))], "faits"),
        Table("table", ["n", "colonne", "destinataire", "inscription", "الجهة"], table,
              [0.1, 1, 1, 1, 1], frozenset({0}), total=True),
        Chart("jours", "columns", ["a", "b"], [(f"{d:02}", [d, 3]) for d in range(1, 31)]),
        Chart("motifs", "bars", ["a"], [(text, [at]) for at, text in enumerate(cells)]),
    ]  # fmt: skip
    made.basis, made.limits, made.footer = (("base", "x" * 200),), ["limite " * 60], "FICTIF"
    return made


def pages_of(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", data))


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_bytes_each_time(language: str) -> None:
    """The same page and time give the same bytes, another time others; the font is inside."""
    data = to_pdf(page(language), MADE)

    assert data == to_pdf(page(language), MADE)
    assert data != to_pdf(page(language), MADE.replace(hour=10))
    assert b"/FontFile2" in data
    assert f"/Lang ({language})".encode() in data
    assert len(data) < 300_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_its_place(language: str) -> None:
    """Whatever stands in a cell, its lines fit; a very long cell ends in dots."""
    sheet = _Sheet(page(language), MADE)
    sheet.add_page()
    for text in NASTY:
        for width in (12.0, 40.0, 120.0):
            for line in sheet.lines(clean(text), width, 7.5):
                sheet.pen(7.5)
                assert sheet.get_string_width(sheet.shown(line)) <= width + 0.01
    sheet.close_fonts()


def test_heads_are_repeated_and_pages_stay_few() -> None:
    """A table over several pages has its heads on each; 5,000 characters do not fill the paper."""
    few, many = to_pdf(page("fr", rows=3), MADE), to_pdf(page("fr", rows=60), MADE)

    assert pages_of(few) <= 6
    assert pages_of(few) < pages_of(many) < 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_can_be_searched_and_copied(language: str, tmp_path: Path) -> None:
    """What a reader copies out of the PDF are the words that stand in it, numbers in order."""
    extract = needed("pdftotext", "poppler-utils")
    made = page(language)
    made.blocks = [Prose("بتاريخ \u20662026-11-24 10:00:00\u2069 صدر السند" if language == "ar" else
                         "Émis le 2026-11-24 10:00:00, œuvre")]  # fmt: skip
    (tmp_path / "a.pdf").write_bytes(to_pdf(made, MADE))
    text = subprocess.run([extract, str(tmp_path / "a.pdf"), "-"], capture_output=True, check=True)
    found = text.stdout.decode()

    assert "2026-11-24 10:00:00" in found
    assert ("صدر" if language == "ar" else "Émis le") in found


def test_charts_are_mirrored_for_arabic() -> None:
    """The same chart read from the right: each shape at the same distance from the other edge."""
    chart = Chart("t", "columns", ["a", "b"], [("01", [5, 1]), ("02", [0, 9])])
    left = [s for s in charts.shapes(chart, 100, rtl=False) if s.text is None]
    right = [s for s in charts.shapes(chart, 100, rtl=True) if s.text is None]

    assert [round(s.x + s.width, 6) for s in left] == [round(100 - s.x, 6) for s in right]
    assert charts.ticks(0) == [0, 1]
    assert charts.ticks(357) == [0, 100, 200, 300, 400]
    assert max(charts.ticks(8_001)) >= 8_001
