"""The meaning of a record: what a change of makes a new version."""

from collections.abc import Mapping
from typing import Any

from .identity import folded
from .record import Record, as_dict

_NO_MEANING = frozenset({"provenance", "source_updated_on", "schema_version"})
_PARTS = frozenset({"family", "given"})
_OF_A_DATE = frozenset({"original", "rule", "calendar"})
_OF_A_NAME = frozenset({"latin_scheme"})
_OF_A_NAME_IN_PARTS = _OF_A_NAME | {"original"}
_IN_A_NAME = ("original", "family", "given", "latin")
_BESIDE_A_NAME = ("birth_name", "aliases")
_NOTHING: frozenset[str] = frozenset()


def meaning(record: Record | Mapping[str, Any]) -> dict[str, Any]:
    """The record as JSON-ready values without what says only where its values came from.

    Left out: provenance, `source_updated_on`, originals, rules, the code table and its version,
    the schema's version, parts with nothing in them. A name that has no parts, or whose original
    is not in Latin script, keeps its original: there it is the name. Names stand in the form that
    all their spellings share (`identity.folded`): a ZWNJ, a tatweel, another hamza or alef makes
    no new version. A dict must be what `as_dict` gives.
    """
    values = as_dict(record) if isinstance(record, Record) else record
    return _strip(values, _NO_MEANING)


def _strip(values: Mapping[str, Any], dropped: frozenset[str] | None = None) -> dict[str, Any]:
    if "list" in values and "code" in values:
        return {"code": values["code"]}
    if dropped is None:
        dropped = _dropped(values)
    kept: dict[str, Any] = {}
    for key, value in values.items():
        if key in dropped:
            continue
        if value.__class__ is dict:
            inner: Any = _strip(value)
        elif value.__class__ is list:
            inner = [_strip(one) if one.__class__ is dict else one for one in value]
        else:
            kept[key] = value
            continue
        if inner:
            kept[key] = inner
    if dropped is _OF_A_NAME_IN_PARTS or dropped is _OF_A_NAME:
        _fold_names(kept, _IN_A_NAME)
    elif "aliases" in kept or "birth_name" in kept:
        _fold_names(kept, _BESIDE_A_NAME)
    return kept


def _fold_names(kept: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Write these names in the form that all their spellings share; ASCII has one already."""
    for key in keys:
        if key in kept:
            value = kept[key]
            if value.__class__ is list:
                if not "".join(value).isascii():
                    kept[key] = [folded(one) for one in value]
            elif not value.isascii():
                kept[key] = folded(value)


def _dropped(values: Mapping[str, Any]) -> frozenset[str]:
    """The keys of one object to leave out; evidence is told by pairs that no other model has."""
    if "precision" in values and "value" in values:
        return _OF_A_DATE
    if "original" in values:
        is_the_name = values.get("script", "latin") != "latin" or _PARTS.isdisjoint(values)
        return _OF_A_NAME if is_the_name else _OF_A_NAME_IN_PARTS
    return _NOTHING
