"""Several lines that make one record: a first line and those that follow it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from azalai.address import Address
from azalai.errors import ConfigurationError
from azalai.formats.group_flaws import Apart, Flaw, Strays, no_end, no_parent, too_long, unlike
from azalai.formats.group_keys import Seen
from azalai.formats.group_layout import (
    Cell,
    Lay,
    above,
    by_row,
    by_segment,
    no_such,
    parts_of,
    read_columns,
)
from azalai.formats.settings import Settings
from azalai.plugin.format import (
    Ending,
    Finding,
    Format,
    HasFilesBeside,
    RawRecord,
    Shape,
    Unreadable,
)

SETTINGS = ("record_starts", "record_ends", "rows_with_same", "lines_max")
LINES = 1_000  # of one record, unless `lines_max` says otherwise
LINES_MOST = 100_000
TEXT = 4_000_000  # characters of one record's values
Item = RawRecord | Unreadable | Finding | Ending


class Grouped:
    """Reads records of several lines out of another format's. Settings (`file:`):

    `record_starts` (segment types that begin a record; the lines up to the next one belong to it);
    `record_ends` (segment types of the last line of every record: it must be there);
    `rows_with_same` (a column: lines that follow each other with the same value are one record;
    beside `record_starts` every line of a record must have it); `lines_max` (lines of a record).

    One raw record is one group of lines. A line that belongs to none is unreadable by itself; a
    group with an unreadable line, too many lines, no end, or two values where one is due is
    unreadable as a whole. Lines with the same value that stand apart are not put together: the
    later ones are unreadable, and the run is held.
    """

    def __init__(self, shapes: Sequence[Shape], make: Callable[[Sequence[Shape]], Format]) -> None:
        settings = Settings({n: v for n, v in shapes[0].settings.items() if n in SETTINGS})
        self.starts = frozenset(settings.texts("record_starts"))
        self.ends = frozenset(settings.texts("record_ends"))
        self.key = settings.text("rows_with_same") or ""
        self.lines = settings.number("lines_max", LINES) or LINES
        if self.lines > LINES_MOST:
            raise ConfigurationError(f"`file: lines_max` is at most {LINES_MOST}",
                                     fr=f"« file: lines_max » vaut au plus {LINES_MOST}")  # fmt: skip
        inner = [_inner(shape, rows=not self.starts) for shape in shapes]
        if self.starts:
            self.lays = by_segment(shapes, self.starts, self.key)
            self._check_segments(shapes)
        else:
            if self.ends:
                raise _needs_starts("record_ends")
            lay = by_row(shapes)
            self.lays = dict.fromkeys(("", *(t for s in shapes for t in s.segments)), lay)
            if self.key not in {c.read_as for _, cells in lay.parts for c in cells}:
                raise no_such("rows_with_same", self.key)
        self.parts = frozenset(p for s in shapes for p in parts_of(s.columns))
        self._format = make(inner)

    @property
    def files(self) -> tuple[str, ...]:
        """Those of the format whose lines it groups."""
        return self._format.files if isinstance(self._format, HasFilesBeside) else ()

    def beside(self, streams: Mapping[str, BinaryIO]) -> None:
        """See `HasFilesBeside`."""
        if isinstance(self._format, HasFilesBeside):
            self._format.beside(streams)

    def read(self, stream: BinaryIO, digest: str) -> Iterator[Item]:
        """See `Format.read`. The address is that of the record's first line."""
        yield from _Pass(self, digest).run(self._format.read(stream, digest))

    def lay(self, tag: str) -> Lay:
        """The layout of a line of this type: a sheet has the layout of every row."""
        return self.lays.get(tag) or self.lays[""]

    def _check_segments(self, shapes: Sequence[Shape]) -> None:
        for name, tags in (("record_starts", self.starts), ("record_ends", self.ends)):
            for tag in sorted(tags):
                if tag not in self.lays and all(shape.tag is None for shape in shapes):
                    raise no_such(name, tag)
        for shape in shapes:
            for tag, fields in shape.segments.items():
                if self.key and self.key not in fields:
                    raise ConfigurationError(
                        f"`segments: {tag}` has no `{self.key}`, which `rows_with_same` names",
                        fr=f"« segments: {tag} » n'a pas de « {self.key} », que nomme"
                           " « rows_with_same »")  # fmt: skip


class _Pass:
    """One reading: the group at hand, and what is known of those before it."""

    def __init__(self, settings: Grouped, digest: str) -> None:
        self._settings = settings
        self._digest = digest
        self._number = 0
        self._group: _Group | None = None
        self._torn: int | None = None  # a line between two records that nobody could read
        self._seen = Seen()
        self._strays, self._apart = Strays(), Apart(settings.key)

    def run(self, items: Iterator[Item]) -> Iterator[Item]:
        for item in items:
            if isinstance(item, RawRecord):
                yield from self._line(item)
            elif isinstance(item, Unreadable):
                yield from self._damaged(item)
            elif isinstance(item, Ending):
                yield from self._flush()
                yield from self._strays.finding()
                yield from self._apart.finding()
                yield Ending(None, item.marked)  # a count it states is of lines, and was compared
            else:
                yield item

    def _line(self, line: RawRecord) -> Iterator[Item]:
        shape, group = self._settings, self._group
        key = str(line.values.get(shape.key) or "").strip() if shape.key else ""
        if shape.starts and line.tag not in shape.starts:
            if group is None or not group.may_have(key):
                yield self._stray(line.address)
                return
        elif shape.starts or group is None or not group.goes_on(key, line.address):
            yield from self._flush()
            group = self._begin(line.address, line.tag, key)
        self._torn = None
        group.add(line)

    def _begin(self, address: Address, tag: str, key: str | None) -> "_Group":
        group = self._group = _Group(self._settings, address, tag, key)
        if self._torn is not None:
            group.torn(self._torn)
        if key and self._seen.again(key, address.line or address.number):
            group.flaw = self._apart.add(group.address)
        return group

    def _damaged(self, line: Unreadable) -> Iterator[Item]:
        """A line that cannot be read may belong to the record at hand, or, in a file of rows, to
        the next one: neither is taken for whole."""
        at = line.address.line or line.address.number
        if line.address.part in self._settings.starts:
            yield from self._flush()
            self._begin(line.address, line.address.part or "", None)
        if self._group is None or self._group.ended:
            self._number += 1
            yield replace(line, address=replace(line.address, number=self._number))
        else:
            self._group.damaged(line)
        if not self._settings.starts:
            self._torn = at

    def _stray(self, address: Address) -> Unreadable:
        self._number += 1
        return self._strays.add(replace(address, number=self._number))

    def _flush(self) -> Iterator[Item]:
        group, self._group = self._group, None
        if group is not None:
            self._number += 1
            group.address = replace(group.address, number=self._number)
            yield group.made()


