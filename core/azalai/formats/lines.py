"""Lines of a stream with their exact line number and byte offset."""

from collections.abc import Iterator
from typing import BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import FormatError
from azalai.formats import encodings, line_encodings
from azalai.formats.plausible import Doubt
from azalai.plugin.format import Finding, Mark, Reached, Unreadable

MAX_LINE = 1_000_000  # bytes; the widest real export line seen is some 20 kB

CHUNK = 65_536  # bytes asked at once of a stream that cannot be read by lines

# How the formats of lines know that an input is whole, in one place:
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
        self._wide = encoding in encodings.WIDE
        self._doubt = Doubt(encoding)
        self.line = 0
        self.offset = 0
        self.whole = True
        self.nul = False

    def jump(self, mark: Mark | None) -> int:
        """Go on at this place, where a line begins; how many records came before it. None: at the
        stream's own beginning."""
        if mark is None:
            return 0
        self._stream.seek(mark.offset)
        self.line, self.offset = mark.line - 1, mark.offset
        return mark.number

    def block(self, until: int) -> bytes:
        """The lines that begin from here on and before byte `until`, some `CHUNK` bytes of them,
        not counted yet: `took` them, or go `back`. Empty at the end. Not for UTF-16."""
        data = self._stream.read(min(CHUNK, max(0, until - self.offset)))
        if data and not data.endswith(b"\n"):
            data += self._stream.readline(MAX_LINE + 1)
        return data

    def took(self, block: bytes, count: int) -> None:
        """The block has been read: so many whole lines without a NUL byte."""
        self._doubt.look_over(block, self.line + 1)
        self.line += count
        self.offset += len(block)
        self.whole = True

    def back(self) -> None:
        """Go to where the block began, to read it line by line."""
        self._stream.seek(self.offset)

    def reached(self, number: int) -> Reached:
        """That a part ends here, after so many records of the input."""
        return Reached(Mark(self.line + 1, self.offset, number), self._doubt.seen())

    def texts(self) -> Iterator[str]:
        """Decoded lines, line ends included. Raises FormatError: encoding, endless line."""
        for raw in self.raws():
            yield self.text(raw)

    def raws(self) -> Iterator[bytes]:
        """Undecoded lines, line ends included, without the byte order mark."""
        if self._wide:
            yield from self._wide_raws()
            return
        read = self._stream.readline
        while raw := read(MAX_LINE + 1):
            self.line += 1
            self.whole = raw.endswith(b"\n")
            mark = encodings.start(raw, self._encoding) if self.line == 1 else 0
            if self.line == 1 and not self.whole and b"\r" in raw.rstrip(b"\r"):
                raise _other_ends()
            if len(raw) > MAX_LINE:
                raise too_long(self.line, self.offset, MAX_LINE)
            self.offset += len(raw)
            if b"\0" in raw:
                self.nul = True
            yield raw[mark:] if mark else raw

    def _wide_raws(self) -> Iterator[bytes]:
        """UTF-16: a line end is two bytes, on an even place."""
        held = self._stream.read(CHUNK)
        self._encoding, mark = encodings.opened(held, self._encoding)
        held, self.offset = held[mark:], mark
        end = "\n".encode(self._encoding)
        while held:
            at = _even(held, end)
            while at < 0 and len(held) <= MAX_LINE and (more := self._stream.read(CHUNK)):
                before = max(0, len(held) - 2) & ~1
                held += more
                at = _even(held, end, before)
            raw = held[: at + 2] if at >= 0 else held
            self.line += 1
            self.whole = at >= 0
            if self.line == 1 and at < 0 and _even(raw[:-2], "\r".encode(self._encoding)) >= 0:
                raise _other_ends()
            if len(raw) > MAX_LINE:
                raise too_long(self.line, self.offset, MAX_LINE)
            self.offset += len(raw)
            held = held[len(raw) :] or self._stream.read(CHUNK)
            yield raw

    def text(self, raw: bytes) -> str:
        """Decode the line that was given last. FormatError with what the other lines show."""
        if self._doubt.watches and not raw.isascii():
            self._doubt.look(raw, self.line)
        try:
            text = encodings.decode(raw, self._encoding, self.line, self.offset - len(raw))
        except FormatError as err:
            raise line_encodings.told(err, self._stream, self._encoding) from err
        if self._wide and "\0" in text:
            self.nul = True
        return text

    def doubt(self) -> Iterator[Finding]:
        """What must be said at the end: that the declared encoding cannot be the right one."""
        if finding := self._doubt.finding():
            yield finding


def _even(data: bytes, end: bytes, at: int = 0) -> int:
    """Where the line end stands on an even place, -1 if nowhere."""
    while (at := data.find(end, at)) >= 0 and at % 2:
        at += 1
    return at


def _other_ends() -> FormatError:
    """The error for lines that end in a carriage return alone, as on old Macintoshes."""
    what = ("les lignes finissent par un retour chariot seul (\\r), tout le fichier est une ligne",
            "its lines end in a carriage return alone (\\r), the whole file is one line")  # fmt: skip
    todo = ("refaites l'export avec des fins de ligne Windows ou Unix.",
            "export it again with the line ends of Windows or Unix.")  # fmt: skip
    return FormatError("AZ-F008", what, todo, line=1, offset=0)


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


def not_beside(name: str) -> FormatError:
    """The error for a second file that a mapping names and that is not there."""
    what = (f"{name} : le fichier à joindre n'est pas là", f"{name}: the file to join is not there")
    todo = ("posez-le à côté du fichier principal.", "put it beside the main file.")
    return FormatError("AZ-F068", what, todo)


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


def no_header(line: int) -> FormatError:
    """The error for a first line that is not of the declared type."""
    what = (f"ligne {line} : la ligne d'en-tête déclarée manque",
            f"line {line}: the declared header line is missing")  # fmt: skip
    todo = ("vérifiez que c'est le bon fichier, entier.", "check that it is the right file, whole.")
    return FormatError("AZ-F003", what, todo, line=line)


def unknown_segment(address: Address) -> Unreadable:
    """A line of a type that no mapping declares."""
    what = Text(f"ligne {address.line} : type de segment inconnu",
                f"line {address.line}: unknown segment type")  # fmt: skip
    todo = Text("déclarez-le sous « segments: », ou demandez ce qu'il veut dire.",
                "declare it under `segments:`, or ask what it means.")  # fmt: skip
    return Unreadable(address, "AZ-F034", what, todo)
