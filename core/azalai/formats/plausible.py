"""Bytes that decode and still cannot be what was declared: Arabic read as French, or the reverse."""

import re

from azalai.documents import Text
from azalai.plugin.format import Finding

# Arabic letters in cp1256 and ISO 8859-6 lie at 0xC1-0xED, where cp1252 has its accented letters.
# Bytes that are French letters in lower case (à â ç è é ê ë î ï ô ù û ü) are left out. Three such
# bytes in a row, one of them ل م ن ه و or ي (read as French: á ã ä å æ ì í), stand in every few
# Arabic words; in French never: ZÉÏÉ has three capitals and none of those, nor do cp850's frames.
_LETTERS = rb"\xc0-\xd6\xd8-\xdf\xe1\xe3-\xe6\xec\xed"
_WORD = re.compile(rb"[" + _LETTERS + rb"]{3,}")
_FRENCH = re.compile(rb"[A-Za-z][" + _LETTERS + rb"]|[" + _LETTERS + rb"][A-Za-z]")
_COMMON_BYTES = b"\xe1\xe3\xe4\xe5\xe6\xec\xed"
_COMMON = re.compile(b"[" + _COMMON_BYTES + b"]")
_ONLY_1256 = re.compile(rb"[\xdb\xdd-\xdf\xec\xed]")  # letters in cp1256, nothing in ISO 8859-6
WESTERN = ("cp1252", "iso-8859-1", "cp850")
ARABIC = ("cp1256", "iso-8859-6")
ENOUGH = 3  # words or places; one alone may be a damaged cell


class Doubt:
    """Looks at lines as they are read; `finding` says at the end whether the run must be held.

    Declared Western: words of Arabic bytes. Declared Arabic: Arabic letters that touch Latin
    ones, in a file without a single Arabic word. French text, in capitals too, has neither.
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._places = 0
        self._words = 0
        self._line = 0
        self._only_1256 = False
        self.watches = encoding in WESTERN + ARABIC

    def look(self, data: bytes, line: int) -> None:
        """Look at one line's bytes; call it where `watches` and they are not all ASCII."""
        if self._encoding in ARABIC:
            self._words += len(_WORD.findall(data))
            self._note(len(_FRENCH.findall(data)), line)
            return
        if len(data.translate(None, _COMMON_BYTES)) == len(data):
            return  # cheap, and so it is with French
        words = [w for w in _WORD.findall(data) if len(set(w)) > 1 and _COMMON.search(w)]
        self._only_1256 = self._only_1256 or any(_ONLY_1256.search(w) for w in words)
        self._note(len(words), line)

    def look_over(self, block: bytes, line: int) -> None:
        """Look at whole lines, the first of which has this number."""
        if not self.watches or block.isascii():
            return
        if self._encoding in WESTERN and len(block.translate(None, _COMMON_BYTES)) == len(block):
            return
        for at, data in enumerate(block.split(b"\n"), line):
            if not data.isascii():
                self.look(data, at)

    def seen(self) -> tuple[int, int, int, bool]:
        """What was seen so far, to be put together with other parts of the same input."""
        return self._places, self._words, self._line, self._only_1256

    def add(self, places: int, words: int, line: int, only_1256: bool) -> None:
        """What another part has seen; parts come in the input's order."""
        self._note(places, line)
        self._words += words
        self._only_1256 = self._only_1256 or only_1256

    def _note(self, found: int, line: int) -> None:
        if found and not self._line:
            self._line = line
        self._places += found

    def finding(self) -> Finding | None:
        """The finding, or None where what was read can be what was declared."""
        if self._places < ENOUGH or self._words:
            return None
        if self._encoding in ARABIC:
            seen, write = ("du français", "French"), "cp1252"
        else:
            seen = "de l'arabe", "Arabic"
            write = "cp1256" if self._only_1256 else "iso-8859-6"
        what = Text(f"ligne {self._line} : déclaré {self._encoding}, on dirait {seen[0]}"
                    f" ({self._places} endroits)",
                    f"line {self._line}: declared {self._encoding}, it looks like {seen[1]}"
                    f" ({self._places} places)")  # fmt: skip
        todo = Text(f"essayez « encoding: {write} » ; les noms lus ainsi sont illisibles.",
                    f"try `encoding: {write}`; names read like this are garbled.")  # fmt: skip
        return Finding("AZ-F023", what, todo)
