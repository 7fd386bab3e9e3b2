"""An invented machine readable zone has check digits as good as the original, and none of it."""

from pathlib import Path
from random import Random

import pytest

from azalai.app.mapping_examples import invented
from azalai.errors import StepError
from azalai.mapping.invented_zone import same_zone
from azalai.mapping.mrz import read_zone
from azalai.mapping.results import Translated

TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)
SPLIT = """
mapping: d
version: 1
kind: ReportedDocument
register: d
file:
  format: delimited
  encoding: utf-8
columns:
  no: required
  l1: required
  l2: required
  l3: required
always:
  document.type: id_card
  status: lost
  action_to_be_taken: seize_and_notify
  purpose: recovery_of_property
  legal_ground: loss_report
  handling: police_use_only
  reason: fictif
declared_by: note fictive
record:
  key: no
  document.issuing_country: all(l1, l2, l3) | join("") | mrz(state)
  document.number: all(l1, l2, l3) | join("") | mrz(number)
  holder.name: all(l1, l2, l3) | join("") | mrz(name)
"""


@pytest.mark.parametrize("zone", [TD1, TD3])
@pytest.mark.parametrize("seed", range(20))
def test_an_invented_zone_reads_and_names_nobody_of_the_original(zone: str, seed: int) -> None:
    before, after = read_zone(zone), read_zone(same_zone(zone, 3, Random(seed)))

    assert after["nationality"] == before["nationality"]
    for part in ("number", "name", "birth_date", "expires_on"):
        assert after[part] != before[part]
    assert "ERIKSSON" not in after["name"]


def test_a_wrong_check_digit_stays_wrong() -> None:
    with pytest.raises(StepError):
        read_zone(same_zone(TD3.replace("C36UTO", "C35UTO"), 3, Random(1)))


def test_lines_in_columns_of_their_own_are_invented_together(tmp_path: Path) -> None:
    """Check digits of the second line cover the first: one at a time they would never agree."""
    mapping = tmp_path / "d.yaml"
    mapping.write_text(SPLIT)
    first, second, third = TD1.split("\n")
    file = tmp_path / "d.csv"
    file.write_text(f"no;l1;l2;l3\n1;{first};{second};{third}\n")

    made = invented(mapping, file, 2, "essai", Random(5))

    assert isinstance(made.result, Translated)
    lines = [made.row[name] for name in ("l1", "l2", "l3")]
    assert [len(line) for line in lines] == [30, 30, 30]
    assert read_zone("".join(lines))["number"] != "D23145890"
    assert "ERIKSSON" not in lines[2]
