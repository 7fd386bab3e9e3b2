"""Which encodings the lines of an input fit: told of one that is not in the declared encoding."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from azalai.documents import Text
from azalai.errors import FormatError
from azalai.formats import encodings

LOOKED_AT = 32_000_000  # bytes of an input
_LINE = 1_000_000
_TOLD = 3  # lines, encodings that are named
_READ = 2000  # lines that show how plausible an encoding is
_SINGLE = ("cp1252", "iso-8859-1", "cp850", "cp1256", "iso-8859-6")
_FRENCH = frozenset("éèêëàâçîïôùûüœÉÈÊËÀÂÇÎÏÔÙÛÜŒ°«»’")
_PRINTED = frozenset(" \t\r\n\f\x1a")


@dataclass(slots=True)
class Seen:
    """The numbers of the lines that show UTF-8, and of those that are not in it, with their bytes
    (personal data: they stay here)."""

    utf8: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    bytes_of: dict[int, bytes] = field(default_factory=dict)

    @property
    def mixed(self) -> bool:
        """No encoding reads both sorts of lines."""
        return bool(self.utf8 and self.other)

    def fitting(self) -> list[str]:
        """The encodings in which every line that is not UTF-8 reads, the most plausible first."""
        lines = list(islice(self.bytes_of.values(), _READ))
        read = [(-plausible(text), at, name) for at, name in enumerate(_SINGLE)
                if lines and (text := _read(lines, name)) is not None]  # fmt: skip
        return [name for _, _, name in sorted(read)]


def look(lines: Iterable[tuple[int, bytes]]) -> Seen:
    """Sort numbered lines by what they show; what is ASCII, or could be either, shows nothing."""
    seen = Seen()
    for number, line in lines:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            seen.other.append(number)
            if len(seen.bytes_of) < _READ:
                seen.bytes_of[number] = line
            continue
        try:
            encodings.check_single_byte(line, "cp1252", number, 0)
        except FormatError as err:
            if err.code == "AZ-F010":
                seen.utf8.append(number)
    return seen


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines from a stream's beginning on, from 1; of a large one those that begin it."""
    stream.seek(0)
    read = 0
    for number, line in enumerate(iter(lambda: stream.readline(_LINE), b""), 1):
        read += len(line)
        if read > LOOKED_AT:
            return
        yield number, line


def told(err: FormatError, stream: BinaryIO, declared: str) -> FormatError:
    """The same refusal with the evidence of all lines: how many are like the one named, which
    encodings would fit, or that the input mixes two. Reads the stream again."""
    if declared in encodings.WIDE or not stream.seekable():
        return err
    seen = look(numbered(stream))
    alike = seen.other if declared == "utf-8" else seen.utf8
    fits = seen.fitting()
    if seen.mixed:
        what, todo = mixture(seen), MENDED
        begin = Text(f"ligne {err.line}, octet {err.offset} : déclaré {declared} ; ",
                     f"line {err.line}, byte {err.offset}: declared {declared}; ")  # fmt: skip
    elif declared == "utf-8" and fits:
        odd = letters(seen, fits)
        begin = Text(f"{err.what[0]} ; ", f"{err.what[1]}; ")
        what = Text(f"{_lines(alike).fr} ; se lisent sans faute : {odd}",
                    f"{_lines(alike).en}; these read without a fault: {odd}")  # fmt: skip
        todo = Text(f"comparez : « encoding: {fits[0]} » si la lettre est la bonne, ou exportez en "
                    "utf-8.",
                    f"compare: `encoding: {fits[0]}` if the letter is right, or export in utf-8.")  # fmt: skip
    elif alike:
        begin, what = Text(f"{err.what[0]} ; ", f"{err.what[1]}; "), _lines(alike)
        todo = Text(*err.todo)
    else:
        return err
    return FormatError(err.code, (begin.fr + what.fr, begin.en + what.en), (todo.fr, todo.en),
                       line=err.line, offset=err.offset)  # fmt: skip


MENDED = Text(
    "refaites l'export dans un seul encodage : aucun « encoding: » ne lit ces deux sortes de lignes.",
    "export it again in one encoding: no `encoding:` reads both sorts of lines.",
)


def mixture(seen: Seen) -> Text:
    """That two encodings are mixed, and on which lines."""
    odd = letters(seen, seen.fitting())
    other = Text(f" ; sans doute {odd}", f"; probably {odd}") if odd else Text("", "")
    return Text(
        f"le fichier mélange deux encodages : {_lines(seen.utf8).fr} en UTF-8 ; "
        f"{_lines(seen.other).fr} autrement{other.fr}",
        f"the file mixes two encodings: {_lines(seen.utf8).en} in UTF-8; {_lines(seen.other).en} "
        f"otherwise{other.en}",
    )


def letters(seen: Seen, names: list[str]) -> str:
    """What the first odd byte is in each encoding: `cp1252 (0xC9 = É), cp850 (╔)`. One letter
    names nobody."""
    byte = next(
        (bytes([one]) for line in seen.bytes_of.values() for one in line if one > 0x7F), b""
    )
    shown = [f"{name} ({byte.decode(name)})" for name in names[:_TOLD]]
    return f"0x{byte.hex().upper()} : " * bool(shown) + ", ".join(shown)


def plausible(text: str) -> float:
    """The share of what is not ASCII that is letters of French, or of Arabic beside Arabic."""
    odd = [letter for letter in text if not letter.isascii()]
    good = sum(letter in _FRENCH for letter in odd)
    arabic = sum("\u0621" <= letter <= "\u0652" for letter in odd)
    controls = sum(not letter.isprintable() and letter not in _PRINTED for letter in text)
    return (max(good, arabic) - 2 * controls) / max(1, len(odd))


def _read(lines: list[bytes], name: str) -> str | None:
    try:
        for line in lines:
            encodings.check_single_byte(line, name, 0, 0)
    except FormatError:
        return None
    return b"\n".join(lines).decode(name)


def _lines(numbers: list[int]) -> Text:
    shown = ", ".join(map(str, numbers[:_TOLD])) + (" …" if len(numbers) > _TOLD else "")
    return Text(f"{len(numbers)} ligne(s) ({shown})", f"{len(numbers)} line(s) ({shown})")
