"""How an editor checks and completes one line of a mapping: `column | step`, `field | step`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from azalai.mapping import functions
from azalai.mapping.outbound_lines import STEPS as OUTBOUND_STEPS
from azalai.mapping.outbound_model import MESSAGE_VALUES, PARTS
from azalai.records import Field, fields

Schema = dict[str, Any]

LINE: Schema = {"$ref": "#/$defs/line"}
"""Stands for `column_line` wherever the document has one: it stands there once."""
_QUOTED = r'"[^"]*"'
_HEAD = rf'(?:[^|"]|{_QUOTED})+'  # a column's name, or all(…), or first(…)
_ARGUMENT = rf"""\s*(?:'[^']*'\s*|(?:[^|"',\s]|{_QUOTED})(?:[^|",]|{_QUOTED})*|)"""
_ARGUMENTS = rf"\({_ARGUMENT}(?:,{_ARGUMENT})*\)"
_OUTBOUND_ARGUMENTS: Mapping[str, str] = {
    "code": r"""\s*\([^|"')]+\)""",
    "join": rf"""\s*\(\s*(?:{_QUOTED}|'[^']*'|[^|"')]+)\s*\)""",
    "cut": r"(?:\s*\(\s*[1-9][0-9]{0,4}\s*\))?",
}
"""What stands behind a step of an outbound line; behind the others nothing."""
_OUTBOUND_ONLY = "icao"
_NEEDS_PART = ("name", "image", "provenance")  # types that are no single value


def column_line() -> Schema:
    """A line of `record:`: a step that does not exist, or a bracket that is open, stands out."""
    found = [one for one in functions() if one.name != _OUTBOUND_ONLY]
    names = "|".join(one.name for one in found)
    return {
        "type": ["string", "number", "boolean", "null"],
        "pattern": rf"^{_HEAD}(?:\|\s*(?:{names})\s*(?:{_ARGUMENTS})?\s*)*$",
        "examples": [f"colonne | {one.spelling}" for one in found],
    }


def elements(kind: str) -> Schema:
    """A block of `elements:`: each line a field of this kind with its steps, or a block that
    repeats `for_each` element of a list of the record."""
    known = fields(kind)
    levels = sorted({level for one in known.values() for level in one.inside})
    block: Schema = {
        "type": "object", "required": ["for_each"],
        "properties": {"for_each": {"enum": levels}},
        "allOf": [{"if": {"properties": {"for_each": {"const": level}}},
                   "then": {"properties": {"for_each": {}},
                            "additionalProperties": _field_line(_names(known, level))}}
                  for level in levels],
    }  # fmt: skip
    line = _field_line([*_names(known, ""), *MESSAGE_VALUES])
    if not levels:
        return {"type": "object", "additionalProperties": line}
    return {"type": "object", "additionalProperties": {
        "if": {"type": "object"}, "then": block, "else": line}}  # fmt: skip


def _field_line(names: list[str]) -> Schema:
    steps = "|".join(name + _OUTBOUND_ARGUMENTS.get(name, "") for name in OUTBOUND_STEPS)
    written = "|".join(map(re.escape, names))
    return {"anyOf": [
        {"enum": names},
        {"type": "string", "pattern": rf"^(?:{written})\s*(?:\|\s*(?:{steps})\s*)+$"},
    ]}  # fmt: skip


def _names(known: Mapping[str, Field], level: str) -> list[str]:
    """The fields as a line writes them, relative to the list that is repeated, with their parts."""
    return sorted(name for path, one in known.items() if path.startswith(f"{level}." if level else "")
                  for name in _written(path.removeprefix(f"{level}."), one))  # fmt: skip


def _written(path: str, one: Field) -> Iterator[str]:
    if one.type not in _NEEDS_PART:
        yield path
    yield from (f"{path}.{part}" for part in PARTS.get(one.type, ()))
