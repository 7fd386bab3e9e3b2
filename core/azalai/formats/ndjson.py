"""NDJSON: one JSON object a line, each line on its own."""

import json
import sys
from collections.abc import Generator, Iterator, Sequence
from typing import BinaryIO

from azalai.address import Address
from azalai.formats import encodings, lines
from azalai.formats.json_records import Flaw, readers, strange, unreadable
from azalai.formats.json_text import DEEP, Decoder
from azalai.formats.lines import Lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, Mark, RawRecord, Reached, Shape, Unreadable

_BROKEN: Flaw = ("AZ-F045", "JSON mal formé", "malformed JSON")
_NUL: Flaw = ("AZ-F032", "octet nul", "a NUL byte")


class NdJson:
    """Reads NDJSON. Settings (`file:`): `encoding`, `ends_with` (see `lines`)."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"), wide=True)
        self._whole = settings.text("ends_with", "newline", among=lines.ENDS_WITH) == "newline"
        settings.done()
        self._reader = readers(shapes, ("",))[""]
        self.divides = self.encoding not in encodings.WIDE
        self.lines_before = 0

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. A bad line is unreadable, the others go on; blank lines are none."""
        source = Lines(stream, self.encoding)
        yield from self._lines(source, digest, 0, None)
        self._check_end(source)
        yield from source.doubt()
        yield Ending(None, marked=False)

    def read_part(
        self, stream: BinaryIO, digest: str, begin: Mark | None, until: int | None
    ) -> Iterator[RawRecord | Unreadable | Finding | Reached]:
        """See `Divisible.read_part`."""
        source = Lines(stream, self.encoding)
        number = source.jump(begin)
        number = yield from self._lines(source, digest, number, until)
        if until is None:
            self._check_end(source)
        yield source.reached(number)

    def _lines(
        self, source: Lines, digest: str, number: int, until: int | None
    ) -> Generator[RawRecord | Unreadable | Finding, None, int]:
        """The records that begin before `until`; gives their number."""
        decoder, reported, stop = Decoder(), set[str](), sys.maxsize if until is None else until
        for raw in source.raws() if source.offset < stop else ():
            if text := source.text(raw).strip(" \t\r\n"):
                number += 1
                place = Address(digest, number, source.line, source.offset - len(raw))
                yield from self._record(source, decoder, text, place, reported)
            if source.offset >= stop:
                break
        return number

    def _record(
        self, source: Lines, decoder: Decoder, text: str, place: Address, reported: set[str]
    ) -> Iterator[RawRecord | Unreadable | Finding]:
        value, flaw = _value(decoder, text)
        if not source.whole and flaw == _BROKEN:
            raise lines.cut(source.line, ("l'objet n'est pas fermé", "the object is not closed"))
        if flaw or not isinstance(value, dict):
            yield unreadable(place, flaw)
            return
        yield RawRecord(place, self._reader.values(value))
        yield from strange(self._reader, reported, place)

    def _check_end(self, source: Lines) -> None:
        if source.line == 0:
            raise lines.empty()
        if self._whole and not source.whole:
            raise lines.cut(source.line, lines.NO_LINE_END, waive=True)


def _value(decoder: Decoder, text: str) -> tuple[object, Flaw | None]:
    try:
        value, end = decoder.value(text, 0)
    except json.JSONDecodeError:
        return None, _NUL if "\0" in text else _BROKEN
    except RecursionError:
        return None, DEEP
    return value, decoder.flaw if end == len(text) else _BROKEN
