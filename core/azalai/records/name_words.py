"""What two spellings of one name have in common: its words, and the marks of each word."""

import re
import unicodedata
from functools import lru_cache

from azalai.records.name_variants import PARTICLES, TITLES, VARIANTS

_LETTERS = str.maketrans({
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ؤ": "و",
    "ئ": "ي", "ء": None, "ـ": None,
    "œ": "oe", "æ": "ae", "ø": "o", "ŋ": "n", "ɲ": "n", "ɗ": "d", "ɓ": "b", "ƙ": "k", "ƴ": "y",
    "ɛ": "e", "ɔ": "o", "ç": "s", "ł": "l", "ı": "i",
    "'": None, "’": None, "‘": None, "ʼ": None, "`": None, "´": None, "ʿ": None, "ʾ": None,
})  # fmt: skip
"""Hamza and alef in one form; letters of Fulfulde and Bambara; an apostrophe joins (N'Diaye)."""
_SOUNDS = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "s", "ج": "j", "ح": "h", "خ": "k", "د": "d", "ذ": "d",
    "ر": "r", "ز": "z", "س": "s", "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "",
    "غ": "g", "ف": "f", "ق": "k", "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "u",
    "ي": "i", "پ": "b", "چ": "S", "ڤ": "v", "گ": "g", "ڭ": "g",
}  # fmt: skip
"""Arabic letters by what French and English ears write for them; S is ch, sh."""
_SPELT = (
    ("tch|sch|sh|ch", "S"), ("c(?=k)", ""), ("dj", "j"), ("dh", "d"), ("th", "t"), ("kh", "k"),
    ("gh", "g"), ("ph", "f"), ("gn|ny", "n"), ("gu(?=[eiy])", "g"), ("g(?=[eiy])", "j"),
    ("c(?=[eiy])", "s"), ("qu(?=[eiy])", "k"), ("[cq]", "k"), ("x", "ks"), ("ou|oo|w", "u"),
    ("ee|y", "i"),
)  # fmt: skip
_SPELLINGS = re.compile("|".join(f"({spelt})" for spelt, _ in _SPELT))
_HEARD = ("", *(said for _, said in _SPELT))
_SIGNS = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f]+")
"""Accents, Arabic vowel and reading signs, marks that are not seen."""
_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiouh]")
_SERVANT = re.compile(r"abd[aeiou]*(?:l|(.)(?=\1))?(?=.{4})")
_ARTICLE = re.compile("(?:[ae]l|ال)(?=.{3})")
_ABD, _ALLAH = "abd", "allah"


def words(name: str) -> frozenset[str]:
    """A name's words: without case, accents, hyphens, apostrophes and order; Arabic letters in one
    form, no vowel signs; titles are left out."""
    return frozenset(_ordered(name)) - _TITLES


def telling(name: str) -> frozenset[str]:
    """The words that tell: without particles (ould, ag, ben, el …), where another is left."""
    found = words(name)
    return found - _PARTICLES or found


@lru_cache(maxsize=65_536)  # names come again and again
def marks(word: str) -> frozenset[str]:
    """What a word of `words` is found by; two words that share one may be one name: `=mohamed`,
    the name it is known to spell, and `mmd`, its consonants as they sound, the same for Arabic
    letters without vowels; a word with one consonant keeps its vowels. A glued article (Elbechir)
    counts and does not."""
    found = set()
    for form in {word, _ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word}:
        if form in _NAMES:
            found.add(f"={_NAMES[form]}")
        said = _said(form)
        bones = _VOWELS.sub("", said)
        found.add(bones if len(bones) > 1 else f"~{said}")
    return frozenset(found)


def alike(one: str, other: str) -> bool:
    """Whether two words may be one name: they share a mark, are not known to spell two names, and,
    where Latin letters leave two consonants or fewer, agree in their vowels (Kane is not Koné)."""
    if one == other:
        return True
    both = marks(one) & marks(other)
    if not both or any(mark.startswith("=") for mark in both):
        return bool(both)
    if one in _NAMES and other in _NAMES:
        return False
    if one.isascii() and other.isascii() and all(len(mark) < 3 for mark in both):
        return _sung(one) == _sung(other)
    return True


def _sung(word: str) -> str:
    """A word's vowels: o as u, e as i, double ones once, without the last."""
    vowels = "".join(_VOWELS.findall(_said(word))).replace("h", "")
    vowels = vowels.replace("o", "u").replace("e", "i")
    return _TWICE.sub(r"\1", vowels[:-1] if _said(word)[-1:] in "aeiou" else vowels)


def _said(word: str) -> str:
    """A word as Latin letters, spellings of one sound made equal, no letter twice in a row (Arabic
    writes none but where a vowel is between)."""
    latin = word.isascii()
    if not latin:
        word = "".join(_SOUNDS.get(letter, letter) for letter in word)
    word = _SPELLINGS.sub(lambda found: _HEARD[found.lastindex or 0], word)
    return _TWICE.sub(r"\1", word) if latin else word


def _plain(name: str) -> str:
    if name.isascii():  # the quick way for most
        return name.lower().replace("'", "").replace("`", "")
    composed = unicodedata.normalize("NFKC", name.casefold()).translate(_LETTERS)
    return _SIGNS.sub("", unicodedata.normalize("NFKD", composed))


@lru_cache(maxsize=65_536)
def _parts(word: str) -> tuple[str, ...]:
    """A word, or the two of a compound: `Abderrahmane` and عبدالرحمن are `abd` and the rest."""
    name = _NAMES.get(word)
    if name == "abdallah":
        return (_ABD, _ALLAH)
    if name is not None:
        return (word,)
    if word.startswith("عبد") and len(word) > 5:
        return (_ABD, word[3:])
    if found := _SERVANT.match(word):
        return (_ABD, word[found.end() :])
    return (word,)


def _ordered(name: str) -> list[str]:
    """The words in their order."""
    return [part for word in _WORD.findall(_plain(name)) for part in _parts(word)]


def _by_spelling() -> dict[str, str]:
    """The name that each spelling stands for: the first of its line."""
    found: dict[str, str] = {}
    for line in VARIANTS.replace("\\\n", "").strip().splitlines():
        spellings = [_plain(spelling) for spelling in line.split()]
        for spelling in spellings:
            found.setdefault(spelling, spellings[0])
    return found


_NAMES = _by_spelling()
_TITLES = frozenset(_plain(TITLES).split())
_PARTICLES = frozenset(_plain(PARTICLES).split())
