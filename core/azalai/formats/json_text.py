"""JSON (RFC 8259) read value by value from a stream, with the exact place of each."""

import codecs
import json
import re
from typing import Any, BinaryIO, NoReturn

from azalai.errors import FormatError
from azalai.formats import encodings, lines
from azalai.formats.plausible import Doubt
from azalai.plugin.format import Finding

CHUNK = 65_536  # bytes asked of the stream at once
MAX_RECORD = 4_000_000  # characters of one value; the same bound as an XML record's
MAX_TEXT = 1_000_000  # characters of one text; the same bound as a line of delimited text
MAX_DEPTH = 64  # levels of one value, the record itself counted
_BLANK = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_MARK = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*("?)|[\[\]{}]', re.DOTALL)
_CLOSES = {"[": "]", "{": "}"}
DEEP = ("AZ-F042", f"plus de {MAX_DEPTH} niveaux", f"more than {MAX_DEPTH} levels")


class Decoder:
    """Decodes one JSON value. Numbers stay the digits that were written; `flaw` is the code and
    the words for what was wrong in the last value though its end was found, or None.

    The parser is the standard library's (in C). A streaming parser such as yajl would lose what
    matters here: it writes `?` for a lone surrogate, and 1e3 for it is 1E+3.
    """

    def __init__(self) -> None:
        decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs, parse_int=str, parse_float=str,
            parse_constant=self._constant,
        )  # fmt: skip
        self._scan = decoder.raw_decode
        self.flaw: tuple[str, str, str] | None = None

    def value(self, text: str, at: int) -> tuple[Any, int]:
        """The value that begins at `at`, and where it ends. Raises json.JSONDecodeError or
        RecursionError where the syntax is broken or its levels cannot be followed."""
        self.flaw = None
        found, end = self._scan(text, at)
        if self.flaw is None:
            self.flaw = _flaw(found, text, at, end)
        return found, end

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.flaw = ("AZ-F040", "un membre y est deux fois", "a member stands in it twice")
        return made

    def _constant(self, _name: str) -> str:
        self.flaw = ("AZ-F041", "NaN ou Infinity, qui ne sont pas du JSON",
                     "NaN or Infinity, which are not JSON")  # fmt: skip
        return ""


def _flaw(found: Any, text: str, at: int, end: int) -> tuple[str, str, str] | None:
    """What the parser lets pass; looked at closely only where the text gives a reason to."""
    openings = text.count("{", at, end) + text.count("[", at, end)
    if openings > MAX_DEPTH and _deeper(found, MAX_DEPTH):
        return DEEP
    if end - at > MAX_TEXT and any(len(one) > MAX_TEXT for one in _texts(found)):
        return ("AZ-F043", f"un texte de plus de {MAX_TEXT} caractères",
                f"a text of more than {MAX_TEXT} characters")  # fmt: skip
    if _SURROGATE.search(text, at, end) and any(not _whole(one) for one in _texts(found)):
        return ("AZ-F044", "une moitié de caractère seule (\\ud800 à \\udfff)",
                "half a character alone (\\ud800 to \\udfff)")  # fmt: skip
    if text.find("\\u0000", at, end) >= 0 and any("\0" in one for one in _texts(found)):
        return ("AZ-F032", "caractère nul", "a NUL character")
    return None


def _deeper(found: Any, levels: int) -> bool:
    """Whether a value has more levels; itself goes no deeper than that."""
    if not isinstance(found, dict | list):
        return False
    below = found.values() if isinstance(found, dict) else found
    return levels == 0 or any(_deeper(one, levels - 1) for one in below)


