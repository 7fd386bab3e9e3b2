"""A record's values checked by its model's own schema, without making the model's objects."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic_core import SchemaValidator

from .kinds import RECORD_KINDS
from .scalars import In

_CONFIG: Any = {"strict": True, "extra_fields_behavior": "forbid"}
Checker = Callable[[Mapping[str, Any]], dict[str, Any]]


@cache
def checker(kind: str) -> Checker:
    """Values to the same values in the schema's order, or pydantic's ValidationError.

    It accepts what the model of this kind accepts; whoever needs the model's words for what is
    wrong asks the model. The values come back as dicts and lists, defaults not filled in.
    """
    return SchemaValidator(plain_schema(kind), _CONFIG).validate_python


@cache
def plain_schema(kind: str) -> Any:
    """The core schema that the checker of this kind follows: typed dicts, lists and scalars."""
    whole: Any = RECORD_KINDS[kind].__pydantic_core_schema__
    known: dict[str, Any] = {}
    if whole["type"] == "definitions":
        known = {one["ref"]: one for one in whole["definitions"]}
        whole = whole["schema"]
    return _plain(whole, known)


def field_checker(name: str, schema: Any) -> Checker:
    """A checker of one field alone; `schema` is the field's, as it stands in `plain_schema`."""
    alone: Any = {"type": "typed-dict", "fields": {name: schema}, "config": _CONFIG}
    return SchemaValidator(alone, _CONFIG).validate_python


def _plain(schema: Any, known: Mapping[str, Any]) -> Any:
    kind = schema["type"]
    if kind == "definition-ref":
        return _plain(known[schema["schema_ref"]], known)
    if kind == "model":
        return _plain(schema["schema"], known)
    if kind == "model-fields":
        fields = {name: _field(one["schema"], known) for name, one in schema["fields"].items()}
        return {"type": "typed-dict", "fields": fields, "config": _CONFIG}
    if kind == "tuple":
        return {"type": "list", "items_schema": _plain(schema["items_schema"][0], known),
                "strict": False}  # fmt: skip
    if kind == "function-after":
        return _after(schema, known)
    if kind in ("nullable", "default"):
        return {**_bare(schema), "schema": _plain(schema["schema"], known)}
    return _bare(schema)


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in schema.items() if k not in ("ref", "serialization", "metadata")}


def _field(schema: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    optional = schema["type"] == "default"
    inner = _plain(schema["schema"] if optional else schema, known)
    return {"type": "typed-dict-field", "schema": inner, "required": not optional}


def _after(schema: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """A function on a scalar stays; a code's list becomes an enumeration; a model's own check
    gets the values under the model's names."""
    inner = _plain(schema["schema"], known)
    run = schema["function"]["function"]
    if inner["type"] != "typed-dict":
        return {**_bare(schema), "schema": inner}
    owner = getattr(run, "__self__", None)
    if isinstance(owner, In):
        codes = {"type": "literal", "expected": list(owner.codes())}
        fields = {**inner["fields"], "code": {**inner["fields"]["code"], "schema": codes}}
        return {**inner, "fields": fields}
    defaults = _defaults(schema["schema"], known)

    def checked(values: dict[str, Any]) -> dict[str, Any]:
        run(_View({**defaults, **values}))
        return values

    return {"type": "function-after", "schema": inner,
            "function": {"type": "no-info", "function": checked}}  # fmt: skip


def _defaults(schema: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    while schema["type"] != "model-fields":
        schema = (
            known[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema["schema"]
        )
    return {name: one["schema"].get("default") for name, one in schema["fields"].items()}


class _View:
    """Values by attribute, as a model's check reads them."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values
