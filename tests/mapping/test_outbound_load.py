"""An outbound mapping says every mistake at once, with its code, at its place."""

import shutil
from pathlib import Path

import pytest

from azalai import paths
from azalai.documents import Problem
from azalai.errors import DocumentError
from azalai.mapping.outbound import load_outbound
from azalai.records import LISTS, fields

WAPIS = paths.mappings() / "wapis"
WANTED = "wapis_style_wanted_person.yaml"
MAPPINGS = sorted(one.name for one in WAPIS.glob("*.yaml") if "examples" not in one.name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WAPIS, tmp_path / "wapis"))


def change(folder: Path, old: str, new: str, file: str = WANTED) -> None:
    text = (folder / file).read_text(encoding="utf-8")

    assert text.count(old) >= 1, old

    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(folder: Path, reachable: dict[str, frozenset[str]] | None = None) -> list[Problem]:
    with pytest.raises(DocumentError) as caught:
        load_outbound(folder / WANTED, reachable=reachable)
    return [p for p in caught.value.problems if isinstance(p, Problem)]


def position(folder: Path, fragment: str) -> tuple[int, int]:
    """Where a fragment first stands in the document, counted from 1."""
    text = (folder / WANTED).read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        if fragment in line:
            return number, line.index(fragment) + 1
    raise AssertionError(fragment)


@pytest.mark.parametrize("file", MAPPINGS)
def test_every_shipped_mapping_loads_without_a_warning(file: str) -> None:
    mapping = load_outbound(WAPIS / file)

    assert mapping.warnings == ()
    assert mapping.media_type == "application/xml"


def test_required_fields_are_those_without_which_there_is_no_message() -> None:
    mapping = load_outbound(WAPIS / WANTED)

    assert mapping.required_fields == {
        "key", "mark", "issuing_country", "purpose", "legal_ground", "handling", "person.name",
        "person.sex", "person.birth.date", "person.nationalities", "offences.code", "reason",
        "action_to_be_taken",
    }  # fmt: skip


ONE_MISTAKE = [
    ("Person/FamilyName: ", "Person/FamillyName:", "AZ-O301", "Person/FamillyName", 0),
    ("person.birth.date\n", "person.date_of_birth\n", "AZ-O304", "person.date_of_birth", 0),
    ("  person.description.marks:         texte", "  #", "AZ-O305", "  person_status:  ", 2),
    ("not_sent:\n", "not_sent:\n  person.aliases: non\n", "AZ-O306", "  person.aliases: non", 2),
    ("not_sent:\n", "not_sent:\n  person.alias: non\n", "AZ-O304", "  person.alias: non", 2),
    ("images:                           aucune image en v1", "images:", "AZ-O305", "images:", 0),
    ("person.sex | code(sexes)", "person.sex", "AZ-O308", "person.sex", 0),
    ("person.name.original", "person.name", "AZ-O307", "person.name\n", 0),
    ('person.name.given | join(" ")', "person.name.given", "AZ-O307", "person.name.given", 0),
    ("code(actions)", "code(acts)", "AZ-O307", "action_to_be_taken | code(acts)", 0),
    ("code(eyes)", "cody(eyes)", "AZ-O307", "cody(eyes)", 0),
    ("[ arrest ]", "[ arest ]", "AZ-O307", "arest", 0),
    ("measure:       [", "mesure:        [", "AZ-O304", "mesure:", 0),
    ("kind: WantedPerson", "kind: WantedPersson", "AZ-O300", "WantedPersson", 0),
    ("version: 1", "version: one", "AZ-O300", "one", 0),
    ("for_each:               warrants", "for_each:               warrant", "AZ-O304", "warrant\n", 0),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "at", "shift"), ONE_MISTAKE)
def test_a_mistake_is_named_where_it_stands(
    folder: Path, old: str, new: str, code: str, at: str, shift: int
) -> None:
    change(folder, old, new)

    found = [p for p in mistakes(folder) if p.code == code]

    text = (folder / WANTED).read_text(encoding="utf-8")
    start = text.index(at) + shift
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    assert (line, column) in [(p.place.line, p.place.column) for p in found]
    assert all(p.what.fr and p.what.en and p.what.fr != p.what.en for p in found)


def test_a_missing_required_element_is_named_with_its_block(folder: Path) -> None:
    change(folder, "  Request/Action:           action_to_be_taken | code(actions)\n", "")
    change(folder, "not_sent:\n", "not_sent:\n  action_to_be_taken: rien\n")

    (problem,) = mistakes(folder)

    assert problem.code == "AZ-O302"
    assert "Request/Action" in problem.what.fr
    assert (problem.place.line, problem.place.column) == position(folder, "Header/MessageKey")


def test_all_mistakes_come_at_once_in_the_documents_order(folder: Path) -> None:
    change(folder, "Person/NameAsWritten: ", "Person/NameAsWriten:")
    change(folder, "person.birth.place", "person.birth.plaice")
    change(folder, "not_sent:\n", "not_sent:\n  person.aliases: non\n")

    found = mistakes(folder)

    assert {"AZ-O301", "AZ-O302", "AZ-O304", "AZ-O306"} <= {p.code for p in found}
    assert [p.place.line for p in found] == sorted(p.place.line for p in found)


