"""A draft says what the sample proves, marks what it guesses, and keeps the sample's values out."""

import io
import json
import re
from pathlib import Path

import pytest
import xlsxwriter

from azalai.documents import read
from azalai.drafting import Draft, Wishes, draft, ruler
from azalai.drafting.fixed import mask
from azalai.drafting.writing import MARK
from azalai.errors import StopError
from azalai.mapping import check_inbound, load_inbound

HEADER = "n° fiche;nom et prénoms;sexe;date de naissance;date du mandat;mesure;autorité"
NAMES = ("FICTIF, Kilo", "INVENTÉ, Lima", "ESSAI, Mike", "EXEMPLE, Écho")


def rows(count: int = 40, *, day: int = 28, mark: str = ";") -> str:
    lines = [HEADER, *(
        f"{n + 1:05};{NAMES[n % 4]};{'MF'[n % 2]};{n % day + 1:02}/{n % 12 + 1:02}/1980;"
        f"{n % day + 1:02}/01/2020;arrestation;TGI fictif n° {n}"
        for n in range(count)
    )]  # fmt: skip
    if mark == ",":
        lines = [line.replace(",", "") for line in lines]
    return "\n".join(line.replace(";", mark) for line in lines) + "\n"


def drafted(data: bytes | str, **wishes: str) -> Draft:
    return draft(data.encode() if isinstance(data, str) else data, "essai", Wishes(**wishes))


def line(made: Draft, start: str) -> str:
    return next(one for one in made.text.splitlines() if one.lstrip("# ").startswith(start))


def confirmed(made: Draft, folder: Path, always: str, values: dict[str, str]) -> Path:
    """What the author does: takes the # away, fills in what the file does not say."""
    text = re.sub(r"(?m)^#(  |\w+:)", r"\1", made.text)
    text = re.sub(r"(?m)^  (?:\?|empty|[a-z_.]+): ?(?:\?.*|\[.*)\n", "", text)
    for unused in re.findall(r"(?m)^  \?: (.*?)(?: \||  #).*\n", text):
        text = re.sub(rf"(?m)^  {re.escape(unused)}: .*$", f"  {unused}: ignored, essai", text)
    text = re.sub(r"(?m)^  \?: .*\n", "", text).replace("always:\n", f"always:\n{always}")
    (folder / "codes").mkdir()
    for name, data in made.stubs.items():
        csv = data.decode()
        for value, code in values.items():
            csv = csv.replace(f"\n{value};;", f"\n{value};{code};")
        (folder / "codes" / name).write_text(csv)
    file = folder / "essai.yaml"
    file.write_text(text)
    return file


def test_a_confirmed_draft_loads(tmp_path: Path) -> None:
    """Uncommented, the codes given, what the file does not say declared: no mistake is left."""
    made = drafted(rows())
    assert made.kind == "WantedPerson"
    always = """\
  person_status: wanted
  action_to_be_taken: arrest_and_notify
  purpose: prosecution
  legal_ground: national_warrant
  handling: police_use_only
  reason: fictif
"""
    file = confirmed(made, tmp_path, always, {"M": "M", "F": "F", "arrestation": "arrest"})

    assert [p.what.fr for p in check_inbound(file) if not p.warning] == []
    assert load_inbound(file).kind == "WantedPerson"


def test_an_unconfirmed_draft_says_what_is_missing(tmp_path: Path) -> None:
    """It parses as it is; `mapping check` names the rest, and nothing else is wrong."""
    file = tmp_path / "essai.yaml"
    file.write_text(drafted(rows()).text)
    codes = {p.code for p in check_inbound(file)}

    assert read(file).root.text("kind") == "WantedPerson"
    assert codes == {"AZ-M102", "AZ-M112"}


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_no_value_of_the_sample_is_in_the_draft(mark: str) -> None:
    """Names, numbers and dates stay where they are; few repeated codes go into the stubs alone."""
    made = drafted(rows(mark=mark))
    whole = made.text + "".join(data.decode() for data in made.stubs.values())

    for value in ("FICTIF", "Kilo", "Lima", "00012", "/1980", "TGI"):
        assert value not in whole
    assert "arrestation" not in made.text
    assert "arrestation;;" in made.stubs["mesure.csv"].decode()


