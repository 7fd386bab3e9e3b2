"""JSON messages: typed, valid, the same rules as XML, and nothing is wrong in silence."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azalai.errors import DocumentError
from azalai.mapping import NoPlace, Rendered, compile_outbound, load_outbound
from azalai.mapping.json_schema import read_json_schema
from azalai.mapping.message_schema import SchemaRefused
from azalai.records import as_dict, parse_record
from outbound_profile import REGIONAL, job, laid_out, loaded
from record_samples import code, sample

CANCEL = {"cancel_reason": "lifted", "cancelled_on": "2027-01-08"}
TYPES = """
types:
  header:                       part, required
  header/message_key:           text, required, at most 64
  header/operation:             text, required, one of (ADD, MODIFY, DELETE)
  header/mark:                  text, required
  header/source_reference:      text, required
  header/record_version:        integer, required
  header/issuing_state:         text, at least 3, at most 3
  header/purpose:               text
  header/legal_ground:          text
  header/handling:              text
  header/not_for:               text, list
  header/review_on:             date
  person/name/family:           text, required, at most 40
  person/name/given:            text, list
  person/name/as_written:       text
  person/birth_date:            text
  person/birth_date_as_written: text
  person/birth_place:           text
  person/height_cm:             integer, at least 50, at most 260
  person/sex:                   text, one of (M, F, U)
  person/nationalities:         text, list
  person/documents:             part, list
  person/documents/type:        text
  person/documents/number:      text, required
  person/documents/issuing_state: text
  person/documents/expires_on:  date
  warrants:                     part, list
  warrants/number:              text, required
  warrants/issued_on:           text
  warrants/authority:           text
  request/offences:             text, list
  request/reason:               text, at most 60
  request/action:               text, required
  withdrawal/reason:            text, required
  withdrawal/since:             date, required

