"""A fixed-width message: segments with their marks, positions, padding, encoding."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azalai.documents import Text

from .message_schema import NOT_LISTED, NOT_THERE, TOO_LONG, Element, refused
from .rendering import NoPlace

ENCODINGS: Mapping[str, str] = {
    "ascii": "us-ascii", "utf-8": "utf-8", "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15", "cp1252": "windows-1252", "cp850": "ibm850",
    "cp1256": "windows-1256", "iso-8859-6": "iso-8859-6",
}  # fmt: skip
"""Name in a mapping -> name in a Content-Type (IANA character sets)."""
LINE_ENDS: Mapping[str, str] = {"crlf": "\r\n", "lf": "\n", "none": ""}
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]").search
"""Finds what would break a line, or be read as something else than text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands in its line: characters `first` to `last` (from 0, last excluded),
    pushed to the `right` or left, filled up with `pad`. An empty one is blanks."""

    first: int
    last: int
    right: bool = False
    pad: str = " "

    @property
    def width(self) -> int:
        """Characters that it has."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a message: segments, `marks` that begin them, the cells inside by path.

    Positions count characters; every line has `length` of them before its end.
    """

    root: Element
    marks: Mapping[str, str]
    cells: Mapping[str, Cell]
    encoding: str
    line_end: str
    length: int

    @property
    def media_type(self) -> str:
        """See `MessageSchema`."""
        return f"text/plain; charset={ENCODINGS[self.encoding]}"

    def elements(self) -> dict[str, Element]:
        """See `MessageSchema`."""
        return self.root.below()

    def admits(self, element: Element, value: str) -> bool:
        """See `MessageSchema`."""
        cell = self.cells[element.path]
        listed = not element.values or value in element.values
        return listed and len(value) <= cell.width and carries(self.encoding, value)

    def takes(self, _element: Element, _field_type: str) -> bool:
        """See `MessageSchema`: any, all is text."""
        return True

    def refusal(self, body: bytes) -> NoPlace | None:
        """See `MessageSchema`. Reads the lines back: length, mark, values, how many segments."""
        return next(self._flaws(body.decode(self.encoding)), None)

    def _flaws(self, text: str) -> Iterator[NoPlace]:
        step = self.length + len(self.line_end)
        seen: dict[str, int] = {}
        if not text or len(text) % step:
            yield refused(self.root.name, TOO_LONG)
            return
        for at in range(0, len(text), step):
            line, end = text[at : at + self.length], text[at + self.length : at + step]
            segment = self.segment(line)
            if segment is None or end != self.line_end:
                yield refused(self.root.name, NOT_THERE)
                return
            seen[segment.path] = seen.get(segment.path, 0) + 1
            yield from self._inside(segment, line)
        for segment in self.root.children:
            count = seen.get(segment.path, 0)
            if (segment.required and not count) or (count > 1 and not segment.many):
                yield refused(segment.path, NOT_THERE)

    def segment(self, line: str) -> Element | None:
        """The segment that a line is, by its mark; None where it is none."""
        fitting = [one for one in self.root.children if line.startswith(self.marks[one.path])]
        return max(fitting, key=lambda one: len(self.marks[one.path]), default=None)

    def _inside(self, segment: Element, line: str) -> Iterator[NoPlace]:
        for element in segment.children:
            cell = self.cells[element.path]
            written = line[cell.first : cell.last]
            if not written.strip(" "):
                if element.required:
                    yield refused(element.path, NOT_THERE)
                continue
            value = written.lstrip(cell.pad) if cell.right else written.rstrip(cell.pad)
            listed = {one.lstrip(cell.pad) if cell.right else one.rstrip(cell.pad)
                      for one in element.values}  # fmt: skip
            if listed and value not in listed:
                yield refused(element.path, NOT_LISTED)


def carries(encoding: str, value: str) -> bool:
    """Whether a line of this encoding can hold the text."""
    try:
        value.encode(encoding)
    except UnicodeEncodeError:
        return False
    return CONTROL(value) is None


NOT_CARRIED = Text(
    "la valeur contient un caractère que l'encodage du message n'a pas",
    "the value holds a character that the message's encoding does not have",
)
