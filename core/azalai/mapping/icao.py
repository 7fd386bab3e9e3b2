"""A name as A to Z: ICAO Doc 9303 part 3, with what the letters lose on the way."""

import unicodedata

from azalai.documents import Text

from .icao_table import NOT_ENCODED, SHADDA, TABLE, TEH_MARBUTA, TEH_MARBUTA_LAST

SCHEME = "icao_9303"
WRITTEN_OTHERWISE = Text(
    "lettres écrites en A–Z (OACI Doc 9303, partie 3, section 6)",
    "letters written as A–Z (ICAO Doc 9303, part 3, section 6)",
)
LEFT_OUT = Text(
    "caractères sans forme A–Z (OACI Doc 9303, partie 3, section 6), laissés de côté",
    "characters without an A–Z form (ICAO Doc 9303, part 3, section 6), left out",
)


def to_icao(text: str) -> tuple[str, Text | None]:
    """The text in A to Z and spaces, and what that loses; None where only the case changes.

    Hyphens become spaces and apostrophes go (section 4.6); letters follow the tables of section
    6; an accented letter that is not in them is its base letter. What has no form at all is left
    out and said: no question mark, no guess. The result may be empty.
    """
    plain = unicodedata.normalize("NFC", text).upper()
    if plain.isascii() and plain.replace(" ", "").isalpha():
        return plain, None
    plain = "".join(letter for letter in plain if letter not in NOT_ENCODED)
    out: list[str] = []
    lost = False
    for at, letter in enumerate(plain):
        found = _one(letter, plain[at + 1 : at + 2], out)
        lost = lost or found is None
        out.append(found or "")
    written = " ".join("".join(out).split())
    return written, LEFT_OUT if lost else WRITTEN_OTHERWISE


def _one(letter: str, following: str, before: list[str]) -> str | None:
    """One character as A to Z, None for what has no form; `before` is what was written."""
    if (letter.isascii() and letter.isalpha()) or letter == " ":
        return letter
    if letter in "-‐‑–" or letter.isspace():  # hyphens as files have them
        return " "
    if letter == SHADDA:
        return next((one for one in reversed(before) if one), "")
    if letter == TEH_MARBUTA and not following.isalpha():
        return TEH_MARBUTA_LAST
    if letter in TABLE:
        return TABLE[letter]
    base = unicodedata.normalize("NFKD", letter)[:1].upper()
    if base.isascii() and base.isalpha():
        return base
    return "" if unicodedata.combining(letter) else TABLE.get(base)
