"""Fixed-width lines, several segment types in one file."""

import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import BinaryIO

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError
from azalai.formats import counting, encodings, lines
from azalai.formats.lines import Lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, Mark, RawRecord, Reached, Shape, Unreadable

Cuts = tuple[tuple[str, int, int], ...]  # name, first (from 0), last (excluded)


class FixedWidth:
    """Reads fixed-width lines. Settings (`file:`):

    `encoding`; `counts` (`characters` or `bytes`); `segment_at` (positions of the segment type;
    without it there is one type); `header` and `trailer` (segment types of the first and last
    line, never records); `count_at` (positions, in the trailer, of the number of lines that are
    records, or with `counted: all lines` of all but empty ones, header and trailer too);
    `line_length` (every record has exactly this length); `ends_with` (see `lines`).
    Values lose the blanks at their end.
    """

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        self.encoding = encodings.named(settings.text("encoding"), wide=True)
        counts = settings.text("counts", "characters", among=("characters", "bytes"))
        self._bytes = counts == "bytes"
        if self._bytes and self.encoding in encodings.WIDE:
            raise ConfigurationError(
                "`file: counts` is characters where the encoding is UTF-16",
                fr="« file: counts » vaut characters quand l'encodage est UTF-16",
            )
        self._segment_at = settings.span("segment_at")
        self._header = settings.text("header")
        self._trailer = settings.text("trailer")
        self._count_at = settings.span("count_at")
        counted = settings.text("counted", "records", among=("records", "all lines"))
        self._ends_counted = int(counted != "records") * (1 + (self._header is not None))
        self._length = settings.number("line_length")
        self._whole = settings.text("ends_with", "newline", among=lines.ENDS_WITH) == "newline"
        settings.done()
        self._segments = _segments(shapes)
        self._gaps = {tag: _gaps(cuts, self._segment_at) for tag, cuts in self._segments.items()}
        self._overflowed: set[str] = set()
        ends = self._header or self._trailer
        self.divides = not ends and self.encoding not in encodings.WIDE
        self.lines_before = 0
        mixed = len(self._segments) != 1 or self._header or self._trailer
        if self._segment_at is None and mixed:
            raise ConfigurationError(
                "`file: segment_at` is missing: the file has segments",
                fr="« file: segment_at » manque : le fichier a des segments",
            )
        if self._count_at and not self._trailer:
            raise ConfigurationError(
                "`file: count_at` needs `trailer`", fr="« file: count_at » a besoin de « trailer »"
            )

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. A line is one record, one of blanks too; an empty line is none."""
        source = Lines(stream, self.encoding)
        number, end = yield from self._lines(source, digest, 0, None)
        if end is not None:
            yield from self._ended(source, end, number)
            return
        self._check_end(source)
        yield from source.doubt()
        yield Ending(None, marked=False)

    def read_part(
        self, stream: BinaryIO, digest: str, begin: Mark | None, until: int | None
    ) -> Iterator[RawRecord | Unreadable | Finding | Reached]:
        """See `Divisible.read_part`."""
        source = Lines(stream, self.encoding)
        number = source.jump(begin)
        number, _ = yield from self._lines(source, digest, number, until)
        if until is None:
            self._check_end(source)
        yield source.reached(number)

    def _lines(
        self, source: Lines, digest: str, number: int, until: int | None
    ) -> Generator[RawRecord | Unreadable | Finding, None, tuple[int, str | bytes | None]]:
        """The records that begin before `until`; gives their number and the end line, if seen."""
        header_due, stop = self._header is not None, sys.maxsize if until is None else until
        for raw in source.raws() if source.offset < stop else ():
            text = source.text(raw).rstrip("\r\n")
            if text and (text.strip(" \x1a") or "\x1a" not in text):
                line: str | bytes = raw.rstrip(b"\r\n") if self._bytes else text
                if self._bytes and source.line == 1:
                    line = text.encode(self.encoding)  # without the byte order mark
                tag = self._tag(line)
                if header_due:
                    header_due = False
                    if tag != self._header:
                        raise lines.no_header(source.line)
                    continue
                if tag == self._trailer and tag is not None:
                    return number, line
                number += 1
                at = source.offset - len(raw)
                address = Address(digest, number, source.line, at, tag or None)
                found = self._record(address, tag or "", line, source)
                if found.__class__ is RawRecord and (place := self._filled(tag or "", line)):
                    yield _undeclared(source.line, tag, place)
                yield found
            if source.offset >= stop:
                break
        return number, None

    def _tag(self, line: str | bytes) -> str | None:
        if self._segment_at is None:
            return next(iter(self._segments))
        first, last = self._segment_at
        cell = line[first - 1 : last]
        return self._plain(cell) if isinstance(cell, bytes) else cell

    def _record(
        self, address: Address, tag: str, line: str | bytes, source: Lines
    ) -> RawRecord | Unreadable:
        nul, source.nul = source.nul, False
        cuts = self._segments.get(tag)
        if cuts is None:
            return lines.unknown_segment(address)
        needed = self._length or max(last for _, _, last in cuts)
        if len(line) < needed or (self._length and len(line) > needed):
            if len(line) < needed and not source.whole:
                raise lines.cut(source.line, _length(len(line), needed))
            return _wrong_length(address, len(line), needed)
        if nul:
            return _damaged(address)
        if isinstance(line, str):
            return RawRecord(address, {n: line[a:b].rstrip() for n, a, b in cuts}, tag)
        try:
            values = {n: line[a:b].decode(self.encoding).rstrip() for n, a, b in cuts}
        except UnicodeDecodeError:
            return _damaged(address)
        return RawRecord(address, values, tag)

    def _filled(self, tag: str, line: str | bytes) -> str:
        """Positions that no field covers and that are filled, once a type of line; else ""."""
        if tag in self._overflowed:
            return ""
        for first, last in self._gaps[tag]:
            if line[first:last].strip():
                self._overflowed.add(tag)
                return f"{first + 1}-{min(last, len(line))}"
        return ""

    def _ended(self, source: Lines, line: str | bytes, number: int) -> Iterator[Finding | Ending]:
        at = source.line
        for raw in source.raws():
            if source.text(raw).strip("\r\n \x1a"):
                raise lines.after_end(source.line)
        count = None
        if self._count_at:
            cell = line[self._count_at[0] - 1 : self._count_at[1]]
            text = self._plain(cell) if isinstance(cell, bytes) else cell
            if len(cell) <= self._count_at[1] - self._count_at[0] and not source.whole:
                raise lines.cut(at, lines.NO_TRAILER)
            count = counting.stated(text)
            if finding := counting.compare(
                count, number + self._ends_counted, at, what_of=counting.LINES
            ):
                yield finding
        yield from source.doubt()
        yield Ending(None if count is None else count - self._ends_counted, marked=True)

    def _plain(self, cell: bytes) -> str:
        return cell.decode(self.encoding, "replace")

    def _check_end(self, source: Lines) -> None:
        if source.line == 0:
            raise lines.empty()
        if self._trailer is not None:
            raise lines.cut(source.line, lines.NO_TRAILER)
        if self._whole and not source.whole:
            raise lines.cut(source.line, lines.NO_LINE_END, waive=True)


def _segments(shapes: Sequence[Shape]) -> Mapping[str, Cuts]:
    """The cuts of each segment type, of all shapes together."""
    fields: dict[str, dict[str, tuple[int, int]]] = {}
    for tag, spans in (pair for shape in shapes for pair in shape.segments.items()):
        known = fields.setdefault(tag, {})
        for name, span in spans.items():
            if known.setdefault(name, span) != span:
                raise ConfigurationError(
                    f"`segments: {tag}: {name}` has two places",
                    fr=f"« segments: {tag}: {name} » a deux positions",
                )
    if not fields or not all(fields.values()):
        raise ConfigurationError(
            "`segments:` names no field", fr="« segments: » ne nomme aucun champ"
        )
    return {
        tag: tuple((name, first - 1, last) for name, (first, last) in spans.items())
        for tag, spans in fields.items()
    }


def _gaps(cuts: Cuts, tag: tuple[int, int] | None) -> tuple[tuple[int, int], ...]:
    """The positions that no field covers, the last of them without an end."""
    spans = [(first, last) for _, first, last in cuts] + ([(tag[0] - 1, tag[1])] if tag else [])
    found, at = [], 0
    for first, last in sorted(spans):
        if first > at:
            found.append((at, first))
        at = max(at, last)
    return (*found, (at, sys.maxsize))


def _undeclared(line: int, tag: str | None, place: str) -> Finding:
    kind = f" ({tag})" if tag else ""
    what = Text(f"ligne {line}{kind} : les positions {place} sont remplies et aucun champ ne les"
                " déclare",
                f"line {line}{kind}: the positions {place} are filled and no field declares"
                " them")  # fmt: skip
    todo = Text("donnez-leur un nom sous « segments: », puis un champ ou « ignored, <pourquoi> ».",
                "give them a name under `segments:`, then a field or `ignored, <why>`.")  # fmt: skip
    return Finding("AZ-F029", what, todo)


def _length(found: int, needed: int) -> tuple[str, str]:
    return f"longueur {found} au lieu de {needed}", f"length {found} instead of {needed}"


def _wrong_length(address: Address, found: int, needed: int) -> Unreadable:
    fr, en = _length(found, needed)
    what = Text(f"ligne {address.line} : {fr}", f"line {address.line}: {en}")
    todo = Text("la ligne est incomplète ou décalée ; refaites l'export.",
                "the line is incomplete or shifted; export it again.")  # fmt: skip
    return Unreadable(address, "AZ-F033", what, todo)


def _damaged(address: Address) -> Unreadable:
    what = Text(f"ligne {address.line} : octet nul, ou caractère coupé",
                f"line {address.line}: a NUL byte, or a cut character")  # fmt: skip
    todo = Text("vérifiez « counts: » (bytes ou characters), ou refaites l'export.",
                "check `counts:` (bytes or characters), or export again.")  # fmt: skip
    return Unreadable(address, "AZ-F032", what, todo)
