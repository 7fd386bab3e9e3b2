"""A rendered message is valid, says only what may leave, or says why there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from azalai import paths
from azalai.mapping.outbound import load_outbound
from azalai.mapping.outbound_compile import compile_outbound
from azalai.mapping.rendering import NoPlace, Rendered, RenderJob
from azalai.records import as_dict, fields, parse_record
from record_samples import sample

WAPIS = paths.mappings() / "wapis"
KINDS = {
    "WantedPerson": "wanted_person",
    "ReportedDocument": "reported_document",
    "ReportedVehicle": "reported_vehicle",
    "ReportedFirearm": "reported_firearm",
    "SecurityEvent": "security_event",
    "CriminalCase": "criminal_case",
}
RENDER = {
    kind: compile_outbound(load_outbound(WAPIS / f"wapis_style_{name}.yaml"))
    for kind, name in KINDS.items()
}
NS = "{urn:azalai:wapis-style:1}"


def record(kind: str = "WantedPerson") -> dict[str, Any]:
    return as_dict(parse_record(sample(kind)))


def job(values: dict[str, Any], operation: str = "create", **more: Any) -> RenderJob:
    given = {"allowed": None, "message_key": "FICTIF-K1", "record_version": 1} | more
    return RenderJob(operation=operation, key=values["key"], record=values, **given)


def render(values: dict[str, Any], operation: str = "create", **more: Any) -> Rendered | NoPlace:
    return RENDER[values["kind"]](job(values, operation, **more))


def message(values: dict[str, Any], operation: str = "create", **more: Any) -> etree._Element:
    made = render(values, operation, **more)

    assert isinstance(made, Rendered), made

    return etree.fromstring(made.body)


def no_place(values: dict[str, Any], **more: Any) -> NoPlace:
    made = render(values, **more)

    assert isinstance(made, NoPlace)

    return made


def texts(tree: etree._Element, path: str) -> list[str | None]:
    return [node.text for node in tree.findall("/".join(NS + name for name in path.split("/")))]


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield str(value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operation", ["create", "update", "cancel"])
def test_every_operation_of_every_kind_is_valid_and_the_same_twice(
    kind: str, operation: str
) -> None:
    more = {"cancel_reason": "lifted", "cancelled_on": "2027-01-08"}
    schema = etree.XMLSchema(file=str(WAPIS / f"wapis_style_{KINDS[kind]}.xsd"))

    first, second = (render(record(kind), operation, **more) for _ in range(2))

    assert isinstance(first, Rendered)
    assert first == second
    schema.assertValid(etree.fromstring(first.body))


def test_the_values_stand_where_the_mapping_says() -> None:
    tree = message(record())

    assert texts(tree, "Person/BirthDate") == ["1985"]
    assert texts(tree, "Person/BirthDateAsWritten") == ["00/00/1985"]
    assert texts(tree, "Person/OtherName") == ["Alias Un", "Alias Deux"]
    assert texts(tree, "Person/Nationality") == ["UTO", "BFA"]
    assert texts(tree, "Person/Document/Number") == ["X0000000"]
    assert texts(tree, "Request/Offence") == ["VOL"]
    assert texts(tree, "Header/Operation") == ["ADD"]


def test_the_schema_decides_the_order_not_the_lines(tmp_path: Path) -> None:
    """NameAsWritten stands after GivenNames in the document, before it in the schema."""
    person = message(record()).find(f"{NS}Person")

    assert person is not None
    names = [etree.QName(node).localname for node in person]
    assert names[:3] == ["FamilyName", "NameAsWritten", "GivenNames"]


def test_a_cancellation_holds_nothing_about_the_person_or_the_thing() -> None:
    carried = {"key", "mark", "issuing_country", "purpose", "legal_ground", "handling"}
    for kind in KINDS:
        values = record(kind)
        made = render(values, "cancel", cancel_reason="lifted", cancelled_on="2027-01-08")

        assert isinstance(made, Rendered)
        held = {node.text for node in etree.fromstring(made.body).iter() if node.text}
        about = {name: inner for name, inner in values.items() if name not in carried | {"kind"}}
        own = {"FICTIF-K1", "DELETE", "1", "lifted", "2027-01-08"}
        secret = set(leaves(about)) - {"1", values["issuing_country"]}
        assert held - own <= {values["key"], "TEST", "BFA", values["purpose"],
                              values["legal_ground"], values["handling"]}  # fmt: skip
        assert not {text for text in secret if len(text) > 3} & held


def test_a_cancellation_goes_whatever_only_says_now() -> None:
    values = record() | {"measure": "warn"}

    assert no_place(values).element == "measure"
    assert isinstance(
        render(values, "cancel", cancel_reason="lifted", cancelled_on="2027-01-08"), Rendered
    )


def test_what_the_agreement_does_not_allow_is_not_in_the_message() -> None:
    grouped = {path for path, field in fields("WantedPerson").items()
               if field.groups & {"identity", "offences"}}  # fmt: skip
    tree = message(record(), allowed=frozenset(grouped))
    body = etree.tostring(tree)

    assert texts(tree, "Person/FamilyName") == ["FICTIF"]
    for value in (b"X0000000", b"180", b"BRO", b"M1/26", b"TGI fictif"):
        assert value not in body


@pytest.mark.parametrize(
    ("kept_back", "element"),
    [
        ({"person.name"}, "Person/NameAsWritten"),
        ({"person.birth.date"}, "Person/BirthDate"),
        ({"offences.code"}, "Request/Offence"),
        ({p for p, f in fields("WantedPerson").items() if f.groups}, "Person/NameAsWritten"),
    ],
)
def test_a_required_element_kept_back_by_the_agreement_is_no_place(
    kept_back: set[str], element: str
) -> None:
    allowed = frozenset(fields("WantedPerson")) - kept_back

    assert no_place(record(), allowed=allowed).element == element


def test_a_vehicle_message_without_its_vehicle_is_no_place() -> None:
    assert no_place(record("ReportedVehicle"), allowed=frozenset()).element == "Vehicle"


@pytest.mark.parametrize("kind", ["ReportedVehicle", "ReportedDocument", "ReportedFirearm"])
def test_documents_vehicles_and_firearms_name_nobody(kind: str) -> None:
    values = record(kind)
    party = values.get("owner") or values["holder"]
    party["name"] = {"family": "INVENTÉ", "given": ["Zoulou"], "original": "INVENTÉ, Zoulou"}
    made = render(values)

    assert isinstance(made, Rendered)
    for name in ("INVENTÉ", "Zoulou", "1985", "Ville fictive"):
        assert name not in made.body.decode()


def test_a_record_without_what_the_message_demands_is_no_place() -> None:
    values = record()
    del values["person"]["sex"]

    assert no_place(values).element == "Person/Sex"


def test_a_repeated_part_with_a_required_gap_is_no_place() -> None:
    values = record()
    values["warrants"].append({"number": "M2/26"})

    assert no_place(values).element == "Warrant/IssuedOn"


def test_an_optional_part_that_is_empty_is_left_out() -> None:
    values = record()
    del values["warrants"]
    del values["person"]["documents"]
    tree = message(values)

    assert texts(tree, "Warrant") == []
    assert texts(tree, "Person/Document") == []


def test_a_code_without_equivalent_is_no_place_without_its_value(tmp_path: Path) -> None:
    values = record()
    values["person"]["description"]["eyes"]["code"] = "unheard_of"
    found = no_place(values)

    assert found.element == "Person/EyeColour"
    assert "codes_out/eyes.csv" in found.why.fr
    assert "unheard_of" not in found.why.fr + found.why.en


def test_a_code_marked_withhold_keeps_the_whole_record_back() -> None:
    values = record()
    values["offences"].append({"code": {"code": "desertion", "list": "fictif"}})
    found = no_place(values)

    assert found.element == "Request/Offence"
    assert "(withhold)" in found.why.fr
    assert "desertion" not in found.why.fr + found.why.en


def test_what_is_said_less_exactly_is_reported() -> None:
    values = record()
    values["person"]["description"]["hair"]["code"] = "chestnut"
    values["person"]["birth"]["date"]["circa"] = True
    made = render(values)

    assert isinstance(made, Rendered)
    assert [(loss.field, loss.element) for loss in made.losses] == [
        ("person.birth.date", "Person/BirthDate"),
        ("person.description.hair", "Person/HairColour"),
    ]
    assert made.losses[1].why.fr == "approché : châtain rendu par brun"


def test_a_hijri_date_goes_as_its_gregorian_value() -> None:
    values = record()
    values["person"]["birth"]["date"] = {
        "value": "1985-09-16", "precision": "day", "calendar": "hijri", "original": "01/01/1406",
    }  # fmt: skip
    tree = message(values)

    assert texts(tree, "Person/BirthDate") == ["1985-09-16"]
    assert texts(tree, "Person/BirthDateAsWritten") == ["01/01/1406"]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_cannot_carry_is_no_place(character: str) -> None:
    values = record() | {"reason": f"Motif{character}secret"}
    found = no_place(values)

    assert found.element == "Request/Reason"
    assert "secret" not in found.why.fr + found.why.en


def test_a_value_that_the_schema_refuses_is_no_place_without_the_value() -> None:
    values = record()
    values["person"]["name"]["family"] = "FICTIF" * 11
    found = no_place(values)

    assert found.element == "Person/FamilyName"
    assert found.why.en == "`Person/FamilyName`: the value is too long"


def test_more_occurrences_than_the_schema_takes_are_no_place() -> None:
    values = record()
    values["person"]["aliases"] = [f"Alias {number}" for number in range(21)]
    found = no_place(values)

    assert found.element == "Person/OtherName"
    assert "Alias" not in found.why.fr + found.why.en


@given(st.text(min_size=1, max_size=200))
def test_any_text_arrives_as_it_is_or_has_no_place(text: str) -> None:
    """No text can break out of its element, and none is changed on the way."""
    made = render(record() | {"reason": text})

    if isinstance(made, NoPlace):
        assert made.element == "Request/Reason"
    else:
        assert texts(etree.fromstring(made.body), "Request/Reason") == [text]


def test_an_operation_that_does_not_exist_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="operation"):
        render(record(), "delete")


def hijri_year() -> dict[str, Any]:
    """What 1405 AH gives: September 1984 to September 1985."""
    return {"value": "1984", "until": "1985", "precision": "year", "calendar": "hijri",
            "original": "1405 هـ", "rule": "hijri umm_al_qura"}  # fmt: skip


def test_the_end_of_a_birth_range_is_in_the_message() -> None:
    """A Hijri year lies in two Gregorian ones: both go, so nothing is lost."""
    values = record()
    values["person"]["birth"]["date"] = hijri_year()
    made = render(values)

    assert isinstance(made, Rendered)
    root = etree.fromstring(made.body)
    assert root.findtext(f".//{NS}BirthDate") == "1984"
    assert root.findtext(f".//{NS}BirthDateUntil") == "1985"
    assert not [loss for loss in made.losses if loss.field == "person.birth.date"]


@pytest.mark.parametrize(
    ("kind", "path", "element"),
    [
        ("ReportedVehicle", "occurred_on", "OccurredUntil"),
        ("ReportedDocument", "occurred_on", "OccurredUntil"),
        ("ReportedFirearm", "occurred_on", "OccurredUntil"),
        ("SecurityEvent", "event.occurred_on", "OccurredUntil"),
        ("CriminalCase", "facts.date", "DateUntil"),
    ],
)
def test_the_end_of_an_occurrence_is_in_the_message(kind: str, path: str, element: str) -> None:
    values = record(kind)
    holder, _, name = path.rpartition(".")
    (values[holder] if holder else values)[name] = hijri_year()

    assert message(values).findtext(f".//{NS}{element}") == "1985"


def test_an_approximate_date_is_still_a_loss() -> None:
    """No element says `about`: the message is more exact than the record, and that is counted."""
    values = record()
    values["person"]["birth"]["date"] = {**hijri_year(), "circa": True}
    made = render(values)

    assert isinstance(made, Rendered)
    (loss,) = [one for one in made.losses if one.field == "person.birth.date"]
    assert loss.why.fr == "approché : date approximative, envoyée comme une date"