def _texts(found: Any) -> list[str]:
    """All texts and member names of a value."""
    open_, texts = [found], []
    while open_:
        one = open_.pop()
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict):
            texts.extend(one)
            open_.extend(one.values())
        elif isinstance(one, list):
            open_.extend(one)
    return texts


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class JsonText:
    """A JSON document, read forward. Memory is bounded by the largest value."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        first = stream.read(CHUNK)
        self.encoding, mark = encodings.opened(first, encoding)
        self._decode = codecs.getincrementaldecoder(self.encoding)("strict").decode
        self._doubt = Doubt(self.encoding)
        self._text = ""
        self._at = 0  # the next character to read
        self._known = 0  # the character that _line and _offset are about
        self._line, self._offset = 1, mark
        self._bytes = mark  # given to the decoder
        self._ended = False
        self._decoder = Decoder()
        self._take(first[mark:], last=not first)

    def doubt(self) -> Finding | None:
        """See `plausible`: a finding where the declared encoding cannot be the right one."""
        return self._doubt.finding()

    def place(self) -> tuple[int, int]:
        """The line, from 1, and the byte offset of the next character."""
        self._line += self._text.count("\n", self._known, self._at)
        self._offset += len(self._text[self._known : self._at].encode(self.encoding))
        self._known = self._at
        return self._line, self._offset

    def peek(self) -> str:
        """The next character that is not blank; "" at the end. It is not taken."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._more()

    def take(self, wanted: str) -> str:
        """Take the next character, which must be one of `wanted`. Raises FormatError."""
        found = self.peek()
        if not found or found not in wanted:
            self._broken(self._at)
        self._at += 1
        return found

    def value(self) -> tuple[Any, tuple[str, str, str] | None]:
        """The next value and its flaw; of levels that the parser cannot follow only the flaw.
        Raises FormatError where it has no end."""
        if not self.peek():
            self._broken(self._at)
        while True:
            try:
                found, end = self._decoder.value(self._text, self._at)
            except json.JSONDecodeError as err:
                self._grow(err, err.pos)
            except RecursionError:
                self._step_over()
                return None, DEEP
            else:
                if end < len(self._text) or self._ended:
                    if end - self._at > MAX_RECORD:
                        line, offset = self.place()
                        raise lines.too_long(line, offset, MAX_RECORD)
                    self._at = end
                    return found, self._decoder.flaw
                self._more()  # a number may go on

    def _step_over(self) -> None:
        """Past a value of too many levels, by its brackets and texts alone."""
        line, offset = self.place()
        while (end := _closed(self._text, self._at)) is None:
            held = len(self._text) - self._at
            if self._ended:
                raise _deep(line, offset)
            if held > MAX_RECORD:
                raise lines.too_long(line, offset, MAX_RECORD)
            self._more(max(CHUNK, held))
        if end - self._at > MAX_RECORD:
            raise lines.too_long(line, offset, MAX_RECORD)
        self._at = end

    def _grow(self, err: json.JSONDecodeError, at: int) -> None:
        """More text for a value that has no end yet; in steps that double."""
        if self._ended:
            self._broken(at, err)
        held = len(self._text) - self._at
        if held > MAX_RECORD:
            line, offset = self.place()
            raise lines.too_long(line, offset, MAX_RECORD) from err
        self._more(max(CHUNK, held))

    def _more(self, size: int = CHUNK) -> None:
        self.place()
        self._text = self._text[self._at :]
        self._at = self._known = 0
        data = self._stream.read(size)
        self._take(data, last=not data)

    def _take(self, data: bytes, *, last: bool) -> None:
        if self._doubt.watches and not data.isascii():
            self._look(data)
        try:
            self._text += self._decode(data, last)
        except UnicodeDecodeError as err:
            held = bytes(err.object)
            line = self._line + self._text.count("\n", self._known)
            line += held[: err.start].count("\n".encode(self.encoding))
            at = self._bytes - (len(held) - len(data))
            encodings.refuse(held, self.encoding, line, at, err)
        self._bytes += len(data)
        self._ended = last

    def _look(self, data: bytes) -> None:
        """One-byte code pages: line by line, so that each finding has its line."""
        line = self._line + self._text.count("\n", self._known)
        at = self._bytes
        for raw in data.split(b"\n"):
            if not raw.isascii():
                encodings.check_single_byte(raw, self.encoding, line, at)
                self._doubt.look(raw, line)
            line += 1
            at += len(raw) + 1

    def _broken(self, at: int, err: Exception | None = None) -> NoReturn:
        """The text stops, or is no JSON, at a character of what is held."""
        while not self._ended and len(self._text) - at < CHUNK:
            more = self._stream.read(CHUNK)
            self._take(more, last=not more)
        self._at = at
        line, offset = self.place()
        end = self._text.rstrip(" \t\n\r")
        if self._ended and (at >= len(end) or end[-1:] not in ("]", "}")):
            why = ("le document s'arrête avant sa fin", "the document stops before its end")
            raise lines.cut(line, why) from err
        what = (f"ligne {line}, octet {offset} : JSON mal formé",
                f"line {line}, byte {offset}: malformed JSON")  # fmt: skip
        todo = ("le fichier est abîmé ; refaites l'export.", "the file is damaged; export again.")
        raise FormatError("AZ-F045", what, todo, line=line, offset=offset) from err


def _closed(text: str, at: int) -> int | None:
    """Where the brackets that open at `at` are all closed; None where the text ends before, or
    where they do not match."""
    open_: list[str] = []
    for mark in _MARK.finditer(text, at):
        found = mark.group()
        if found[0] == '"':
            if not mark.group(1):
                return None
        elif found in _CLOSES:
            open_.append(_CLOSES[found])
        elif not open_ or open_.pop() != found:
            return None
        elif not open_:
            return mark.end()
    return None


def _deep(line: int, offset: int) -> FormatError:
    what = (f"ligne {line}, octet {offset} : bien plus de {MAX_DEPTH} niveaux, sans fin",
            f"line {line}, byte {offset}: far more than {MAX_DEPTH} levels, without an end")  # fmt: skip
    todo = ("un fichier de fiches n'en a pas besoin ; demandez un export simple.",
            "a file of records does not need it; ask for a plain export.")  # fmt: skip
    return FormatError("AZ-F042", what, todo, line=line, offset=offset)
