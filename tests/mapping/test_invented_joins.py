"""An invented example joins as its original did: one number, one invented number everywhere."""

from pathlib import Path
from random import Random

import pytest

from azalai.app.mapping_examples import invented
from azalai.mapping import load_inbound
from azalai.mapping.joined_columns import joined_columns
from azalai.mapping.results import Translated

HEAD = """
mapping: v
version: 1
kind: ReportedVehicle
register: v
"""
TAIL = """
always:
  status: stolen
  action_to_be_taken: seize_and_notify
  purpose: prosecution
  legal_ground: request
  handling: police_use_only
declared_by: note fictive
record:
  key: no
  vehicle.registration: plaque
  vehicle.make: {make}
  reason: plaque
"""
TABLES = HEAD + """
file:
  format: delimited
  encoding: utf-8
  joined:
    marques:
      file: marques.csv
      on: marque = code
    modeles:
      file: modeles.csv
      on: marque = fabricant
columns:
  no: required
  plaque: required
  marque: required
  marques/code: required
  marques/nom: required
  modeles: repeated
  modeles/fabricant: required
  modeles/libelle: required
""" + TAIL.format(make="marques/nom")  # fmt: skip
ROWS = """
mapping: v
version: 1
kind: MissingPerson
register: v
file:
  format: delimited
  encoding: utf-8
  delimiter: ";"
  segment_at: 1
  record_starts: A
  rows_with_same: no
segments:
  A: { no: 2, nom: 3 }
  B: { called: lignes, no: 2, alias: 3 }
columns:
  no: required
  nom: required
  lignes: repeated
  lignes/no: optional
  lignes/alias: optional
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
  person.aliases:
    - for_each: lignes
      value: all(alias, no) | join(" ")
"""


def _used(text: str) -> str:
    """What nobody uses is ignored by name."""
    return text.replace("libelle: required", "libelle: ignored, essai")


@pytest.mark.parametrize("seed", range(8))
def test_both_sides_of_a_join_have_the_same_invented_number(tmp_path: Path, seed: int) -> None:
    """The main file's cell, the table of one row a key, and each row of the one of several."""
    mapping = tmp_path / "v.yaml"
    mapping.write_text(_used(TABLES))
    (tmp_path / "marques.csv").write_text("code;nom\nM-100;FICTIVE\nM-200;AUTRE\n")
    (tmp_path / "modeles.csv").write_text("fabricant;libelle\nM-100;Un\nM-200;X\nM-100;Deux\n")
    main = tmp_path / "v.csv"
    main.write_text("no;plaque;marque\n7;AA-01;M-200\n8;AA-02;M-100\n")

    made = invented(mapping, main, 3, "essai", Random(seed))

    number = made.row["marque"]
    assert number != "M-100"
    assert made.row["marques/code"] == number
    assert [one["fabricant"] for one in made.row["modeles"]] == [number, number]
    assert made.row["marques/nom"] != "FICTIVE"
    assert isinstance(made.result, Translated), made.result.what


def test_the_number_that_lines_of_a_record_repeat_stays_one(tmp_path: Path) -> None:
    mapping = tmp_path / "v.yaml"
    mapping.write_text(ROWS)
    main = tmp_path / "v.csv"
    main.write_text("A;70001;FICTIF Kilo\nB;70001;Lima\nB;70001;Mike\n")

    made = invented(mapping, main, 1, "essai", Random(2))

    assert made.row["no"] != "70001"
    assert {one.get("no") for one in made.row["lignes"]} == {made.row["no"]}


def test_a_chosen_code_is_one_that_all_joined_columns_take(tmp_path: Path) -> None:
    """The list reads one side only; the other side follows."""
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "m.csv").write_text(
        "dans le fichier;valeur commune;depuis;jusqu'à;source\nM-100;Fictive;;;essai\nM-300;Autre;;;essai\n"
    )
    text = _used(TABLES).replace("vehicle.make: marques/nom", "vehicle.make: marque | code(m)")
    text = text.replace("marques/nom: required", "marques/nom: ignored, essai")
    mapping = tmp_path / "v.yaml"
    mapping.write_text(text + "codes:\n  m: codes/m.csv\n")
    (tmp_path / "marques.csv").write_text("code;nom\nM-100;FICTIVE\n")
    (tmp_path / "modeles.csv").write_text("fabricant;libelle\nM-100;Un\n")
    main = tmp_path / "v.csv"
    main.write_text("no;plaque;marque\n8;AA-02;M-100\n")

    made = invented(mapping, main, 2, "essai", Random(1))

    assert made.row["marque"] == made.row["marques/code"] == "M-300"


def test_tables_of_the_same_file_and_column_agree_too(tmp_path: Path) -> None:
    """Two columns of the main file, one table of countries: one number wherever it stands."""
    mapping = tmp_path / "v.yaml"
    text = _used(TABLES).replace("modeles.csv", "marques.csv").replace(
        "on: marque = fabricant", "on: plaque = code").replace("fabricant", "code")  # fmt: skip
    mapping.write_text(text)
    named = joined_columns(load_inbound(mapping))

    assert set(named) == {"marque", "plaque", "marques/code", "modeles/code"}
    assert len(set(named.values())) == 1
