"""What the generated code of an outbound mapping calls: values, escaping, why not."""

import re
from collections.abc import Iterable
from typing import Any

from azalai.documents import Text

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
