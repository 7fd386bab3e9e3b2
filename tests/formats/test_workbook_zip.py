"""A hostile workbook is refused before it is opened, each kind with one clear error."""

import io
import zipfile
from typing import Any

import pytest

import workbook_samples as made
from azalai.formats import workbook_facts, workbook_sheets, workbook_zip
from azalai.plugin.format import Column, Shape
from format_reading import read, refusal

SHAPE = Shape("spreadsheet", {}, (Column("num", "optional"),))
GOOD = made.plain({"F": [["num"], ["1"]]})
SHEET = "xl/worksheets/sheet1.xml"
ODS = made.ods({"F": made.ods_row("num") + made.ods_row("1")})


def test_a_good_workbook_passes() -> None:
    assert len(read(SHAPE, GOOD).records) == 1
    assert len(read(SHAPE, ODS).records) == 1


@pytest.mark.parametrize("data", [GOOD, ODS])
@pytest.mark.parametrize("share", [1, 5, 9])
def test_a_copy_that_stopped_anywhere_is_refused(data: bytes, share: int) -> None:
    assert refusal(SHAPE, data[: len(data) * share // 10]).code == "AZ-F052"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "AZ-F013"), (b"num\n1\n", "AZ-F052"), (b"PK\x03\x04" + b"x" * 500, "AZ-F052"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "AZ-F052"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "AZ-F052"),
        (made.packed({"a.txt": b"x"}), "AZ-F052"), (b"\0" * 4096, "AZ-F052"),
        (bytes(range(256)) * 8, "AZ-F052"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_said_to_be_none(data: bytes, code: str) -> None:
    assert refusal(SHAPE, data).code == code


def test_a_renamed_web_page_is_called_one() -> None:
    err = refusal(SHAPE, b"<html><body><table><tr><td>num</td></tr></table></body></html>")

    assert "HTML" in err.what[0]


@pytest.mark.parametrize(
    "member",
    ["../evil.xml", "/etc/evil.xml", "xl\\evil.xml", "xl/a/../../b.xml", "C:/x.xml", "x" * 300,
     "xl/vbaProject.bin", "xl/embeddings/oleObject1.bin", "inner.xlsx", "XL/WORKBOOK.XML"],
)  # fmt: skip
def test_members_that_no_plain_workbook_has_are_refused(member: str) -> None:
    assert refusal(SHAPE, made.packed(made.parts(GOOD) | {member: b"<a/>"})).code == "AZ-F051"


@pytest.mark.parametrize(
    "member", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "docProps/app.xml"]
)
def test_a_doctype_is_refused_wherever_it_stands(member: str) -> None:
    bomb = b'?>\n<!DOCTYPE a [<!ENTITY b "bbbb">]>'

    assert "DOCTYPE" in refusal(SHAPE, made.changed(GOOD, member, b"?>", bomb)).what[1]
    late = b"x" * (workbook_zip.CHUNK - len("<!DOC") - 400) + b"<!DOCTYPE a>"
    assert refusal(SHAPE, made.changed(GOOD, member, b"?>", b"?><!--" + late)).code == "AZ-F051"


def test_a_doctype_and_utf16_in_an_ods_are_refused() -> None:
    assert refusal(SHAPE, made.changed(ODS, "content.xml", b"?>", b"?><!DOCTYPE a>")).code == (
        "AZ-F051"
    )
    wide = made.parts(ODS)["content.xml"].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert refusal(SHAPE, made.packed(made.parts(ODS) | {"content.xml": wide})).code == "AZ-F051"


@pytest.mark.parametrize(
    ("data", "member", "old", "new"),
    [
        (ODS, "content.xml", b"</table:table>", b"</ta\0le:table>"),
        (ODS, "content.xml", b"</office:spreadsheet>", b"</office:spreadshee<>"),
        (ODS, "content.xml", b"</office:body></office:document-content>", b""),
        (GOOD, SHEET, b"</sheetData>", b"</sheetDat>"),
        (GOOD, "xl/sharedStrings.xml", b"</sst>", b""),
    ],
)
def test_markup_that_is_not_well_formed_is_refused_and_cannot_hang_the_reader(
    data: bytes, member: str, old: bytes, new: bytes
) -> None:
    assert refusal(SHAPE, made.changed(data, member, old, new)).code in ("AZ-F051", "AZ-F052")


def test_a_bomb_is_refused_by_its_ratio_and_by_its_size(monkeypatch: Any) -> None:
    bomb = made.packed(made.parts(GOOD) | {"xl/theme/x.xml": b" " * 30_000_000})
    assert refusal(SHAPE, bomb).code == "AZ-F051"
    monkeypatch.setattr(workbook_zip, "MAX_TEXTS", 1000)
    assert refusal(SHAPE, GOOD).code == "AZ-F050"


@pytest.mark.parametrize("size", [0, 10, 200])
def test_a_directory_that_states_less_than_there_is_is_refused(size: int) -> None:
    forged = made.lying(GOOD, "xl/theme/theme1.xml", size)

    with zipfile.ZipFile(__import__("io").BytesIO(forged)) as archive:
        assert len(archive.read("xl/theme/theme1.xml")) == size, "the forgery works elsewhere"
    assert refusal(SHAPE, forged).code == "AZ-F051"


def test_too_many_members_and_too_many_bytes(monkeypatch: Any) -> None:
    many = made.parts(GOOD) | {f"xl/m{n}.xml": b"" for n in range(workbook_zip.MAX_MEMBERS)}
    assert refusal(SHAPE, made.packed(many)).code == "AZ-F050"
    assert refusal(SHAPE, b"PK\x03\x04" + b"x" * workbook_facts.MAX_FILE).code == "AZ-F050"


@pytest.mark.parametrize("place", [b"ZZ9999", b"XFD2", b"A9999999", b"AAAA1"])
def test_one_cell_far_away_cannot_fill_memory(place: bytes) -> None:
    far = made.changed(GOOD, SHEET, b'r="A2"', b'r="' + place + b'"')

    assert refusal(SHAPE, far).code == "AZ-F050"


def test_one_text_in_many_cells_cannot_fill_memory() -> None:
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(2, 12_000))
    rows = f'<sheetData><row r="1">{cells}</row>'.encode()
    shared = made.changed(made.plain({"F": [["x" * 30_000]]}), SHEET, b"<sheetData>", rows)
    repeated = made.ods_cell("string", "", 'table:number-columns-repeated="999"', "x" * 30_000)
    row = made.ods_row(repeated).replace("row>", 'row table:number-rows-repeated="20">', 1)

    assert refusal(SHAPE, shared).code == "AZ-F050"
    assert refusal(SHAPE, made.ods({"F": made.ods_row("num") + row})).code == "AZ-F050"


def test_cells_without_an_address_are_refused() -> None:
    assert refusal(SHAPE, made.changed(GOOD, SHEET, b'r="A2" ', b"")).code == "AZ-F051"


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row table:number-rows-repeated="99999999">' + made.ods_row("1")[17:],
        made.ods_row(made.ods_cell("float", "1", 'table:number-columns-repeated="16384"')),
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="1000"/></table:table-row>'
        + made.ods_row('<table:table-cell table:number-columns-repeated="999"/>', "x"),
    ],
)
def test_repetitions_of_an_ods_cannot_fill_memory(rows: str) -> None:
    assert refusal(SHAPE, made.ods({"F": made.ods_row("num") + rows})).code == "AZ-F050"


