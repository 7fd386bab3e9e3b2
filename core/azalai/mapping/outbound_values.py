"""What the generated code of an outbound mapping calls: values, escaping, why not."""

import re
from collections.abc import Iterable
from typing import Any

import orjson

from azalai.documents import Text

from .fixed_layout import NOT_CARRIED
from .message_schema import NOT_TYPED, refused
from .rendering import NoPlace

special = re.compile("[&<>\r]|[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search
"""Finds what cannot stand as it is in XML text (XML 1.0 section 2.2)."""

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search

ABOUT = Text(
    "approché : date approximative ou intervalle, envoyée comme une date",
    "approximate: an approximate date or a range, sent as a date",
)

CIRCA = Text(
    "approché : date approximative, envoyée comme une date",
    "approximate: an approximate date, sent as a date",
)

CUT = Text(
    "coupé à la longueur du message",
    "cut to the length that the message has",
)

is_integer = re.compile("0|-?[1-9][0-9]{0,17}").fullmatch
is_boolean = re.compile("true|false").fullmatch


def quoted(text: str) -> str | None:
    """The text as a JSON string (RFC 8259); None for half a surrogate pair."""
    try:
        return orjson.dumps(text).decode()
    except TypeError:
        return None


def escape(text: str) -> str | None:
    """The text as XML character data; None if it holds what XML 1.0 cannot carry.

    A carriage return is written as a reference, else a reader would turn it into a line feed
    (XML 1.0 section 2.11).
    """
    if _FORBIDDEN(text):
        return None
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def gather(value: Any, path: Iterable[str]) -> list[str]:
    """All texts at a path, through the lists on the way, in the record's order."""
    found = [value]
    for name in path:
        below = [one[name] for one in found if one.get(name) is not None]
        found = []
        for one in below:
            found.extend(one if isinstance(one, list) else (one,))
    return [str(one) for one in found if one != ""]


def empty(element: str) -> NoPlace:
    """A required element has nothing to fill it."""
    why = Text(
        f"le message exige « {element} » : il manque à la fiche, ou l'accord le retient",
        f"the message demands `{element}`: the record has none, or the agreement keeps it back",
    )
    return NoPlace(element, why)


def unprintable(element: str) -> NoPlace:
    """The value holds a character that XML 1.0 cannot carry."""
    why = Text(
        f"la valeur de « {element} » contient un caractère de commande que XML n'admet pas",
        f"the value of `{element}` holds a control character that XML does not admit",
    )
    return NoPlace(element, why)


def uncarried(element: str) -> NoPlace:
    """The value holds a character that the message's encoding does not have."""
    return refused(element, NOT_CARRIED)


def untyped(element: str) -> NoPlace:
    """The value is no number, or neither true nor false."""
    return refused(element, NOT_TYPED)


def unfit(element: str, width: int) -> NoPlace:
    """The value is longer than its place; nothing is cut in silence."""
    why = Text(
        f"la valeur dépasse {width} caractères ; « | cut » la couperait, comptée comme une perte",
        f"the value is over {width} characters; `| cut` would cut it, counted as a loss",
    )
    return refused(element, why)


def uncoded(element: str, field: str, file: str) -> NoPlace:
    """The code table has no line for the value."""
    why = Text(
        f"le code de « {field} » n'a pas d'équivalent dans {file}",
        f"the code of `{field}` has no equivalent in {file}",
    )
    return NoPlace(element, why)


def kept(element: str, field: str, file: str) -> NoPlace:
    """The code table marks the value `(withhold)`."""
    why = Text(
        f"le code de « {field} » est marqué (withhold) dans {file} : aucune place dans ce message",
        f"the code of `{field}` is marked (withhold) in {file}: no place in this message",
    )
    return NoPlace(element, why)


def outside(field: str, values: Iterable[str]) -> NoPlace:
    """`only` has no place for the record's value."""
    shown = ", ".join(sorted(values))
    why = Text(
        f"ce message n'a de place que pour {field} : {shown}",
        f"this message only has a place for {field}: {shown}",
    )
    return NoPlace(field, why)
