"""A file to be joined is found beside the main one, and handed to the child as an open file."""

from io import BytesIO
from pathlib import Path

import orjson
import pytest

from azalai.mapping import Declared
from azalai.translate import Counts, FeedPlan, translate_file

MAPPING = """
mapping: v
version: 1
kind: ReportedVehicle
register: v
file:
  format: delimited
  encoding: utf-8
  joined:
    marques:
      file: marques.csv
      on: marque = code
columns:
  no: required
  plaque: required
  marque: required
  marques/code: required
  marques/nom: required
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
  vehicle.make: marques/nom
  reason: plaque
"""


def translated(folder: Path, folders: tuple[Path, ...] = ()) -> tuple[Counts, list[str], list[str]]:
    """Counts, the makes, and the codes of the rejects."""
    (folder / "v.yaml").write_text(MAPPING)
    main = folder / "in" / "v.csv"
    main.parent.mkdir(exist_ok=True)
    main.write_text("no;plaque;marque\n1;FICTIF-1;10\n2;FICTIF-2;99\n3;FICTIF-3;20\n")
    out, bad = BytesIO(), BytesIO()
    declared = Declared("UTO-PN", "UTO", "Service fictif", "test", "v")
    made = FeedPlan((folder / "v.yaml",), declared, folders=folders)
    counts = translate_file(made, main, out, bad, processes=2)
    records = [orjson.loads(line) for line in out.getvalue().splitlines()]
    rejects = [orjson.loads(line)["code"] for line in bad.getvalue().splitlines()]
    return counts, [one["vehicle"]["make"] for one in records], rejects


@pytest.mark.parametrize("where", ["in", ".", "export"])
def test_it_is_joined_by_the_child(tmp_path: Path, where: str) -> None:
    (tmp_path / where).mkdir(exist_ok=True)
    (tmp_path / where / "marques.csv").write_text("code;nom\n10;A\n20;B\n20;C\n")

    counts, makes, rejects = translated(tmp_path, folders=(tmp_path / "export",))

    assert makes == ["A"]
    assert rejects == ["AZ-R111", "AZ-R112"]
    assert (counts.read, counts.translated, counts.rejected) == (3, 1, 2)


def test_nothing_is_read_without_it(tmp_path: Path) -> None:
    counts, makes, _ = translated(tmp_path)

    assert counts.error is not None
    assert counts.error.code == "AZ-F068"
    assert (counts.read, makes) == (0, [])