def test_few_names_that_come_again_are_no_codes() -> None:
    """A header that names persons keeps its values, however few they are."""
    made = drafted("num;propriétaire;titulaire\n" + "".join(
        f"{n};FICTIF Kilo;INVENTÉ\n" for n in range(50)))  # fmt: skip

    assert made.stubs == {}
    assert "FICTIF" not in made.text


@pytest.mark.parametrize(
    ("day", "written"),
    [(28, "le jour dépasse 12"), (12, "rien ne prouve l'ordre")],
)
def test_the_order_of_dates_is_proven_or_called_unproven(day: int, written: str) -> None:
    """A number above 12 is a day; without one the draft says that nothing proves it."""
    found = line(drafted(rows(day=day)), "person.birth.date:")

    assert "date(jj/mm/aaaa, partial)" in found
    assert written in found


def test_american_order_and_contradiction() -> None:
    """Above 12 in second place: the month comes first; above 12 in both: no date at all."""
    header, *body = rows().splitlines()
    turned = [re.sub(r"(\d\d)/(\d\d)/1980", r"\2/\1/1980", one) for one in body]
    mixed = [*turned[:20], *body[20:]]

    assert "mm/jj/aaaa" in line(drafted("\n".join([header, *turned]) + "\n"), "person.birth.date:")
    assert "date(" not in line(drafted("\n".join([header, *mixed]) + "\n"), "?: date de naissance")


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [("utf-8", "utf-8"), ("cp1252", "cp1252"), ("cp850", "cp850"), ("utf-16", "utf-16")],
)
def test_encodings_that_read_are_named_the_plausible_first(encoding: str, guess: str) -> None:
    """A legacy encoding is a guess and marked; UTF-8 with accents and UTF-16 prove themselves."""
    found = line(drafted(rows().encode(encoding)), "encoding:")

    assert found.split()[1] == guess
    assert (MARK in found) == (encoding in ("cp1252", "cp850"))


def test_titles_above_a_header_are_counted() -> None:
    """A title line of fewer cells is no header."""
    made = drafted("REGISTRE FICTIF\n\n" + rows())

    assert "header_lines: 3 " in made.text
    assert made.records == 40


def test_headers_that_yaml_would_misread_are_quoted(tmp_path: Path) -> None:
    """A colon, a hash, a bracket: the draft still parses, spelt as in the file."""
    made = drafted("N°: fiche;#nom;[x] jour;- a\n" + "".join(
        f"A{n};FICTIF;{n % 28 + 1:02}/01/2020;b\n" for n in range(9)))  # fmt: skip
    file = tmp_path / "essai.yaml"
    file.write_text(re.sub(r"(?m)^#( *)\?: (.*)$", r"\1reason: \2", made.text, count=1))

    assert "AZ-Y" not in str([p.code for p in check_inbound(file)])
    assert 'key: "N°: fiche"' in made.text
    assert made.records == 9


def test_key_is_what_is_unique() -> None:
    """A column that repeats is none."""
    assert line(drafted(rows()), "key:").split("  ")[1:2] == ["key: n° fiche"]


def test_fixed_width_has_positions_and_a_masked_ruler() -> None:
    """Segments, header and trailer by their single line; letters and digits only as shapes."""
    body = [f"10{n:06} FICTIF, Kilo{'':10}1985{n % 12 + 1:02}01\n" for n in range(30)]
    made = drafted("00REGISTRE FICTIF\n" + "".join(body) + "99000030\n")

    assert "header: 00" in made.text
    assert "trailer: 99" in made.text
    assert "count_at: 3-8 " in made.text
    assert "S10_C003: 3-9" in made.text
    assert "Kilo" not in made.text
    assert "XXXXXX, Xxxx" in made.text
    assert mask("Éa1-") == "Xx9-"
    assert ruler(["abc"]) == ["1", "123", "abc"]


def test_xml_records_and_repeated_parts() -> None:
    """The element that repeats most is the record; what repeats inside it is a part."""
    inner = "<p><nom>FICTIF</nom></p><p><nom>ESSAI</nom></p>"
    whole = "".join(f"<d><numero>{n}</numero><ps>{inner}</ps></d>" for n in range(9))
    made = drafted(f"<?xml version='1.0' encoding='UTF-8'?><r>{whole}</r>")

    assert "record: d " in made.text
    assert "  ps/p: repeated" in made.text
    assert "  ps/p/nom: optional" in made.text
    assert made.records == 9


