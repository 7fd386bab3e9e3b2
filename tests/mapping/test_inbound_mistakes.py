"""What the author of a mapping sees when it is wrong: all at once, placed, with what to do."""

from pathlib import Path

import pytest

from azalai.documents import render
from azalai.errors import DocumentError
from azalai.mapping import check_inbound, load_inbound
from inbound_mapping import HERE, copy, replace

BIRTH = "person.birth.date:         date_naissance | date"


def mistakes(path: Path) -> list[tuple[str, int, int]]:
    return [(one.code, one.place.line, one.place.column) for one in check_inbound(path)]


def place(path: Path, fragment: str) -> tuple[int, int]:
    """Where a fragment first stands in the document, counted from 1."""
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if fragment in line:
            return number, line.index(fragment) + 1
    raise AssertionError(fragment)


def shown(path: Path, language: str = "fr") -> str:
    return render(check_inbound(path), language)


def test_the_mapping_of_the_design_has_no_mistake(tmp_path: Path) -> None:
    assert mistakes(copy(tmp_path)) == []


def test_a_misspelt_column_names_the_nearest_and_its_line(tmp_path: Path) -> None:
    path = replace(copy(tmp_path), (BIRTH, BIRTH.replace("naissance |", "naisance |")))
    text = shown(path)

    line, column = place(path, "date_naisance")

    assert ("AZ-M103", line, column) in mistakes(path)
    assert (
        f"ner_fpr_wanted.yaml:{line}:{column}  AZ-M103  Colonne inconnue « date_naisance »" in text
    )
    assert "le fichier déclare 25 colonnes ; la plus proche est « date_naissance » " in text
    assert "À faire : écrivez date_naissance, ou ajoutez « date_naisance »" in text
    assert "^" * len("date_naisance") in text
    assert "Unknown column “date_naisance”" in shown(path, "en")


def test_a_forgotten_step_shows_the_corrected_line(tmp_path: Path) -> None:
    path = replace(
        copy(tmp_path),
        (
            "issued_on:             date_mandat | date(jj/mm/aaaa)",
            "issued_on:             date_mandat",
        ),
    )
    text = shown(path)

    assert [code for code, *_ in mistakes(path)] == ["AZ-M101"]
    assert (
        "« warrants.issued_on » (date du mandat) attend une date, cette ligne donne un texte"
        in text
    )
    assert "ajoutez | date(jj/mm/aaaa) : issued_on: date_mandat | date(jj/mm/aaaa)" in text


@pytest.mark.parametrize(
    ("line", "made", "given"),
    [
        ("code(sexes, else reject)", "code(sexes, else reject) | upper", "un code"),
        ("date_mandat | date(jj/mm/aaaa)\n", "date_mandat | date(jj/mm/aaaa) | trim\n", "une date"),
    ],
)
def test_a_text_step_behind_a_value_is_told_to_go(
    tmp_path: Path, line: str, made: str, given: str
) -> None:
    """The step before gives what the field takes already: the one too many is named."""
    path = replace(copy(tmp_path), (line, made))
    text, step = shown(path), made.rpartition("| ")[2].strip()

    assert ("AZ-M101", *place(path, step)) in mistakes(path)
    assert f"ôtez « | {step} » : le traitement d'avant donne déjà {given}." in text


def test_a_record_block_of_comments_only_is_called_empty(tmp_path: Path) -> None:
    """At its own line, with what to do; a mapping without the block is told to write it."""
    path = copy(tmp_path)
    before, _, rest = path.read_text("utf-8").partition("\nrecord:\n")
    lines = rest.split("\n")
    end = next(n for n, one in enumerate(lines) if one and one[0] not in " #")
    commented = [f"#{one}" for one in lines[:end]]
    path.write_text("\n".join([before, "record:", *commented, *lines[end:]]), "utf-8")

    assert ("AZ-M123", *place(path, "record:")) in mistakes(path)
    assert "« record: » est vide" in shown(path)
    assert "À faire : ôtez le # devant une ligne au moins." in shown(path)
    path.write_text("\n".join([before, *lines[end:]]), "utf-8")
    assert "le bloc « record: » manque" in shown(path)


def test_a_column_that_is_neither_used_nor_ignored(tmp_path: Path) -> None:
    path = replace(copy(tmp_path), ("  person.description.marks:  signes\n", ""))

    assert mistakes(path) == [("AZ-M102", *place(path, "signes: "))]
    assert "« signes: ignored, <pourquoi> »" in shown(path)


def test_a_declared_value_outside_the_common_list(tmp_path: Path) -> None:
    path = replace(copy(tmp_path), ("arrest_and_notify  ", "interpeller  "))
    text = shown(path)

    assert mistakes(path) == [("AZ-M110", *place(path, "interpeller  "))]
    assert (
        "« interpeller » n'est pas une valeur de « action_to_be_taken » (conduite à tenir)" in text
    )
    assert "arrest_and_notify, do_not_stop_report, locate_and_notify, seize_and_notify" in text


