"""The published JSON Schema of a kind, generated from its model."""

from typing import Any

from .kinds import RECORD_KINDS
from .lists import LISTS
from .record import SCHEMA_VERSION


def json_schema(kind: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a kind; KeyError for an unknown one.

    Every field has `title` (French) and `x-labels` (fr, en, ar); a code names its common list in
    `x-list`, whose codes stand under `x-lists` with their labels.
    """
    schema = RECORD_KINDS[kind].model_json_schema(mode="validation")
    labels = LISTS["kind"].codes[kind]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:azalai:schema:{SCHEMA_VERSION}:{kind}",
        "title": labels.fr,
        "x-labels": {"fr": labels.fr, "en": labels.en, "ar": labels.ar},
        "x-schema-version": SCHEMA_VERSION,
    }
    return schema | head | {"x-lists": _lists(schema)}


def _lists(schema: Any) -> dict[str, Any]:
    """The codes and labels of every list that the schema names, by list name."""
    return {
        name: {
            code: {"fr": one.fr, "en": one.en, "ar": one.ar}
            for code, one in LISTS[name].codes.items()
        }
        for name in sorted(_named(schema))
    }


def _named(node: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(node, dict):
        if isinstance(node.get("x-list"), str):
            found.add(node["x-list"])
        for inner in node.values():
            found |= _named(inner)
    elif isinstance(node, list):
        for inner in node:
            found |= _named(inner)
    return found
