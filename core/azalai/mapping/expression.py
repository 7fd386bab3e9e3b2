"""One line of a mapping, `column | step | step(argument)`, to its parts with positions."""

import re
from dataclasses import dataclass

from azalai.documents import Place, Scalar

_CALL = re.compile(r"(\w+)\s*(?:\((.*)\))?", re.DOTALL)
_SEVERAL = re.compile(r"(all|first)\((.*)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument as written; `quoted` if it stood between quotes, which are taken off."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One step as written: `name(arguments)`."""

    name: str
    arguments: tuple[Argument, ...]
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Expression:
    """A line's right side. `mode` is "one", "all" or "first"; `broken` says what is unreadable."""

    text: str
    place: Place
    mode: str
    columns: tuple[str, ...]
    places: tuple[Place, ...]
    calls: tuple[Call, ...]
    broken: str = ""


def parse(scalar: Scalar, is_column: frozenset[str]) -> Expression:
    """Parse a line. Everything before the first `|` is a column's name, `all(…)` or `first(…)`.

    A declared column that is itself called `all(x)` is that column.
    """
    text, place = scalar.text, scalar.place
    start = place.column + (1 if scalar.quoted else 0)
    pieces = _split(text, "|")
    if pieces is None:
        return Expression(text, place, "one", (), (), (), "quote")
    head_at, head = pieces[0]
    calls, broken = [], ""
    for at, piece in pieces[1:]:
        call = _call(piece, Place(place.line, start + at, max(1, len(piece))))
        if call is None:
            broken = piece or "|"
            continue
        calls.append(call)
    mode, columns, places = _head(
        head, Place(place.line, start + head_at, max(1, len(head))), is_column
    )
    return Expression(text, place, mode, columns, places, tuple(calls), broken)


def _head(
    text: str, place: Place, is_column: frozenset[str]
) -> tuple[str, tuple[str, ...], tuple[Place, ...]]:
    several = _SEVERAL.fullmatch(text)
    if text in is_column or not several:
        return "one", (text,), (place,)
    pieces = _split(several.group(2), ",") or []
    inner = place.column + several.start(2)
    found = [(at, _unquoted(name).text) for at, name in pieces]
    places = tuple(Place(place.line, inner + at, max(1, len(name))) for at, name in found)
    return several.group(1), tuple(name for _, name in found), places


def _call(text: str, place: Place) -> Call | None:
    match = _CALL.fullmatch(text)
    if not match:
        return None
    inside = match.group(2)
    pieces = _split(inside, ",") if inside is not None and inside.strip() else []
    if pieces is None:
        return None
    arguments = tuple(_unquoted(piece) for _, piece in pieces)
    return Call(match.group(1), arguments, text, place)


def _unquoted(text: str) -> Argument:
    if len(text) >= 2 and text[0] in "\"'" and text[-1] == text[0]:
        return Argument(text[1:-1], quoted=True)
    return Argument(text, quoted=False)


def _split(text: str, mark: str) -> list[tuple[int, str]] | None:
    """The pieces between marks outside double quotes, trimmed, with where each begins.

    None where a quote is not closed. An apostrophe quotes only as an argument's first letter,
    because column names have them.
    """
    pieces, begin, quote = [], 0, ""
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter == '"' or (letter == "'" and text[:at].rstrip()[-1:] in ("(", ",")):
            quote = letter
        elif letter == mark:
            pieces.append((begin, text[begin:at]))
            begin = at + 1
    if quote:
        return None
    pieces.append((begin, text[begin:]))
    return [(at + len(piece) - len(piece.lstrip()), piece.strip()) for at, piece in pieces]
