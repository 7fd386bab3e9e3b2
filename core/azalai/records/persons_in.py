"""Who stands in a record, and what each of them is found by."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from azalai.records.name_words import marks, telling

FORM = 1
"""Counts up when what persons are found by changes: what was kept before is made anew."""
YEARS_MAX = 30
_NAMED = ("name", "birth_name", "aliases")
_ICAO = "icao_9303"
_HOLD = (dict, list)
_ORIGINAL, _NAME = b'"original"', b'"name"'  # who has a name has it as it came
_SIGNS = re.compile(r"[\W_]+")


def persons(content: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Everybody in a record, with the place: whoever has a name."""
    if isinstance(content, dict):
        if isinstance(content.get("name"), dict) and "original" in content["name"]:
            yield path, content
        for key, inner in content.items():
            if isinstance(inner, dict | list):
                yield from persons(inner, f"{path}.{key}" if path else key)
    elif isinstance(content, list):
        for at, inner in enumerate(content):
            yield from persons(inner, f"{path}[{at}]")


def names(one: Mapping[str, Any]) -> Iterator[str]:
    """A person's names in all their forms: as it came, the Latin form by the scheme that the record
    names, the name at birth, aliases."""
    for key in _NAMED:
        value = one.get(key)
        if isinstance(value, dict):
            yield value["original"]
            if latin := value.get("latin"):
                scheme = value.get("latin_scheme")
                yield latin.casefold().replace("x", "") if scheme == _ICAO else latin
        elif isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (alias for alias in value if isinstance(alias, str))


def documents(one: Mapping[str, Any]) -> list[str]:
    """The numbers of a person's documents, as written."""
    return [
        d["number"] for d in one.get("documents", ()) if isinstance(d, dict) and d.get("number")
    ]


def born(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """A person's birth date as `PartialDate` has it, or nothing."""
    return (one.get("birth") or {}).get("date") or {}


def years(date: Mapping[str, Any]) -> range:
    """The years that a partial date may lie in: one, those of its range, or one beside it where it
    is `circa`."""
    if not date:
        return range(0)
    beside = 1 if date.get("circa") else 0
    first = int(date["value"][:4]) - beside
    last = int((date.get("until") or date["value"])[:4]) + beside
    return range(first, min(last, first + YEARS_MAX) + 1)


def number_of(text: str) -> str:
    """A document's number without spaces, signs and case."""
    return _SIGNS.sub("", text.casefold())


def found_by(content: Mapping[str, Any]) -> frozenset[str]:
    """What the persons of a record are found by: the marks of their names' telling words, the
    years (`y1985`) that they may be born in, their documents' numbers (`d…`). Personal data."""
    return frozenset(_found_by(_everybody(content)))


def _found_by(everybody: Iterable[Mapping[str, Any]]) -> set[str]:
    found: set[str] = set()
    for one in everybody:
        for name in names(one):
            for word in telling(name):
                found |= marks(word)
        found |= {f"y{year}" for year in years(born(one))}
        found |= {f"d{number_of(number)}" for number in documents(one)}
    return found


def found_in(data: bytes) -> bytes:
    """The same of a record's JSON, one a line, sorted; empty where there is nobody."""
    if _ORIGINAL not in data:
        return b""
    found = _found_by(_everybody(orjson.loads(data), data.count(_NAME)))
    return "\n".join(sorted(found)).encode()


def _everybody(content: Mapping[str, Any], named: int = -1) -> Iterator[Mapping[str, Any]]:
    """As `persons`, in no order, without the places: the hot path of the intake. With no more than
    `named` objects that have a name, it ends when so many have been seen."""
    left: list[Any] = [content]
    for one in left:  # which grows meanwhile
        if one.__class__ is dict:
            if "name" in one:
                name = one["name"]
                if name.__class__ is dict and "original" in name:
                    yield one
                named -= 1
                if not named:
                    return
            left += [inner for inner in one.values() if inner.__class__ in _HOLD]
        elif one.__class__ is list:
            left += one
