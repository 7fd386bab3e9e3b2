"""Which of the encodings that we read a sample can be in: the plausible ones first."""

import codecs

from azalai.documents import NOTHING, Text
from azalai.drafting.structure import Setting

_FRENCH = frozenset("éèêëàâçîïôùûüœÉÈÊËÀÂÇÎÏÔÙÛÜŒ°«»’")
_SINGLE = ("cp1252", "iso-8859-1", "cp850", "cp1256", "iso-8859-6")
_PRINTED = frozenset(" \t\r\n\f\x1a")


def proposed(data: bytes, wish: str | None = None) -> tuple[Setting, str]:
    """The line `encoding:` with its evidence, and the text that it gives.

    A byte order mark settles it, and so does UTF-8 that holds accents: other text is not UTF-8 by
    chance. Otherwise every encoding that reads all bytes is named, the most plausible first.
    """
    if wish:
        return Setting("encoding", wish), data.decode(wish, "replace")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Setting("encoding", "utf-16"), data.decode("utf-16", "replace")
    text = _decoded(data, "utf-8-sig")
    if text is not None:
        sure = not data.isascii()
        why = NOTHING if sure else Text("aucun accent dans l'échantillon : rien ne le prouve",
                                        "no accent in the sample: nothing proves it")  # fmt: skip
        return Setting("encoding", "utf-8", why), text
    read = [(name, text) for name in _SINGLE if (text := _decoded(data, name)) is not None]
    if not read:
        return Setting("encoding", "cp1252", Text("aucun encodage ne lit tous les octets",
                                                  "no encoding reads all bytes")), data.decode(
            "cp1252", "replace")  # fmt: skip
    read.sort(key=lambda one: -_plausible(one[1]))
    others = ", ".join(name for name, _ in read[1:]) or "-"
    why = Text(f"le plus plausible ; se lisent aussi : {others}. Comparez les accents d'une fiche",
               f"the most plausible; these read too: {others}. Compare a record's accents")  # fmt: skip
    return Setting("encoding", read[0][0], why), read[0][1]


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _plausible(text: str) -> float:
    """The share of what is not ASCII that is letters of French, or of Arabic beside Arabic."""
    odd = [letter for letter in text if not letter.isascii()]
    good = sum(letter in _FRENCH for letter in odd)
    arabic = sum("\u0621" <= letter <= "\u0652" for letter in odd)
    controls = sum(not letter.isprintable() and letter not in _PRINTED for letter in text)
    return (max(good, arabic) - 2 * controls) / max(1, len(odd))
