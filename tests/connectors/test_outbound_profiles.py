"""Both destination profiles: what a record becomes, keeps, loses, never says."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from azalai import paths
from azalai.mapping.outbound import load_outbound
from azalai.mapping.outbound_compile import compile_outbound
from azalai.mapping.outbound_model import OutboundMapping, Repeat, lines_of
from azalai.mapping.rendering import NoPlace, Rendered, RenderJob
from azalai.plugin.registry import find
from azalai.records import LISTS, as_dict, parse_record
from record_samples import code, sample

PREFIX = {"wapis": "wapis_style", "interpol_mail": "interpol_style"}
KINDS = {
    "WantedPerson": "wanted_person",
    "ReportedDocument": "reported_document",
    "ReportedVehicle": "reported_vehicle",
    "ReportedFirearm": "reported_firearm",
    "SecurityEvent": "security_event",
    "CriminalCase": "criminal_case",
}
BOTH = [(profile, kind) for profile in PREFIX for kind in KINDS]
NOMINAL = [(p, k) for p, k in BOTH if k in ("WantedPerson", "SecurityEvent", "CriminalCase")]
ITEMS = [(p, k) for p, k in BOTH if k.startswith("Reported")]
CANCEL: dict[str, Any] = {"cancel_reason": "lifted", "cancelled_on": "2027-01-08"}

ARABIC = {
    "original": "أفلان ولد خيالي",
    "family": "ولد خيالي",
    "given": ["أفلان"],
    "script": "arabic",
    "latin": "Avlan Ould Khiyali",
}
HIJRI = {
    "value": "1985-09-16",
    "precision": "day",
    "calendar": "hijri",
    "original": "١ محرم ١٤٠٦",
}
PARTY = {"name": {"original": "مالك خيالي", "family": "MALIKFICTIF", "script": "arabic"},
         "birth": {"date": HIJRI | {"original": "٢ صفر ١٤٠٠"}, "place": "Ville du tiers"}}  # fmt: skip


@cache
def mapping(profile: str, kind: str) -> OutboundMapping:
    return load_outbound(paths.mappings() / profile / f"{PREFIX[profile]}_{KINDS[kind]}.yaml")


@cache
def renderer(profile: str, kind: str) -> Any:
    return compile_outbound(mapping(profile, kind))


def record(kind: str) -> dict[str, Any]:
    """A record whose names are Arabic and whose dates are Hijri, as Mauritania's are."""
    values = sample(kind)
    for path in ("occurred_on", "facts.date", "event.occurred_on", "person.birth.date"):
        _put(values, path, HIJRI)
    for person in (values.get("person"), *values.get("persons", ())):
        if person and "name" in person:
            person["name"] = dict(ARABIC)
            person["birth"]["date"] = {"value": "1985", "precision": "year",
                                       "original": "٠٠/٠٠/١٩٨٥"}  # fmt: skip
    values |= {side: PARTY for side in ("owner", "holder") if side in values}
    return as_dict(parse_record(values))


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for name in above:
        values = values.get(name, {})
    if last in values:
        values[last] = dict(value)


def render(profile: str, values: dict[str, Any], operation: str = "create") -> Any:
    job = RenderJob(operation=operation, key=values["key"], record=values, allowed=None,
                    message_key="FICTIF-K1", record_version=3, **CANCEL)  # fmt: skip
    return renderer(profile, values["kind"])(job)


def message(profile: str, values: dict[str, Any], operation: str = "create") -> etree._Element:
    made = render(profile, values, operation)

    assert isinstance(made, Rendered), made

    return etree.fromstring(made.body)


def held(tree: etree._Element) -> dict[str, list[str]]:
    """The texts of a message by element name."""
    found: dict[str, list[str]] = {}
    for node in tree.iter():
        if node.text:
            found.setdefault(etree.QName(node).localname, []).append(node.text)
    return found


