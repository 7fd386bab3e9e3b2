"""The common record of an outbound mapping's example, from dotted lines: invented, checked whole."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from azalai.documents import Text
from azalai.errors import RecordError
from azalai.records import Field, as_dict, fields, parse_record

from .report import nearest
from .typed_text import typed_text

_PARTS = {
    "name": ("original", "family", "given", "latin", "latin_scheme", "script"),
    "partial_date": ("value", "until", "original", "circa", "calendar"),
    "code": ("code", "original"),
}
_ITSELF = ("value", "code")
_HOLES: tuple[Any, ...] = (None, {}, [])
_PROVENANCE = {"feed": "examples", "mapping": "examples", "mapping_version": 1,
               "input_digest": "0" * 64, "number": 1}  # fmt: skip
_CARRIED = {"key": "EXEMPLE/fiches/1", "schema_version": 1, "mark": "test",
            "issuing_country": "UTO", "issuing_agency": "Service fictif"}  # fmt: skip


class ExampleRefused(Exception):  # noqa: N818  (never leaves the room: becomes a message)
    """An example that cannot be tried; `why` says so in French and English."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.why = Text(fr, en)


def example_record(
    kind: str, lines: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The record, as `as_dict` gives it, of dotted lines (`person.name.family: FICTIF`) laid over
    a base; without one over what every record carries.

    Under a list the n-th value is of the n-th element; an empty value takes the field away. Parts
    of names, dates and codes have lines of their own (`person.birth.date.original`). Raises
    ExampleRefused with everything that is wrong.
    """
    known, wrong = fields(kind), list[Text]()
    record = deepcopy({**_CARRIED, "provenance": _PROVENANCE, **(base or {}), "kind": kind})
    placed = sorted(((*_field_of(path, known), path, given) for path, given in lines.items()),
                    key=lambda one: one[1] != "")  # fmt: skip
    for field, part, path, given in placed:
        texts = [str(one) for one in given] if isinstance(given, list) else [str(given)]
        if field is None:
            near = nearest(path, known)
            wrong.append(Text(f"pas de champ « {path} » (le plus proche : {near})",
                              f"no field `{path}` (the nearest: {near})"))  # fmt: skip
            continue
        levels = {*field.inside, *([field.path] if field.many else []), f"{field.path}.given"}
        if isinstance(given, dict) or (len(texts) > 1 and not _takes_many(field, part)):
            wrong.append(Text(f"« {path} » prend une valeur", f"`{path}` takes one value"))
            continue
        values = [_value(field, part, text) for text in texts]
        wrong += [Text(f"« {text} » n'est pas une valeur de « {path} » ({field.labels.fr})",
                       f"`{text}` is no value of `{path}` ({field.labels.en})")
                  for text, value in zip(texts, values, strict=True)
                  if text and value is None]  # fmt: skip
        _put(record, [*field.path.split("."), *([part] if part else [])], "", levels, values)
    if wrong:
        raise _refused(wrong)
    return _checked(_without_holes(record))


def _field_of(path: str, known: Mapping[str, Field]) -> tuple[Field | None, str]:
    """The field that a path names and its part, "" for the evidence itself. Images and provenance
    have no line."""
    field, part = known.get(path), ""
    if field is None:
        above, _, part = path.rpartition(".")
        field = known.get(above)
        if field is not None and part not in _PARTS.get(field.type, ()):
            field = None
    if field is None or field.type in ("image", "provenance") or field.path == "kind":
        return None, ""
    return field, "" if part in _ITSELF else part


def _takes_many(field: Field, part: str) -> bool:
    return field.many or bool(field.inside) or part == "given"


def _value(field: Field, part: str, text: str) -> Any:
    """None where the text is empty or no value of the field."""
    if not text:
        return None
    if not part:
        return typed_text(field, text, "example")
    return (True if text == "true" else None) if part == "circa" else text


def _put(
    node: dict[str, Any], names: Sequence[str], above: str, levels: set[str], values: list[Any]
) -> None:
    """Put the values at their place; `levels` are the paths that hold lists."""
    name, here = names[0], above + names[0]
    if len(names) == 1:
        node[name] = values if here in levels else values[0]
    elif here in levels:
        elements = node[name] = [one or {} for one in node.get(name, ())]
        elements.extend({} for _ in range(len(values) - len(elements)))
        for element, value in zip(elements, values, strict=False):
            _put(element, names[1:], f"{here}.", levels, [value])
    else:
        if not isinstance(node.get(name), dict):
            node[name] = {}
        _put(node[name], names[1:], f"{here}.", levels, values)


def _without_holes(value: Any) -> Any:
    """Without what is None or empty; a name without its original gets one from its parts."""
    if isinstance(value, list):
        return [found for one in value if (found := _without_holes(one)) not in _HOLES]
    if not isinstance(value, dict):
        return value
    kept = {name: found for name, one in value.items()
            if (found := _without_holes(one)) not in _HOLES}  # fmt: skip
    if ("family" in kept or "given" in kept) and "original" not in kept:
        parts = (kept.get("family", ""), " ".join(kept.get("given", ())))
        kept["original"] = ", ".join(part for part in parts if part)
    return kept


def _checked(record: dict[str, Any]) -> dict[str, Any]:
    try:
        return as_dict(parse_record(record))
    except RecordError as err:
        raise _refused([Text(f"« {path} » : {why}", f"`{path}`: {why}")
                        for path, why in err.problems]) from None  # fmt: skip


def _refused(wrong: Sequence[Text]) -> ExampleRefused:
    return ExampleRefused(" ; ".join(one.fr for one in wrong), "; ".join(one.en for one in wrong))
