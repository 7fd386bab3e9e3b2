"""The transliterations of ICAO Doc 9303 part 3 section 6, letter by letter, as data."""

from collections.abc import Mapping
from types import MappingProxyType

# Source: ICAO Doc 9303, Machine Readable Travel Documents, part 3 (eighth edition, 2021), section
# 6: A, Latin-based letters; B, Cyrillic, without the exceptions of single languages; C, Arabic.
# Where A leaves a choice, the form that keeps most is taken (AE, OE, UE; AA; N for N tilde).
_LATIN = (
    "A ÀÁÂÃĀĂĄ AA Å AE ÄÆ C ÇĆĈĊČ D ÐĎĐ E ÈÉÊËĒĔĖĘĚ G ĜĞĠĢ H ĤĦ I ÌÍÎÏĨĪĬĮİI IJ Ĳ J Ĵ K Ķ L ĹĻĽĿŁ "
    "N ÑŃŅŇŊ O ÒÓÔÕŌŎŐ OE ÖØŒ R ŔŖŘ S ŚŜŞŠ SS ẞß T ŢŤŦ TH Þ U ÙÚÛŨŪŬŮŰŲ UE Ü W Ŵ Y ÝŶŸ Z ŹŻŽ"
)
_CYRILLIC = (
    "A А B Б V В G ГҐ D ДЂ E ЕЁЭ ZH Ж Z З I ИІЙЇ K КЌ L Л M М N Н O О P П R Р S С T Т U УЎ F Ф "
    "KH Х TS Ц CH Ч SH Ш SHCH Щ IE ЪЄ Y Ы IU Ю IA Я DZ ЅЏ J Ј LJ Љ NJ Њ"
)
_ARABIC = (
    "XE ء XAA آ XAE أ U ؤ I إ XI ئ A ا B ب XTA ة T ت XTH ث J ج XH ح XKH خ D د XDH ذ R ر Z ز S س "
    "XSH ش XSS ص XDZ ض XTT ط XZZ ظ E ع G غ F ف Q ق K ك L ل M م N ن H ه W و XAY ى Y يې XXA ٱ XXT ٹ "
    "XRT ټ P پ XKE ځ XXH څ XC چ XXD ڈ XDR ډ XXR ڑ XRR ړ XRX ږ XJ ژ XXS ښ XKK ک XXK ګ XNG ڭ XGG گ "
    "XNN ں XXN ڼ XDO ھ XYH ۀ XXG ہ XGE ۂ XTG ۃ XYA ی XXY ۍ XYB ے XBE ۓ"
)
# Not in Doc 9303: letters of Fulfulde, Hausa, Bambara, Songhay and Tamasheq, by their base letter.
_SAHEL = "B Ɓ D Ɗ E Ɛ G Ɣ K Ƙ N Ɲ O Ɔ Y Ƴ"


def _read(rows: str) -> dict[str, str]:
    pieces = rows.split()
    pairs = zip(pieces[::2], pieces[1::2], strict=True)
    return {letter: written for written, letters in pairs for letter in letters}


TABLE: Mapping[str, str] = MappingProxyType(
    _read(_SAHEL) | _read(_ARABIC) | _read(_CYRILLIC) | _read(_LATIN)
)
"""Capital letter (Arabic has none) -> A to Z."""
TEH_MARBUTA, TEH_MARBUTA_LAST = "\u0629", "XAH"
"""XTA inside a name's component, XAH where it ends it (section 6 C, note)."""
SHADDA = "\u0651"
"""Doubles the letter before it (section 6 C)."""
NOT_ENCODED = frozenset("\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0652\u0670\u200c\u200d'’‘ʼ`")
"""Tatweel, vowel signs, joiners (section 6 C) and apostrophes (section 4.6): left out."""
