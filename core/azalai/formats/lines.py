"""Lines of a stream with their exact line number and byte offset."""

from collections.abc import Iterator
from typing import BinaryIO

from azalai.errors import FormatError
from azalai.formats import encodings

MAX_LINE = 1_000_000  # bytes; the widest real export line seen is some 20 kB

# How the three formats know that an input is whole, in one place:
# - `ends_with: newline` (the default): the last line must end in a line end, since a copy that
#   stopped can stop inside the last cell with all cells there. `ends_with: anything` waives it.
# - a trailer (`end:` or `trailer:`) that is declared must be there, and nothing may follow it;
#   it proves the end by itself, so its own line end is not asked for.
# - a last line that has no line end and is too short, or stops inside quotes, is always a cut.
# - XML says itself where it ends.
ENDS_WITH = ("newline", "anything")


class Lines:
    """Reads lines one by one. `line` is the last line given, from 1; `offset` the byte where
    the next one begins; `whole` tells that the last one had a line end; `nul` that a NUL byte
    was seen since it was last set to False."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self.line = 0
        self.offset = 0
        self.whole = True
        self.nul = False

    def texts(self) -> Iterator[str]:
        """Decoded lines, line ends included. Raises FormatError: encoding, endless line."""
        for raw in self.raws():
            yield self.text(raw)

    def raws(self) -> Iterator[bytes]:
        """Undecoded lines, line ends included, without the byte order mark."""
        read = self._stream.readline
        while raw := read(MAX_LINE + 1):
            self.line += 1
            self.whole = raw.endswith(b"\n")
            if len(raw) > MAX_LINE:
                raise too_long(self.line, self.offset, MAX_LINE)
            self.offset += len(raw)
            if b"\0" in raw:
                self.nul = True
            mark = encodings.start(raw, self._encoding) if self.line == 1 else 0
            yield raw[mark:] if mark else raw

    def text(self, raw: bytes) -> str:
        """Decode the line that was given last."""
        return encodings.decode(raw, self._encoding, self.line, self.offset - len(raw))


def too_long(line: int, offset: int, limit: int) -> FormatError:
    """The error for a line or record over the limit."""
    what = (f"ligne {line} : plus de {limit} octets sans fin", f"line {line}: over {limit} bytes")
    todo = ("le fichier est abîmé, ou un guillemet ouvert n'est jamais fermé ; refaites l'export.",
            "the file is damaged, or a quote is never closed; export it again.")  # fmt: skip
    return FormatError("AZ-F012", what, todo, line=line, offset=offset)


def empty() -> FormatError:
    """The error for an input of no bytes, or of blanks only."""
    what = ("le fichier est vide", "the file is empty")
    todo = ("refaites l'export ; un jour sans fiche a quand même son en-tête.",
            "export it again; a day without records still has its header.")  # fmt: skip
    return FormatError("AZ-F013", what, todo)


def cut(line: int, why: tuple[str, str], *, waive: bool = False) -> FormatError:
    """The error for an input that stops before its end; `waive`: the setting may allow it."""
    what = (f"fichier coupé : ligne {line}, {why[0]}", f"file cut short: line {line}, {why[1]}")
    todo = ("faites recopier le fichier entier.", "have the whole file copied again.")
    if waive:
        todo = (todo[0] + " S'il finit toujours ainsi : « ends_with: anything ».",
                todo[1] + " If it always ends like this: `ends_with: anything`.")  # fmt: skip
    return FormatError("AZ-F014", what, todo, line=line)


NO_LINE_END = ("la dernière ligne n'a pas de fin de ligne", "the last line has no line end")
NO_TRAILER = ("la ligne de fin déclarée manque", "the declared end line is missing")


def after_end(line: int) -> FormatError:
    """The error for text after the end line."""
    what = (
        f"ligne {line} : du texte suit la ligne de fin",
        f"line {line}: text after the end line",
    )
    todo = ("deux fichiers ont peut-être été collés ; séparez-les.",
            "two files may have been joined; split them.")  # fmt: skip
    return FormatError("AZ-F015", what, todo, line=line)
