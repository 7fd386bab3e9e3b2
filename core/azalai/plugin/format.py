"""Bytes to raw records with their addresses: pure, run in a child process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

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
    """Something about the input as a whole that holds its run: a new column, a wrong count."""

    code: str
    what: Text
    todo: Text = NOTHING
    address: Address | None = None


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
    included, for fixed width. Several mappings of one feed give several shapes of one file.
    """

    format: str
    settings: Mapping[str, Any]
    columns: tuple[Column, ...]
    tag: str | None = None
    segments: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)


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
