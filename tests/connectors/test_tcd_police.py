"""Chad's vehicles and firearms: each row of the workbook ends as it is meant to."""

import io
from typing import Any

import orjson
import pytest
import xlsxwriter

from azalai.errors import FormatError
from azalai.mapping import Translated, run_examples
from azalai.plugin.format import Ending
from azalai.plugin.registry import find
from connector_reading import mapping_paths, read, said, sample

NAME = "tcd_police"
CASES = "signalements_cas.xlsx"
VEHICLES, FIREARMS = 20, 10
BROKEN = {
    12: ("rejected", "AZ-R101", "N° PV"),
    13: ("rejected", "AZ-R103", "Date du PV"),  # 31/02/2026, typed as text
    14: ("rejected", "AZ-R106", "Statut"),
    15: ("parked", "Couleur"),
    16: ("rejected", "AZ-R107", ""),  # no number at all
    17: ("rejected", "AZ-R104", "VIN"),
    18: ("rejected", "AZ-R104", "Année"),
    19: ("parked", "Pays"),
    20: ("rejected", "AZ-R105", "Propriétaire"),
    26: ("parked", "Catégorie"),
    27: ("rejected", "AZ-R101", "Motif"),
    28: ("rejected", "AZ-R106", "Statut"),
    29: ("rejected", "AZ-R103", "Date des faits"),
    30: ("parked", "Pays de fabrication"),
}


def _records() -> list[dict[str, Any]]:
    results, _, _ = read(NAME, sample(NAME, CASES))
    return [orjson.loads(r.record) for r in results if isinstance(r, Translated)]


def test_every_row_ends_as_meant() -> None:
    """Sound rows and one of each way to be wrong, on both sheets; the TOTAL rows agree."""
    results, findings, ending = read(NAME, sample(NAME, CASES))

    assert findings == []
    assert {n: said(r) for n, r in enumerate(results, 1) if said(r) != ("translated",)} == BROKEN
    assert ending == Ending(stated=VEHICLES + FIREARMS, marked=True)
    assert len(results) == VEHICLES + FIREARMS


def test_title_rows_are_no_records() -> None:
    """The first record of each sheet is in row 5, under three titles and the header."""
    results, _, _ = read(NAME, sample(NAME, CASES))

    firsts = [results[0].address, results[VEHICLES].address]
    assert [(one.part, one.line) for one in firsts] == [("Véhicules", 5), ("Armes", 5)]
    assert [one.number for one in firsts] == [1, VEHICLES + 1]


def test_each_sheet_makes_its_own_kind() -> None:
    """One workbook, two registers."""
    records = _records()

    assert [r["kind"] for r in records] == ["ReportedVehicle"] * 11 + ["ReportedFirearm"] * 5
    assert records[0]["key"] == "TCD-PN/vehicules/1000001"
    assert records[11]["key"] == "TCD-PN/armes/2000001"


def test_a_number_that_is_a_code_comes_back_as_its_digits() -> None:
    """No `1.0`, no lost number: codes, a chassis, a model, a year; a text keeps its zeros."""
    records = _records()

    assert records[0]["status"] == "stolen"
    assert records[0]["vehicle"]["category"] | {"version": ""} == {
        "code": "motorcycle",
        "list": "categories",
        "version": "",
        "original": "20",
    }
    assert records[2]["vehicle"]["chassis_number"] == "4471"
    assert records[5]["vehicle"]["registration_country"]["code"] == "DZA"  # 012, typed as a number
    assert records[8]["vehicle"]["model"] == "206"
    assert records[12]["firearm"]["serial_number"] == "00012345"
    assert records[13]["firearm"]["serial_number"] == "5512345"


def test_a_day_that_is_not_known_stays_unknown() -> None:
    """A date cell, a month in text, a year as a number, nothing: each to its own precision."""
    records = _records()

    assert [
        (r["occurred_on"]["value"], r["occurred_on"]["precision"], r["occurred_on"]["original"])
        for r in (records[0], records[6], records[7])
    ] == [
        ("2026-01-15", "day", "2026-01-15"),
        ("2026-01", "month", "2026-01"),
        ("2025", "year", "2025"),
    ]
    assert "occurred_on" not in records[10]
    assert "place" not in records[10]  # the text « néant »


def test_an_erased_number_is_left_out_and_a_trace_is_no_theft() -> None:
    """What the firearm's row says decides its status; no number is invented."""
    records = _records()

    assert "serial_number" not in records[14]["firearm"]
    assert [r["status"] for r in records[11:]] == [
        "seized",
        "stolen",
        "lost",
        "recovered",
        "trace_requested",
    ]


def test_an_ignored_column_goes_nowhere() -> None:
    """The complainant's telephone number is in the workbook and in no record."""
    results, _, _ = read(NAME, sample(NAME, CASES))

    assert all(b"00 00 00 00" not in r.record for r in results if isinstance(r, Translated))


def test_a_workbook_without_one_of_its_sheets_is_refused() -> None:
    """Half of a feed is not taken for the whole: a missing sheet would withdraw its records."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet("Véhicules").write_string(0, 0, "FICTIF")

    with pytest.raises(FormatError) as caught:
        read(NAME, data.getvalue())
    assert caught.value.code == "AZ-F054"


def test_the_whole_sample_translates() -> None:
    """The good sample has no broken row."""
    results, findings, ending = read(NAME, sample(NAME, "signalements.xlsx"))

    assert findings == []
    assert {said(r) for r in results} == {("translated",)}
    assert ending == Ending(stated=len(results), marked=True)


def test_the_documents_of_the_connector_hold() -> None:
    """The manifest reads without code, the mappings' examples pass."""
    connector = find()[NAME]
    results = [one for path in mapping_paths(connector) for one in run_examples(path)]

    assert (connector.manifest.system, connector.manifest.country) == ("TCD-PN", "TCD")
    assert connector.manifest.code is None
    assert [one.message.en for one in results if not one.ok] == []
    assert len(results) == 13
