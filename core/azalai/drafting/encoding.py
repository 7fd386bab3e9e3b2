"""Which of the encodings that we read a sample can be in: the plausible ones first."""

import codecs
import io

from azalai.documents import NOTHING, Text
from azalai.drafting.structure import Setting
from azalai.formats import line_encodings
from azalai.formats.line_encodings import MENDED, mixture, plausible

_SINGLE = ("cp1252", "iso-8859-1", "cp850", "cp1256", "iso-8859-6")


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
    read.sort(key=lambda one: -plausible(one[1]))
    others = ", ".join(name for name, _ in read[1:]) or "-"
    why = Text(f"le plus plausible ; se lisent aussi : {others}. Comparez les accents d'une fiche",
               f"the most plausible; these read too: {others}. Compare a record's accents")  # fmt: skip
    return Setting("encoding", read[0][0], why), read[0][1]


def in_one(data: bytes, wish: str | None = None) -> tuple[bytes, Text | None]:
    """Text that mixes UTF-8 with another encoding, all in UTF-8, so that it can be looked at; and
    what is wrong with it, on which lines. As it is, and None, where one encoding reads it."""
    if wish or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data, None
    seen = line_encodings.look(line_encodings.numbered(io.BytesIO(data)))
    if not seen.mixed:
        return data, None
    name = (seen.fitting() or ["iso-8859-1"])[0]
    other = frozenset(seen.other)
    mended = b"".join(line.decode(name, "replace").encode() if number in other else line
                      for number, line in line_encodings.numbered(io.BytesIO(data)))  # fmt: skip
    what = mixture(seen)
    return mended, Text(f"{what.fr} ; {MENDED.fr}", f"{what.en}; {MENDED.en}")


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None
