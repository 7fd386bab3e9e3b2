"""The new formats where they really run: in the child, with its limits, under a mapping."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

import workbook_samples as made
from azalai.errors import FormatError
from azalai.mapping import Declared, Translated
from azalai.translate import FeedPlan, Plan, Worker

DECLARED = Declared("TST-PN", "UTO", "Service fictif", "test", "essai")
MAPPING = """\
mapping: {name}
version: 1
kind: ReportedVehicle
register: {name}
owner: Service fictif
file:
{file}
takes: {{ {takes} }}
columns:
  {number}:  required
  plaque: required
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  {number}
  vehicle.registration: plaque
  reason:               plaque
lifecycle:
  file_holds: everything
  missing_from_file: withdraw
  after_files: 2
  cancel_reason: not_stated
"""
BOOK = """  format: spreadsheet
  header_row: 2"""
JSON = """  format: json
  encoding: utf-8
  records: [autos, motos]"""


def plan(folder: Path, file: str, takes: Mapping[str, str], word: str) -> Plan:
    paths = []
    for name, tag in takes.items():
        path = folder / f"{name}.yaml"
        text = MAPPING.format(name=name, file=file, takes=f"{word}: {tag}", number=f"no_{name}")
        path.write_text(text.replace("takes: {", "takes:\n ").replace(" }\n", "\n"), "utf-8")
        paths.append(path)
    return Plan(FeedPlan(tuple(paths), DECLARED))


def translated(folder: Path, plan_: Plan, data: bytes) -> list[tuple[str, str]]:
    path = folder / "input"
    path.write_bytes(data)
    keys = []
    with Worker(plan_) as worker:
        for batch in worker.read(path, hashlib.sha256(data).hexdigest()):
            assert not batch.findings
            for result in batch.results:
                assert isinstance(result, Translated), result
                keys.append((result.key, result.address.text()))
    return keys


def test_a_workbook_of_two_sheets_is_translated(tmp_path: Path) -> None:
    data = made.plain(
        {
            "Véhicules": [["ÉTAT"], ["no_auto", "plaque"], [226070112233, "AB 1"]],
            "Motos": [["ÉTAT"], ["no_moto", "plaque"], [7, "AB 2"]],
        }
    )

    keys = translated(
        tmp_path, plan(tmp_path, BOOK, {"auto": "Véhicules", "moto": "Motos"}, "sheet"), data
    )

    assert keys == [
        ("TST-PN/auto/226070112233", "Véhicules line 3"), ("TST-PN/moto/7", "Motos line 3"),
    ]  # fmt: skip


def test_a_document_of_two_arrays_is_translated(tmp_path: Path) -> None:
    data = b'{"motos": [{"no_moto": 7, "plaque": "AB 2"}],\n'
    data += b'"autos": [{"no_auto": "1e3", "plaque": "AB 1"}]}'

    keys = translated(
        tmp_path, plan(tmp_path, JSON, {"auto": "autos", "moto": "motos"}, "element"), data
    )

    assert keys == [("TST-PN/moto/7", "motos[0] line 1"), ("TST-PN/auto/1e3", "autos[0] line 2")]


@pytest.mark.parametrize("bomb", ["text", "far", "deep"])
def test_what_would_fill_the_child_is_refused_and_the_child_lives(
    tmp_path: Path, bomb: str
) -> None:
    good = made.plain({"Véhicules": [["x" * 30_000], ["no_auto", "plaque"], ["1", "AB 1"]]})
    sheet = "xl/worksheets/sheet1.xml"
    cells = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(9, 60_000)).encode()
    deep = b'{"autos": ' + b"[" * 10_000
    data = {
        "text": made.changed(good, sheet, b"</row></sheetData>", cells + b"</row></sheetData>"),
        "far": made.changed(good, sheet, b'r="B3"', b'r="XFD1048576"'),
        "deep": deep,
    }[bomb]
    file = JSON.replace("[autos, motos]", "[autos]") if bomb == "deep" else BOOK
    takes = ("element", "autos") if bomb == "deep" else ("sheet", "Véhicules")
    path = tmp_path / "input"
    path.write_bytes(data)

    with Worker(plan(tmp_path, file, {"auto": takes[1]}, takes[0])) as worker:
        for _ in range(2):
            with pytest.raises(FormatError) as seen:
                list(worker.read(path, hashlib.sha256(data).hexdigest()))

    assert seen.value.code == ("AZ-F042" if bomb == "deep" else "AZ-F050")