def test_an_unknown_field_is_answered_with_one_of_the_wanted_type(tmp_path: Path) -> None:
    path = replace(copy(tmp_path), ("review_on:    ", "review_date:  "))

    assert [code for code, *_ in mistakes(path)] == ["AZ-M104"]
    assert "Le plus proche : review_on (date de révision)" in shown(path)


def test_a_name_is_never_suggested_for_a_date(tmp_path: Path) -> None:
    path = replace(copy(tmp_path), (BIRTH, "person.namedate: date_naissance | date"))
    text = shown(path)

    assert "AZ-M104" in text
    assert "écrivez person.name." not in text


def test_an_incomplete_date_order(tmp_path: Path) -> None:
    path = replace(
        copy(tmp_path), ("date_mandat | date(jj/mm/aaaa) | add", "date_mandat | date(jj/mm) | add")
    )

    assert [code for code, *_ in mistakes(path)] == ["AZ-M108"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("reason:                    code_infraction", "reason: Motif : x | text", "AZ-Y04"),
        ("person.sex:                sexe", "person.sex:\u00a0               sexe", "AZ-Y02"),
        ("  review_on:  ", "\treview_on:  ", "AZ-Y01"),
        ('alias | split("|")', "{ alias }", "AZ-M106"),
        ('alias | split("|")', "[ alias, alias ]", "AZ-M106"),
        ('alias | split("|")', 'alias | split(" #")', "AZ-M107"),
        ("yeux | code(eyes)", "yeux # | code(eyes)", "AZ-M107"),
        ("yeux | code(eyes)", "yeux | code(eye)", "AZ-M120"),
        ("yeux | code(eyes)", "yeux | kode(eyes)", "AZ-M105"),
        ("yeux | code(eyes)", "yeux", "AZ-M101"),
        ("taille_cm | number(50 to 260)", "taille_cm", "AZ-M101"),
        ("taille_cm | number(50 to 260)", "taille_cm | number(many)", "AZ-M108"),
        ('| name("NOM, Prénoms")', '| name("nimporte")', "AZ-M108"),
        ("date_exp_document | date(jj/mm/aaaa)", "date_exp_document | date(jj/mm/aaaa, partial)", "AZ-M101"),
        ("key:                       num_dossier", "key: sexe | code(sexes)", "AZ-M101"),
        ("  key:                       num_dossier\n", "", "AZ-M112"),
        ("  measure:             arrest  ", "  # ", "AZ-M112"),
        ("declared_by:", "# declared_by:", "AZ-M111"),
        ("kind: WantedPerson", "kind: WantedPersons", "AZ-M122"),
        ("version: 1", "version: one", "AZ-M126"),
        ("register: personnes", "register: a/b", "AZ-M127"),
        ("signes:             optional", "signes:             ignored", "AZ-M114"),
        ("signes:             optional", "signes:             maybe", "AZ-M115"),
        ("signes:             optional", "signes:             ignored, hors accord", "AZ-M113"),
        ("file_holds: everything ", "file_holds: tout ", "AZ-M122"),
        ("file_holds: everything ", "file_holds: changes ", "AZ-M130"),
        ("rejects_max: 2 %", "rejects_max: few", "AZ-M126"),
        ("after_files: 2", "after_file: 2", "AZ-M125"),
        ("cancel_reason: not_stated", "cancel_reason: levée", "AZ-M110"),
        ("  handling:            police_use_only", "  handling: police_use_only\n  disappearance.country: NER", "AZ-M104"),
        ("  reason:                    code_infraction", "  warrants.number: num_mandat\n  reason: code_infraction", "AZ-M104"),
        ("  reason:                    code_infraction", "  mark: sexe | text\n  reason: code_infraction", "AZ-M104"),
        ("  handling:            police_use_only", "  handling: police_use_only\n  reason: x", "AZ-M109"),
        ("nationalite, nationalite_2) | code", 'nationalite, nationalite_2) | name("NOM, Prénoms")  | code', "AZ-M101"),
        ("lieu_naissance\n  person.birth.country", "all(lieu_naissance, alias)\n  person.birth.country", "AZ-M101"),
        ("codes/sexes.csv", "codes/absent.csv", "AZ-C200"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_code(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = copy(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = check_inbound(path)

    assert code in {one.code for one in found}
    assert render(found, "fr") != render(found, "en")


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    path = replace(
        copy(tmp_path),
        (BIRTH, BIRTH.replace("naissance |", "naisance |")),
        ("  person.description.marks:  signes\n", ""),
        ("review_on:    ", "review_date:  "),
    )
    with pytest.raises(DocumentError) as caught:
        load_inbound(path)
    codes = {one.code for one in check_inbound(path)}

    assert {"AZ-M102", "AZ-M103", "AZ-M104"} <= codes
    assert len(caught.value.problems) == len(check_inbound(path))


def test_a_declared_value_of_a_part_without_lines_would_be_lost(tmp_path: Path) -> None:
    path = replace(
        copy(tmp_path),
        ("  person.birth.country:      pays_naissance | code(nationalities)\n", ""),
        ("  person.birth.place:        lieu_naissance\n", ""),
        ("  person.birth.date:         date_naissance | date(jj/mm/aaaa, partial)\n", ""),
        (
            "  handling:            police_use_only",
            "  handling: police_use_only\n  person.birth.place: X",
        ),
    )

    assert "AZ-M131" in {one.code for one in check_inbound(path)}


def code_list(tmp_path: Path, data: bytes, name: str = "sexes") -> list[str]:
    path = copy(tmp_path)
    (path.parent / "codes" / f"{name}.csv").write_bytes(data)
    return [f"{one.code} {one.place.line}:{one.place.column} {one.what.fr} {one.todo.fr}"
            for one in check_inbound(path)]  # fmt: skip


def test_a_common_value_outside_the_list_of_its_field(tmp_path: Path) -> None:
    found = code_list(tmp_path, b"dans le fichier;valeur commune\nM;MALE\nF;FEMALE\n")

    line, column = place(HERE / "ner_fpr_wanted.yaml", "codes/sexes.csv")

    assert len(found) == 2
    assert "codes/sexes.csv ligne 2 : « MALE » n'est pas dans la liste commune « sex »" in found[0]
    assert "corrigez la ligne 2 (sans doute M)" in found[0]
    assert "(sans doute F)" in found[1]
    assert found[0].startswith(f"AZ-C203 {line}:{column} ")


def test_a_code_list_in_windows_1252_is_named_with_the_way_out(tmp_path: Path) -> None:
    header = "dans le fichier;valeur commune;depuis;jusqu"
    (found,) = code_list(tmp_path, (header + "'à\n").encode("cp1252"))
    line, column = place(HERE / "ner_fpr_wanted.yaml", "codes/sexes.csv")

    assert found.startswith(f"AZ-C201 {line}:{column} ")
    assert f"(octet {len(header) + 2})" in found
    assert "LibreOffice" in found


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("a;b\n", "AZ-C202"),
        ("dans le fichier;valeur commune\nM;M\nM;F\n", "AZ-C204"),
        ("dans le fichier;valeur commune;depuis\nM;M;hier\n", "AZ-C205"),
        ("dans le fichier;valeur commune\nM;\n", "AZ-C207"),
    ],
)
def test_each_mistake_of_a_code_list_has_its_code(tmp_path: Path, rows: str, code: str) -> None:
    assert code in {found[:7] for found in code_list(tmp_path, rows.encode())}


def test_the_same_value_in_periods_that_do_not_meet_is_no_mistake(tmp_path: Path) -> None:
    rows = (
        "\ufeffdans le fichier;valeur commune;depuis;jusqu'à\r\n"
        "M;M;;31/12/2026\r\nM;X;2027-01-01;\r\nF;F;;\r\n"
    )

    assert code_list(tmp_path, rows.encode()) == []


def test_a_category_outside_article_3_is_refused(tmp_path: Path) -> None:
    rows = "dans le fichier;valeur commune;catégorie art. 3\nVOL-01;theft;civil\n"

    assert [found[:7] for found in code_list(tmp_path, rows.encode(), "infractions")] == ["AZ-C206"]


NAME = 'nom_prenoms | name("NOM, Prénoms")'


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("all(nom_prenoms, signes, alias) | name(arabic, latin)", 3),
        ("all(nom_prenoms, signes, alias) | name(NOM, Prénoms)", 3),
        ("all(nom_prenoms) | name(arabic, latin)", 1),
    ],
)
def test_a_form_of_two_columns_needs_two(tmp_path: Path, line: str, found: int) -> None:
    """Said once by `mapping check`, not by each record of the file."""
    path = replace(copy(tmp_path), (NAME, line))
    text = shown(path)

    assert "AZ-M108" in [code for code, *_ in mistakes(path)]
    assert f"attend 2 colonnes, cette ligne en donne {found}" in text
    assert "écrivez all(a, b) | name(" in text


def test_a_repeated_column_is_not_one_of_two(tmp_path: Path) -> None:
    path = replace(
        copy(tmp_path),
        (NAME, "all(nom_prenoms, signes) | name(arabic, latin)"),
        ("  signes:             optional", "  signes:             repeated"),
    )

    assert "attend 2 colonnes à une seule valeur chacune" in shown(path)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("date", "attend l'ordre de la date"),
        ("date(jj/mm/aa)", "ne dit pas son siècle"),
        ("date(jj/mm/aaaa, mm/jj/aaaa)", "ne se distinguent pas"),
    ],
)
def test_a_date_order_that_is_not_one_is_said_before_any_record(
    tmp_path: Path, step: str, why: str
) -> None:
    """An undeclared or ambiguous order is the mapping's mistake."""
    path = replace(
        copy(tmp_path), (BIRTH + "(jj/mm/aaaa, partial)", f"{BIRTH.removesuffix('date')}{step}")
    )

    assert "AZ-M108" in [code for code, *_ in mistakes(path)]
    assert why in shown(path)
