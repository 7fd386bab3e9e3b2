"""`always:` takes each value as its field takes it: partial dates, times, numbers, names, codes."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from azalai.address import Address
from azalai.mapping import Translated, check_inbound, compile_feed, load_inbound, row_maker
from azalai.mapping.results import Declared
from azalai.mapping.typed_text import typed_text
from azalai.plugin.format import RawRecord, Rows
from azalai.records import Field, as_dict, fields, parse_record

MAPPING = """
mapping: events
version: 1
kind: SecurityEvent
register: incidents
file:
  format: delimited
  encoding: utf-8
  delimiter: ;
  header: first line
columns:
  numero: required
always:
  purpose: public_order
  legal_ground: service_report
  handling: police_use_only
  event.category: other
  event.summary: fictif
  FIELD: VALUE
declared_by: fictif
record:
  key: numero
  event.place: numero
EXTRA"""
DECLARED = Declared("ESSAI", "UTO", "Service fictif", "test", "essai")


def made(folder: Path, field: str, value: str, extra: str = "") -> dict[str, Any]:
    """The record that one row makes."""
    path = written(folder, field, value, extra)
    mapping = load_inbound(path)
    result = compile_feed([mapping], DECLARED)(RawRecord(Address("0" * 64, 1), {"numero": "7"}))
    assert isinstance(result, Translated), result
    record: dict[str, Any] = orjson.loads(result.record)
    assert as_dict(parse_record(record)) == record
    return record


def written(folder: Path, field: str, value: str, extra: str = "") -> Path:
    path = folder / "events.yaml"
    lines = MAPPING if field == "event.occurred_on" else MAPPING.replace(
        "  FIELD:", "  event.occurred_on: 2020\n  FIELD:")  # fmt: skip
    text = lines.replace("FIELD", field).replace("VALUE", value).replace("EXTRA", extra)
    path.write_text(text, "utf-8")
    return path


def of(path: str, kind: str = "SecurityEvent") -> Field:
    return fields(kind)[path]


@pytest.mark.parametrize(("value", "expected"), [
    ("1985", {"value": "1985", "precision": "year"}),
    ("1985-03", {"value": "1985-03", "precision": "month"}),
    ("1985-03-12", {"value": "1985-03-12", "precision": "day"}),
    ("circa 1985", {"value": "1985", "precision": "year", "circa": True}),
    ("vers 1985-03", {"value": "1985-03", "precision": "month", "circa": True}),
    ("mars 1985", {"value": "1985-03", "precision": "month"}),
    ("1970-1975", {"value": "1970", "precision": "year", "until": "1975"}),
])  # fmt: skip
def test_a_partial_date_is_declared_as_far_as_it_is_known(
    tmp_path: Path, value: str, expected: dict[str, Any]
) -> None:
    """Year, month, about, a range; never a first of January."""
    assert made(tmp_path, "event.occurred_on", value)["event"]["occurred_on"] == expected


@pytest.mark.parametrize(("field", "value", "expected"), [
    ("event.reported_at", "2026-03-12T08:30:00Z", "2026-03-12T08:30:00Z"),
    ("event.deaths", "0", 0), ("event.country", "NER", {"code": "NER", "list": "always"}),
])  # fmt: skip
def test_other_types_are_theirs(tmp_path: Path, field: str, value: str, expected: Any) -> None:
    """A time, a number, a code."""
    value = f'"{value}"' if ":" in value else value
    assert made(tmp_path, field, value)["event"][field.partition(".")[2]] == expected


def test_a_list_and_a_day_stand_at_the_top(tmp_path: Path) -> None:
    """Several values of a list; a day that is whole."""
    assert made(tmp_path, "not_for", "[ UTO, NER ]")["not_for"] == ["UTO", "NER"]
    assert made(tmp_path, "valid_from", "2026-01-01")["valid_from"] == "2026-01-01"


@pytest.mark.parametrize(("field", "value", "todo"), [
    ("event.occurred_on", "31/02/1985", "circa 1985"), ("event.occurred_on", "1985-13", "1985-03"),
    ("event.occurred_on", "1975-1970", "1970-1975"), ("event.occurred_on", "vers", "circa 1985"),
    ("event.deaths", "deux", "whole number"), ("event.deaths", "-1", "whole number"),
    ("event.deaths", "1" * 30, "whole number"), ("valid_from", "1985-03", "1985-03-12"),
    ("event.reported_at", "2026-03-12", "UTC"), ("event.country", "Niger", "NER"),
])  # fmt: skip
def test_what_is_no_value_is_said_with_how_it_is_written(
    tmp_path: Path, field: str, value: str, todo: str
) -> None:
    """AZ-M110 at the line, with an example of its type."""
    (found,) = [p for p in check_inbound(written(tmp_path, field, value)) if not p.warning]

    assert found.code == "AZ-M110"
    assert todo in found.todo.en + found.why.en


def test_a_name_is_its_original_in_its_script() -> None:
    """No parts are guessed."""
    name = of("person.name", "WantedPerson")

    assert typed_text(name, "FICTIF Kilo", "always") == {"original": "FICTIF Kilo"}
    assert typed_text(name, "وهمي", "always") == {"original": "وهمي", "script": "arabic"}
    assert typed_text(name, "", "always") is None
    assert typed_text(of("images"), "x", "always") is None


def test_the_fast_way_gives_the_same_bytes(tmp_path: Path) -> None:
    """A declared date in the rows that are taken many at once."""
    mapping = load_inbound(written(tmp_path, "event.occurred_on", "circa 1985"))
    maker = row_maker([mapping], DECLARED)
    assert maker is not None
    rows = Rows("0" * 64, ("numero",), 1, [("7",)], [2], [9])
    (row,) = maker(rows)

    plain = compile_feed([mapping], DECLARED)(rows.record(0))
    assert isinstance(plain, Translated)
    assert row == plain.record