def test_passwords_are_named() -> None:
    locked = '<manifest:manifest xmlns:manifest="x"><manifest:encryption-data/></manifest:manifest>'

    assert refusal(SHAPE, made.ods({"F": ""}, locked)).code == "AZ-F053"
    assert refusal(SHAPE, made.xls({"F": [["num"]]}, password=True)).code == "AZ-F053"
    package = made.compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})
    assert refusal(SHAPE, package).code == "AZ-F053"


def test_shared_texts_of_an_old_workbook_are_read_and_bounded() -> None:
    strings = ["num", "é" * 200, "", "محمد"]
    good = made.xls({"F": [["@0"], ["@1"], ["@3"]]}, strings=strings)
    many = made.xls({"F": [["@0"], *([["@1"]] * 1500)]}, strings=["num", "x" * 20_000])
    far = made.xls({"F": [["@9"]]}, strings=strings)

    assert [v["num"] for v in read(SHAPE, good).values] == ["é" * 200, "محمد"]
    assert read(SHAPE, many).error is None
    assert refusal(SHAPE, far).code == "AZ-F052"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workbook_facts, "MAX_TEXTS", 50_000_000)
        assert refusal(SHAPE, many).code == "AZ-F050"


def test_an_old_workbook_is_held_to_the_same_bounds() -> None:
    wide: list[made.Cell] = [None] * 2000
    good = made.xls({"F": [["num"], ["1"]]})

    assert refusal(SHAPE, made.xls({"F": [[*wide, "x"]]})).code == "AZ-F050"
    assert refusal(SHAPE, made.xls({"F": [["num"]]}, macros=True)).code == "AZ-F051"
    assert refusal(SHAPE, good[:-3000]).code == "AZ-F052"
    assert len(read(SHAPE, good).records) == 1


