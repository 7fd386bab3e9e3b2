"""The schemas for editors: every shipped document is good, a typo is not, lists are complete."""

import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from azalai import paths
from azalai.app import editor_schemas
from azalai.mapping import inbound as inbound_reading
from azalai.mapping import outbound as outbound_reading
from azalai.records import LISTS

_TESTS = Path(__file__).parents[1]
MAPPINGS = sorted(p for place in (paths.mappings(), _TESTS / "profiles", _TESTS / "mapping")
                  for p in place.rglob("*.yaml") if "examples" not in p.name
                  and p.read_text(encoding="utf-8").count("\nmapping:"))  # fmt: skip
AGREEMENTS = sorted((paths.config() / "agreements").glob("*.yaml"))


def loaded(path: Path) -> dict[str, Any]:
    """As an editor reads it: YAML 1.2, with dates as texts."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda _self, node: str(node.value)
    )
    found: dict[str, Any] = yaml.load(path)
    return found


@cache
def validator(name: str) -> Draft202012Validator:
    """The judge of one kind of document, itself judged once."""
    schema = getattr(editor_schemas, name)()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(name: str, document: dict[str, Any]) -> list[str]:
    return [f"{list(one.path)}: {one.validator}: {one.message[:150]}"
            for one in validator(name).iter_errors(document)]  # fmt: skip


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda p: p.stem)
def test_every_shipped_mapping_is_good(path: Path) -> None:
    """No red line under what works."""
    document = loaded(path)
    name = "outbound" if document.get("direction") == "out" else "inbound"

    assert faults(name, document) == []


@pytest.mark.parametrize("path", AGREEMENTS, ids=lambda p: p.stem)
def test_every_shipped_agreement_is_good(path: Path) -> None:
    """Likewise."""
    assert faults("agreement", loaded(path)) == []


@pytest.mark.parametrize(
    ("block", "name", "value"),
    [("record", "person.nmae", "Nom"), ("always", "measure", "arrrest"), ("file", "format", "csv"),
     ("lifecycle", "file_holds", "all"), ("expect", "record_min", 1)],
)  # fmt: skip
def test_a_typo_stands_out(block: str, name: str, value: object) -> None:
    """A field, a value of a list, a format, a word that are not there."""
    document = loaded(paths.mappings() / "bfa_police" / "bfa_wanted.yaml")
    document.setdefault(block, {})[name] = value

    assert faults("inbound", document)


def test_the_words_are_those_that_are_read() -> None:
    """A block added to the language is added here."""
    assert set(editor_schemas.inbound()["properties"]) == set(inbound_reading._WORDS)
    assert set(editor_schemas.outbound()["properties"]) == set(outbound_reading._SECTIONS)


def test_fields_carry_their_label_and_lists_their_codes() -> None:
    """What an editor shows beside a name, and completes after it."""
    then = next(one["then"] for one in editor_schemas.inbound()["allOf"]
                if one["if"]["properties"]["kind"]["const"] == "WantedPerson")  # fmt: skip
    record, always = then["properties"]["record"], then["properties"]["always"]

    assert "date de naissance" in record["properties"]["person.birth.date"]["description"].lower()
    assert always["properties"]["measure"]["enum"] == sorted(LISTS["measure"].codes)
    assert "number" in record["properties"]["warrants"]["items"]["properties"]
    assert record["properties"]["review_on"]["$ref"] == "#/$defs/line"
    assert any("| date(" in one for one in editor_schemas.inbound()["$defs"]["line"]["examples"])


def _inbound(line: object) -> list[str]:
    document = loaded(paths.mappings() / "bfa_police" / "bfa_wanted.yaml")
    document["record"]["person.birth.place"] = line
    return faults("inbound", document)


@pytest.mark.parametrize("line", [
    "lieu", 'all(a, b) | join(" | ")', "sexe | code(sexes, else reject)", "né(e) le | date(iso)",
    "l'âge | age(date: jour)", "texte | replace('|', 'x') | upper", 'a "b|c" d | trim', "x|upper|trim",
    "first(a, b)", 7,
])  # fmt: skip
def test_a_line_as_it_may_be_written_is_good(line: object) -> None:
    """Quoted bars and commas, apostrophes in names, several steps; what YAML reads as a number."""
    assert [one for one in _inbound(line) if ": pattern: " in one] == []


@pytest.mark.parametrize("line", [
    "sexe | kode(sexes)", "sexe | code(sexes", "lieu |", "lieu | | upper", "| upper",
    "lieu | upper(", "lieu | date(iso) trim", 'lieu | join(" ', "lieu | icao",
])  # fmt: skip
def test_a_step_that_does_not_exist_stands_out(line: str) -> None:
    """A name that is no step, a bracket or a quote left open, nothing between two bars."""
    assert any(": pattern: " in one for one in _inbound(line))


def _outbound(name: str, line: object) -> list[str]:
    document = loaded(paths.mappings() / "interpol_mail" / "interpol_style_wanted_person.yaml")
    document["elements"][name] = line
    return faults("outbound", document)


@pytest.mark.parametrize("line", [
    "person.name.family", "person.name.latin | icao | cut(38)", 'person.name.given | join(" | ")',
    "measure | code(measures)", "message_key", "person.birth.date.until",
    {"for_each": "warrants", "Number": "number | upper"},
])  # fmt: skip
def test_an_element_that_is_a_field_is_good(line: object) -> None:
    assert _outbound("Subject/More", line) == []


@pytest.mark.parametrize("line", [
    "person.nmae.family", "person.name", "measure | kode(measures)", "measure | code",
    "person.sex | upper(x)", "person.name.latin | cut(0)", "number", ["person.sex"],
    {"for_each": "warants", "Number": "number"}, {"for_each": "warrants", "Number": "nombre"},
    {"for_each": "warrants", "Number": "warrants.number"}, {"Number": "number"},
])  # fmt: skip
def test_an_element_that_is_no_field_stands_out(line: object) -> None:
    """A field, a part, a list or a step that is not there, also inside what is repeated."""
    assert _outbound("Subject/More", line)


def test_fields_complete_after_an_element() -> None:
    """The names are an enumeration, so that an editor offers them: of the kind, or of the list."""
    then = next(one["then"] for one in editor_schemas.outbound()["allOf"]
                if one["if"]["properties"]["kind"]["const"] == "WantedPerson")  # fmt: skip
    lines = then["properties"]["elements"]["additionalProperties"]
    warrants = next(one["then"] for one in lines["then"]["allOf"]
                    if one["if"]["properties"]["for_each"]["const"] == "warrants")  # fmt: skip

    assert {"person.name.family", "measure", "message_key"} <= set(
        lines["else"]["anyOf"][0]["enum"]
    )
    assert "number" in warrants["additionalProperties"]["anyOf"][0]["enum"]


def test_the_patterns_take_no_long_time() -> None:
    """A line that almost fits is judged at once, however long: no path is tried twice."""
    line = "a | join(" + "'" * 3000 + "," * 3000 + " x" * 3000
    started = time.monotonic()

    assert _inbound(line)
    assert time.monotonic() - started < 5
