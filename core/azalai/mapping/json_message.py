"""A JSON message's types: what each element takes, and whether a message is valid."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from azalai.documents import Text

from .message_schema import (
    NOT_LIKE,
    NOT_LISTED,
    NOT_THERE,
    NOT_TYPED,
    TOO_LONG,
    TOO_SHORT,
    Element,
    refused,
)
from .rendering import NoPlace

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_OUTSIDE = Text("le nombre est hors des bornes", "the number is out of its bounds")
_FROM = {"integer": ("integer",), "date": ("date", "partial_date"), "boolean": ()}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one element takes. `type` is text, date (`AAAA-MM-JJ`, as text), integer, boolean or
    part (an object). `least` and `most` bound a text's length, an integer's value. `open` parts
    may hold names that the schema does not have; `most_items` bounds a list."""

    type: str
    least: int | None = None
    most: int | None = None
    like: re.Pattern[str] | None = None
    open: bool = False
    most_items: int | None = None


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """The types of a message: its elements, and a rule for each path ("" is the message)."""

    root: Element
    rules: Mapping[str, Rule]
    media_type: str = "application/json"

    def elements(self) -> dict[str, Element]:
        """See `MessageSchema`."""
        return self.root.below()

    def admits(self, element: Element, value: str) -> bool:
        """See `MessageSchema`. A text that stands in a message as a number or true and false is
        tried as such."""
        return next(self._flaws(element, self.typed(element, value), one=True), None) is None

    def takes(self, element: Element, field_type: str) -> bool:
        """See `MessageSchema`."""
        return field_type in _FROM.get(self.rules[element.path].type, (field_type,))

    def typed(self, element: Element, text: str) -> Any:
        """The JSON value that stands for a text; the text itself where it is none."""
        kind = self.rules[element.path].type
        if kind == "integer" and _INTEGER.fullmatch(text):
            return int(text)
        return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text

    def refusal(self, body: bytes) -> NoPlace | None:
        """See `MessageSchema`."""
        return next(self._flaws(self.root, orjson.loads(body)), None)

    def _flaws(self, element: Element, value: Any, *, one: bool = False) -> Iterator[NoPlace]:
        rule = self.rules[element.path]
        if element.many and not one:
            if not isinstance(value, list):
                yield refused(element.path, NOT_TYPED)
                return
            if rule.most_items is not None and len(value) > rule.most_items:
                yield refused(element.path, NOT_THERE)
            for item in value:
                yield from self._flaws(element, item, one=True)
        elif rule.type == "part":
            yield from self._inside(element, value, rule)
        elif why := _wrong(rule, value):
            yield refused(element.path, why)
        elif element.values and str(value) not in element.values:
            yield refused(element.path, NOT_LISTED)

    def _inside(self, element: Element, value: Any, rule: Rule) -> Iterator[NoPlace]:
        if not isinstance(value, dict):
            yield refused(element.path, NOT_TYPED)
            return
        known = {child.name: child for child in element.children}
        for name, child in known.items():
            if name in value:
                yield from self._flaws(child, value[name])
            elif child.required:
                yield refused(child.path, NOT_THERE)
        if not rule.open and value.keys() - known.keys():
            yield refused(element.path, NOT_THERE)


def _wrong(rule: Rule, value: Any) -> Text | None:
    if rule.type == "boolean":
        return None if isinstance(value, bool) else NOT_TYPED
    if rule.type == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            return NOT_TYPED
        low, high = rule.least, rule.most
        inside = (low is None or value >= low) and (high is None or value <= high)
        return None if inside else _OUTSIDE
    if not isinstance(value, str):
        return NOT_TYPED
    if rule.most is not None and len(value) > rule.most:
        return TOO_LONG
    if rule.least is not None and len(value) < rule.least:
        return TOO_SHORT
    if rule.type == "date" and not _DAY.fullmatch(value):
        return NOT_TYPED
    return NOT_LIKE if rule.like is not None and not rule.like.search(value) else None
