"""A line that begins with a fixed value or a step: the message says how it is written."""

from pathlib import Path

import pytest

from azalai.documents import render
from azalai.mapping import check_inbound

_MAPPING = """mapping: essai
version: 1
kind: CriminalCase
register: essai
owner: FICTIF
file:
  format: delimited
  encoding: utf-8
columns:
  pv: required
  nom: required
  prenom: optional
record:
  key: pv
  court: COURT
"""


@pytest.mark.parametrize(
    ("written", "said"),
    [("'\"TGI FICTIF\"'", "une valeur fixe va sous « always: »"),
     ("name(nom, prenom)", "commencez par les colonnes : all(nom, prenom) | name(…)"),
     ("tribunal", "ajoutez « tribunal » sous « columns: »")],
)  # fmt: skip
def test_what_is_no_column_is_answered_with_what_to_write(
    tmp_path: Path, written: str, said: str
) -> None:
    file = tmp_path / "essai.yaml"
    file.write_text(_MAPPING.replace("COURT", written), encoding="utf-8")
    found = check_inbound(file)
    assert "AZ-M103" in {one.code for one in found}
    assert said in render(found, "fr")
