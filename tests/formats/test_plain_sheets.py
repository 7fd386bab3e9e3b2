"""Sheets read row by row give what calamine gives of them, and are left to it where they are odd."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import workbook_samples as made
from azalai.formats import workbook_sheets
from azalai.formats.plain_cells import NUMBER, Unplain, number
from azalai.plugin.format import Column, Shape
from format_reading import Seen, read

HEAD = ("num", "nom", "jour", "reste")
SHAPE = Shape("spreadsheet", {}, tuple(Column(name, "optional") for name in HEAD))
SHEET = "xl/worksheets/sheet1.xml"
FORMATS = (
    "dd/mm/yyyy",
    "yyyy-mm-dd;@",
    "[$-40C]d mmm yyyy",
    "dd/mm/yyyy hh:mm",
    "0",
    "#,##0.00",
    "mm/yy",
    '0 "kg"',
    "h:mm",
)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], include_characters="\t\n &<>\"'_x"), max_size=8
).filter(lambda text: text[:1] not in ("#", "=", "@"))  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(-1000, 1000, places=2).map(float),
)
DAYS = st.dates(date(1900, 1, 1), date(2400, 1, 1))
TIMES = st.datetimes(*map(datetime.fromisoformat, ("1900-01-01", "2400-01-01")))
CELL = st.one_of(
    st.none(), TEXT, TEXT, st.sampled_from(["VOL", "PERTE"]), NUMBERS, DAYS, TIMES, st.booleans()
)
ROWS = st.lists(st.lists(CELL, max_size=4), max_size=12)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Seen]:
    """Reads with calamine only."""

    def reading(data: bytes, shape: Shape = SHAPE) -> Seen:
        with monkeypatch.context() as patch:
            patch.setattr(workbook_sheets, "_plain", lambda *_: None)
            return read(shape, data)

    return reading


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Seen]:
    """Reads without calamine; Unplain where it is asked."""

    def reading(data: bytes, shape: Shape = SHAPE) -> Seen:
        def asked(_: object) -> None:
            raise Unplain

        with monkeypatch.context() as patch:
            patch.setattr(workbook_sheets, "_Whole", asked)
            return read(shape, data)

    return reading


def book(rows: Sequence[Sequence[Any]], *, shared: bool, shown: str = "dd/mm/yyyy") -> bytes:
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "constant_memory": not shared}) as workbook:
        sheet = workbook.add_worksheet("F")
        form = workbook.add_format({"num_format": shown})
        for place, row in enumerate((HEAD, *rows)):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, cell)
                elif isinstance(cell, bool):
                    sheet.write_boolean(place, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, form)
                elif cell is not None:
                    sheet.write_number(place, column, cell, *([form] if column == 2 else []))
    return data.getvalue()


def ods(rows: Sequence[Sequence[Any]], blank: str = "") -> bytes:
    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, bool):
            return made.ods_cell("boolean", str(value).lower())
        if isinstance(value, date):
            return made.ods_cell("date", value.isoformat(), 'table:style-name="ce1"')
        if isinstance(value, str):
            return made.ods_texts([[value]])[0][0].replace("<text:s/>", " ")
        return made.ods_cell("float", repr(value), 'table:style-name="ce2"')

    return made.ods({"F": "".join(made.ods_row(*map(cell, row)) for row in (HEAD, *rows)) + blank})


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS, st.booleans(), st.sampled_from(FORMATS))
def test_any_table_as_xlsx(whole: Any, rows: list[list[Any]], shared: bool, shown: str) -> None:
    same_as_whole(whole, book(rows, shared=shared, shown=shown))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS, st.sampled_from(["", made.ODS_REST]))
def test_any_table_as_ods(whole: Any, rows: list[list[Any]], blank: str) -> None:
    same_as_whole(whole, ods(rows, blank))


PLAIN = [
    [f"F-{n:04}", f"NOM {n % 7} & Cie", date(1960 + n % 50, 1 + n % 12, 1 + n % 28), n * 1.5 if n % 3 else None]
    for n in range(600)
]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [book(PLAIN, shared=True), book(PLAIN, shared=False), ods(PLAIN), ods(PLAIN, made.ODS_REST),
     book([[], [], *PLAIN[:40], [], *PLAIN], shared=True)],
    ids=["shared", "inline", "ods", "ods with its rest", "gaps"],
)  # fmt: skip
def test_plain_sheets_never_need_calamine(whole: Any, alone: Any, data: bytes) -> None:
    assert alone(data) == whole(data)
    assert len(alone(data).records) >= len(PLAIN)


ROW = '<row r="300" '
XLSX_ODDITIES = [
    (ROW, "<!-- 1 -->" + ROW), (ROW, '<row r="5000" '), (ROW, '<row r="12" '), (ROW, '<row r="299" spans="1:4"/>' + ROW),
    ("</sheetData>", '<row r="900"/><row r="901" ht="3"/></sheetData>'), (ROW, "<row "), (ROW, '<row r="300" r="301" '),
    ('<c r="A300" t="s">', '<c r="A300" t="s" cm="1">'), ('<c r="A300" t="s">', "<c t='s' r='A300'>"),
    ('<c r="A300" t="s">', '<c r="A301" t="s">'), ('<c r="A300" t="s">', '<c r="E300" t="s">'),
    ('<c r="A300" t="s">', '<c r="a300" t="s">'), ('<c r="A300" t="s">', '<c r="A300" t="b">'),
    ('<c r="A300" t="s">', '<c r="A300" t="e">'), ('<c r="A300" t="s">', '<c r="A300" t="str">'),
    ('<c r="A300" t="s">', '<c r="A300" s="77" t="s">'), ('<c r="A300" t="s"><v>', '<c r="A300" t="s"><f>B2</f><v>'),
    ('<c r="A300" t="s"><v>', '<c r="A300" t="s"><v>-'), ('<c r="A300" t="s"><v>', '<c r="A300" t="s"><v>999'),
    ('<c r="A300" t="s"><v>', '<c r="A300" t="s"><v> '), ('<c r="A300" t="s"><v>', '<c r="A300"><v>0'),
    ('<c r="A300" t="s">', '<c r="A300" s="1"/><c r="A300" t="s">'), ("<sheetData>", "<sheetData><!-- --><row r='1'/>"),
    ("<sheetData>", "<!-- <sheetData></sheetData> --><sheetData>"), ("<sheetData>", "<sheetData> \n"),
    ("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A3:A5"/></mergeCells>'),
    ("</sheetData>", "</sheetData><sheetData/>"), ("</worksheet>", ""), (ROW, "<![CDATA[x]]>" + ROW),
    ('<c r="A300" t="s"', '<c r="A300" t="s" xml:space="preserve"'), ("</worksheet>", "</worksheet><x/>"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), XLSX_ODDITIES)
def test_an_oddity_of_an_xlsx_gives_what_calamine_gives(whole: Any, old: str, new: str) -> None:
    same_as_whole(whole, made.changed(book(PLAIN, shared=True), SHEET, old.encode(), new.encode()))


STRING = "<si><t>F-0100</t></si>"


@pytest.mark.parametrize(
    "new",
    ["", "<si><t> F-0100</t></si>", '<si><t xml:space="preserve"> F-0100 </t></si>', "<si><t>a_x0041_</t></si>",
     "<si><r><t>F-</t></r><r><t>0100</t></r></si>", "<si><t>F</t><rPh sb='0' eb='1'><t>x</t></rPh></si>", "<si/>",
     "<si><t/></si>", "<si><t>a&#65;&amp;&quot;</t></si>", "<si><t>a&nope;</t></si>", "<si><t>a\r\nb\tc</t></si>",
     "<si><t><si><t>a</t></si></t></si>", "<si><t>\N{NO-BREAK SPACE}a</t></si>", "<si><t>a&#1;</t></si>", "<!-- -->" + STRING],
)  # fmt: skip
def test_an_odd_shared_string_gives_what_calamine_gives(whole: Any, new: str) -> None:
    data = made.changed(
        book(PLAIN, shared=True), "xl/sharedStrings.xml", STRING.encode(), new.encode()
    )

    same_as_whole(whole, data)


ODS_CELL = '<table:table-cell office:value-type="string"><text:p>F-0100</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ODS_CELL, new)
        for new in (
            "<!-- -->" + ODS_CELL, ODS_CELL.replace("F-", " F-"), ODS_CELL.replace("F-", "F<text:s/>"), ODS_CELL.replace("F-", "F  "),
            ODS_CELL.replace("</text:p>", "</text:p><text:p>x</text:p>"), ODS_CELL.replace("F-0100", ""),
            ODS_CELL.replace("<text:p>F-0100</text:p>", "<text:p/>"), ODS_CELL.replace("string", "boolean"),
            ODS_CELL.replace("type=", 'type="string" office:value-type='), ODS_CELL.replace('"string"', '"string" table:formula="of:=1"'),
            ODS_CELL.replace('"string"', '"string" calcext:value-type="error"'), ODS_CELL.replace("F-0100", "F&amp;&#233;"),
            ODS_CELL.replace('"string"', '"string" table:number-columns-repeated="2"'), "<table:covered-table-cell/>" + ODS_CELL,
            ODS_CELL.replace('"string"', '"string" table:number-rows-spanned="2"'), made.ods_cell("float", "1,5"), made.ods_cell("float", "007.50"),
            made.ods_cell("date", "2020-01-01T10:00:00"), made.ods_cell("date", "2020-13-01"), made.ods_cell("string", "x"),
            made.ods_cell("float", "1234567890123456789"), "<table:table-cell><text:p>x</text:p></table:table-cell>",
        )
    ]
    + [
        ("<office:spreadsheet>", '<office:spreadsheet><table:table table:name="Vide"/>'),
        ("</office:spreadsheet>", '<table:table table:name="Vide"><table:table-row><table:table-cell/></table:table-row></table:table></office:spreadsheet>'),
        ("</office:spreadsheet>", f'<table:table table:name="Autre">{made.ods_row("x")}</table:table></office:spreadsheet>'),
        ('table:name="F"', 'table:name="A &amp; B"'), ("</office:document-content>", ""), ("<office:body>", "<office:body><!-- <table:table -->"),
        ('<table:table table:name="F">', '<table:table table:name="F"><table:table-column table:number-columns-repeated="4"/>'),
    ],
)  # fmt: skip
def test_an_oddity_of_an_ods_gives_what_calamine_gives(whole: Any, old: str, new: str) -> None:
    same_as_whole(whole, made.changed(ods(PLAIN), "content.xml", old.encode(), new.encode()))


def test_a_formula_late_in_a_sheet_is_found(whole: Any) -> None:
    data = made.changed(
        book(PLAIN, shared=True), SHEET, b'<c r="D600"><v>', b'<c r="D600"><f>1+1</f><v>'
    )
    seen = read(SHAPE, data)

    assert [one.code for one in seen.findings] == ["AZ-F025"]
    same_as_whole(whole, data)


def test_more_columns_below_than_in_the_header(whole: Any) -> None:
    for build in (lambda rows: book(rows, shared=True), ods):
        data = build(
            [*PLAIN[:20], ["a", "b", None, None, None, "stray"], *PLAIN[20:40], [None] * 9 + ["z"]]
        )

        assert [one.code for one in read(SHAPE, data).unreadable] == ["AZ-F037"] * 2
        same_as_whole(whole, data)


@given(st.from_regex(re.compile(NUMBER, re.ASCII), fullmatch=True))
def test_numbers_that_are_taken_as_they_stand(digits: str) -> None:
    assert number(digits) == digits


def same_as_whole(whole: Any, data: bytes) -> None:
    """The same records and the same error; a reading that ends early may have given fewer."""
    mine, theirs = read(SHAPE, data), whole(data)
    if theirs.error is None:
        assert mine == theirs
        return
    assert mine.error is not None
    assert mine.error.code == theirs.error.code
