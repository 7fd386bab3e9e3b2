"""Takes the records that follow one another and are written alike, many at once."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, repeat

from lxml import etree

from azalai.errors import FormatError
from azalai.formats import encodings
from azalai.formats.xml_bytes import BLOCK, CHUNK, Held
from azalai.formats.xml_layout import Layout, Order, layout, sound, unescaped
from azalai.formats.xml_paths import Part, Reader
from azalai.plugin.format import Rows

SMALL = 4_096
"""Bytes that are looked at where few records are alike; else `BLOCK`."""
LOOKS = 500
"""Records of an input that are looked at for their order of elements, at most."""
MOST_PAUSED = 63
"""Records that are left to the parser before the next look, where none was alike, at most."""


class RowReader:
    """Reads records by the layout of those that the parser has read, from where one has ended.

    What it takes is plain: a start tag with declared attributes, declared elements that hold
    nothing but characters, at most one each and in one order, end tags. In such a record the
    parser could find nothing wrong: its names are in scope as in the record before, the depth is
    that of the declared elements. Everything else is left to the parser.
    """

    def __init__(self, held: Held, reader: Reader, record: str, encoding: str, digest: str) -> None:
        # the end tag of records as it is written, once one has begun; till then as it may be
        self.close = f"</{record}>".encode(encoding, "replace")
        self._held = held
        self._reader = reader
        self._encoding = encoding
        self._digest = digest
        self._order = Order()
        self._looks = LOOKS
        self._made: dict[tuple[str, int], Layout | None] = {}
        self._layout: Layout | None = None
        self._parent: etree._Element | None = None  # whose children the layout is of
        self._tag = ""  # as values and paths have it
        self._size = BLOCK  # bytes to look at
        self._misses = self._pause = 0

    def begins(self, record: etree._Element) -> None:
        """A record begins, the parser says."""
        written = _written(record)
        if record.getparent() is not self._parent or written != self._written():
            self._parent, self._layout = record.getparent(), None
            self.close = f"</{written}>".encode(self._encoding)

    def learn(self, record: etree._Element, depth: int) -> None:
        """A record has ended, with room for `depth` levels in it: learn how it is written."""
        if self._parent is None or (self._layout is not None and not self._looks):
            return
        name = etree.QName(record)
        if name.namespace != self._parent.nsmap.get(record.prefix) or (
            (name.namespace or "") != self._reader.namespace
        ):
            return
        self._looks = max(0, self._looks - 1)
        places = _places(record, self._reader.root, self._reader, "")
        if places is None:
            return
        if self._order.learn(places):
            self._made.clear()
            self._layout, self._pause = None, 0
        if self._layout is None:
            self._tag, of = self._reader.local(record.tag), (self._written(), depth)
            if of not in self._made:
                self._made[of] = layout(self._reader.root, of[0], self._order, depth)
            self._layout = self._made[of]

    def take(self, path: str, seen: dict[str, int], number: int) -> Rows | None:
        """The records that come next, None where the parser must read the next one.

        `path` is their parent's, `seen` counts its children by name, `number` is the last one's.
        """
        if self._layout is None or self._pause:
            self._pause = max(0, self._pause - 1)
            return None
        held = self._held
        block = held.block(self.close, self._size) or held.block(self.close, BLOCK)
        text, by_line = self._text(block)
        found = self._layout.records(text)
        while found and not (end := _end(text, found[-1], by_line=by_line)):
            found.pop()
        if not found:
            self._missed()
            return None
        line, count = held.line, len(text[:end].encode(self._encoding))
        held.take(count)
        self._misses = 0
        self._size = BLOCK if count == len(block) else max(SMALL, min(BLOCK, 2 * count))
        nth = seen.get(self._tag, 0) + 1
        seen[self._tag] = nth + len(found) - 1
        return Rows(self._digest, self._layout.names, number + 1, _cells(found, text),
                    _lines(found, text, line), None, self._tag, f"{path}/{self._tag}", nth,
                    partial(_values, self._layout, found))  # fmt: skip

    def _text(self, block: bytes) -> tuple[str, bool]:
        """A block as far as it is what was declared; and whether only whole lines of it count."""
        by_line = self._encoding != "utf-8" and not block.isascii()
        if by_line:  # a line is checked as a whole, one that is longer in pieces
            block = block[: block.rfind(b"\n") + 1]
            if max(map(len, block.split(b"\n"))) >= CHUNK:
                return "", by_line
        try:
            text = encodings.decode_lines(block, self._encoding)
        except (FormatError, UnicodeDecodeError):
            return "", by_line
        return sound(block, text, self._written()), by_line

    def _missed(self) -> None:
        """Look at less the next time, in the end not at each record."""
        if self._size > SMALL:
            self._size = max(SMALL, self._size // 8)
        else:
            self._misses = min(2 * self._misses + 1, MOST_PAUSED)
            self._pause = self._misses

    def _written(self) -> str:
        return self.close[2:-1].decode(self._encoding)


def _written(element: etree._Element) -> str:
    """An element's tag as it stands in the file."""
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name


def _places(
    element: etree._Element, part: Part, reader: Reader, path: str
) -> dict[str, list[str]] | None:
    """The steps at each place of a record; None where a layout could not be read from it."""
    found = {path: [f"@{key!s}" for key in element.attrib]}
    for child in element:
        name = reader.local(child.tag) if isinstance(child.tag, str) else ""
        known = part.below.get(name)
        if known is None or known.repeated or name in found[path]:
            return None
        found[path].append(name)
        if known.below:
            inner = _places(child, known, reader, f"{path}/{name}")
            if inner is None:
                return None
            found.update(inner)
    return found if part.below.keys() >= set(found[path]) else None


def _end(text: str, record: re.Match[str], *, by_line: bool) -> int:
    """Where a record and the blanks after it end; `by_line`, where the last of its lines does, 0
    where another record is on it."""
    if not by_line:
        return record.end()
    end = text.rfind("\n", 0, record.end()) + 1
    return end if end > text.rfind(">", 0, record.end()) else 0


def _cells(found: Sequence[re.Match[str]], text: str) -> list[Sequence[str]]:
    if "&" in text or "\r" in text:
        return [[unescaped(cell) for cell in one.groups("")] for one in found]
    return [one.groups("") for one in found]


def _lines(found: Sequence[re.Match[str]], text: str, line: int) -> list[int]:
    """The line of each record's beginning, where `text` begins at `line`."""
    starts = [one.start() for one in found]
    return list(accumulate(map(text.count, repeat("\n"), [0, *starts], starts), initial=line))[1:]


def _values(written: Layout, found: Sequence[re.Match[str]], at: int) -> dict[str, str]:
    return written.values(found[at])
