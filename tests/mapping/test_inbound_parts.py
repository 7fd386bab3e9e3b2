"""Repeated parts, fixed-width segments and steps on lists: the other two shapes of files."""

from pathlib import Path

import pytest

from azalai.mapping import Parked, Rejected, check_inbound, load_inbound
from inbound_mapping import record, run

CASE = """
mapping: cases
version: 3
kind: CriminalCase
register: procedures
file:
  format: xml
  record: procedure
columns:
  numero: required
  pays: optional
  refs/ref: repeated
  refs/ref/nature: required
  refs/ref/no: required
  personnes/personne: repeated
  personnes/personne/role: required
  personnes/personne/nom: optional
  personnes/personne/nat: repeated
  faits/code: repeated
always:
  purpose: judicial_cooperation
  legal_ground: judicial_procedure
  handling: judicial_use_only
  offences.category: none
declared_by: note fictive
record:
  key: numero | prefix("P-") | replace("/", "-")
  references:
    - for_each: refs/ref
      type: nature | lower | code(natures, else reject)
      number: no | digits
  persons:
    - for_each: personnes/personne
      role: role | code(roles)
      name: nom | name("NOM, Prénoms")
      birth.country: pays | upper | code(countries)
      nationalities: nat | upper | code(countries)
  offences:
    - code: first(faits/code, numero) | code(offences)
codes:
  natures: natures.csv
  roles: roles.csv
  countries: countries.csv
  offences: offences.csv
"""
LISTS = {
    "natures": "pv;pv\nrp;parquet\n",
    "roles": "MEC;suspect\nVIC;victim\n",
    "countries": "NE;NER\nML;MLI\n",
    "offences": "V;theft\n",
}
ROW = {
    "numero": "12/26",
    "pays": "ml",
    "refs/ref": [{"nature": "PV", "no": "n 1"}, {"nature": "RP", "no": "2"}],
    "personnes/personne": [
        {"role": "MEC", "nom": "FICTIF, Kilo", "nat": ["ne", "", "ml"]},
        {"role": " ", "nom": ""},
        {"role": "VIC"},
    ],
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    for name, rows in LISTS.items():
        text = "dans le fichier;valeur commune\n" + rows
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    document = tmp_path / "cases.yaml"
    text = CASE.replace("first(faits/code, numero)", "faits/code").replace(
        "faits/code: repeated", "faits/code: optional"
    )
    document.write_text(text, "utf-8")
    return document


def test_each_occurrence_becomes_a_part(path: Path) -> None:
    found = record(run(path, {**ROW, "faits/code": "V"}))

    assert found["key"] == "NER-PN/procedures/P-12-26"
    assert found["references"] == [
        {"type": "pv", "number": "1"}, {"type": "parquet", "number": "2"},
    ]  # fmt: skip
    assert [one["role"] for one in found["persons"]] == ["suspect", "victim"]
    assert [one["code"] for one in found["persons"][0]["nationalities"]] == ["NER", "MLI"]
    assert found["offences"][0]["category"] == "none"


def test_a_column_outside_the_part_can_fill_a_field_inside(path: Path) -> None:
    found = record(run(path, ROW))

    assert found["persons"][0]["birth"]["country"]["code"] == "MLI"
    assert "offences" not in found


def test_a_required_cell_inside_a_part_is_named_by_its_path(path: Path) -> None:
    result = run(path, {**ROW, "personnes/personne": [{"nom": "FICTIF, Kilo"}]})

    assert isinstance(result, Rejected)
    assert (result.code, result.column) == ("AZ-R101", "personnes/personne/role")


def test_a_missing_list_is_refused_by_the_schema(path: Path) -> None:
    result = run(path, {**ROW, "refs/ref": []})

    assert isinstance(result, Rejected)
    assert (result.code, result.field) == ("AZ-R107", "references")


def test_an_unknown_code_inside_a_part_waits(path: Path) -> None:
    result = run(path, {**ROW, "personnes/personne": [{"role": "???"}]})

    assert isinstance(result, Parked)
    assert (result.column, result.field) == ("personnes/personne/role", "persons.role")


def test_a_column_that_occurs_twice_unannounced_is_rejected(path: Path) -> None:
    result = run(path, {**ROW, "faits/code": ["V", "V"]})

    assert isinstance(result, Rejected)
    assert (result.code, result.column) == ("AZ-R110", "faits/code")


def test_a_repeated_column_does_not_fill_a_single_field(path: Path) -> None:
    text = path.read_text("utf-8").replace("faits/code: optional", "faits/code: repeated")
    path.write_text(text, "utf-8")

    assert [one.code for one in check_inbound(path)] == ["AZ-M101"]


def test_an_unknown_repeated_part_names_the_nearest(path: Path) -> None:
    text = path.read_text("utf-8").replace("for_each: refs/ref", "for_each: refs/raf")
    path.write_text(text, "utf-8")

    assert "AZ-M103" in {one.code for one in check_inbound(path)}


FIXED = """
mapping: docs
version: 1
kind: ReportedDocument
register: documents
file:
  format: fixed_width
  encoding: cp850
  segment_at: 1-2
takes:
  segment: "10"
segments:
  "10":
    NUM: 3-14
    TYPE: 15-17
    ETAT: 18-18
columns:
  NUM: required
  TYPE: required
  ETAT: required
always:
  action_to_be_taken: seize_and_notify
  purpose: border_control
  legal_ground: theft_report
  handling: police_use_only
  reason: fictif
  document.issuing_country: NER
declared_by: note fictive
record:
  key: NUM
  status: ETAT | code(states, else reject)
  document.type: TYPE | code(types)
  document.number: NUM
codes:
  states: states.csv
  types: types.csv
"""


@pytest.fixture
def fixed(tmp_path: Path) -> Path:
    head = "in the file;common value\n"
    (tmp_path / "states.csv").write_text(head + "V;stolen\n", "utf-8")
    (tmp_path / "types.csv").write_text(head + "PAS;passport\n", "utf-8")
    document = tmp_path / "docs.yaml"
    document.write_text(FIXED, "utf-8")
    return document


def test_segments_become_positions_and_takes_their_tag(fixed: Path) -> None:
    shape = load_inbound(fixed).shape

    assert shape.tag == "10"
    assert shape.segments == {"10": {"NUM": (3, 14), "TYPE": (15, 17), "ETAT": (18, 18)}}


def test_a_declared_country_is_a_code(fixed: Path) -> None:
    row = {"NUM": "X1", "TYPE": "PAS", "ETAT": "V"}
    found = record(run(fixed, row, "10"))
    other = run(fixed, row, "20")

    assert found["document"]["issuing_country"] == {"code": "NER", "list": "always"}
    assert found["status"] == "stolen"
    assert isinstance(other, Rejected)
    assert other.code == "AZ-R109"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("NUM: 3-14", "NUM: 14-3", "AZ-M116"), ("    ETAT: 18-18\n", "", "AZ-M117"),
     ('  segment: "10"', "  rien: x", "AZ-M103"), ("takes:", "takes: x\nowner:", "AZ-M124")],
)  # fmt: skip
def test_mistakes_in_segments_and_takes(fixed: Path, old: str, new: str, code: str) -> None:
    fixed.write_text(FIXED.replace(old, new, 1), "utf-8")

    assert code in {one.code for one in check_inbound(fixed)}
