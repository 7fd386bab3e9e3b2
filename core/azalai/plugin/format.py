"""Bytes to raw records with their addresses: pure, run in a child process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, runtime_checkable

from azalai.address import Address
from azalai.documents import NOTHING, Text

# A raw value is a text; where a part repeats, the parts in order, each a map of its own with
# names relative to the part; where a plain value occurs several times, the texts in order.
RawValue = "str | list[str] | list[dict[str, RawValue]]"


@dataclass(slots=True)
class RawRecord:
    """What a format gave: values by name as they stand in the file, and the address.

    `values` holds each declared name that occurs; an absent name and an empty text mean the
    same. `tag` is the sheet, segment type or element that `takes:` compares, "" where the format
    has none. Not frozen: a format makes one a line, and freezing costs a third of the time.
    """

    address: Address
    values: dict[str, Any]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Raw records that follow one another and have the same names: what `read_part` may give in
    their place.

    `number` is that of the first; each has as many cells as there are `names`, and its line and
    byte offset, where the format has them, as in its address. All cells are texts, all tags are
    `tag`. Where there is a `path`, the address's part is that with the record's place among its
    siblings, of which the first has `nth`. Where a cell may be empty for something that is not
    there, `values` gives a record's values as they are.
    """

    digest: str
    names: tuple[str, ...]
    number: int
    cells: Sequence[Sequence[str]]
    lines: Sequence[int]
    offsets: Sequence[int] | None
    tag: str = ""
    path: str = ""
    nth: int = 0
    values: Callable[[int], dict[str, Any]] | None = None

    def record(self, at: int) -> RawRecord:
        """The one at this place, from 0."""
        offset = None if self.offsets is None else self.offsets[at]
        part = f"{self.path}[{self.nth + at}]" if self.path else None
        place = Address(self.digest, self.number + at, self.lines[at], offset, part)
        if self.values is not None:
            return RawRecord(place, self.values(at), self.tag)
        return RawRecord(place, dict(zip(self.names, self.cells[at], strict=True)), self.tag)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One raw record that cannot be read, while the rest of the input can.

    `what` never repeats the record's values.
    """

    address: Address
    code: str
    what: Text
    todo: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the input as a whole that holds its run: a new column, a wrong count.

    `column` is the name of a column, element or member that nobody declared, "" for all else.
    """

    code: str
    what: Text
    todo: Text = NOTHING
    address: Address | None = None
    column: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """The input's own statement about its end: the count it states (None: it states none), and
    whether an end mark was there. The last thing that `read` yields."""

    stated: int | None
    marked: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One line of `columns:`: `rule` is required, optional, ignored or repeated; `also` holds
    other accepted spellings. In nested formats the name is a path, `personnes/personne/nom`."""

    name: str
    rule: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a mapping says of its file: plain data that a format is made from.

    `settings` is the mapping's `file:` block as written (texts, lists of texts, maps of texts),
    without `format` and `empty`. `tag` is what `takes:` names (segment, sheet, element), or None.
    `segments` gives each segment type's fields: name → (first, last), counted from 1, both
    included, for fixed width; in delimited text first and last are the cell's number. `called`
    gives a segment type another name where its lines are part of a record (see `groups`).
    Several mappings of one feed give several shapes of one file.
    """

    format: str
    settings: Mapping[str, Any]
    columns: tuple[Column, ...]
    tag: str | None = None
    segments: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)


class Format(Protocol):
    """Reads one input. Memory does not grow with it."""

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """All raw records of the stream in its order, each with its exact address.

        `digest` goes into the addresses. Raises FormatError where the bytes are not what the
        shape declares (encoding, header, structure, cut in the middle): what was yielded before
        stays true, the run is held.
        """
        ...


@runtime_checkable
class HasFilesBeside(Protocol):
    """A format that reads other files too: they are opened by their names, beside the main one."""

    @property
    def files(self) -> tuple[str, ...]:
        """Their names, without a folder."""
        ...

    def beside(self, streams: Mapping[str, BinaryIO]) -> None:
        """Take the open files, by name; given before each reading."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two raw records: the line and byte where the next one begins, and how many
    there are before it."""

    line: int
    offset: int
    number: int


@dataclass(frozen=True, slots=True)
class Reached:
    """The end of a part: where it is, and what its lines say about the encoding (see `Doubt`)."""

    mark: Mark
    doubt: tuple[int, int, int, bool]


class Divisible(Protocol):
    """A format whose inputs several processes may read together, each a part.

    `divides` is whether this one's settings allow it: nothing at the end that speaks of the whole.
    `lines_before` is how many lines stand before the first record; `encoding` as in `Doubt`.
    """

    encoding: str
    divides: bool
    lines_before: int

    def read_part(
        self, stream: BinaryIO, digest: str, begin: Mark | None, until: int | None
    ) -> Iterator[RawRecord | Rows | Unreadable | Finding | Reached]:
        """The raw records that begin from `begin` on (None: the first) and before byte `until`
        (None: to the end, which is then checked), as `Format.read` gives them; then `Reached`.

        `begin` must be true: a place that reading what is before it has reached.
        """
        ...
