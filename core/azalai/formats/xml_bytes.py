"""The bytes of an XML input: those that are read and not yet taken, and where they stand."""

import re
from typing import BinaryIO

CHUNK = 65_536
BLOCK = 262_144
_BLANKS = re.compile(rb"[ \t\r\n]*+")


class Held:
    """What of a stream is read and not yet taken. `line` and `offset` are of its first byte."""

    def __init__(self, stream: BinaryIO) -> None:
        self.line, self.offset = 1, 0
        self._stream = stream
        self._data, self._at = b"", 0
        self._line_begin = 0
        self._at_end = False

    @property
    def inside(self) -> int:
        """How many bytes of the chunk that comes next are taken already."""
        return (self.offset - self._line_begin) % CHUNK

    def chunk(self, *, more: bool = False) -> bytes:
        """A line, or 64 KB of a longer one, as far as it is held; nothing at the end. Where there
        may be `more`, the lines after it too, as long as no tag ends in any."""
        room = CHUNK - (self.offset - self._line_begin) % CHUNK
        at = self._at
        if len(self._data) - at < room and not self._at_end:
            self._fill(room)
            at = 0
        end = self._data.find(b"\n", at, at + room) + 1
        if more and end and self._data.find(b">", at, end) < 0:
            tag = self._data.find(b">", end, at + room)
            end = self._data.rfind(b"\n", at, tag if tag >= 0 else at + room) + 1
        return self._data[at : end or at + room]

    def piece(self, mark: bytes, end: int) -> tuple[bytes, bool]:
        """What is held up to offset `end`, or up to `mark` and the blanks after it, and whether
        `mark` is there."""
        limit = self._at + end - self.offset
        found = self._data.find(mark, self._at, limit) if mark else -1
        if found >= 0:
            after = _BLANKS.match(self._data, found + len(mark), limit)
            limit = after.end() if after else limit
        return self._data[self._at : limit], found >= 0

    def block(self, mark: bytes, size: int) -> bytes:
        """Of what comes next, about so many bytes, what ends with `mark` and blanks."""
        if len(self._data) - self._at < size and not self._at_end:
            self._fill(size)
        found = self._data.rfind(mark, self._at, self._at + size)
        after = _BLANKS.match(self._data, found + len(mark)) if found >= 0 else None
        return self._data[self._at : after.end()] if after else b""

    def take(self, count: int) -> int:
        """Go on by so many bytes that are held; gives how many line ends are in them."""
        end = self._at + count
        last = self._data.rfind(b"\n", self._at, end)
        lines = 0
        if last >= 0:
            lines = self._data.count(b"\n", self._at, last) + 1
            self._line_begin = self.offset + last + 1 - self._at
            self.line += lines
        self.offset += count
        self._at = end
        return lines

    def _fill(self, size: int) -> None:
        """Have so many bytes at hand, if there are, from the first place on."""
        held = [self._data[self._at :]]
        size -= len(held[0])
        while size > 0 and (more := self._stream.read(max(size, BLOCK))):
            held.append(more)
            size -= len(more)
        self._at_end = size > 0
        self._data, self._at = b"".join(held), 0
