"""A column that is not in its declared order holds its run, with the rows that prove it."""

import io
from pathlib import Path

import pytest

from azalai.mapping import Declared
from azalai.plugin.format import Finding
from azalai.translate import FeedPlan, translate_file

DECLARED = Declared("NER-PN", "NER", "Service fictif", "test", "dates")
MAPPING = """
mapping: dates
version: 1
kind: SecurityEvent
register: dates
file:
  format: delimited
  encoding: utf-8
  delimiter: ;
  header: first line
columns:
  numero: required
  jour: required
always:
  purpose: public_order
  legal_ground: service_report
  handling: police_use_only
  event.category: other
  event.summary: fictif
declared_by: fictif
record:
  key: numero
  event.occurred_on: jour | date(ORDER, partial)
"""


def findings(folder: Path, order: str, dates: list[str]) -> tuple[list[Finding], int]:
    """What a whole input says, and how many records it gave."""
    (folder / "dates.yaml").write_text(MAPPING.replace("ORDER", order), "utf-8")
    rows = [f"F-{number};{date}" for number, date in enumerate(dates, 1)]
    source = folder / "dates.csv"
    source.write_text("\n".join(["numero;jour", *rows, ""]), "utf-8")
    plan = FeedPlan((folder / "dates.yaml",), DECLARED)
    counts = translate_file(plan, source, io.BytesIO(), io.BytesIO())
    return list(counts.findings), counts.translated


@pytest.mark.parametrize(
    ("order", "dates"),
    [
        ("jj/mm/aaaa", ["01/25/2026", "02/03/2026", "03/31/2026", "04/13/2026"] * 10),
        ("mm/jj/aaaa", ["25/01/2026", "02/03/2026", "31/03/2026", "13/04/2026"] * 10),
        ("aaaammjj", ["20262501", "20260302", "20263103"]),
    ],
)
def test_a_column_in_another_order_is_proven(tmp_path: Path, order: str, dates: list[str]) -> None:
    """The addresses are shown, never a value."""
    (found,), _ = findings(tmp_path, order, dates)

    assert found.code == "AZ-F120"
    assert "« jour »" in found.what.fr
    assert "dates.yaml:23" in found.what.fr
    assert "ligne 2, ligne 4" in found.what.fr
    assert found.address is not None
    assert found.address.line == 2
    assert not any(date in found.what.fr + found.todo.fr for date in dates)


def test_five_rows_are_named_and_all_are_counted(tmp_path: Path) -> None:
    (found,), _ = findings(tmp_path, "jj/mm/aaaa", ["01/25/2026"] * 30)

    assert "30 date(s) sur 30 fiches" in found.what.fr
    assert found.what.en.endswith("line 2, line 3, line 4, line 5, line 6, …")


@pytest.mark.parametrize(
    "dates",
    [
        ["25/01/2026"] * 400 + ["01/25/2026"] * 3,  # fewer than one in a hundred
        ["25/01/2026"] * 20 + ["01/25/2026"] * 2,
        ["25/01/2026"] * 4 + ["31/02/2026", "99/99/2026", "2026"] * 3,  # no order makes these dates
        ["05/03/2026"] * 10,
    ],
)
def test_slips_of_the_pen_only_reject_their_records(tmp_path: Path, dates: list[str]) -> None:
    found, _ = findings(tmp_path, "jj/mm/aaaa", dates)

    assert found == []


def test_the_reject_itself_says_that_the_exchanged_date_exists(tmp_path: Path) -> None:
    """The operator sees at once what is wrong; the code is that of every impossible day."""
    findings(tmp_path, "jj/mm/aaaa", ["01/25/2026"])
    rejects = io.BytesIO()
    plan = FeedPlan((tmp_path / "dates.yaml",), DECLARED)
    translate_file(plan, tmp_path / "dates.csv", io.BytesIO(), rejects)

    text = rejects.getvalue().decode()

    assert "AZ-R102" in text
    assert "jour et mois échangés" in text
    assert "01/25" not in text
