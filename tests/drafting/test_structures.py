"""What a draft says of a file's structure: what was not looked at, and what must be chosen."""

from pathlib import Path

import dbf
import pytest

from azalai.drafting import Draft, Wishes, draft
from azalai.errors import StopError


def drafted(data: str | bytes, language: str = "en", **wishes: str) -> Draft:
    return draft(data.encode() if isinstance(data, str) else data, "essai", Wishes(**wishes),
                 language)  # fmt: skip


XML = '<?xml version="1.0" encoding="utf-8"?>\n<r xmlns="urn:utopie" nb="3">{}</r>'


def test_an_xml_namespace_attributes_and_a_stated_count_are_found() -> None:
    made = drafted(XML.format("".join(
        f'<p id="{n}"><nom>FICTIF</nom><x><y>1</y></x></p>' for n in range(3))))  # fmt: skip

    assert '  namespace: "urn:utopie"' in made.text
    assert '  count_at: "@nb"  #' in made.text
    assert "@id" in made.text
    assert "x/y: required" in made.text
    assert made.records == 3


def test_xml_in_which_nothing_repeats_asks_for_the_record() -> None:
    """With the name said, one record is enough."""
    text = XML.format("<p><nom>FICTIF</nom></p>")
    with pytest.raises(StopError, match="which one is a record"):
        drafted(text)

    assert drafted(text, part="p").records == 1


def test_malformed_json_is_refused() -> None:
    with pytest.raises(StopError, match="malformed JSON"):
        drafted("{'nom': 1")


def test_years_first_with_days_missing_are_partial() -> None:
    values = ["1985", "1985-03", "1985-03-12"] * 10
    made = drafted("num;date de naissance;sexe\n" + "".join(
        f"{n};{v};{'MF'[n % 2]}\n" for n, v in enumerate(values)), kind="WantedPerson")  # fmt: skip

    assert "date(iso, partial)" in made.text
    assert "the year first; days are missing" in made.text


def test_digits_without_marks_are_dates_where_they_can_be() -> None:
    """`ddmmyyyy` and `yyyymmdd`: `20101985` is no day of 2010."""
    first = "".join(f"{n};1985{n % 12 + 1:02}{n % 28 + 1:02};x\n" for n in range(40))
    last = "".join(f"{n};{n % 28 + 1:02}{n % 12 + 1:02}1985;x\n" for n in range(40))

    assert "date(aaaammjj" in drafted("num;date de naissance;k\n" + first).text
    assert "date(jjmmaaaa" in drafted("num;date de naissance;k\n" + last).text


def test_a_number_is_proposed_with_bounds_that_its_values_keep() -> None:
    made = drafted("num;taille;sexe\n" + "".join(
        f"{n};{150 + n % 40};{'MF'[n % 2]}\n" for n in range(60)), kind="WantedPerson")  # fmt: skip

    assert "height_cm: taille | number(0 to 1000)" in made.text


def test_two_columns_of_one_name_get_two_lists() -> None:
    """`Type` and `type !` are one word as a file's name."""
    made = drafted("num;zzz;zzz !\n" + "".join(f"{n};A{n % 2};B{n % 2}\n" for n in range(60)))

    assert sorted(made.stubs) == ["zzz.csv", "zzz_2.csv"]
    assert "A0;" in made.stubs["zzz.csv"].decode()
    assert "B0;" in made.stubs["zzz_2.csv"].decode()


def test_lines_of_another_length_are_counted() -> None:
    lines = [f"A{n:04} FICTIF{chr(65 + n % 26)}  MALI" for n in range(30)]
    made = drafted("\n".join([*lines[:10], lines[10][:-2], *lines[11:], ""]))

    assert "format: fixed_width" in made.text
    assert "1 line(s) of another length: not looked at" in made.text


@pytest.mark.parametrize(("said", "why"), [("cp850", "what the file says of itself"), ("", "")])
def test_a_dbase_table_says_its_encoding_itself(tmp_path: Path, said: str, why: str) -> None:
    """Where the file names none, that is said too."""
    file = tmp_path / "t.dbf"
    table = dbf.Table(str(file), "NUM C(6); NOM C(20); NE D", codepage=said or None)
    table.open(dbf.READ_WRITE)
    for n in range(12):
        table.append((f"N{n:04}", "FICTIF", dbf.Date(1985, n % 12 + 1, 14)))
    table.close()
    made = drafted(file.read_bytes())

    assert made.records == 12
    assert "format: dbase" in made.text
    assert "NUM: required" in made.text
    assert (why or "compare accents") in made.text
    assert "FICTIF" not in made.text


def test_a_namespace_in_arabic_letters_is_said_to_be_no_uri() -> None:
    with pytest.raises(StopError, match=r"xmlns.*%XX"):
        drafted('<a xmlns="urn:شرطة"><b><c>1</c></b></a>')