def test_xml_with_entities_or_broken_is_refused() -> None:
    """No entity is resolved, no DOCTYPE taken."""
    for data in ("<!DOCTYPE r [<!ENTITY a 'b'>]><r><a/><a/></r>", "<r><a></r>"):
        with pytest.raises(StopError):
            drafted(data)


def test_json_finds_the_array_of_objects() -> None:
    """The path of the records, nested paths, repeated parts; NDJSON too."""
    records = [{"num": str(n), "qui": {"nom": "FICTIF"}, "lieux": ["x", "y"]} for n in range(5)]
    whole = drafted(json.dumps({"donnees": {"fiches": records}, "total": 5}))
    lines = drafted("".join(json.dumps(one) + "\n" for one in records))

    assert "records: [ donnees/fiches ]" in whole.text
    assert "count_at: total " in whole.text
    assert "  qui/nom: required" in whole.text
    assert "  lieux: repeated" in whole.text
    assert "format: ndjson" in lines.text
    assert (whole.records, lines.records) == (5, 5)


def test_a_workbook_with_titles_above_its_header() -> None:
    """The header row is found under the titles; other sheets are named."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Véhicules")
    sheet.write(0, 0, "REGISTRE FICTIF")
    for column, name in enumerate(("Numéro", "Immatriculation", "Marque")):
        sheet.write(2, column, name)
    for n in range(9):
        sheet.write_row(3 + n, 0, [f"V{n}", f"AB {n}", "Fictive"])
    book.add_worksheet("Autre").write(0, 0, "x")
    book.close()
    made = drafted(out.getvalue())

    assert "header_row: 3 " in made.text
    assert "sheet: Véhicules" in made.text
    assert "Autre" in made.text
    assert made.kind == "ReportedVehicle"
    assert "Fictive" not in made.text


def test_what_is_no_table_is_refused() -> None:
    """An empty file, prose, an unknown kind: said, nothing drafted."""
    for data, wishes in (("", {}), ("une phrase.\nune autre plus longue\nfin\n", {}),
                         (rows(), {"kind": "Personne"})):  # fmt: skip
        with pytest.raises(StopError):
            drafted(data, **wishes)


def test_two_arrays_of_records_are_two_mappings() -> None:
    """Both are declared, one is taken; what stands beside them is named."""
    text = json.dumps({"note": "FICTIF", "a": [{"num": "1"}], "b": [{"num": "2", "x": "y"}] * 2})
    made = drafted(text, part="a")

    assert "records: [ a, b ]" in made.text
    assert "element: a " in made.text
    assert "outside: [ note ]" in made.text
    assert (made.records, made.trouble) == (1, None)
    with pytest.raises(StopError):
        drafted(text, part="c")


def test_hijri_years_are_named() -> None:
    """Years of the Hijra are no Gregorian ones."""
    found = line(drafted(rows().replace("/1980", "/1400")), "person.birth.date:")

    assert "date(hijri jj/mm/aaaa, partial)" in found


DOCUMENTS = "NUMERO;NOM;{given};NÉ(E) LE;TYPE DE DOCUMENT;Pays de délivrance;Date de délivrance;Date de la perte"


def documents(count: int = 200, given: str = "PRENOMS") -> list[str]:
    return [DOCUMENTS.format(given=given), *(
        f"P{n:05};FICTIF;Kilo Lima;{n % 28 + 1:02}/{n % 12 + 1:02}/1980;passeport;NER;"
        f"{n % 28 + 1:02}/03/2019;{n % 28 + 1:02}/04/2024" for n in range(count))]  # fmt: skip


def test_the_columns_of_a_lost_document_are_proposed(tmp_path: Path) -> None:
    """Birth by its header and dates, country and date of issue, the loss, the name of two."""
    made = drafted("\n".join(documents()), kind="ReportedDocument")
    found = {p: line(made, f"{p}:") for p in (
        "holder.name", "holder.birth.date", "document.issuing_country", "document.issued_on",
        "occurred_on")}  # fmt: skip

    assert "all(NOM, PRENOMS) | name(NOM, Prénoms)" in found["holder.name"]
    assert "NÉ(E) LE | date(jj/mm/aaaa, partial)" in found["holder.birth.date"]
    assert "Pays de délivrance | code(" in found["document.issuing_country"]
    assert "Date de délivrance | date(jj/mm/aaaa)" in found["document.issued_on"]
    assert "Date de la perte | date(jj/mm/aaaa, partial)" in found["occurred_on"]
    codes = {"passeport": "passport", "NER": "NER"}
    file = confirmed(made, tmp_path, "  handling: police_use_only\n", codes)
    assert {p.code for p in check_inbound(file)} == {"AZ-M112"}  # what the file does not say


@pytest.mark.parametrize("given", ["Prénom(s)", "Prénoms", "PRENOM"])
def test_given_names_beside_a_name_are_joined(given: str) -> None:
    """However the header is spelt; words that only begin alike are not joined."""
    made = drafted("\n".join(documents(given=given)), kind="ReportedDocument")
    other = drafted("\n".join(documents(given="Prénom du père")), kind="ReportedDocument")

    assert f"all(NOM, {given}) | name(NOM, Prénoms)" in line(made, "holder.name:")
    assert "all(" not in line(other, "holder.name:")


def test_what_is_no_date_is_no_birth_date() -> None:
    """The header alone proposes nothing."""
    made = drafted("\n".join(documents()).replace("/1980", "/80"), kind="ReportedDocument")

    assert "birth.date" not in made.text


@pytest.mark.parametrize(
    "bad", ["31/31/1980", "1980-01-05", "1/2/1980", "05.01.1980", "12/25/1980"]
)
def test_one_badly_written_date_leaves_the_guess(bad: str) -> None:
    """One in a hundred is named by its line and never shown; one in ten is another writing, named
    with its count, or no date column."""
    rows_ = documents()
    rows_[7] = re.sub(r"../../1980", bad, rows_[7])
    found = line(drafted("\n".join(rows_), kind="ReportedDocument"), "holder.birth.date:")
    many = [re.sub(r"../../1980", bad, row) if n % 10 == 0 else row for n, row in enumerate(rows_)]

    assert "date(jj/mm/aaaa, partial)" in found
    assert "1 autrement écrite(s), ainsi ligne 8" in found
    assert bad not in found
    text = drafted("\n".join(many), kind="ReportedDocument").text
    if (other := {"1980-01-05": "iso", "05.01.1980": "jj.mm.aaaa"}.get(bad)) is None:
        assert "birth.date" not in text
    else:
        assert f"date(jj/mm/aaaa, {other}, partial)" in text
        assert f"{other} : aucun jour ne dépasse 12 : rien ne prouve l'ordre" in text


def test_a_day_that_is_missing_once_leaves_a_plain_date() -> None:
    """A field that takes whole dates only is still proposed; that row will be said."""
    rows_ = documents()
    rows_[7] = re.sub(r"../03/2019", "00/03/2019", rows_[7])
    made = drafted("\n".join(rows_), kind="ReportedDocument")

    assert "date(jj/mm/aaaa)" in line(made, "document.issued_on:")


def test_a_key_that_repeats_once_in_a_hundred_is_proposed_and_said() -> None:
    """More than that is no key."""
    rows_ = documents()
    once = [*rows_[:150], rows_[3], *rows_[150:]]
    often = [*rows_, *rows_[3:9]]

    found = line(drafted("\n".join(once), kind="ReportedDocument"), "key:")
    assert "key: NUMERO" in found
    assert "1 valeur(s) reviennent" in found
    assert "key: ?" in drafted("\n".join(often), kind="ReportedDocument").text


def test_two_lines_that_are_a_header_and_a_trailer_make_no_fixed_width() -> None:
    """The reading process does not die of a sample of two short lines."""
    made = drafted("id;nom\r\n1;été\r\n".encode("utf-16"))

    assert line(made, "format:").startswith("  format: delimited")


def test_one_broken_record_does_not_hide_the_array_of_the_others() -> None:
    records = [{"id": str(n), "nom": "FICTIF"} for n in range(5)]
    made = drafted(json.dumps({"avis": [*records, "pas un objet"]}))

    assert line(made, "records:").startswith("  records: [ avis ]")
    assert line(made, "nom:")
