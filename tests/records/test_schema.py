"""The published JSON Schema."""

import json
from typing import Any

import pytest

from azalai.records import LISTS, RECORD_KINDS, fields, json_schema


def _resolve(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
        elif "anyOf" in node:
            node = next(one for one in node["anyOf"] if one.get("type") != "null")
        elif node.get("type") == "array":
            node = node["items"]
        else:
            return node


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_field_stands_in_the_schema_with_its_labels(kind: str) -> None:
    """By the same path, at every level, with French as the title."""
    schema = json_schema(kind)

    for path, field in fields(kind).items():
        node: dict[str, Any] = schema
        for step in path.split("."):
            node = _resolve(schema, node)["properties"][step]
        assert node["title"] == field.labels.fr
        assert node["x-labels"] == {
            "fr": field.labels.fr,
            "en": field.labels.en,
            "ar": field.labels.ar,
        }


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_every_object_is_closed_and_nothing_is_a_float(kind: str) -> None:
    """`additionalProperties: false` everywhere; `number` nowhere."""
    schema = json_schema(kind)
    objects = [schema, *schema["$defs"].values()]

    assert all(one["additionalProperties"] is False for one in objects if one["type"] == "object")
    assert '"type": "number"' not in json.dumps(schema)


def test_a_choice_is_enumerated_and_a_code_names_its_list() -> None:
    """Whoever reads only the schema can write a right record."""
    schema = json_schema("WantedPerson")

    assert schema["properties"]["measure"]["enum"] == list(LISTS["measure"].codes)
    assert "measure" in schema["required"]
    assert set(schema["x-lists"]["sex"]) == {"F", "M", "X"}
    assert schema["x-lists"]["eyes"]["blue"]["fr"] == "bleus"


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_the_schema_is_the_same_each_time(kind: str) -> None:
    """It is published and versioned: the same bytes from the same code."""
    assert json.dumps(json_schema(kind)) == json.dumps(json_schema(kind))
