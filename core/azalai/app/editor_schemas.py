"""JSON Schemas of the three documents, for editors: names complete, labels show, typos stand out."""

from collections.abc import Callable, Mapping
from typing import Any

from azalai.app.editor_lines import LINE, column_line, elements
from azalai.formats import FORMATS
from azalai.records import LISTS, RECORD_KINDS, Field, fields, groups

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
"""A scalar: every one is read as text, whatever an editor takes it for."""
_TEXTS: Schema = {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_BLOCK: Schema = {"type": "object"}
_LINES: Schema = {"type": "object", "additionalProperties": _TEXT}
_DAY: Schema = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_RULE: Schema = {
    "type": "string", "pattern": r"^\s*(required|optional|repeated)\s*(,|$)|^\s*ignored\s*,\s*\S",
    "description": "required | optional | repeated | ignored, <why>",
}  # fmt: skip
_BUILT = frozenset({"key", "kind", "schema_version", "mark", "issuing_country", "issuing_agency",
                    "provenance"})  # fmt: skip


def inbound() -> Schema:
    """The document of a source. It is a help for typing: `azalai mapping check` tells the rest."""
    column = {"oneOf": [
        _RULE, _object({"rule": _RULE, "also": _TEXTS}, ["rule"]),
    ]}  # fmt: skip
    file = _object({"format": {"enum": sorted(FORMATS)}, "empty": _TEXTS}, ["format"])
    file["additionalProperties"] = True
    lifecycle = _object({
        "file_holds": {"enum": ["everything", "changes"]},
        "missing_from_file": {"enum": ["withdraw", "keep"]},
        "after_files": {"type": "integer", "minimum": 1},
        "cancel_reason": _TEXT, "withdrawn_when": _BLOCK,
    })  # fmt: skip
    made = _document("mapping", {
        **_HEAD, "register": _TEXT, "direction": {"const": "in"}, "owner": _TEXT,
        "file": file, "segments": _BLOCK, "takes": _BLOCK,
        "columns": {"type": "object", "additionalProperties": column},
        "always": _BLOCK, "declared_by": _TEXT, "record": _BLOCK, "codes": _LINES,
        "lifecycle": lifecycle,
        "expect": _object(dict.fromkeys(
            ("records_min", "records_max", "rejects_max", "new_max", "changed_max",
             "withdrawn_max"), _TEXT)),
        "examples": _EXAMPLES,
    }, ["mapping", "version", "kind", "register", "file", "columns", "record"],
        lambda kind: {"always": _always(kind), "record": _record(kind)})  # fmt: skip
    return {**made, "$defs": {"line": column_line()}}


def outbound() -> Schema:
    """The document of a destination."""
    return _document("outbound mapping", {
        **_HEAD, "direction": {"const": "out"}, "owner": _TEXT, "message": _BLOCK,
        "types": _LINES, "layout": _BLOCK, "elements": _BLOCK, "elements_when_cancelled": _BLOCK,
        "not_sent": _LINES, "codes": _LINES, "examples": _EXAMPLES,
    }, ["mapping", "version", "kind", "direction", "message", "elements"],
        lambda kind: {
            "elements": elements(kind), "elements_when_cancelled": elements(kind),
            "not_sent": {
                "type": "object", "additionalProperties": _TEXT,
                "properties": {path: _labelled(one, _TEXT) for path, one in fields(kind).items()},
            }})  # fmt: skip


def agreement() -> Schema:
    """The document of an agreement."""
    condition = {"type": "object", "additionalProperties": _TEXTS,
                 "properties": {path: {} for kind in RECORD_KINDS for path in fields(kind)}}  # fmt: skip
    rule = {"rule": _TEXT, "what": {"enum": list(RECORD_KINDS)}, "if": condition, "basis": _TEXT}
    names = sorted({name for kind in RECORD_KINDS for name in groups(kind)})
    share = {**rule, "send": {"type": "array", "items": {"enum": names}}, "without": _TEXTS}
    ask = {**rule, "by": {"enum": ["one_person", "two_people"]}}
    ends = {"enum": ["recall", "keep", "ask"]}
    properties = {
        "agreement": _TEXT, "version": {"type": "integer", "minimum": 1}, "title": _TEXT,
        "reference": _TEXT, "owner": _TEXT, "from_country": _TEXT, "destinations": _TEXTS,
        "for_members_of": _TEXT, "from": _DAY, "until": _DAY, "time_zone": _TEXT,
        "records_already_here": {"enum": ["send", "skip", "ask"]}, "when_it_ends": ends,
        "never": _list_of(rule), "ask": _list_of(ask), "share": _list_of(share),
        "pre_release": _list_of({"category": _TEXT, "approved_by": _TEXT, "until": _DAY}),
        "examples": _EXAMPLES,
    }  # fmt: skip
    return {"$schema": DRAFT, "title": "azalai agreement",
            **_object(properties, ["agreement", "version", "from", "until", "time_zone"])}  # fmt: skip


_HEAD: Mapping[str, Schema] = {
    "mapping": {**_TEXT, "not": {"pattern": "[/@]"}},
    "version": {"type": "integer", "minimum": 1},
    "kind": {"enum": list(RECORD_KINDS)},
}
_EXAMPLES: Schema = {"type": "array", "items": {"type": "object", "required": ["case"]}}


def _document(
    title: str, properties: Schema, required: list[str], of_kind: Callable[[str], Schema]
) -> Schema:
    """One schema whose blocks follow the line `kind:`."""
    return {
        "$schema": DRAFT, "title": f"azalai {title}", **_object(properties, required),
        "allOf": [{"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                   "then": {"properties": of_kind(kind)}} for kind in RECORD_KINDS],
    }  # fmt: skip


def _object(properties: Mapping[str, Schema], required: list[str] | None = None) -> Schema:
    made: Schema = {"type": "object", "properties": dict(properties),
                    "additionalProperties": False}  # fmt: skip
    return {**made, "required": required} if required else made


def _list_of(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "array", "items": _object(properties)}


def _always(kind: str) -> Schema:
    return _object({path: _labelled(one, _value(one)) for path, one in fields(kind).items()
                    if path not in _BUILT})  # fmt: skip


def _value(one: Field) -> Schema:
    """A declared value: of the common list where the field has one."""
    if one.list_name is None:
        return _TEXTS
    code: Schema = {"enum": sorted(LISTS[one.list_name].codes)}
    return {"oneOf": [code, {"type": "array", "items": code}]} if one.many else code


def _record(kind: str) -> Schema:
    """`field: column | step`; a repeated part is a list of blocks, its paths relative."""
    return _part(fields(kind), "", {"key": dict(LINE), "as_of": dict(LINE)})


def _part(known: Mapping[str, Field], above: str, first: Mapping[str, Schema]) -> Schema:
    found: dict[str, Schema] = dict(first)
    for path, one in known.items():
        if path in _BUILT or not path.startswith(above):
            continue
        deeper = [level for level in one.inside if level.startswith(above) and level + "." != above]
        if not deeper:
            found[path.removeprefix(above)] = _labelled(one, _several() if one.many else dict(LINE))
            continue
        name = deeper[0].removeprefix(above)
        if name not in found:
            items = _part(known, deeper[0] + ".", {"for_each": _TEXT})
            found[name] = {"type": "array", "items": items}
            found[path.removeprefix(above)] = _labelled(one, dict(LINE))
    return _object(found)


def _several() -> Schema:
    """A field of several values: a line, or `for_each` of a part of the file with its `value`."""
    block = {"for_each": _TEXT, "value": dict(LINE)}
    items = {**_object(block), "required": list(block)}
    return {"oneOf": [dict(LINE), {"type": "array", "items": items}]}


def _labelled(one: Field, schema: Schema) -> Schema:
    label = f"{one.labels.fr} / {one.labels.en}"
    listed = f" [azalai schema --list {one.list_name}]" if one.list_name else ""
    return {**schema, "description": f"{label} : {one.type}{listed}"}