def test_a_suggestion_has_the_type_that_is_wanted(folder: Path) -> None:
    """A date is never proposed a name, though a name is written more alike."""
    change(folder, "person.birth.date\n", "person.birth_nam\n")

    (problem,) = [p for p in mistakes(folder) if p.code == "AZ-O304"]

    near = problem.todo.fr.removeprefix("écrivez ").rstrip(".")
    assert fields("WantedPerson")[near].type in ("date", "partial_date")


def test_a_reachable_code_without_equivalent_is_an_error_with_its_names(folder: Path) -> None:
    change(folder, "theft;VOL;exact\n", "", "codes_out/offences.csv")

    reachable = {"offences.code": frozenset({"theft", "fraud"})}
    (problem,) = mistakes(folder, reachable)

    assert problem.code == "AZ-O303"
    assert "theft" in problem.why.fr
    assert "fraud" not in problem.why.fr
    at = position(folder, "offences.code | code(offences)")
    assert (problem.place.line, problem.place.column) == at


def test_a_code_that_nobody_is_known_to_send_is_a_warning(folder: Path) -> None:
    change(folder, "theft;VOL;exact\n", "", "codes_out/offences.csv")

    mapping = load_outbound(folder / WANTED)

    assert [(p.code, p.warning) for p in mapping.warnings] == [("AZ-O303", True)]


def test_the_inbound_mappings_beside_say_what_is_reachable(folder: Path) -> None:
    (folder / "in.yaml").write_text(
        "mapping: fictif\nkind: WantedPerson\nrecord:\n  offences:\n"
        "    - code: colonne | code(crimes)\ncodes:\n  crimes: crimes.csv\n"
    )
    (folder / "crimes.csv").write_text("dans le fichier;valeur commune\nA;theft\nB;arson\n")
    change(folder, "theft;VOL;exact\n", "", "codes_out/offences.csv")

    (problem,) = mistakes(folder)

    assert (problem.code, problem.warning) == ("AZ-O303", False)
    assert "theft" in problem.why.fr


def test_a_target_that_the_schema_does_not_take_is_an_error(folder: Path) -> None:
    change(folder, "arrest_and_notify;ARREST", "arrest_and_notify;ARRETER", "codes_out/actions.csv")

    (problem,) = mistakes(folder)

    assert problem.code == "AZ-O308"
    assert "ARRETER" in problem.what.fr
    assert "ARREST, LOCATE, OBSERVE, SEIZE" in problem.why.fr


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("thieft;XXX;exact\n", "AZ-C203"),
        ("fraud;XXX;exact\n", "AZ-C205"),
        ("theft;VOL\n", "AZ-C204"),
    ],
)
def test_a_wrong_code_table_is_named(folder: Path, bad: str, code: str) -> None:
    change(folder, "theft;VOL;exact\n", f"theft;VOL;exact\n{bad}", "codes_out/offences.csv")
    if code == "AZ-C204":
        change(folder, "theft;VOL;exact\n", "", "codes_out/offences.csv")

    assert code in {p.code for p in mistakes(folder)}


def test_a_cancellation_may_not_carry_a_field_about_the_person(folder: Path) -> None:
    change(folder, "  Withdrawal/Reason:        cancel_reason\n",
           "  Withdrawal/Reason:        reason\n")  # fmt: skip

    (problem,) = mistakes(folder)

    assert problem.code == "AZ-O309"


@pytest.mark.parametrize(
    "planted",
    [
        '<xs:include schemaLocation="other.xsd"/>',
        '<xs:import namespace="urn:x" schemaLocation="file:///etc/hostname"/>',
    ],
)
def test_a_schema_that_opens_other_files_is_refused(folder: Path, planted: str) -> None:
    xsd = "wapis_style_wanted_person.xsd"
    change(folder, '  <xs:simpleType name="s40">', planted + '  <xs:simpleType name="s40">', xsd)

    (problem,) = mistakes(folder)

    assert problem.code == "AZ-O310"


def test_a_schema_with_a_document_type_is_refused(folder: Path) -> None:
    xsd = "wapis_style_wanted_person.xsd"
    entity = '<!DOCTYPE xs:schema [<!ENTITY e SYSTEM "file:///etc/hostname">]><xs:schema '
    change(folder, "<xs:schema ", entity, xsd)

    assert [p.code for p in mistakes(folder)] == ["AZ-O310"]


def test_the_digest_covers_document_schema_and_codes(folder: Path) -> None:
    before = load_outbound(folder / WANTED).digest
    change(folder, "theft;VOL", "theft;VOM", "codes_out/offences.csv")
    after = load_outbound(folder / WANTED).digest

    assert before != after
    assert load_outbound(folder / WANTED).digest == after


def test_files_are_found_where_the_deployment_says(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere.csv"
    text = (folder / "codes_out/offences.csv").read_text(encoding="utf-8")
    other.write_text(text.replace("theft;VOL", "theft;VVV"), encoding="utf-8")

    def beside(name: str) -> Path:
        return other if name.endswith("offences.csv") else folder / name

    mapping = load_outbound(folder / WANTED, beside=beside)

    assert mapping.codes["offences"].rows["theft"].text == "VVV"


def test_every_code_list_of_the_wapis_profile_covers_the_common_list() -> None:
    mapping = load_outbound(WAPIS / WANTED)

    assert set(mapping.codes["offences"].rows) == set(LISTS["offence"].codes)
