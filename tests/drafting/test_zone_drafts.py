"""Machine readable zones in a sample are recognised by shape and check digits, and drafted so."""

import re

import pytest

from azalai.drafting import Draft, Wishes, draft
from zone_samples import zone

ZONES = {kind: [zone(kind, n) for n in range(1, 31)] for kind in ("TD1", "TD2", "TD3")}


def _one(kind: str, *, bad: int = 0) -> str:
    rows = ["".join(lines) for lines in ZONES[kind]]
    rows = [re.sub("X000000", "X000001", row) if n < bad else row for n, row in enumerate(rows)]
    return "dossier;lecture\n" + "".join(f"D-{n:03};{row}\n" for n, row in enumerate(rows))


def _several(kind: str) -> str:
    names = ";".join(f"l{n + 1}" for n in range(len(ZONES[kind][0])))
    return f"dossier;{names}\n" + "".join(
        f"D-{n:03};{';'.join(lines)}\n" for n, lines in enumerate(ZONES[kind]))  # fmt: skip


def _lines(kind: str) -> str:
    return "".join(f"{line}\n" for lines in ZONES[kind] for line in lines)


def _drafted(text: str, kind: str | None = None) -> Draft:
    return draft(text.encode(), "essai", Wishes(kind), "en")


@pytest.mark.parametrize("kind", ["TD1", "TD2", "TD3"])
def test_a_zone_in_one_column(kind: str) -> None:
    """Said at the top with the check digits counted; each part drafted to the field it fills."""
    made = _drafted(_one(kind))

    assert (
        f"`lecture`: machine readable zone, ICAO 9303 ({kind}); check digits good in 30"
        in made.text
    )
    assert made.kind == "ReportedDocument"
    assert "document.number: lecture | mrz(number)" in made.text
    assert "holder.name: lecture | mrz(name)" in made.text
    assert "expires_on: lecture | mrz(expires_on) | date(aammjj, base 2000)" in made.text
    assert "key: dossier" in made.text
    assert "FICTIF" not in made.text


@pytest.mark.parametrize("kind", ["TD1", "TD2", "TD3"])
def test_a_zone_whose_lines_stand_in_columns(kind: str) -> None:
    source = f'all({", ".join(f"l{n + 1}" for n in range(len(ZONES[kind][0])))}) | join("")'
    made = _drafted(_several(kind), "WantedPerson")

    assert f"person.name: {source} | mrz(name)" in made.text
    assert f"person.sex: {source} | mrz(sex) | code(sex)" in made.text
    assert "\nM;;" in made.stubs["sex.csv"].decode()
    assert f"person.nationalities: {source} | mrz(nationality)" in made.text


@pytest.mark.parametrize("kind", ["TD1", "TD2", "TD3"])
def test_a_file_of_a_zones_lines(kind: str) -> None:
    """Read as zones, a document a record; the document's number is the key proposed."""
    made = _drafted(_lines(kind))

    assert made.records == 30
    assert "  format: mrz\n" in made.text
    assert f"lines of machine readable zones, {len(ZONES[kind][0])} a document" in made.text
    assert "#  key: zone | mrz(number)" in made.text


def test_a_field_that_another_column_fills_is_left_to_it() -> None:
    text = _one("TD3").replace("dossier;", "nom;").replace("D-0", "FICTIF 0")
    made = _drafted(text, "WantedPerson")

    assert "person.name: nom" in made.text
    assert "person.documents.number" not in made.text or "mrz(number)" in made.text
    assert "lecture | mrz(name)" not in made.text


def test_some_misread_zones_are_counted_and_most_misread_are_none() -> None:
    assert "check digits good in 27 record(s) of 30" in _drafted(_one("TD3", bad=3)).text
    assert "mrz(" not in _drafted(_one("TD3", bad=20)).text


def test_text_of_that_length_is_no_zone() -> None:
    rows = "".join(f"D-{n:03};{'ABCDEFGHIJ<' * 8}\n" for n in range(30))

    assert "mrz(" not in _drafted("dossier;lecture\n" + rows).text
