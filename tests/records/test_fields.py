"""The field description: what mappings, agreements and messages are checked against."""

import pytest

from azalai.records import LISTS, RECORD_KINDS, fields, groups

# What documents/ner_fpr_wanted.yaml and documents/wapis_style_wanted_person.yaml (the shape of
# the mapping language) name of a wanted person, `not_sent` included.
_NAMED_BY_THE_DOCUMENTS = [
    "key",
    "mark",
    "issuing_country",
    "issuing_agency",
    "purpose",
    "legal_ground",
    "handling",
    "not_for",
    "reason",
    "action_to_be_taken",
    "valid_from",
    "review_on",
    "expires_on",
    "source_updated_on",
    "images",
    "measure",
    "person_status",
    "person.name",
    "person.birth_name",
    "person.aliases",
    "person.sex",
    "person.birth.date",
    "person.birth.place",
    "person.birth.country",
    "person.nationalities",
    "person.documents.type",
    "person.documents.number",
    "person.documents.issuing_country",
    "person.documents.expires_on",
    "person.description.height_cm",
    "person.description.eyes",
    "person.description.hair",
    "person.description.marks",
    "offences.code",
    "offences.category",
    "offences.committed_on",
    "offences.maximum_penalty_months",
    "warrants.number",
    "warrants.issued_on",
    "warrants.authority",
]
_NEED_NO_LINE = {"kind", "schema_version", "provenance"}
_CARRIED_BY_ALL = {
    *("key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency", "purpose"),
    *("legal_ground", "handling", "not_for", "reason", "action_to_be_taken", "valid_from"),
    *("review_on", "expires_on", "source_updated_on", "images", "provenance"),
}


def test_a_wanted_person_has_the_documents_fields_and_no_other() -> None:
    """An outbound message that is complete over the documents is complete over the schema."""
    assert set(fields("WantedPerson")) == {*_NAMED_BY_THE_DOCUMENTS, *_NEED_NO_LINE}


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_field_has_three_labels_and_a_list_where_it_is_coded(kind: str) -> None:
    """A field without a label would be shown as a path to an officer."""
    for field in fields(kind).values():
        assert field.labels.fr
        assert field.labels.en
        assert any("\u0600" <= letter <= "\u06ff" for letter in field.labels.ar) or (
            field.labels.ar == "IMEI"
        )
        assert (field.list_name in LISTS) == (field.type in ("code", "choice"))


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_what_every_record_carries_belongs_to_no_group(kind: str) -> None:
    """It goes with every share; what is particular belongs to exactly one group, or is decided on."""
    described = fields(kind)
    decided_on = {"measure", "person_status", "status"} & set(described)

    ungrouped = {path for path, field in described.items() if not field.groups}

    assert ungrouped == _CARRIED_BY_ALL | decided_on
    assert all(len(described[path].groups) <= 1 for path in described)


def test_groups_name_every_grouped_field_once() -> None:
    """The agreement's words for a wanted person, and where the free text stands."""
    found = groups("WantedPerson")

    assert set(found) == {"identity", "documents", "description", "warrant", "offences"}
    assert found["warrant"] == ("warrants.number", "warrants.issued_on", "warrants.authority")
    assert "person.description.marks" in found["description"]
    assert "person.documents.number" not in found["identity"]


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("ReportedDocument", "holder"),
        ("ReportedVehicle", "owner"),
        ("ReportedFirearm", "owner"),
        ("ReportedObject", "owner"),
    ],
)
def test_the_holder_of_a_thing_is_a_group_of_its_own(kind: str, group: str) -> None:
    """Sharing a stolen passport never shares its holder with it."""
    found = groups(kind)

    assert f"{group}.name" in found[group]
    assert not any(
        path.startswith(group) for name in found if name != group for path in found[name]
    )


def test_lists_types_and_levels() -> None:
    """Where a field stands, and what a mapping must make for it."""
    described = fields("WantedPerson")
    nationalities, code = described["person.nationalities"], described["offences.code"]

    assert (nationalities.type, nationalities.many, nationalities.inside) == ("code", True, ())
    assert (code.type, code.many, code.inside) == ("code", False, ("offences",))
    assert code.list_name == "offence"
    assert described["person.documents.type"].inside == ("person.documents",)
    assert described["person.birth.date"].type == "partial_date"
    assert described["person.name"].type == "name"
    assert described["measure"].type == "choice"
    assert described["review_on"].type == "date"
    assert described["person.description.height_cm"].type == "integer"
    assert described["person.name"].required
    assert not described["person.sex"].required
    assert fields("SecurityEvent")["event.reported_at"].type == "timestamp"


def test_only_what_says_where_values_came_from_has_no_meaning() -> None:
    """A new date of update at the source never makes a new version."""
    without = {path for path, field in fields("WantedPerson").items() if not field.meaning}

    assert without == {"source_updated_on", "provenance", "schema_version"}


def test_an_unknown_kind_is_an_error() -> None:
    """There is no empty answer for a kind that does not exist."""
    with pytest.raises(KeyError):
        fields("StolenDocument")
