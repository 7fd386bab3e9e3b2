"""Persons' names as files write them: a declared order of parts, the original always kept."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .birth_names import used_name
from .name_words import grouped, is_filiation, without_titles, wrong_name

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
_Split = Callable[[str], tuple[str | None, list[str]]]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a mapping declares of its names beside their order.

    `one_word`: where capitals do not tell, the family name is one word, with its particles.
    `particles`: where capitals do not tell, `ould`, `mint`, `ag`, `بن` … begin the family name;
    without one a name has no parts. `titles` and `honorifics` are left out of the parts; `births`:
    a name at birth (`née`, `épouse`) stands in the cell. `icao`: a name in another script gets a
    Latin form by ICAO Doc 9303 where the source gives none. The original is never touched.
    """

    particles: bool = False
    one_word: bool = False
    titles: bool = False
    honorifics: bool = False
    births: bool = False
    icao: bool = False


def reader(order: str, declared: Declared | None = None) -> NameReader | None:
    """The reader of one written order, or None for an unknown order.

    `NOM, Prénoms`: a comma ends the family name. `NOM Prénoms` and `Prénoms NOM`: the family
    name is the words in capitals. One word alone is kept as it is, without parts.
    """
    said = declared or Declared()
    words = [word_kind(word) for word in order.replace(",", " ").split()]
    if words not in (["family", "given"], ["given", "family"]):
        return None
    family_first = words[0] == "family"
    if "," in order and not family_first:
        return None
    split: _Split = _by_comma
    if "," not in order:
        split = partial(_by_words, said=said, family_first=family_first)
    if said.titles or said.honorifics or said.births:
        return partial(_read_declared, split, said, family_first)

    def read(text: str) -> dict[str, Any]:
        family, given = split(text)
        return build(text, family, given)

    return read


def _read_declared(split: _Split, said: Declared, family_first: bool, text: str) -> dict[str, Any]:
    """A name's values, its titles and its name at birth left out of the parts."""
    rest = used_name(text, family_first=family_first) if said.births else text
    if said.births and split is not _by_comma:
        rest = rest.replace(",", " ")  # it only set the name at birth apart
    kept = without_titles(rest.split(), titles=said.titles, honorifics=said.honorifics)
    family, given = split(" ".join(kept))
    if given and said.honorifics:
        words = " ".join(given).split()
        given = grouped(without_titles(words, titles=False, honorifics=True))
    return build(text, family, given)


def word_kind(word: str) -> str | None:
    """`family` for NOM, `given` for Prénoms, in French or English; else None."""
    plain = unicodedata.normalize("NFD", word.strip().upper())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if plain in FAMILY_WORDS:
        return "family"
    return "given" if plain in GIVEN_WORDS else None


def from_columns(
    kinds: Sequence[str], declared: Declared
) -> Callable[[Sequence[str | None]], dict[str, Any] | None]:
    """A reader of several columns, one a part, in the order of `kinds`; None if all are empty."""

    def read(cells: Sequence[str | None]) -> dict[str, Any] | None:
        filled = [cell for cell in cells if cell is not None]
        if not filled:
            return None
        parts = dict(zip(kinds, cells, strict=True))
        given = without_titles(
            (parts.get("given") or "").split(),
            titles=declared.titles,
            honorifics=declared.honorifics,
        )
        return build(" ".join(filled), parts.get("family"), grouped(given))

    return read


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


def _by_comma(text: str) -> tuple[str | None, list[str]]:
    family, comma, given = text.partition(",")
    family, given = family.strip(), given.strip()
    if not comma and " " not in family:
        return None, []
    if not comma or not family or "," in given:
        raise wrong_name(
            "une virgule attendue entre le nom et les prénoms",
            "one comma is expected between family and given names",
        )
    return family, grouped(given.split())


def _by_words(text: str, *, said: Declared, family_first: bool) -> tuple[str | None, list[str]]:
    """Family and given names by capitals; where these do not tell, by what is declared."""
    words = grouped(text.split())
    if len(words) == 1 and " " not in text:
        return None, []
    ordered = words if family_first else words[::-1]
    quiet = (at for at, one in enumerate(ordered) if not (one.isupper() or _is_loud(one)))
    size = next(quiet, len(words))
    if size in (0, len(words)):
        if said.particles and any(is_filiation(part.split()[0]) for part in words):
            return _by_particles(words, family_first=family_first)
        if said.one_word and len(words) > 1:
            return (words[0], words[1:]) if family_first else (words[-1], words[:-1])
        if said.particles or said.one_word:
            return None, []
        raise wrong_name(
            "les capitales ne disent pas où finit le nom",
            "capitals do not tell where the family name ends",
        )
    family, given = ordered[:size], ordered[size:]
    if not family_first:
        family, given = family[::-1], given[::-1]
    return " ".join(family), given


def _is_loud(part: str) -> bool:
    """Whether the name after particles in any letters is in capitals: `ould FICTIF`."""
    return " " in part and part.rpartition(" ")[2].isupper()


def _by_particles(words: Sequence[str], *, family_first: bool) -> tuple[str | None, list[str]]:
    """`Mohamed ould Salem`: the first `child of` begins the family name."""
    starts = [at for at, part in enumerate(words) if is_filiation(part.split()[0])]
    if not family_first:
        return " ".join(words[starts[0] :]), list(words[: starts[0]])
    size = next((at for at in range(len(words)) if at not in starts), len(words))
    return (" ".join(words[:size]), list(words[size:])) if size else (None, [])
