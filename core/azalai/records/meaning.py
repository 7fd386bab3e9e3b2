"""The meaning of a record: what a change of makes a new version."""

from collections.abc import Mapping
from typing import Any

from .record import Record, as_dict

_NO_MEANING = frozenset({"provenance", "source_updated_on", "schema_version"})
_PARTS = frozenset({"family", "given"})
_OF_A_CODE = frozenset({"list", "version", "original"})
_OF_A_DATE = frozenset({"original", "rule", "calendar"})
_OF_A_NAME = frozenset({"latin_scheme"})
_OF_A_NAME_IN_PARTS = _OF_A_NAME | {"original"}
_NOTHING: frozenset[str] = frozenset()


def meaning(record: Record | Mapping[str, Any]) -> dict[str, Any]:
    """The record as JSON-ready values without what says only where its values came from.

    Left out: provenance, `source_updated_on`, originals, rules, the code table and its version,
    the schema's version, parts with nothing in them. A name that has no parts, or whose original
    is not in Latin script, keeps its original: there it is the name. A dict must be what
    `as_dict` gives.
    """
    values = as_dict(record) if isinstance(record, Record) else record
    return _strip({key: value for key, value in values.items() if key not in _NO_MEANING})


def _strip(values: dict[str, Any]) -> dict[str, Any]:
    dropped = _dropped(values)
    kept = {}
    for key, value in values.items():
        if key in dropped:
            continue
        if isinstance(value, dict):
            inner: Any = _strip(value)
        elif isinstance(value, list):
            inner = [_strip(one) if isinstance(one, dict) else one for one in value]
        else:
            kept[key] = value
            continue
        if inner:
            kept[key] = inner
    return kept


def _dropped(values: dict[str, Any]) -> frozenset[str]:
    """The keys of one object to leave out; evidence is told by pairs that no other model has."""
    if "list" in values and "code" in values:
        return _OF_A_CODE
    if "precision" in values and "value" in values:
        return _OF_A_DATE
    if "original" in values:
        is_the_name = values.get("script", "latin") != "latin" or _PARTS.isdisjoint(values)
        return _OF_A_NAME if is_the_name else _OF_A_NAME_IN_PARTS
    return _NOTHING
