"""The shared strings of an old xls workbook: how long each is ([MS-XLS] 2.4.265)."""

import struct
from collections.abc import Iterable, Iterator

from azalai.errors import FormatError
from azalai.formats.workbook_facts import no_workbook

_SST, _CONTINUE = 0x00FC, 0x003C
_WIDE, _PHONETIC, _RICH = 1, 4, 8  # flags of a string, [MS-XLS] 2.5.293
UTF8 = 3  # bytes a character at most, once decoded


def lengths(stream: bytes, records: Iterable[tuple[int, int, int]]) -> list[int]:
    """The bytes of each shared string, at most, among the records of the first substream."""
    parts: list[bytes] = []
    for kind, at, length in records:
        if kind == _SST or (kind == _CONTINUE and parts):
            parts.append(stream[at : at + length])
        elif parts:
            break
    return list(_Strings(parts).lengths()) if parts else []


class _Strings:
    """Reads through the parts: a string goes on in the next one, its flags said again."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts
        self._part = 0
        self._at = 8

    def lengths(self) -> Iterator[int]:
        (count,) = struct.unpack_from("<I", self._parts[0], 4)
        for _ in range(count):
            characters, flags = struct.unpack("<HB", self._take(3))
            runs = struct.unpack("<H", self._take(2))[0] if flags & _RICH else 0
            phonetic = struct.unpack("<I", self._take(4))[0] if flags & _PHONETIC else 0
            self._characters(characters, flags)
            self._take(runs * 4 + phonetic)
            yield characters * UTF8

    def _take(self, size: int) -> bytes:
        taken = b""
        while True:
            piece = self._parts[self._part][self._at : self._at + size - len(taken)]
            taken += piece
            self._at += len(piece)
            if len(taken) == size:
                return taken
            self._next()

    def _characters(self, count: int, flags: int) -> None:
        while count:
            width = 1 + (flags & _WIDE)
            here = min(count, (len(self._parts[self._part]) - self._at) // width)
            self._at += here * width
            count -= here
            if count:
                self._next()
                flags = self._take(1)[0]

    def _next(self) -> None:
        self._part += 1
        self._at = 0
        if self._part >= len(self._parts):
            raise _damaged()


def _damaged() -> FormatError:
    return no_workbook("textes d'un xls abîmés", "damaged texts of an xls")
