"""A repeated part of the file fills a field of several plain values, one an occurrence."""

import re
from pathlib import Path

from azalai.mapping import check_inbound
from inbound_mapping import copy, record, run

PART = "columns:\n  surnoms: repeated\n  surnoms/nom: optional\n  surnoms/prenom: optional\n"
LINES = (
    "record:\n  person.aliases:\n    - for_each: surnoms\n"
    '      value: all(prenom, nom) | join(" ")\n'
)


def made(to: Path, lines: str) -> Path:
    """The mapping with a repeated part, and these lines under `record:`."""
    path = copy(to)
    text = path.read_text("utf-8").replace("columns:\n", PART, 1)
    text = re.sub(r"(?m)^  person\.(aliases|birth_name): .*\n", "", text)
    text = re.sub(r"(?m)^  (alias|nom_naissance): .*", r"  \1: ignored, pour cet essai", text)
    path.write_text(text.replace("record:\n", lines, 1), "utf-8")
    return path


def codes(path: Path) -> list[str]:
    """What `mapping check` finds."""
    return [one.code for one in check_inbound(path) if not one.warning]


def test_each_occurrence_is_one_value_with_its_columns_together(tmp_path: Path) -> None:
    path = made(tmp_path, LINES)
    surnoms = [{"prenom": "Kilo", "nom": "FICTIF"}, {"nom": ""}, {"nom": "LIMA"}]
    row = {
        "num_dossier": "F-1", "nom_prenoms": "FICTIF, Kilo", "sexe": "M", "num_mandat": "M1/20",
        "date_naissance": "00/00/1985", "nationalite": "Italienne", "code_infraction": "VOL-01",
        "date_mandat": "12/03/2020", "autorite": "TGI fictif", "peine_mois": "60",
        "surnoms": surnoms,
    }  # fmt: skip

    assert record(run(path, row))["person"]["aliases"] == ["Kilo FICTIF", "LIMA"]


def test_other_lines_and_a_list_of_what_is_none_are_mistakes_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert "AZ-M106" in codes(made(tmp_path / "a", LINES.replace("value:", "nom:")))
    wrong = made(tmp_path / "b", LINES.replace("person.aliases", "person.birth_name"))
    assert "AZ-M106" in codes(wrong)
