"""Mappings of records of several lines or files: what the author sees when they do not fit."""

from pathlib import Path

import pytest

from azalai.mapping import check_inbound, run_examples

SEGMENTS = """
mapping: pv
version: 1
kind: CriminalCase
register: pv
file:
  format: fixed_width
  encoding: ascii
  segment_at: 1
  record_starts: "1"
  rows_with_same: NUM
segments:
  "1":
    NUM: 2-4
    LIEU: 5-10
  "2":
    called: faits
    NUM: 2-4
    CODE: 5-7
columns:
  NUM: required
  LIEU: optional
  faits: repeated
  faits/CODE: required
always:
  purpose: judicial_cooperation
  legal_ground: judicial_procedure
  handling: police_use_only
  references.type: pv
  offences.category: none
declared_by: note fictive
record:
  key: NUM
  references:
    - number: NUM
  facts.place: LIEU
  offences:
    - for_each: faits
      code: CODE | code(faits)
codes:
  faits: faits.csv
examples:
  - case: deux lignes de faits
    row:
      NUM: "001"
      faits:
        - CODE: VOL
        - CODE: FEU
    gives:
      offences.code: [ theft, arson ]
"""
TABLES = """
mapping: pv
version: 1
kind: CriminalCase
register: pv
file:
  format: delimited
  encoding: utf-8
  joined:
    lieux:
      file: lieux.csv
      on: lieu = code
columns:
  no: required
  lieu: required
  lieux/code: required
  lieux/nom: required
always:
  purpose: judicial_cooperation
  legal_ground: judicial_procedure
  handling: police_use_only
  references.type: pv
declared_by: note fictive
record:
  key: no
  references:
    - number: no
  facts.place: lieux/nom
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "faits.csv").write_text("dans le fichier;valeur commune\nVOL;theft\nFEU;arson\n")
    return tmp_path


def problems(folder: Path, text: str, *pairs: tuple[str, str]) -> list[tuple[str, str]]:
    """Code and the line shown of every problem, after each text was replaced."""
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "pv.yaml"
    path.write_text(text, "utf-8")
    lines = text.split("\n")
    return [(one.code, lines[one.place.line - 1].strip()) for one in check_inbound(path)]


@pytest.mark.parametrize("text", [SEGMENTS, TABLES])
def test_they_check(folder: Path, text: str) -> None:
    assert problems(folder, text) == []


def test_an_example_of_several_lines(folder: Path) -> None:
    problems(folder, SEGMENTS)

    assert [(one.case, one.ok) for one in run_examples(folder / "pv.yaml")] == [
        ("deux lignes de faits", True)
    ]


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (SEGMENTS, "  faits/CODE: required\n", "",
         [("AZ-M134", "CODE: 5-7"), ("AZ-M103", "code: CODE | code(faits)"),
                ("AZ-M119", "faits: faits.csv")]),
        (SEGMENTS, "    CODE: 5-7\n", "", [("AZ-M117", "faits/CODE: required")]),
        (SEGMENTS, 'starts: "1"', 'starts: [ "1", "8" ]',
         [("AZ-M135", 'record_starts: [ "1", "8" ]')]),
        (SEGMENTS, "with_same: NUM", "with_same: NUMERO",
         [("AZ-M103", "rows_with_same: NUMERO"), ("AZ-M134", "NUM: 2-4")]),
        (SEGMENTS, "  faits: repeated", "  faits: optional", [("AZ-M132", "- for_each: faits")]),
        (SEGMENTS, "facts.place: LIEU", "facts.place: first(LIEU, faits/CODE)",
         [("AZ-M133", "facts.place: first(LIEU, faits/CODE)")]),
        (TABLES, "on: lieu = code", "on: lieux = code",
         [("AZ-M103", "on: lieux = code"), ("AZ-M102", "lieu: required")]),
        (TABLES, "on: lieu = code", "on: lieu = id",
         [("AZ-M136", "on: lieu = id"), ("AZ-M102", "lieux/code: required")]),
        (TABLES, "      on: lieu = code\n", "",
         [("AZ-M136", "lieux:"), ("AZ-M102", "lieu: required"),
          ("AZ-M102", "lieux/code: required")]),
        (TABLES, "facts.place: lieux/nom", "facts.place: lieu",
         [("AZ-M102", "lieux/nom: required")]),
    ],
)  # fmt: skip
def test_one_mistake_one_message(
    folder: Path, text: str, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert sorted(problems(folder, text, (old, new))) == sorted(expected)
