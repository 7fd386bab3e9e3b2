"""A JSON Schema file read safely: the part of the language that messages need."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from azalai.documents import Text

from .json_message import JsonSchema, Rule
from .message_schema import Element, SchemaRefused

MAX_BYTES = 2_000_000
_MAX_DEPTH = 16
_NOTES = {"$schema", "$id", "$comment", "title", "description", "examples"}
_ANY = _NOTES | {"type"}
_KEYWORDS = {
    "object": _ANY | {"properties", "required", "additionalProperties"},
    "array": _ANY | {"items", "maxItems"},
    "string": _ANY | {"enum", "const", "maxLength", "minLength", "pattern", "format"},
    "integer": _ANY | {"enum", "const", "minimum", "maximum"},
    "boolean": _ANY | {"const"},
}
_TYPES = {"object": "part", "string": "text", "integer": "integer", "boolean": "boolean"}


def read_json_schema(data: bytes) -> JsonSchema:
    """Read the JSON Schema (2020-12) of one message, an object.

    Taken are `type` (object, array, string, integer, boolean), `properties`, `required`,
    `additionalProperties` (true, false), `items`, `maxItems`, `enum`, `const`, `maxLength`,
    `minLength`, `pattern`, `format: date`, `minimum`, `maximum` and notes. Raises SchemaRefused,
    with the place, for every other keyword (a reference could open another file; what we do not
    check must not look checked), for arrays of arrays and for values of another type.
    """
    if len(data) > MAX_BYTES:
        raise SchemaRefused(Text("plus de 2 Mo", "more than 2 MB"))
    try:
        node = json.loads(data, object_pairs_hook=_no_repeats)
    except (ValueError, RecursionError) as err:
        why = str(err) if isinstance(err, json.JSONDecodeError) else type(err).__name__
        raise SchemaRefused(Text(f"JSON illisible : {why}", f"bad JSON: {why}")) from err
    reader = _Reader()
    root = reader.element(node, "", "", required=True)
    if root.many or reader.rules[""].type != "part":
        raise SchemaRefused(Text("le message n'est pas un objet", "the message is no object"))
    return JsonSchema(root, reader.rules)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SchemaRefused(Text("un nom y figure deux fois", "a name stands in it twice"))
    return found


class _Reader:
    """Turns schema nodes into elements; `rules` by path."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}

    def element(self, node: Any, name: str, path: str, *, required: bool) -> Element:
        """One node with all that is below it."""
        if path.count("/") > _MAX_DEPTH:
            _refuse(path, "plus de 16 niveaux", "more than 16 levels")
        kind, many, most_items = self._kind(node, path), False, None
        if kind == "array":
            many, most_items = True, _number(node, "maxItems", path)
            node = node.get("items")
            kind = self._kind(node, path)
        if kind == "array":
            _refuse(path, "une liste de listes", "an array of arrays")
        if kind == "object":
            return self._object(node, name, path, most_items, required=required, many=many)
        values = tuple(_values(node, path))
        rule = _rule(node, kind, path, most_items)
        self.rules[path] = rule
        longest = rule.most if kind == "string" else None
        return Element(name, path, required, many, values=values, longest=longest)

    def _object(
        self, node: Any, name: str, path: str, most_items: int | None, *, required: bool,
        many: bool,
    ) -> Element:  # fmt: skip
        inside, wanted = node.get("properties", {}), node.get("required", [])
        spread = node.get("additionalProperties", True)
        if not isinstance(inside, dict) or not isinstance(wanted, list) \
                or not isinstance(spread, bool) or not inside:  # fmt: skip
            _refuse(path, "properties, required ou additionalProperties",
                    "properties, required or additionalProperties")  # fmt: skip
        unknown = sorted(set(map(str, wanted)) - inside.keys())
        if unknown:
            _refuse(path, f"required nomme {unknown[0]}", f"required names {unknown[0]}")
        self.rules[path] = Rule("part", open=spread, most_items=most_items)
        children = []
        for one, below in inside.items():
            if not one or "/" in one:
                _refuse(path, "un nom vide ou avec /", "a name that is empty or has a /")
            here = f"{path}/{one}" if path else one
            children.append(self.element(below, one, here, required=one in wanted))
        return Element(name, path, required, many, children=tuple(children))

    def _kind(self, node: Any, path: str) -> str:
        kind = node.get("type") if isinstance(node, dict) else None
        if not isinstance(kind, str) or kind not in _KEYWORDS:
            _refuse(
                path, f"type parmi {', '.join(_KEYWORDS)}", f"type: one of {', '.join(_KEYWORDS)}"
            )
        for word in node:
            if word not in _KEYWORDS[kind]:
                _refuse(
                    path,
                    f"« {word} » n'est pas admis ({kind})",
                    f"`{word}` is not admitted ({kind})",
                )
        return kind


def _rule(node: Any, kind: str, path: str, most_items: int | None) -> Rule:
    low, high = ("minimum", "maximum") if kind == "integer" else ("minLength", "maxLength")
    named = node.get("format")
    if named not in (None, "date"):
        _refuse(path, "format : date seulement", "format: date only")
    like = None
    if (pattern := node.get("pattern")) is not None:
        try:
            like = re.compile(pattern)
        except (re.error, TypeError):
            _refuse(path, "pattern", "pattern")
    return Rule("date" if named else _TYPES[kind], _number(node, low, path),
                _number(node, high, path), like, most_items=most_items)  # fmt: skip


def _number(node: Any, word: str, path: str) -> int | None:
    value = node.get(word)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return _refuse(path, f"{word} : un nombre entier", f"{word}: a whole number")


def _values(node: Any, path: str) -> Iterator[str]:
    listed = node.get("enum", [node["const"]] if "const" in node else [])
    wanted = {"string": str, "integer": int, "boolean": bool}[node["type"]]
    if not isinstance(listed, list) or ("enum" in node and not listed):
        _refuse(path, "enum : une liste", "enum: a list")
    for value in listed:
        if type(value) is not wanted:
            _refuse(path, "enum d'un autre type", "enum of another type")
        yield str(value)


def _refuse(path: str, fr: str, en: str) -> NoReturn:
    where = path or "(message)"
    raise SchemaRefused(Text(f"« {where} » : {fr}", f"`{where}`: {en}"))
