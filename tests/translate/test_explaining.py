"""`translate --explain`: each filled cell with its rule, or why it has none."""

from pathlib import Path

from azalai.cli.explaining import _way as told
from azalai.mapping import Declared, load_inbound
from azalai.translate import FeedPlan, explaining

MAPPING = """
mapping: v
version: 1
kind: ReportedVehicle
register: v
file:
  format: delimited
  encoding: utf-8
  empty: [ "-" ]
  joined:
    marques:
      file: marques.csv
      on: marque = code
columns:
  no: required
  plaque: required
  marque: required
  note: ignored, essai
  reste: optional
  marques/code: required
  marques/nom: required
always:
  status: stolen
  action_to_be_taken: seize_and_notify
  purpose: prosecution
  legal_ground: request
  handling: police_use_only
  reason: fictif
declared_by: note fictive
record:
  key: no
  vehicle.registration: plaque
  vehicle.make: marques/nom
  vehicle.model: reste
"""


def explained(folder: Path) -> explaining.Explained:
    path = folder / "v.yaml"
    path.write_text(MAPPING)
    (folder / "marques.csv").write_text("code;nom\n10;FICTIVE\n")
    file = folder / "v.csv"
    file.write_text("no;plaque;marque;note;reste\n1;AA-01;10;rien;-\n")
    plan = FeedPlan((path,), Declared("UTO-PN", "UTO", "Service fictif", "test", "v"))
    (one,) = explaining.explain(load_inbound(path), plan, file)
    return one


def test_each_cell_names_its_rule_or_why_it_has_no_field(tmp_path: Path) -> None:
    """What joins is no field and not ignored; what is ignored says so."""
    found = {way.column: way for way in explained(tmp_path).ways if way.column}

    assert (found["plaque"].written, found["plaque"].field) == ("plaque", "vehicle.registration")
    assert (found["note"].written, found["note"].field) == ("ignored", "")
    assert (found["marque"].written, found["marque"].field) == ("required", "")
    assert found["marques/code"].written == "required"
    assert found["marques/nom"].field == "vehicle.make"
    line = 1 + MAPPING.split("\n").index("  marque: required")
    assert found["marque"].rule == f"v.yaml:{line}"


def test_a_cell_that_says_nothing_was_entered_has_no_way(tmp_path: Path) -> None:
    """Blank, or one of the texts of `empty:`: nothing came of it, nothing is told of it."""
    assert "reste" not in {way.column for way in explained(tmp_path).ways}


def test_people_read_joins_apart_from_ignored(tmp_path: Path) -> None:
    ways = {way.column: "\n".join(told(way, with_values=False)) for way in explained(tmp_path).ways}

    assert "(ignorée)" in ways["note"]
    assert "(aucun champ : jointure, groupe ou condition)" in ways["marque"]
    assert "AA-01" not in ways["plaque"]
