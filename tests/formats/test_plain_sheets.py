"""Sheets read row by row give what calamine gives of them, and are left to it where they are odd."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
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
    "[h]:mm",
    '_-* #,##0.00\\ "€"_-;[Red]-0.0 %',
    "General;-General",
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
CLOCK = st.times().map(lambda time: time.replace(microsecond=0))


@dataclass(frozen=True)
class Formula:
    """A formula with its saved result."""

    result: Any


@dataclass(frozen=True)
class Rich:
    """A text in several fonts."""

    parts: tuple[str, ...]


PLAINLY = st.one_of(
    st.none(), TEXT, TEXT, st.sampled_from(["VOL", "PERTE"]), NUMBERS, DAYS, TIMES, CLOCK,
    st.booleans(),
)  # fmt: skip
RESULTS = st.one_of(
    TEXT.filter(lambda text: text[:1] != "#"), st.integers(-99, 99), st.booleans(),
    st.sampled_from(["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"]),
)  # fmt: skip
CELL = st.one_of(
    PLAINLY, PLAINLY, RESULTS.map(Formula),
    st.lists(TEXT.filter(bool), min_size=2, max_size=3).map(lambda some: Rich(tuple(some))),
)  # fmt: skip
ROWS = st.lists(st.lists(CELL, max_size=5), max_size=12)
ODS_ROWS = st.lists(st.lists(PLAINLY, max_size=5), max_size=12)


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


def book(
    rows: Sequence[Sequence[Any]], *, shared: bool, shown: str = "dd/mm/yyyy", merged: str = "",
    head: Sequence[str] = HEAD,
) -> bytes:  # fmt: skip
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "constant_memory": not shared}) as workbook:
        sheet = workbook.add_worksheet("F")
        form = workbook.add_format({"num_format": shown})
        for place, row in enumerate((head, *rows)):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(place, column, cell)
                elif isinstance(cell, bool):
                    sheet.write_boolean(place, column, cell)
                elif isinstance(cell, date | time):
                    sheet.write_datetime(place, column, cell, form)
                elif isinstance(cell, Formula):
                    sheet.write_formula(place, column, '=IF(A1<"&",1,2)', None, cell.result)
                elif isinstance(cell, Rich):
                    bold = workbook.add_format({"bold": True, "font_color": "red"})
                    sheet.write_rich_string(place, column, cell.parts[0], bold, *cell.parts[1:])
                elif cell is not None:
                    sheet.write_number(place, column, cell, *([form] if column == 2 else []))
        if merged:
            sheet.merge_range(merged, "")
    return data.getvalue()


def ods(rows: Sequence[Sequence[Any]], blank: str = "") -> bytes:
    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, bool):
            return made.ods_cell("boolean", str(value).lower())
        if isinstance(value, time):
            return made.ods_cell("time", f"PT{value:%HH%MM%SS}")
        if isinstance(value, date):
            return made.ods_cell("date", value.isoformat(), 'table:style-name="ce1"')
        if isinstance(value, str):
            return made.ods_texts([[value]])[0][0].replace("<text:s/>", " ")
        return made.ods_cell("float", repr(value), 'table:style-name="ce2"')

    return made.ods({"F": "".join(made.ods_row(*map(cell, row)) for row in (HEAD, *rows)) + blank})


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS, st.booleans(), st.sampled_from(FORMATS), st.sampled_from(["", "F3:F5", "F1:H1"]))
def test_any_table_as_xlsx(
    whole: Any, rows: list[list[Any]], shared: bool, shown: str, merged: str
) -> None:
    same_as_whole(whole, book(rows, shared=shared, shown=shown, merged=merged))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ODS_ROWS, st.sampled_from(["", made.ODS_REST]))
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


EXPORT = [
    [Rich(("F-", f"{n:04}")), Formula(f"NOM {n % 7}"), n % 2 == 0, Formula(n) if n % 5 else Formula("#N/A"), time(n % 24, 30)]
    for n in range(600)
]  # fmt: skip


def test_formulas_errors_booleans_and_fonts_never_need_calamine(whole: Any, alone: Any) -> None:
    head = (*HEAD, "heure")
    wide = Shape("spreadsheet", {}, tuple(Column(name, "optional") for name in head))
    data = book(EXPORT, shared=True, shown="hh:mm", merged="A2:A3", head=head)

    seen = alone(data, wide)

    assert seen == whole(data, wide)
    assert seen.values[0] == {
        "num": "F-0001",
        "nom": "NOM 1",
        "jour": "false",
        "reste": "1",
        "heure": "01:30:00",
    }
    assert [one.code for one in seen.unreadable] == ["AZ-F035"] * 120
    assert [one.code for one in seen.findings] == ["AZ-F026", "AZ-F025"]
    assert "1200 formule(s), la première en B2" in seen.findings[1].what.fr


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


@pytest.mark.parametrize(
    "new",
    ['<c r="D600"><f>1+1</f></c>', '<c r="D600"><f>1+1</f><v></v></c>', '<c r="D600"><f>1+1</f><v/></c>', '<c r="D600" t="str"><f>1</f><v></v></c>',
     '<c r="D600" t="str"><f>A1&amp;"x"</f><v> a &amp; b </v></c>', '<c r="D600" t="str"><f/><v xml:space="preserve"> a</v></c>',
     '<c r="D600" t="b"><f aca="false">TRUE()</f><v>1</v></c>', '<c r="D600" t="e"><f>1</f><v>#N/A</v></c>', '<c r="D600" t="e"><v>#DIV/0!</v></c>',
     '<c r="D600" t="e"><v></v></c>', '<c r="D600" t="e"/>', '<c r="D600" t="e"><f>1</f></c>', '<c r="D600"><v></v></c>', '<c r="D600" t="s"><v/></c>',
     '<c r="D600"><f t="shared" ref="D600:D601" si="0">1+1</f><v>2</v></c>', '<c r="D600"><f t="shared" si="0"/><v>2</v></c>',
     '<c r="D600" cm="1"><f t="array" ref="D600">1+1</f><v>2</v></c>', '<c r="D600"><f t="array" ref="D600:D601">1+1</f><v>2</v></c>',
     '<c r="D600"><f t="dataTable" ref="D600:D601">1+1</f><v>2</v></c>', '<c r="D600"><f>a&nope;</f><v>2</v></c>', '<c r="D600"><f><b/></f><v>2</v></c>',
     '<c r="D600"><v>2</v><f>1+1</f></c>', '<c r="D600" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>', '<c r="D600" t="inlineStr"><is><t> a</t></is></c>',
     '<c r="D600" t="inlineStr"><f>1</f><is><t>a</t></is></c>', '<c r="D600" t="inlineStr"><is/></c>', '<c r="D600" t="b"><v>true</v></c>', '<c r="D600" t="d"><v>2020-01-01</v></c>',
     '<c r="Z600"><f>1</f></c>', '<c r="D600" t="str"><v>_x0041_x_xyz</v></c>'],
)  # fmt: skip
def test_an_odd_cell_gives_what_calamine_gives(whole: Any, new: str) -> None:
    data = book(PLAIN, shared=True)
    same_as_whole(whole, made.changed(data, SHEET, b'<c r="D600"><v>897</v></c>', new.encode()))
    last = new.replace("600", "601").encode()
    same_as_whole(whole, made.changed(data, SHEET, b'<c r="D601"><v>898.5</v></c>', last))


STRING = "<si><t>F-0100</t></si>"


@pytest.mark.parametrize(
    "new",
    ["", "<si><t> F-0100</t></si>", '<si><t xml:space="preserve"> F-0100 </t></si>', "<si><t>a_x0041_</t></si>",
     "<si><r><t>F-</t></r><r><t>0100</t></r></si>",
     '<si><r><rPr><b/><sz val="8"/></rPr><t> F </t></r><r><t xml:space="preserve"> 0 </t></r></si>', "<si><r><rPr><b></rPr><t>F</t></r></si>",
     '<si><r><t>F</t></r><rPh sb="0" eb="1"><t>x</t></rPh><phoneticPr fontId="1" type="Hiragana"/></si>', "<si><t>F</t><r><t>x</t></r></si>", "<si><t>a</t><t>b</t></si>", "<si><t>F</t><rPh sb='0' eb='1'><t>x</t></rPh></si>", "<si/>",
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
