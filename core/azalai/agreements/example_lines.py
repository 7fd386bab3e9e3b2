"""Reading an agreement's examples: a record in dotted lines, a day, what must come out."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from azalai.documents import Entry, Map, Node, Scalar, Text
from azalai.documents import Sequence as YamlList
from azalai.records import RECORD_KINDS, Field, fields
from azalai.records.evidence import PartialDate

from .agreement import Example
from .field_checks import check_value, unknown_field
from .mistakes import Mistakes
from .rule_lines import unknown_kind

_KEYS = ("case", "record", "on", "destination", "expect")
_OF_THE_MESSAGE = {"operation": ("create", "update", "cancel"), "sent_before": ("yes", "no")}
_SHAPES = "sent by P1 | ask by D1 | never by N1 | not sent | recall goes"
_PRECISION = {4: "year", 7: "month", 10: "day"}
_BUILT_IN = "azalai/"


def read_examples(
    mistakes: Mistakes, root: Map, rules: Sequence[str], destinations: Sequence[str], first: date
) -> tuple[Example, ...]:
    """The examples of a document; without `on:` they are of the agreement's first day.

    `rules` are the names of the document's rules, which `expect` may name.
    """
    found = []
    for item in mistakes.maps(root, "examples", needed=False):
        mistakes.unknown_keys(item, _KEYS)
        case = mistakes.text(item, "case")
        day = mistakes.day(item, "on", needed=False) or first
        expect = mistakes.text(item, "expect")
        if expect:
            _check_expect(mistakes, expect, rules)
        to = mistakes.choice(item, "destination", destinations, "AZ-A405", "-")
        record, message = _record(mistakes, item)
        if case and expect and to:
            recall = message == {"operation": "cancel", "sent_before": "yes"}
            name = to if to != "-" else next(iter(destinations), "")
            found.append(Example(case.text, record, day, name, recall, expect.text,
                                 case.place.line))  # fmt: skip
    return tuple(found)


def _check_expect(mistakes: Mistakes, expect: Scalar, rules: Sequence[str]) -> None:
    text = expect.text
    for start in ("sent by ", "ask by ", "never by "):
        if text.startswith(start):
            name = text.removeprefix(start)
            if name in rules or name.startswith(_BUILT_IN):
                return
    if text not in ("not sent", "recall goes"):
        what = Text(f"« {text} » n'est pas un résultat, ou nomme une règle qui n'existe pas ici",
                    f"`{text}` is no result, or names a rule that is not here")  # fmt: skip
        todo = Text(f"écrivez une de ces formes : {_SHAPES}.", f"write one of: {_SHAPES}.")
        mistakes.add(expect.place, "AZ-A417", what, todo=todo)


def _record(mistakes: Mistakes, item: Map) -> tuple[dict[str, Any], dict[str, str]]:
    block = item.get("record")
    if not isinstance(block, Map):
        mistakes.missing(item, "record")
        return {}, {}
    kind = mistakes.text(block, "kind")
    if kind is None or kind.text not in RECORD_KINDS:
        if kind:
            unknown_kind(mistakes, kind)
        return {}, {}
    record: dict[str, Any] = {"kind": kind.text}
    message: dict[str, str] = {}
    for entry in block:
        name = entry.key.text
        if name in _OF_THE_MESSAGE:
            value = mistakes.choice(block, name, _OF_THE_MESSAGE[name], "AZ-A409")
            message[name] = value or ""
        elif name != "kind":
            _field(mistakes, record, entry, kind.text)
    return record, message


def _field(mistakes: Mistakes, record: dict[str, Any], entry: Entry, kind: str) -> None:
    field = fields(kind).get(entry.key.text)
    if field is None:
        unknown_field(mistakes, entry.key, kind)
        return
    texts = list(_scalars(entry.value))
    if not texts or (len(texts) > 1 and not field.many and not field.inside):
        mistakes.malformed(entry.value, field.path, Text("une valeur", "one value"))
        return
    checked = [check_value(mistakes, field.path, one, [field], rule=False) for one in texts]
    if not all(checked):
        return
    try:
        typed = [_typed(field, one.text) for one in texts]
    except ValidationError:
        mistakes.malformed(entry.value, field.path, Text("une vraie date", "a real date"))
        return
    _put(record, field, field.path.split("."), "", typed)


def _scalars(value: Node) -> Iterator[Scalar]:
    items = value.items if isinstance(value, YamlList) else (value,)
    yield from (one for one in items if isinstance(one, Scalar) and one.text)


def _typed(field: Field, text: str) -> Any:
    if field.type == "integer":
        return int(text)
    if field.type == "code":
        return {"code": text, "list": "example"}
    if field.type == "name":
        return {"original": text}
    if field.type == "partial_date":
        values = {"value": text, "precision": _PRECISION.get(len(text))}
        return PartialDate.model_validate(values).model_dump(exclude_defaults=True)
    return text


def _put(
    node: dict[str, Any], field: Field, names: list[str], above: str, values: list[Any]
) -> None:
    """Put the values at the field's place; under a list, the n-th value is of the n-th element."""
    name, here = names[0], above + names[0]
    if len(names) == 1:
        node[name] = values if field.many else values[0]
    elif here in field.inside:
        elements = node.setdefault(name, [])
        elements.extend({} for _ in range(len(values) - len(elements)))
        for element, value in zip(elements, values, strict=False):
            _put(element, field, names[1:], f"{here}.", [value])
    else:
        _put(node.setdefault(name, {}), field, names[1:], f"{here}.", values)
