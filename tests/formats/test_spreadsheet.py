"""Spreadsheets: each cell as it was meant, or its row refused with the cell's place."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import workbook_samples as made
from azalai.errors import ConfigurationError
from azalai.formats import make, workbook_cells
from azalai.formats.workbook_facts import letter, number
from azalai.plugin.format import Column, Ending, Shape
from format_reading import read, refusal


def sheet(columns: Sequence[str | Column], tag: str | None = None, **settings: Any) -> Shape:
    named = tuple(c if isinstance(c, Column) else Column(c, "optional") for c in columns)
    return Shape("spreadsheet", settings, named, tag)


PLAIN = sheet(["num", "nom"])


def test_titles_are_skipped_and_rows_keep_their_number() -> None:
    data = made.plain({"Véhicules": [["ÉTAT FICTIF"], [], ["num", "nom"], ["1", "A"], [], ["2"]]})

    seen = read(sheet(["num", "nom"], header_row="3"), data)

    assert seen.values == [{"num": "1", "nom": "A"}, {"num": "2", "nom": ""}]
    assert [r.address.text() for r in seen.records] == ["Véhicules line 4", "Véhicules line 6"]
    assert [r.tag for r in seen.records] == ["Véhicules", "Véhicules"]
    assert seen.ending == Ending(None, marked=True)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_table_that_begins_lower_and_further_right_is_read(kind: str) -> None:
    rows: list[list[made.Cell]] = [[], [None, "num", "nom"], [None, 226070112233.0, "00012"]]
    empty = '<table:table-row><table:table-cell table:number-columns-repeated="9"/>'
    cells = made.ods_cell("float", "226070112233"), "00012"
    made_of = {
        "xlsx": lambda: made.plain({"F": rows}),
        "xls": lambda: made.xls({"F": rows}),
        "ods": lambda: made.ods(
            {
                "F": f"{empty}</table:table-row>"
                + made.ods_row("<table:table-cell/>", "num", "nom")
                + made.ods_row("<table:table-cell/>", *cells)
                + made.ODS_REST
            }
        ),
    }

    seen = read(sheet(["num", "nom"], header_row="2"), made_of[kind]())

    assert seen.values == [{"num": "226070112233", "nom": "00012"}]
    assert seen.places == [(3, None)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("00012", "00012"), (" x ", " x "), (226070112233.0, "226070112233"), (0, "0"),
        (-0.0, "0"), (1.5, "1.5"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (1e14, "1" + "0" * 14),
        (True, "true"), (False, "false"), ("", ""), (date(2026, 1, 2), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02"), "2026-01-02"), (datetime.fromisoformat("2026-01-02T13:30"), "2026-01-02T13:30:00"),
        (datetime.fromisoformat("2026-01-02T12:29:59.999997"), "2026-01-02T12:30:00"),
        (time(13, 30), "13:30:00"), (1e15, None), (float("nan"), None), (float("inf"), None),
    ],
)  # fmt: skip
def test_a_cell_is_the_text_that_was_meant(value: Any, text: str | None) -> None:
    assert workbook_cells.text(value) == text


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_whole_number_that_excel_can_hold_comes_back(whole: int) -> None:
    assert workbook_cells.text(float(whole)) == str(whole)


@given(st.integers(0, 20_000))
def test_column_letters_are_counted_back(column: int) -> None:
    assert number(letter(column)) == column


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=6
).filter(lambda text: text[:1] not in ("#", "=", "@"))


@settings(max_examples=40)
@given(st.lists(st.lists(CELL, min_size=2, max_size=2).filter(any), max_size=6))
def test_texts_come_back_from_all_three_kinds(rows: list[list[str]]) -> None:
    table = [["num", "nom"], *rows]
    texts = [[cell or None for cell in row] for row in table]
    kinds = (
        made.plain({"F": texts}),
        made.xls({"F": texts}),
        made.ods({"F": "".join(made.ods_row(*row) for row in made.ods_texts(table))}),
    )

    for data in kinds:
        assert [list(values.values()) for values in read(PLAIN, data).values] == rows


def test_dates_and_times_are_iso() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        one = book.add_worksheet("F")
        one.write_row(0, 0, ["num", "nom"])
        one.write_datetime(
            1, 0, datetime.fromisoformat("2026-03-04"), book.add_format({"num_format": "dd/mm/yy"})
        )
        shown = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        one.write_datetime(1, 1, datetime.fromisoformat("2026-03-04T05:06"), shown)

    assert read(PLAIN, made.xlsx(write)).values == [
        {"num": "2026-03-04", "nom": "2026-03-04T05:06:00"}
    ]


def test_each_mapping_takes_its_sheet_with_its_own_columns() -> None:
    data = made.plain(
        {"Véhicules": [["num"], ["1"]], "Armes": [["série"], ["2"], ["3"]], "vide": []}
    )

    seen = read([sheet(["num"], "Véhicules"), sheet(["série"], "Armes")], data)

    assert [(r.tag, r.values) for r in seen.records] == [
        ("Véhicules", {"num": "1"}), ("Armes", {"série": "2"}), ("Armes", {"série": "3"}),
    ]  # fmt: skip
    assert [r.address.number for r in seen.records] == [1, 2, 3]
    assert seen.findings == []


def test_a_missing_sheet_names_those_that_are_there() -> None:
    err = refusal(sheet(["num"], "Armes"), made.plain({"ARMES": [["num"]], "Feuil2": []}))

    assert (err.code, "`ARMES`, `Feuil2`" in err.what[1]) == ("AZ-F054", True)


def test_an_undeclared_sheet_with_rows_holds_the_run() -> None:
    data = made.plain({"Véhicules": [["num"], ["1"]], "Notes": [["à voir"]]})

    seen = read(sheet(["num"], "Véhicules"), data)
    ignored = read(sheet(["num"], "Véhicules", ignored_sheets=["Notes"]), data)

    assert [f.code for f in seen.findings] == ["AZ-F024"]
    assert "Notes" in seen.findings[0].what.fr
    assert ignored.findings == []
    assert len(ignored.records) == 1


def test_without_a_name_one_sheet_only_may_be_filled() -> None:
    data = made.plain({"A": [["num"], ["1"]], "B": [["x"]]})

    assert refusal(sheet(["num"]), data).code == "AZ-F055"
    assert len(read(sheet(["num"], sheet="A", ignored_sheets=["B"]), data).records) == 1
    assert refusal(sheet(["num"]), made.plain({"A": []})).code == "AZ-F013"


def _two_rows(book: xlsxwriter.Workbook) -> None:
    one = book.add_worksheet("F")
    one.merge_range("A1:A2", "N°")
    one.merge_range("B1:C1", "Propriétaire")
    one.write_row("B2", ["nom", "prénom"])
    one.write_row("A3", ["1", "FICTIF", "Awa"])


NAMES = ["N°", "Propriétaire / nom", "Propriétaire / prénom"]


def test_two_header_rows_are_joined_as_they_are_merged() -> None:
    seen = read(sheet(NAMES, header_rows="2"), made.xlsx(_two_rows))

    assert seen.values == [dict(zip(NAMES, ["1", "FICTIF", "Awa"], strict=True))]
    assert seen.findings == []


def test_two_header_rows_of_an_ods() -> None:
    spanned = (
        '<table:table-cell table:number-columns-spanned="2" office:value-type="string">'
        "<text:p>Propriétaire</text:p></table:table-cell><table:covered-table-cell/>"
    )
    rows = made.ods_row("N°", spanned) + made.ods_row("<table:table-cell/>", "nom", "prénom")

    seen = read(sheet(NAMES, header_rows="2"), made.ods({"F": rows + made.ods_row("1", "A", "B")}))

    assert seen.values == [dict(zip(NAMES, ["1", "A", "B"], strict=True))]


@pytest.mark.parametrize(
    ("head", "word"),
    [(["num"], "missing: nom"), (["num", "nom", "x"], "new: x"), (["num", "nom", "nom"], "double")],
)
def test_a_changed_header_is_listed_with_its_sheet(head: list[str], word: str) -> None:
    err = refusal(PLAIN, made.plain({"Feuil1": [list(head), ["1"]]}))

    assert word in str(err)
    assert "Feuil1" in str(err)


def test_a_header_row_that_is_none_is_said_in_the_words_of_a_spreadsheet() -> None:
    err = refusal(PLAIN, made.plain({"F": [["TITRE"], ["num", "nom"]]}))

    assert err.code == "AZ-F002"
    assert "header_row" in err.todo[0]
    assert refusal(sheet(["num"], header_row="9"), made.plain({"F": [["num"]]})).code == "AZ-F002"


def test_an_empty_numeric_cell_is_no_zero() -> None:
    data = made.plain({"F": [["num", "nom"], [0, "A"], [None, "B"]]})

    assert [v["num"] for v in read(PLAIN, data).values] == ["0", ""]


def _with_formulas(book: xlsxwriter.Workbook) -> None:
    one = book.add_worksheet("F")
    one.write_row(0, 0, ["num", "nom"])
    one.write_row(1, 0, ["1", "A"])
    one.write_formula("B3", "=1/0", None, "#DIV/0!")
    one.write_string("A4", "3")
    one.write_formula("B4", "=A2", None, "")
    one.write_string("A5", "4")
    one.write_formula("B5", "=1+1", None, 2)


def test_errors_and_formulas_without_a_result_cost_their_row_only() -> None:
    seen = read(PLAIN, made.xlsx(_with_formulas))

    assert seen.values == [{"num": "1", "nom": "A"}, {"num": "4", "nom": "2"}]
    assert [(u.code, u.address.line) for u in seen.unreadable] == [("AZ-F035", 3), ("AZ-F038", 4)]
    assert "B3" in seen.unreadable[0].what.fr
    assert [(f.code, "B3" in f.what.fr) for f in seen.findings] == [("AZ-F025", True)]


def test_saved_results_can_be_accepted_but_not_missing_ones() -> None:
    seen = read(sheet(["num", "nom"], formulas="saved results"), made.xlsx(_with_formulas))

    assert seen.findings == []
    assert len(seen.unreadable) == 2


def _key_formulas(book: xlsxwriter.Workbook) -> None:
    one = book.add_worksheet("F")
    one.write_row(0, 0, ["num", "nom"])
    one.write_row(1, 0, ["1", "A"])
    one.write_formula("A3", '="SEC"&"RET"', None, "SECRET")
    one.write_string("B3", "B")
    one.write_string("A4", "3")
    one.write_formula("B4", "=1+1", None, 2)
    one.write_array_formula("A5:A6", "{=B5:B6}", None, "SECRET")
    one.write_string("A6", "SECRET")
    one.write_column("B5", ["C", "D"])
    one.write_row(6, 0, ["6", "E"])


@pytest.mark.parametrize("waived", [{}, {"formulas": "saved results"}])
def test_a_required_column_takes_no_formula(waived: dict[str, str]) -> None:
    """Calculated again it may name another record; every cell of an array formula counts."""
    columns = [Column("num", "required"), Column("nom", "optional")]

    seen = read(sheet(columns, **waived), made.xlsx(_key_formulas))

    assert [v["num"] for v in seen.values] == ["1", "3", "6"]
    assert [(u.code, u.address.line) for u in seen.unreadable] == [
        ("AZ-F039", 3), ("AZ-F039", 5), ("AZ-F039", 6),
    ]  # fmt: skip
    assert "A3" in seen.unreadable[0].what.fr
    assert "SECRET" not in str(seen.unreadable)


def test_a_required_column_takes_no_formula_of_ods_and_xls() -> None:
    columns = [Column("num", "optional"), Column("nom", "required")]
    one = made.ods_cell("float", "2", 'table:formula="of:=1+1"')
    two = made.ods_cell(
        "float", "2", 'table:formula="of:=A1:A2" table:number-matrix-rows-spanned="2"'
        ' table:number-matrix-columns-spanned="1"'
    )  # fmt: skip
    covered = made.ods_cell("float", "2")
    rows = [("num", "nom"), ("1", one), ("2", two), ("3", covered), ("4", "D")]
    shape = sheet(columns, formulas="saved results")

    ods = read(shape, made.ods({"F": "".join(made.ods_row(*row) for row in rows)}))
    xls = read(shape, made.xls({"F": [["num", "nom"], ["1", "="], ["2", "B"]]}))

    assert [v["num"] for v in ods.values] == ["4"]
    assert [(u.code, u.address.line) for u in ods.unreadable] == [
        ("AZ-F039", 2), ("AZ-F039", 3), ("AZ-F039", 4),
    ]  # fmt: skip
    assert [v["num"] for v in xls.values] == ["2"]
    assert [(u.code, u.address.line) for u in xls.unreadable] == [("AZ-F039", 2)]


def test_an_error_in_an_ignored_column_costs_nothing() -> None:
    columns: list[str | Column] = ["num", Column("nom", "ignored")]

    seen = read(sheet(columns), made.xlsx(_with_formulas))

    assert [v["num"] for v in seen.values] == ["1", "3", "4"]
    assert seen.unreadable == []
    assert seen.findings == []


def test_the_same_in_ods_and_xls() -> None:
    error = made.ods_cell(
        "string", "", 'table:formula="of:=1/0" calcext:value-type="error"', "#DIV/0!"
    )
    unsaved = '<table:table-cell table:formula="of:=A1"/>'
    saved = made.ods_cell("float", "2", 'table:formula="of:=1+1"')
    rows = "".join(
        made.ods_row(*cells)
        for cells in (("num", "nom"), ("1", error), ("2", unsaved), ("3", saved), ("4", "#REF!"))
    )

    ods = read(PLAIN, made.ods({"F": rows}))
    xls = read(PLAIN, made.xls({"F": [["num", "nom"], ["1", "#"], ["2", "=!"], ["3", "="]]}))

    assert [v["num"] for v in ods.values] == ["3", "4"]
    assert [u.code for u in ods.unreadable] == ["AZ-F035", "AZ-F038"]
    assert xls.values == [{"num": "3", "nom": "4"}]
    assert [u.code for u in xls.unreadable] == ["AZ-F035", "AZ-F035"]
    assert [f.code for f in ods.findings + xls.findings] == ["AZ-F025", "AZ-F025"]


def test_a_number_that_lost_digits_and_a_stray_cell_are_refused_with_their_cell() -> None:
    data = made.plain(
        {"F": [["num", "nom"], [12345678901234567, "A"], ["2", "B", "secret"], ["3", "C"]]}
    )

    seen = read(PLAIN, data)

    assert [v["num"] for v in seen.values] == ["3"]
    assert [u.code for u in seen.unreadable] == ["AZ-F036", "AZ-F037"]
    assert ["A2" in seen.unreadable[0].what.en, "C3" in seen.unreadable[1].what.en] == [True, True]
    assert "secret" not in str(seen.unreadable)


def test_the_end_row_states_its_count_and_nothing_follows_it() -> None:
    ended = sheet(["num", "nom"], end={"starts": "TOTAL", "count": "2"})
    rows: list[list[Any]] = [["num", "nom"], ["1", "A"], [], ["TOTAL", 1]]

    assert read(ended, made.plain({"F": rows})).ending == Ending(1, marked=True)
    assert [f.code for f in read(ended, made.plain({"F": [*rows[:3], ["TOTAL", 2]]})).findings] == [
        "AZ-F020"
    ]
    assert refusal(ended, made.plain({"F": rows[:3]})).code == "AZ-F014"
    assert refusal(ended, made.plain({"F": [*rows, ["2", "B"]]})).code == "AZ-F015"


def test_cells_merged_over_several_records_hold_the_run() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        one = book.add_worksheet("F")
        one.write_row(0, 0, ["num", "nom"])
        one.write_column(1, 0, ["1", "2"])
        one.merge_range("B2:B3", "FICTIF")

    seen = read(PLAIN, made.xlsx(write))

    assert [(f.code, "B2" in f.what.fr) for f in seen.findings] == [("AZ-F026", True)]


@pytest.mark.parametrize(
    "wrong",
    [{"header_row": "0"}, {"header_rows": "3"}, {"encoding": "utf-8"}, {"end": {"count": "1"}},
     {"formulas": "yes"}, {"ignored_sheets": {"a": "b"}}],
)  # fmt: skip
def test_a_wrong_setting_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="`file"):
        make([sheet(["num"], **wrong)])


def test_the_sheet_is_named_once() -> None:
    with pytest.raises(ConfigurationError, match="twice"):
        make([sheet(["num"], "A", sheet="B")])


def test_an_array_formula_over_a_million_cells_is_refused() -> None:
    """Its cells are counted before any is noted."""
    part = "xl/worksheets/sheet1.xml"
    data = made.changed(made.xlsx(_key_formulas), part, b'ref="A5:A6"', b'ref="A5:XFD1048576"')

    assert refusal(PLAIN, data).code == "AZ-F050"
