"""Every kind reads, writes and refuses as the schema says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from azalai.errors import RecordError
from azalai.records import RECORD_KINDS, as_dict, parse_record
from record_samples import KINDS, sample


def test_the_samples_cover_every_kind() -> None:
    """A kind without a sample would pass every test below."""
    assert set(KINDS) == set(RECORD_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_survives_the_round_trip(kind: str) -> None:
    """Through a dict, through JSON text and through pydantic's own JSON: the same record."""
    record = parse_record(sample(kind))

    assert type(record) is RECORD_KINDS[kind]
    assert parse_record(as_dict(record)) == record
    assert parse_record(json.dumps(as_dict(record))) == record
    assert type(record).model_validate_json(record.model_dump_json()) == record


@pytest.mark.parametrize("kind", KINDS)
def test_as_dict_gives_back_what_was_read(kind: str) -> None:
    """Nothing is added, nothing is lost: a filled record's dict is the dict it came from."""
    assert as_dict(parse_record(sample(kind))) == sample(kind)


def test_empty_and_default_values_are_not_written() -> None:
    """A record with nothing optional in it has no empty places in its dict."""
    given_values = sample("WantedPerson")
    for optional in ("not_for", "images", "offences", "warrants", "valid_from"):
        del given_values[optional]

    written = as_dict(parse_record(given_values))

    assert written == given_values


@given(
    family=st.none() | st.text(min_size=1),
    given_names=st.lists(st.text(min_size=1), max_size=3),
    original=st.text(min_size=1),
    penalty=st.none() | st.integers(min_value=0, max_value=2**40),
    aliases=st.lists(st.text(min_size=1), max_size=3),
)
def test_any_text_survives_the_round_trip(
    family: str | None,
    given_names: list[str],
    original: str,
    penalty: int | None,
    aliases: list[str],
) -> None:
    """Names in any script, with any character, come back as they went."""
    values = sample("WantedPerson")
    values["person"]["name"] = {"family": family, "given": given_names, "original": original}
    values["person"]["aliases"] = aliases
    values["offences"][0]["maximum_penalty_months"] = penalty
    record = RECORD_KINDS["WantedPerson"].model_validate(values)

    assert parse_record(json.dumps(as_dict(record))) == record


def test_a_record_cannot_be_changed() -> None:
    """Records are frozen."""
    record = parse_record(sample("WantedPerson"))

    with pytest.raises(ValidationError, match="frozen"):
        record.reason = "autre"  # type: ignore[misc]


_REFUSED: list[tuple[str, str, Any]] = [
    ("WantedPerson", "measure", "interpeller"),
    ("WantedPerson", "measure", None),
    ("WantedPerson", "person_status", "victime"),
    ("WantedPerson", "offences.0.maximum_penalty_months", 60.0),
    ("WantedPerson", "offences.0.maximum_penalty_months", "60"),
    ("WantedPerson", "offences.0.maximum_penalty_months", True),
    ("WantedPerson", "offences.0.maximum_penalty_months", -1),
    ("WantedPerson", "person.description.height_cm", 180.5),
    ("WantedPerson", "person.sex.code", "MALE"),
    ("WantedPerson", "person.nationalities.1.code", "XYZ"),
    ("WantedPerson", "person.name.original", ""),
    ("WantedPerson", "person.name.surname", "FICTIF"),
    ("WantedPerson", "review_on", "2026-02-30"),
    ("WantedPerson", "review_on", "20260228"),
    ("WantedPerson", "review_on", "2026-W01-1"),
    ("WantedPerson", "kind", "CriminalCase"),
    ("WantedPerson", "mark", "essai"),
    ("WantedPerson", "key", "sans-registre"),
    ("WantedPerson", "surprise", "x"),
    ("ReportedVehicle", "vehicle.vin", "IIIIIIIIIIIIIIIII"),
    ("ReportedObject", "object.unit", None),
    ("ReportedObject", "object.imeis.0", "12"),
    ("CriminalCase", "references", []),
    ("SecurityEvent", "event.reported_at", "2026-03-02T10:00:00+01:00"),
    ("SecurityEvent", "event.reported_at", "2026-3-2T10:00:00Z"),
]


@pytest.mark.parametrize(("kind", "path", "value"), _REFUSED)
def test_what_the_schema_does_not_know_is_refused(kind: str, path: str, value: Any) -> None:
    """Unknown codes, floats, numbers as text, days that do not exist, fields of no schema."""
    with pytest.raises(RecordError):
        parse_record(_with(sample(kind), path, value))


def test_a_measure_is_never_assumed() -> None:
    """Without a measure there is no wanted person: nobody is arrested by default."""
    values = sample("WantedPerson")
    del values["measure"]

    with pytest.raises(RecordError) as caught:
        parse_record(values)

    assert [path for path, _ in caught.value.problems] == ["measure"]


@pytest.mark.parametrize("place", ["registration", "vin", "chassis_number", "engine_number"])
def test_one_number_is_enough_for_a_vehicle(place: str) -> None:
    """A motorcycle without a plate is known by its frame or engine; by nothing, it is refused."""
    values = sample("ReportedVehicle")
    values["vehicle"] = {place: "ZZZZZZZZZZZ000000"}
    assert parse_record(values)

    values["vehicle"] = {"make": "Marque fictive"}
    with pytest.raises(RecordError):
        parse_record(values)


def test_errors_never_repeat_a_value() -> None:
    """Neither our error nor pydantic's, nor their chain, shows what was in the record."""
    values = sample("WantedPerson")
    values["person"]["sex"]["code"] = "SECRET1"
    values["person"]["SECRET2"] = "SECRET3"
    values["review_on"] = "SECRET4"
    values["offences"][0]["maximum_penalty_months"] = "SECRET5"

    with pytest.raises(RecordError) as caught:
        parse_record(values)
    with pytest.raises(ValidationError) as raw:
        RECORD_KINDS["WantedPerson"].model_validate(values)

    assert len(caught.value.problems) == 4
    assert "SECRET" not in f"{caught.value} {caught.value.problems}"
    assert caught.value.__context__ is None
    assert not any(f"SECRET{n}" in str(raw.value) for n in (1, 3, 4, 5))


def _with(values: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    *above, last = path.split(".")
    node: Any = values
    for step in above:
        node = node[int(step)] if step.isdigit() else node[step]
    node[int(last) if last.isdigit() else last] = value
    return values
