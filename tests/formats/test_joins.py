"""A main file and its tables: one row a key, or told; the table's own file and line are named."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pytest
import xlsxwriter

from azalai.errors import ConfigurationError, FormatError
from azalai.formats import files_beside, give_beside, join_index, make
from azalai.plugin.format import Column, Finding, RawRecord
from format_reading import DIGEST, read, shape

MAIN = b"no;marque\n1;10\n2;20\n3;\n4;99\n"
MAKES = b"code;nom\n10;A\n20;B\n20;C\n"
LOOKUP = ["no", "marque", "marques/code", "marques/nom"]
DETAILS = ["no", Column("mandats", "repeated"), "mandats/no", "mandats/date"]


def joined(columns: list[Any], main: bytes, tables: Mapping[str, bytes], **block: Any) -> list[Any]:
    reader = make([shape("delimited", columns, joined=block)])
    give_beside(reader, {name: io.BytesIO(data) for name, data in tables.items()})
    return list(reader.read(io.BytesIO(main), DIGEST))


def test_one_row_is_joined_none_or_two_are_marked_for_the_mapping() -> None:
    items = joined(LOOKUP, MAIN, {"m.csv": MAKES}, marques={"file": "m.csv", "on": "marque = code"})
    records = [one for one in items if isinstance(one, RawRecord)]

    assert [one.values.get("marques/nom") for one in records] == [
        "A", {"several": "m.csv"}, None, {"absent": "m.csv"},
    ]  # fmt: skip
    digest = hashlib.sha256(MAKES).hexdigest()[:12]
    assert records[0].address.part == f"m.csv@{digest}:2"
    assert records[1].address.part == f"m.csv@{digest}:3,4"


def test_absent_may_be_empty_if_it_is_declared() -> None:
    block = {"file": "m.csv", "on": "marque = code", "absent": "empty"}
    items = joined(LOOKUP, MAIN, {"m.csv": MAKES}, marques=block)

    assert "marques/nom" not in items[3].values


def test_details_are_a_repeated_part_and_strays_hold_the_run() -> None:
    table = b"no;date\n1;x\n1;y\n7;z\n"
    items = joined(DETAILS, b"no\n1\n2\n", {"t.csv": table}, mandats={"file": "t.csv", "on": "no"})

    assert items[0].values["mandats"] == [{"no": "1", "date": "x"}, {"no": "1", "date": "y"}]
    assert items[1].values["mandats"] == []
    assert [one.code for one in items if isinstance(one, Finding)] == ["AZ-F027"]


def test_a_table_with_another_header_is_refused_in_its_name() -> None:
    with pytest.raises(FormatError) as caught:
        joined(LOOKUP, MAIN, {"m.csv": b"code;libelle\n10;A\n"},
               marques={"file": "m.csv", "on": "marque = code"})  # fmt: skip

    assert caught.value.missing == ("marques/nom",)
    assert caught.value.what[0].startswith("m.csv, ")


def test_a_broken_row_of_a_table_holds_the_run() -> None:
    items = joined(LOOKUP, MAIN, {"m.csv": MAKES + b"30\n"},
                   marques={"file": "m.csv", "on": "marque = code"})  # fmt: skip

    assert isinstance(items[0], Finding)
    assert items[0].what.fr.startswith("m.csv, ligne 5")


def test_a_table_too_large_and_a_table_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    block = {"file": "m.csv", "on": "marque = code"}
    monkeypatch.setattr(join_index, "ROWS", 2)
    for tables, code in (({"m.csv": MAKES}, "AZ-F067"), ({}, "AZ-F068")):
        with pytest.raises(FormatError) as caught:
            joined(LOOKUP, MAIN, tables, marques=block)

        assert caught.value.code == code


def test_the_sheets_of_a_workbook_are_joined() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        for name, rows in {"V": [["no", "marque"], ["1", "10"]],
                           "M": [["code", "nom"], ["10", "A"]]}.items():  # fmt: skip
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    block = {"marques": {"sheet": "M", "on": "marque = code"}}
    one = shape("spreadsheet", LOOKUP, joined=block)
    one.settings.pop("encoding")  # type: ignore[attr-defined]
    seen = read(one, data.getvalue())

    assert seen.error is None
    assert seen.values[0]["marques/nom"] == "A"
    assert seen.records[0].address.part == "V M:2"
    assert seen.findings == []


@pytest.mark.parametrize("block", [
    {"on": "marque = code"}, {"file": "m.csv"}, {"file": "../m.csv", "on": "marque = code"},
    {"file": "m.csv", "on": "rien = code"}, {"file": "m.csv", "on": "marque = rien"},
    {"file": "m.csv", "on": "marque = code", "absent": "park"}, {"sheet": "M", "on": "marque = code"},
])  # fmt: skip
def test_wrong_blocks_are_refused(block: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        make([shape("delimited", LOOKUP, joined={"marques": block})])


def test_the_files_needed_are_said() -> None:
    block = {"marques": {"file": "m.csv", "on": "marque = code"}}

    assert files_beside(make([shape("delimited", LOOKUP, joined=block)])) == ("m.csv",)
