"""One form for all spellings of a name: what changes it never makes another name."""

import re
import unicodedata
from types import MappingProxyType

_ALEF, _WAW, _YEH, _KAF = "\u0627", "\u0648", "\u064a", "\u0643"
_FOLDED = MappingProxyType({
    "\u0622": _ALEF, "\u0623": _ALEF, "\u0625": _ALEF, "\u0671": _ALEF, "\u0672": _ALEF,
    "\u0673": _ALEF,  # alef with madda, hamza above or below, wasla, wavy hamza
    "\u0624": _WAW,  # waw with hamza
    "\u0626": _YEH, "\u0649": _YEH, "\u06cc": _YEH,  # yeh with hamza, alef maksura, Farsi yeh
    "\u06a9": _KAF,  # keheh: what a Farsi keyboard types for kaf
})  # fmt: skip
_TABLE = str.maketrans(dict(_FOLDED))
_UNSEEN = re.compile(
    "[\u0621\u0640"  # hamza on the line; tatweel, which only stretches
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"  # vowel and reading signs
    "\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]"  # ZWNJ, ZWJ, marks
)
_AS_IT_IS = re.compile("[\x20-\x7e\u00c0-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e]*")
"""Latin letters that nothing below changes: the names of most files, and the quick way."""


def folded(name: str) -> str:
    """A name as it is compared: originals stay what they are, only this form is one.

    Takes away what is not seen (ZWNJ U+200C, ZWJ, direction marks, soft hyphen), tatweel U+0640
    and vowel signs; writes every alef and hamza variant by its bare letter (Unicode Standard
    chapter 9.2, Arabic) and compatibility forms by their letters (NFKC, UAX #15). Teh marbuta,
    case and Latin accents stay: they tell names apart.
    """
    if _AS_IT_IS.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKC", name)
    return " ".join(_UNSEEN.sub("", plain).translate(_TABLE).split())
