"""Words around names in the Sahel: particles, titles, honorifics."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from azalai.errors import StepError
from azalai.records.identity import folded

WORDS_KEPT = 8192
"""The words of names that are remembered: given names repeat."""


def plain_word(word: str) -> str:
    """A word as the lists here hold it: folded, in lower case, accents kept off Latin letters."""
    low = folded(word).lower()
    if low.isascii():
        return low
    return unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", low) if not "\u0300" <= c < "\u0370")
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(plain_word(word) for word in text.split())


# Source: own work; the Latin spellings of one Arabic word stand together. The words are those of
# the region's naming; no list of persons was used.
_FILIATION = _words(
    "ould wuld weld oulad mint ment ag agg wal walet oualet oult ben bin ibn bint bent "
    "ولد بنت بن ابن اغ ولت والت"
)
"""`son of`, `daughter of` in Hassaniya, Tamasheq, Arabic: what follows is the father's name."""
_ATTACHED = _FILIATION | _words(
    "el al abd abdel abdoul abou abu bou oum oumou um ال عبد ابو ابي ابا ام "
    "de du des di da van von der den"
)
"""Words that are never a name's part alone: they stay with what follows."""
_TITLES = _words(
    "m. mr mr. mm. mme mme. mlle mlle. monsieur madame mademoiselle dr dr. docteur pr pr. "
    "professeur me me. maître السيد السيدة الآنسة الدكتور الدكتورة"
)
_HONORIFICS = _words(
    "hadj hadji hadja hadjia elhadj elhadji el-hadj el-hadji alhaji alhadji al-hadji cheikh "
    "cheick cheikhna sheikh imam الحاج الحاجة الشيخ الإمام"
)

_BORN = _words("ne née né nee epouse épouse veuve alias dit dite surnomme surnommé iso icao")
KNOWN = _FILIATION | _ATTACHED | _TITLES | _HONORIFICS | _BORN
"""Words around a name: none of them says who it is."""


def is_filiation(word: str) -> bool:
    """Whether the word says whose child: ould, mint, ag, ben, ولد, بنت, بن …"""
    return plain_word(word) in _FILIATION


@lru_cache(WORDS_KEPT)
def is_attached(word: str) -> bool:
    """Whether the word belongs to what follows it: a particle, an article, Abd, Abou."""
    return plain_word(word) in _ATTACHED


def grouped(words: list[str]) -> list[str]:
    """Words as parts of a name: `ould Ahmed`, `El Hadj`, `Abd el Kader` are one part each."""
    if len(words) < 2 or not any(map(is_attached, words)):
        return words
    parts: list[str] = []
    held: list[str] = []
    for word in words:
        held.append(word)
        if not is_attached(word):
            parts.append(" ".join(held))
            held = []
    return [*parts, *([" ".join(held)] if held else [])]


def without_titles(words: Sequence[str], *, titles: bool, honorifics: bool) -> list[str]:
    """Words without the declared titles before them; a title that is all there is stays."""
    left = list(words)
    while len(left) > 1:
        size = _title_size(left, titles=titles, honorifics=honorifics)
        if not size or size >= len(left):
            break
        left = left[size:]
    return left


def _title_size(words: Sequence[str], *, titles: bool, honorifics: bool) -> int:
    """How many words at the start are one title: `El Hadj` is two."""
    first = plain_word(words[0])
    if titles and first in _TITLES:
        return 1
    if honorifics and first in _HONORIFICS:
        return 1
    two = first in ("el", "al") and plain_word(words[1]) in _HONORIFICS
    return 2 if honorifics and two else 0


def wrong_name(fr: str, en: str) -> StepError:
    """A name whose parts cannot be told (AZ-R105); never with the name."""
    return StepError(
        "AZ-R105", (fr, en), ("corrigez le nom à la source", "correct the name at its source")
    )
