"""Persons' names as files write them: a declared order of parts, the original always kept."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from azalai.errors import StepError

FAMILY_WORDS = frozenset({"NOM", "FAMILY"})
GIVEN_WORDS = frozenset({"PRENOMS", "PRENOM", "GIVEN"})
_SCRIPTS = {
    "LATIN": "latin",
    "ARABIC": "arabic",
    "TIFINAGH": "tifinagh",
    "NKO": "nko",
    "CYRILLIC": "cyrillic",
    "GREEK": "greek",
}
NameReader = Callable[[str], dict[str, Any]]


def reader(order: str) -> NameReader | None:
    """The reader of one written order, or None for an unknown order.

    `NOM, Prénoms`: a comma ends the family name. `NOM Prénoms` and `Prénoms NOM`: the family
    name is the words in capitals. One word alone is kept as it is, without parts.
    """
    words = [word_kind(word) for word in order.replace(",", " ").split()]
    if "," in order:
        return _by_comma if words == ["family", "given"] else None
    if words == ["family", "given"]:
        return lambda text: _by_capitals(text, family_first=True)
    if words == ["given", "family"]:
        return lambda text: _by_capitals(text, family_first=False)
    return None


def word_kind(word: str) -> str | None:
    """`family` for NOM, `given` for Prénoms, in French or English; else None."""
    plain = unicodedata.normalize("NFD", word.strip().upper())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if plain in FAMILY_WORDS:
        return "family"
    return "given" if plain in GIVEN_WORDS else None


def from_columns(kinds: Sequence[str]) -> Callable[[Sequence[str | None]], dict[str, Any] | None]:
    """A reader of several columns, one a part, in the order of `kinds`; None if all are empty."""

    def read(cells: Sequence[str | None]) -> dict[str, Any] | None:
        filled = [cell for cell in cells if cell is not None]
        if not filled:
            return None
        parts = dict(zip(kinds, cells, strict=False))
        return build(" ".join(filled), parts.get("family"), (parts.get("given") or "").split())

    return read


def by_script(cells: Sequence[str | None]) -> dict[str, Any] | None:
    """A name from its Arabic and its Latin column: the Arabic untouched, no Latin form invented.

    The Latin form's scheme is `as_given`: the source wrote it, no romanisation is known.
    """
    arabic, latin = _pair(cells)
    if arabic is None:
        return None if latin is None else build(latin, None, ())
    found = build(arabic, None, ())
    return found if latin is None else found | {"latin": latin, "latin_scheme": "as_given"}


def _pair(cells: Sequence[str | None]) -> Sequence[str | None]:
    if len(cells) != 2:
        raise _wrong("attend deux colonnes", "takes two columns")
    return cells


def build(original: str, family: str | None, given: Sequence[str]) -> dict[str, Any]:
    """A name's values, as the schema's `Name` takes them."""
    found: dict[str, Any] = {"original": original}
    if family:
        found["family"] = family
    if given:
        found["given"] = list(given)
    script = script_of(original)
    if script != "latin":
        found["script"] = script
    return found


def script_of(text: str) -> str:
    """The script of the first letter."""
    for letter in text:
        if letter.isascii() and letter.isalpha():
            return "latin"
        if letter.isalpha():
            return _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "other")
    return "latin"


def _by_comma(text: str) -> dict[str, Any]:
    family, comma, given = text.partition(",")
    family, given = family.strip(), given.strip()
    if not comma and " " not in family:
        return build(text, None, ())
    if not comma or not family or "," in given:
        raise _wrong(
            "une virgule attendue entre le nom et les prénoms",
            "one comma is expected between family and given names",
        )
    return build(text, family, given.split())


def _by_capitals(text: str, *, family_first: bool) -> dict[str, Any]:
    words = text.split()
    if len(words) == 1:
        return build(text, None, ())
    ordered = words if family_first else words[::-1]
    size = next((at for at, word in enumerate(ordered) if not word.isupper()), len(words))
    if size in (0, len(words)):
        raise _wrong(
            "les capitales ne disent pas où finit le nom",
            "capitals do not tell where the family name ends",
        )
    family, given = ordered[:size], ordered[size:]
    if not family_first:
        family, given = family[::-1], given[::-1]
    return build(text, " ".join(family), given)


def _wrong(fr: str, en: str) -> StepError:
    return StepError(
        "AZ-R105", (fr, en), ("corrigez le nom à la source", "correct the name at its source")
    )