FIVE = made.plain({"F": [["num"], ["1"], ["2"], ["3"], ["4"]]})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="4"', b'<row r="9"'),  # cells that say another row than their row
        (b'r="A4"', b'r="A3"'), (b'r="A4"', b'r="A2"'), (b'r="A4"', b'r="a3"'),
        (b'r="A5"', b'r="A2"'),
    ],
)  # fmt: skip
def test_rows_that_come_again_lose_none_silently(old: bytes, new: bytes) -> None:
    """Calamine would keep one of two cells in a place: the workbook is refused instead."""
    seen = read(SHAPE, made.changed(FIVE, SHEET, old, new))

    assert seen.error is not None or len(seen.records) == 4
    if seen.error is not None:
        assert seen.error.code == "AZ-F051"


@pytest.mark.parametrize("index", [b"-1", b"x", b"99999999999", b"1.5", b"9"])
def test_a_shared_text_that_is_not_there_is_not_the_first_one(index: bytes) -> None:
    """Calamine takes the first text for it, which is a value of another cell."""
    wrong = made.changed(GOOD, SHEET, b"<v>1</v>", b"<v>" + index + b"</v>")

    assert refusal(SHAPE, wrong).code == "AZ-F052"


def test_a_flipped_byte_is_found_by_its_checksum() -> None:
    """The markup is well formed and the sizes agree: only the value is another."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, data in made.parts(GOOD).items():
            archive.writestr(name, data)
    whole = stored.getvalue()
    assert len(read(SHAPE, whole).records) == 1
    at = whole.index(b"<t>1</t>") + 3
    flipped = whole[:at] + b"7" + whole[at + 1 :]

    seen = read(SHAPE, flipped)

    assert seen.error is not None
    assert seen.error.code == "AZ-F052"


def test_blanks_that_an_ods_only_counts_cannot_fill_memory() -> None:
    row = made.ods_row('<table:table-cell office:value-type="string"><text:p>'
                       '<text:s text:c="999999999"/></text:p></table:table-cell>')  # fmt: skip

    assert refusal(SHAPE, made.ods({"F": made.ods_row("num") + row})).code == "AZ-F050"


def test_a_name_cut_by_a_nul_is_refused() -> None:
    member = made.packed(made.parts(GOOD) | {"xl/aXb.xml": b"<a/>"})

    assert refusal(SHAPE, member.replace(b"xl/aXb.xml", b"xl/a\0b.xml")).code == "AZ-F051"


def test_many_sheets_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    filled = workbook_sheets.Sheets.filled

    def counted(self: workbook_sheets.Sheets, name: str) -> bool:
        looks.append(name)
        return filled(self, name)

    monkeypatch.setattr(workbook_sheets.Sheets, "filled", counted)
    book = made.plain({"F": [["num"], ["1"]]} | {f"S{n}": [] for n in range(30)})

    assert len(read(SHAPE, book).records) == 1
    assert len(looks) < 150
