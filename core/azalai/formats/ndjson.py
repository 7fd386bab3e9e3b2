"""NDJSON: one JSON object a line, each line on its own."""

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from azalai.address import Address
from azalai.formats import encodings, lines
from azalai.formats.json_records import Flaw, readers, strange, unreadable
from azalai.formats.json_text import DEEP, Decoder
from azalai.formats.lines import Lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

_BROKEN: Flaw = ("AZ-F045", "JSON mal formé", "malformed JSON")
_NUL: Flaw = ("AZ-F032", "octet nul", "a NUL byte")


class NdJson:
    """Reads NDJSON. Settings (`file:`): `encoding`, `ends_with` (see `lines`)."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self._encoding = encodings.named(settings.text("encoding"), wide=True)
        self._whole = settings.text("ends_with", "newline", among=lines.ENDS_WITH) == "newline"
        settings.done()
        self._reader = readers(shapes, ("",))[""]

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. A bad line is unreadable, the others go on; blank lines are none."""
        source, decoder, number = Lines(stream, self._encoding), Decoder(), 0
        reported: set[str] = set()
        for raw in source.raws():
            text = source.text(raw).strip(" \t\r\n")
            if not text:
                continue
            number += 1
            place = Address(digest, number, source.line, source.offset - len(raw))
            value, flaw = _value(decoder, text)
            if not source.whole and flaw == _BROKEN:
                why = "l'objet n'est pas fermé", "the object is not closed"
                raise lines.cut(source.line, why)
            if flaw or not isinstance(value, dict):
                yield unreadable(place, flaw)
                continue
            yield RawRecord(place, self._reader.values(value))
            yield from strange(self._reader, reported, place)
        if source.line == 0:
            raise lines.empty()
        if self._whole and not source.whole:
            raise lines.cut(source.line, lines.NO_LINE_END, waive=True)
        yield from source.doubt()
        yield Ending(None, marked=False)


def _value(decoder: Decoder, text: str) -> tuple[object, Flaw | None]:
    try:
        value, end = decoder.value(text, 0)
    except json.JSONDecodeError:
        return None, _NUL if "\0" in text else _BROKEN
    except RecursionError:
        return None, DEEP
    return value, decoder.flaw if end == len(text) else _BROKEN
