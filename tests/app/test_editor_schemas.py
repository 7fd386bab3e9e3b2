"""The schemas for editors: every shipped document is good, a typo is not, lists are complete."""

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

MAPPINGS = sorted(p for p in paths.mappings().rglob("*.yaml") if "examples" not in p.name)
AGREEMENTS = sorted((paths.config() / "agreements").glob("*.yaml"))


def loaded(path: Path) -> dict[str, Any]:
    """As an editor reads it: YAML 1.2, with dates as texts."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda _self, node: str(node.value)
    )
    found: dict[str, Any] = yaml.load(path)
    return found


def faults(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    Draft202012Validator.check_schema(schema)
    return [f"{list(one.path)}: {one.message}"[:200]
            for one in Draft202012Validator(schema).iter_errors(document)]  # fmt: skip


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda p: p.stem)
def test_every_shipped_mapping_is_good(path: Path) -> None:
    """No red line under what works."""
    document = loaded(path)
    schema = (editor_schemas.outbound() if document.get("direction") == "out"
              else editor_schemas.inbound())  # fmt: skip

    assert faults(schema, document) == []


@pytest.mark.parametrize("path", AGREEMENTS, ids=lambda p: p.stem)
def test_every_shipped_agreement_is_good(path: Path) -> None:
    """Likewise."""
    assert faults(editor_schemas.agreement(), loaded(path)) == []


@pytest.mark.parametrize(
    ("block", "name", "value"),
    [("record", "person.nmae", "Nom"), ("always", "measure", "arrrest"), ("file", "format", "csv"),
     ("lifecycle", "file_holds", "all"), ("expect", "record_min", 1)],
)  # fmt: skip
def test_a_typo_stands_out(block: str, name: str, value: object) -> None:
    """A field, a value of a list, a format, a word that are not there."""
    document = loaded(paths.mappings() / "bfa_police" / "bfa_wanted.yaml")
    document.setdefault(block, {})[name] = value

    assert faults(editor_schemas.inbound(), document)


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
    assert any("| date(" in one for one in record["properties"]["review_on"]["examples"])
