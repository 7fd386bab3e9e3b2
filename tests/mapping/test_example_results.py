"""What an example says must come is compared with what comes, and the difference is named."""

from pathlib import Path

import pytest

from azalai.mapping import run_examples

MAPPING = """
mapping: v
version: 1
kind: MissingPerson
register: v
file:
  format: delimited
  encoding: utf-8
columns:
  no: required
  nom: required
  né le: optional
  vu le: optional
  sexe: optional
always:
  person_status: missing
  action_to_be_taken: locate_and_notify
  purpose: search_for_missing
  legal_ground: request
  handling: police_use_only
  reason: fictif
declared_by: note fictive
record:
  key: no
  person.name: nom | name("NOM Prénoms")
  person.birth.date: all(né le, vu le) | date(jj/mm/aaaa, ages iso)
  person.sex: sexe | code(sexes)
codes:
  sexes: sexes.csv
examples:
  - case: essai
    row: { no: "1", nom: FICTIF Kilo, né le: "%s", vu le: 2026-03-10, sexe: "%s" }
    %s
"""


def _result(folder: Path, born: str, sex: str, expected: str) -> tuple[bool, str]:
    (folder / "sexes.csv").write_text("dans le fichier;valeur commune\nM;M\n")
    path = folder / "v.yaml"
    path.write_text(MAPPING % (born, sex, expected))
    (one,) = run_examples(path)
    return one.ok, one.message.en


@pytest.mark.parametrize(
    ("expected", "ok"),
    [
        ('rejects: "all(né le, vu le)"', False),
        ('rejects: "né le, vu le"', True),
        ('rejects: "né le, vu le, AZ-R102"', True),
        ('rejects: "né le, vu le,AZ-R102"', True),
        ('rejects: "né le, vu le, calendar"', True),
        ('rejects: "né le, vu le, AZ-R101"', False),
        ('rejects: "person.birth.date, AZ-R102"', True),
        ('rejects: "nom, AZ-R102"', False),
        ('rejects: "né le, AZ-R102"', False),
    ],
)
def test_a_reject_of_two_columns_is_named_whole(tmp_path: Path, expected: str, ok: bool) -> None:
    """The columns of `all(…)` are written with a comma too: the longest name counts, then why."""
    found, message = _result(tmp_path, "31/02/1985", "M", expected)

    assert found is ok
    assert ok or message.startswith("the record is rejected: né le, vu le")


def test_what_came_instead_is_said(tmp_path: Path) -> None:
    """Translated, parked or rejected, with column and reason."""
    assert _result(tmp_path, "01/02/1985", "M", "rejects: nom") == (
        False, "the record was translated")  # fmt: skip
    ok, message = _result(tmp_path, "01/02/1985", "X", 'gives: { key: "1" }')
    assert not ok
    assert message.startswith("the record waits: sexe")
    assert _result(tmp_path, "01/02/1985", "X", "parks: sexe")[0]
    assert not _result(tmp_path, "01/02/1985", "X", "parks: nom")[0]
    ok, message = _result(tmp_path, "01/02/1985", "M", "gives: { person.sex: F }")
    assert (ok, message) == (False, "person.sex gives M")
    assert _result(tmp_path, "01/02/1985", "M", "gives: { person.sex: M }")[0]


def test_an_example_that_expects_nothing_fails(tmp_path: Path) -> None:
    ok, message = _result(tmp_path, "01/02/1985", "M", "")

    assert not ok
    assert "expects nothing" in message