def evidence(value: Any) -> Iterator[dict[str, Any]]:
    """Every name and date of a record that holds its original, without those of third parties."""
    if isinstance(value, dict):
        if "original" in value and "code" not in value:
            yield value
        for name, inner in value.items():
            if name not in ("owner", "holder"):
                yield from evidence(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from evidence(inner)


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield str(value)


@pytest.mark.parametrize(("profile", "kind"), BOTH)
def test_a_mapping_loads_without_a_warning_and_its_connector_names_it(
    profile: str, kind: str
) -> None:
    """Six kinds for each profile, none forgotten in the manifest."""
    names = [f"{PREFIX[profile]}_{name}" for name in KINDS.values()]

    assert mapping(profile, kind).warnings == ()
    assert mapping(profile, kind).kind == kind
    assert sorted(find()[profile].manifest.mappings) == sorted(names)


@pytest.mark.parametrize(("profile", "kind"), BOTH)
@pytest.mark.parametrize("operation", ["create", "update", "cancel"])
def test_every_operation_is_valid_against_its_schema(
    profile: str, kind: str, operation: str
) -> None:
    """The full record of each kind, Arabic and Hijri, and as it stands among the samples."""
    file = paths.mappings() / profile / f"{PREFIX[profile]}_{KINDS[kind]}.xsd"
    schema = etree.XMLSchema(file=str(file))

    for values in (record(kind), as_dict(parse_record(sample(kind)))):
        schema.assertValid(message(profile, values, operation))


@pytest.mark.parametrize(("profile", "kind"), BOTH)
@pytest.mark.parametrize("operation", ["create", "update", "cancel"])
def test_the_header_says_which_message_of_which_record_this_is(
    profile: str, kind: str, operation: str
) -> None:
    """Same four elements in both profiles: a receiver deduplicates and orders by them."""
    tree = message(profile, record(kind), operation)
    header = held(tree[0])

    assert etree.QName(tree[0]).localname == "Header"
    assert header["MessageKey"] == ["FICTIF-K1"]
    assert header["Operation"] == [{"create": "ADD", "update": "MODIFY"}.get(operation, "DELETE")]
    assert header["RecordVersion"] == ["3"]
    assert header["SourceReference"] == [record(kind)["key"]]
    assert header["Mark"] == ["TEST"]


@pytest.mark.parametrize(("profile", "kind"), NOMINAL)
def test_every_name_and_date_has_its_original_beside_it(profile: str, kind: str) -> None:
    """What the source wrote, in its script and calendar, and the Latin form where there is one."""
    values = record(kind)
    texts = held(message(profile, values))
    sent = {text for found in texts.values() for text in found}
    originals = {one["original"] for one in evidence(values)}

    assert ARABIC["original"] in originals
    assert {"٠٠/٠٠/١٩٨٥"} < originals
    assert originals <= sent
    assert texts["NameInLatin"] == ["Avlan Ould Khiyali"]
    assert {"wapis": "BirthDate", "interpol_mail": "DateOfBirth"}[profile] in texts


@pytest.mark.parametrize(("profile", "kind"), ITEMS)
def test_the_date_of_what_happened_has_its_original_beside_it(profile: str, kind: str) -> None:
    """A Hijri day goes as its Gregorian value, with the text that it came from."""
    texts = held(message(profile, record(kind)))

    assert texts["OccurredOn"] == ["1985-09-16"]
    assert texts["OccurredOnAsWritten"] == ["١ محرم ١٤٠٦"]


@pytest.mark.parametrize("profile", PREFIX)
@pytest.mark.parametrize("kind", ["WantedPerson", "SecurityEvent"])
def test_a_name_without_family_name_or_latin_form_still_goes(profile: str, kind: str) -> None:
    """A nom de guerre has one part, and nobody invents the others."""
    values = record(kind)
    person = values["person"] if kind == "WantedPerson" else values["persons"][0]
    person["name"] = {"original": "أبو خيال", "script": "arabic"}
    texts = held(message(profile, values))

    assert "أبو خيال" in texts.get("NameAsWritten", []) + texts.get("NameInOriginalScript", [])
    assert not {"FamilyName", "Name", "NameInLatin"} & set(texts)


@pytest.mark.parametrize(("profile", "kind"), BOTH)
def test_a_cancellation_says_nothing_about_the_person_or_the_thing(profile: str, kind: str) -> None:
    """Reference and reason, and what every header carries."""
    values = record(kind)
    body = etree.tostring(message(profile, values, "cancel"), encoding="unicode")
    carried = ("key", "kind", "mark", "issuing_country", "issuing_agency", "purpose",
               "legal_ground", "handling")  # fmt: skip
    about = {name: inner for name, inner in values.items() if name not in carried}
    secret = {text for text in leaves(about) if len(text) > 3}

    assert len(secret) > 10
    assert [text for text in secret if f">{text}<" in body] == []
    for text in (*leaves(ARABIC), *leaves(PARTY), "FICTIF, Kilo", "IMAGINAIRE", "Ville fictive"):
        assert text not in body
    assert "lifted" in body
    assert "2027-01-08" in body


@pytest.mark.parametrize(("profile", "kind"), ITEMS)
def test_a_thing_names_nobody(profile: str, kind: str) -> None:
    """Owner and holder have no place, even where an agreement would let them go."""
    values = record(kind)
    body = etree.tostring(message(profile, values), encoding="unicode")

    assert "owner" in values or "holder" in values
    for text in ("مالك خيالي", "MALIKFICTIF", "٢ صفر ١٤٠٠", "Ville du tiers"):
        assert text not in body


LESS_EXACT = [
    ("wapis", "WantedPerson", "person.description.hair", "chestnut", "Person/HairColour"),
    ("wapis", "ReportedVehicle", "vehicle.category", "four_wheel_drive", "Vehicle/Category"),
    ("interpol_mail", "WantedPerson", "person.sex", "X", "Subject/Sex"),
    ("interpol_mail", "CriminalCase", "offences.0.code", "cattle_theft", "Offence/CrimeArea"),
]


@pytest.mark.parametrize(("profile", "kind", "field", "value", "element"), LESS_EXACT)
def test_what_is_said_less_exactly_is_reported(
    profile: str, kind: str, field: str, value: str, element: str
) -> None:
    """A code that the message has only roughly goes, with a loss that names both ends."""
    values = record(kind)
    *above, last = field.split(".")
    place: Any = values
    for name in above:
        place = place[int(name) if name.isdigit() else name]
    place[last] = code(value)
    made = render(profile, values)

    assert isinstance(made, Rendered)
    losses = {(loss.field, loss.element): loss.why.fr for loss in made.losses}
    assert losses[field.replace(".0", ""), element].startswith("approché")


@pytest.mark.parametrize("profile", PREFIX)
@pytest.mark.parametrize("offence", ["desertion", "religious_offence", "offence_against_the_state"])
@pytest.mark.parametrize("kind", ["WantedPerson", "CriminalCase"])
def test_article_3_has_no_place(profile: str, offence: str, kind: str) -> None:
    """Military, religious and political offences stay here, whatever else the record holds."""
    values = record(kind)
    values["offences"].append({"code": code(offence)})
    made = render(profile, values)

    assert isinstance(made, NoPlace)
    assert offence not in made.why.fr + made.why.en


WITHHELD = [
    ("wapis", "ReportedFirearm", "blank_stolen", "Event/Status"),
    ("interpol_mail", "ReportedFirearm", "revoked", "Event/Status"),
    ("interpol_mail", "ReportedVehicle", "seized", "Event/Status"),
    ("interpol_mail", "ReportedDocument", "seized", "Document/Fraud"),
]


@pytest.mark.parametrize(("profile", "kind", "status", "element"), WITHHELD)
def test_a_status_that_the_message_has_no_place_for_is_withheld(
    profile: str, kind: str, status: str, element: str
) -> None:
    """The element is named."""
    made = render(profile, record(kind) | {"status": status})

    assert isinstance(made, NoPlace)
    assert made.element == element


@pytest.mark.parametrize("profile", PREFIX)
@pytest.mark.parametrize("status", ["seized", "recovered", "trace_requested"])
def test_a_firearm_seized_found_or_to_be_traced_has_its_place(profile: str, status: str) -> None:
    """The most frequent cases."""
    assert isinstance(render(profile, record("ReportedFirearm") | {"status": status}), Rendered)


@pytest.mark.parametrize(("measure", "goes"), [
    ("arrest", True), ("locate", True), ("warn", True), ("discreet_check", False),
    ("specific_check", False), ("refuse_entry", False),
])  # fmt: skip
def test_a_measure_is_said_or_has_no_place(measure: str, goes: bool) -> None:
    """Nobody is arrested because a message has only one measure."""
    made = render("interpol_mail", record("WantedPerson") | {"measure": measure})

    assert isinstance(made, Rendered) == goes
    assert not goes or f">{measure.upper()}<".encode() in made.body


def test_a_latin_form_that_is_not_latin_has_no_place() -> None:
    """The element for the A–Z form takes no other script; diacritics are Latin."""
    values = record("WantedPerson")
    values["person"]["name"]["latin"] = "ولد خيالي"
    made = render("interpol_mail", values)

    assert isinstance(made, NoPlace)
    assert made.element == "Subject/NameInLatin"

    values["person"]["name"]["latin"] = "ʿAvlān Ould N’Ḫiyālī-Śœ"
    assert held(message("interpol_mail", values))["NameInLatin"] == ["ʿAvlān Ould N’Ḫiyālī-Śœ"]


def test_an_interpol_style_message_uses_published_codes() -> None:
    """Alpha-2 countries for persons, ICAO three letters and types for documents."""
    values = record("ReportedDocument")
    values["document"] |= {"issuing_country": code("DEU"), "type": code("service_passport")}
    document = held(message("interpol_mail", values))
    values = record("WantedPerson")
    values["person"]["nationalities"] = [code("MRT"), code("XXA")]
    person = held(message("interpol_mail", values))

    assert (document["IssuingState"], document["Type"]) == (["D"], ["PO"])
    assert document["Fraud"] == ["STOLEN_BLANK"]
    assert person["Nationality"] == ["MR", "XXA"]
    assert person["SourceCountry"] == ["BF"]
    assert person["EyesColour"] == ["BRO"]
    assert person["CrimeArea"] + person["Code"] == ["OTHER", "theft"]


@pytest.mark.parametrize(("profile", "kind"), BOTH)
def test_every_code_that_a_record_can_carry_has_its_line(profile: str, kind: str) -> None:
    """No code list is short, so nothing is kept back because a line was forgotten."""
    one = mapping(profile, kind)
    for line in lines_of(one.elements):
        step, field = line.step("code"), line.source.field
        if step and field and field.list_name and line.source.part != "original":
            short = set(LISTS[field.list_name].codes) - set(one.codes[step.argument].rows)
            assert not short, (line.element, short)


@pytest.mark.parametrize(("profile", "kind"), BOTH)
def test_no_name_or_date_is_sent_without_a_place_for_its_original(profile: str, kind: str) -> None:
    """Whatever the record: the mapping itself pairs them, in repeated parts too."""
    one = mapping(profile, kind)
    parts = {(e.for_each if isinstance(e, Repeat) else "", line.source.name, line.source.part)
             for e in one.elements for line in (e.lines if isinstance(e, Repeat) else (e,))
             if line.source.field and line.source.field.type in ("name", "partial_date")}  # fmt: skip

    for scope, name, part in parts:
        if part != "original":
            assert (scope, name, "original") in parts
    assert parts


@pytest.mark.parametrize("profile", PREFIX)
def test_each_schema_has_its_own_root_in_the_profiles_namespace(profile: str) -> None:
    """A receiver finds the schema by the message's root."""
    space = {"wapis": "urn:azalai:wapis-style:1", "interpol_mail": "urn:azalai:interpol-style:1"}
    roots = [message(profile, record(kind)).tag for kind in KINDS]

    assert len(set(roots)) == len(KINDS)
    assert {etree.QName(str(root)).namespace for root in roots} == {space[profile]}
    assert len(list(Path(paths.mappings() / profile).glob("*.xsd"))) == len(KINDS)