elements:
"""
DECLARED = (("  schema: regional_wanted_person.schema.json\n", ""), ("\nelements:\n", TYPES))


def record(**more: Any) -> dict[str, Any]:
    return as_dict(parse_record(sample("WantedPerson") | more))


def problems(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(DocumentError) as caught:
        load_outbound(path)
    return [(p.code, p.what.en) for p in caught.value.problems]  # type: ignore[attr-defined]


def made(mapping: Any, values: dict[str, Any], operation: str = "create", **more: Any) -> Any:
    return compile_outbound(mapping)(job(values, operation, **more))


def test_a_message_says_what_the_record_says(tmp_path: Path) -> None:
    found = made(loaded(tmp_path), record())

    assert isinstance(found, Rendered)
    assert json.loads(found.body) == {
        "header": {
            "message_key": "FICTIF-K1", "operation": "ADD", "mark": "TEST",
            "source_reference": "BFA-PN/registre/FICTIF-00001", "record_version": 7,
            "issuing_state": "BFA", "purpose": "prosecution", "legal_ground": "national_warrant",
            "handling": "police_use_only", "not_for": ["UTO"], "review_on": "2031-01-01",
        },
        "person": {
            "name": {"family": "FICTIF", "given": ["Kilo"], "as_written": "FICTIF, Kilo"},
            "birth_date": "1985", "birth_date_as_written": "00/00/1985",
            "birth_place": "Ville fictive", "height_cm": 180, "sex": "M",
            "nationalities": ["UTO", "BFA"],
            "documents": [{"type": "passport", "number": "X0000000", "issuing_state": "UTO",
                           "expires_on": "2030-06-01"}],
        },
        "warrants": [{"number": "M1/26", "issued_on": "2026-01-01", "authority": "TGI fictif"}],
        "request": {"offences": ["VOL"], "reason": "Motif fictif", "action": "ARREST"},
    }  # fmt: skip


@pytest.mark.parametrize("operation", ["create", "update", "cancel"])
def test_declared_types_and_a_schema_file_make_the_same_bytes(
    tmp_path: Path, operation: str
) -> None:
    by_schema = loaded(tmp_path / "a")
    by_types = loaded(tmp_path / "b", *DECLARED)

    one, two = (made(m, record(), operation, **CANCEL) for m in (by_schema, by_types))

    assert isinstance(one, Rendered)
    assert one == two
    assert by_types.media_type == by_schema.media_type == "application/json"
    assert by_types.required_fields == by_schema.required_fields >= {"person.name"}


def test_a_cancel_carries_the_reference_and_nothing_of_the_person(tmp_path: Path) -> None:
    found = made(loaded(tmp_path), record(), "cancel", **CANCEL)

    assert json.loads(found.body) == {
        "header": {"message_key": "FICTIF-K1", "operation": "DELETE", "mark": "TEST",
                   "source_reference": "BFA-PN/registre/FICTIF-00001", "record_version": 7},
        "withdrawal": {"reason": "lifted", "since": "2027-01-08"},
    }  # fmt: skip


def test_what_is_cut_or_coarser_is_a_loss(tmp_path: Path) -> None:
    values = sample("WantedPerson")
    values["person"]["name"]["family"] = "F" * 50
    values["person"]["sex"] = code("X")
    values["reason"] = "m" * 61

    found = made(loaded(tmp_path), as_dict(parse_record(values)))

    assert {loss.field for loss in found.losses} == {"person.name", "person.sex", "reason"}
    assert len(json.loads(found.body)["person"]["name"]["family"]) == 40


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"measure": "locate", "person_status": "victim"}, "person_status"),
        ({"action_to_be_taken": "medical_assistance"}, "request/action"),
        ({"warrants": [{"number": "M1", "authority": "T" * 61}]}, "warrants/authority"),
    ],
)
def test_no_place_names_the_element_and_never_the_value(
    tmp_path: Path, change: dict[str, Any], element: str
) -> None:
    values = record()
    values.update(change)

    found = made(loaded(tmp_path), values)

    assert isinstance(found, NoPlace)
    assert found.element == element
    assert "TTT" not in found.why.en


def test_a_field_outside_the_agreement_is_absent(tmp_path: Path) -> None:
    found = made(loaded(tmp_path), record(), allowed=frozenset({"person.name"}))

    assert json.loads(found.body)["person"] == {
        "name": {"family": "FICTIF", "given": ["Kilo"], "as_written": "FICTIF, Kilo"}
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(min_size=1, max_size=60).filter(lambda t: t.strip() == t))
def test_any_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    values = record()
    values["reason"] = text

    found = made(loaded(tmp_path), values)

    assert json.loads(found.body)["request"]["reason"] == text


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("  person/birth_place:", "  person/birthplace: "), "AZ-O301"),
        (("  header/record_version:        record_version\n", ""), "AZ-O302"),
        (("person.description.height_cm\n  person/sex",
          "person.birth.place\n  person/sex"), "AZ-O308"),
        (("person.sex | code(sexes)", "person.sex"), "AZ-O308"),
        (("  valid_from:                      sans place dans ce message\n", ""), "AZ-O305"),
        (("record_version\n  header/issuing", "record_version | cut(2)\n  header/issuing"),
         "AZ-O307"),
        (("reason | cut", "reason | cut(many)"), "AZ-O307"),
        (("purpose\n", "purpose | cut\n"), "AZ-O307"),
        (("  format: json", "  format: yaml"), "AZ-O300"),
        (("  format: json", "  format: json\n  root: a"), "AZ-O300"),
        (("\nelements:", "\ntypes:\n  a: text\n\nelements:"), "AZ-O300"),
        (("cancelled_on\n", "person.birth.date\n"), "AZ-O309"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_code(
    tmp_path: Path, change: tuple[str, str], wrong: str
) -> None:
    assert wrong in [code for code, _ in problems(laid_out(tmp_path, change))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("text, required, at most 40", "texte, required"),
        ("text, required, at most 40", "text, integer"),
        ("date, required", "date, at most 10"),
        ("  person/sex:                   text", "  person/sex:                   text, maybe"),
        ("  header:                       part, required", "  header:                       text"),
        ("  header:                       part, required", "  empty:                        part"),
        ("  person/birth_place:           text", "  person/birth_place:           [text]"),
    ],
)
def test_a_wrong_type_line_is_told(tmp_path: Path, old: str, new: str) -> None:
    found = problems(laid_out(tmp_path, *DECLARED, (old, new)))

    assert "AZ-O311" in [code for code, _ in found]


def test_types_must_be_declared_somewhere(tmp_path: Path) -> None:
    found = problems(laid_out(tmp_path, DECLARED[0]))

    assert found == [("AZ-O300", "The lines `types:` are missing: they declare the message")]


def _schema(**more: Any) -> bytes:
    return json.dumps({"type": "object", "properties": {"a": {"type": "string"}}} | more).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b'"x"', b"{", b"\xff", b'{"type": "string"}', b"[" * 100_000,
        b'{"type": "object", "type": "object", "properties": {"a": {"type": "string"}}}',
        _schema(properties={}), _schema(properties=[1]), _schema(required=["b"]),
        _schema(required="a"), _schema(additionalProperties={"type": "string"}),
        _schema(**{"$ref": "file:///etc/passwd"}), _schema(oneOf=[]),
        *(_schema(properties={"a": one}) for one in (
            {"type": ["string", "null"]}, {"type": "number"}, {"type": "string", "format": "uuid"},
            {"type": "string", "pattern": "("}, {"type": "string", "maxLength": "3"},
            {"type": "string", "enum": [1]}, {"type": "string", "enum": []}, {"type": "array"},
            {"type": "integer", "enum": [True]}, {"type": "integer", "maximum": True},
            {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}, True,
            {"$ref": "other.json"},
        )),
        _schema(properties={"a/b": {"type": "string"}}),
    ],
)  # fmt: skip
def test_a_schema_that_we_would_not_check_is_refused(data: bytes) -> None:
    with pytest.raises(SchemaRefused):
        read_json_schema(data)


@pytest.mark.parametrize(
    ("change", "element"),
    [
        (lambda m: m.pop("header"), "header"),
        (lambda m: m["header"].update(record_version="7"), "header/record_version"),
        (lambda m: m["header"].update(record_version=True), "header/record_version"),
        (lambda m: m["header"].update(record_version=0), "header/record_version"),
        (lambda m: m["header"].update(operation="OTHER"), "header/operation"),
        (lambda m: m["header"].update(not_for="UTO"), "header/not_for"),
        (lambda m: m["header"].update(not_for=["utopia"]), "header/not_for"),
        (lambda m: m["header"].update(review_on="2031-13-01"), "header/review_on"),
        (lambda m: m["header"].update(message_key=""), "header/message_key"),
        (lambda m: m["person"].update(more=1), "person"),
        (lambda m: m.update(person=[]), "person"),
        (lambda m: m["person"]["name"].update(given=["a"] * 11), "person/name/given"),
    ],
)
def test_the_whole_message_is_checked_against_its_types(change: Any, element: str) -> None:
    mapping_schema = read_json_schema(
        (REGIONAL / "regional_wanted_person.schema.json").read_bytes()
    )
    message = {
        "header": {"message_key": "k", "operation": "ADD", "mark": "TEST",
                   "source_reference": "r", "record_version": 1},
        "person": {"name": {"family": "FICTIF"}},
    }  # fmt: skip
    assert mapping_schema.refusal(json.dumps(message).encode()) is None

    change(message)
    refused = mapping_schema.refusal(json.dumps(message).encode())

    assert refused is not None
    assert refused.element == element