class _Group:
    """The lines of one record so far. Without a `key` its first line could not be read."""

    def __init__(self, settings: Grouped, address: Address, tag: str, key: str | None) -> None:
        self.address, self.tag, self.key = address, tag, key
        self.flaw: Flaw | None = None
        self.ended = False
        self._settings = settings
        self._values: dict[str, Any] = {}
        self._open: dict[str, dict[str, Any]] = {"": self._values}
        self._lines = self._size = 0
        self._last = address.line or 0

    def may_have(self, key: str) -> bool:
        """Whether a line with this key may belong to it."""
        return not self.ended and self.key in (None, key)

    def goes_on(self, key: str, address: Address) -> bool:
        """Whether the next row is one of it."""
        return bool(key) and key == self.key and address.part == self.address.part

    def add(self, line: RawRecord) -> None:
        """Take one more line; what is wrong with it makes the whole unreadable."""
        shape = self._settings
        self._lines += 1
        self._last = line.address.line or self._last
        if line.tag in shape.ends:
            self.ended = True
        if self.flaw is not None:
            return
        self._size += sum(len(v) for v in line.values.values() if v.__class__ is str)
        if self._lines > shape.lines or self._size > TEXT:
            self._fail(too_long(self.address, shape.lines, TEXT))
            return
        for part, cells in shape.lay(line.tag).parts:
            self._part(part, cells, line)

    def torn(self, line: int) -> None:
        """An unreadable line stood just before: it may have been this record's."""
        self._fail(Flaw.torn(self.address, line))

    def damaged(self, line: Unreadable) -> None:
        """One of the lines cannot be read."""
        if self._lines or line.address.line != self.address.line:
            self._fail(Flaw.damaged(self.address, line))
        else:
            self._fail(Flaw(line.code, line.what, line.todo))

    def made(self) -> RawRecord | Unreadable:
        """The raw record, or why there is none."""
        if self._settings.ends and not self.ended and self.flaw is None:
            self._fail(no_end(self.address, self._last))
        if self.flaw is not None:
            return Unreadable(self.address, self.flaw.code, self.flaw.what, self.flaw.todo)
        return RawRecord(self.address, self._values, self.tag)

    def _fail(self, flaw: Flaw) -> None:
        if self.flaw is None:
            self.flaw = flaw
            self._values.clear()
            self._open = {"": self._values}

    def _part(self, part: str, cells: Sequence[Cell], line: RawRecord) -> None:
        into = self._values if not part else self._new(part, line)
        if into is None or self.flaw is not None:
            return
        for cell in cells:
            value = line.values.get(cell.read_as, "")
            if part:
                into[cell.name] = value
            elif self._lines == 1:
                into[cell.name] = [value] if cell.rule == "repeated" else value
            else:
                self._again(into, cell, value, line)

    def _new(self, part: str, line: RawRecord) -> dict[str, Any] | None:
        """A new occurrence of a part, in the last one of the part around it."""
        outer = above(part, self._settings.parts)
        around = self._open.get(outer)
        if around is None:
            self._fail(no_parent(self.address, line.address, line.tag, outer))
            return None
        for below in [name for name in self._open if name.startswith(part + "/")]:
            del self._open[below]
        made: dict[str, Any] = {}
        around.setdefault(part[len(outer) + 1 :] if outer else part, []).append(made)
        self._open[part] = made
        return made

    def _again(self, into: dict[str, Any], cell: Cell, value: Any, line: RawRecord) -> None:
        """A value of the record itself on a later line."""
        if cell.rule == "repeated":
            into.setdefault(cell.name, []).append(value)
        elif self._settings.starts:
            if cell.read_as == self._settings.key:
                return
            if cell.name in into:
                before = into[cell.name]
                into[cell.name] = [*(before if isinstance(before, list) else [before]), value]
            else:
                into[cell.name] = value
        elif cell.rule != "ignored" and into.get(cell.name, "").strip() != value.strip():
            self._fail(unlike(self.address, line.address, cell.column))


def wanted(settings: Mapping[str, Any]) -> bool:
    """Whether a `file:` block makes records of several lines."""
    return any(name in settings for name in ("record_starts", "rows_with_same", "record_ends"))


def _inner(shape: Shape, *, rows: bool) -> Shape:
    """What the format below is made from: one line, one raw record."""
    settings = {n: v for n, v in shape.settings.items() if n not in SETTINGS}
    columns = read_columns(shape) if rows else shape.columns
    return replace(shape, settings=settings, columns=columns, called={})


def _needs_starts(name: str) -> ConfigurationError:
    return ConfigurationError(f"`file: {name}` needs `record_starts`",
                              fr=f"« file: {name} » a besoin de « record_starts »")  # fmt: skip
