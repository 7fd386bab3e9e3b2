"""Bytes to raw records: text, XML, JSON, spreadsheets; made from a mapping's shape."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

from azalai.errors import ConfigurationError
from azalai.formats.access import Access
from azalai.formats.dbase import Dbase
from azalai.formats.delimited import Delimited
from azalai.formats.fixed_width import FixedWidth
from azalai.formats.groups import Grouped, wanted
from azalai.formats.join_settings import own_columns
from azalai.formats.joins import Joined
from azalai.formats.json_records import JsonRecords
from azalai.formats.ndjson import NdJson
from azalai.formats.polled import Polled
from azalai.formats.spreadsheet import Spreadsheet
from azalai.formats.typed_rows import TypedRows
from azalai.formats.xml_records import XmlRecords
from azalai.formats.zones import Zones
from azalai.plugin.format import (
    Divisible,
    Ending,
    Finding,
    Format,
    HasFilesBeside,
    RawRecord,
    Rows,
    Shape,
    Unreadable,
)

__all__ = [
    "FORMATS",
    "divisible",
    "files_beside",
    "give_beside",
    "make",
    "own_columns",
    "states_end",
]

FORMATS: Mapping[str, Callable[[Sequence[Shape]], Format]] = {
    "delimited": Delimited,
    "fixed_width": FixedWidth,
    "xml": XmlRecords,
    "json": JsonRecords,
    "ndjson": NdJson,
    "spreadsheet": Spreadsheet,
    "sql": Polled,
    "dbase": Dbase,
    "access": Access,
    "mrz": Zones,
}
SELF_CLOSING = frozenset({"xml", "json", "spreadsheet", "sql", "dbase", "access"})
"""Formats whose files close: a last tag, a last bracket, an archive's directory."""


def make(shapes: Sequence[Shape]) -> Format:
    """The reader of one feed's file, from the shapes of all its mappings.

    Raises ConfigurationError where a setting is unknown or wrong, or the shapes disagree about
    the file they share.
    """
    if not shapes:
        raise ConfigurationError(
            "a feed needs at least one mapping", fr="un flux a besoin d'une correspondance au moins"
        )
    first = shapes[0]
    if any(dict(s.settings) != dict(first.settings) or s.format != first.format for s in shapes):
        raise ConfigurationError(
            "the mappings of one feed describe the same file differently",
            fr="les correspondances d'un même flux décrivent le fichier différemment",
        )
    if first.format not in FORMATS:
        raise ConfigurationError(
            f"unknown format `{first.format}`: one of {', '.join(FORMATS)}",
            fr=f"format inconnu « {first.format} » : {', '.join(FORMATS)}",
        )
    if "joined" in first.settings:
        return Joined(shapes, make)
    if wanted(first.settings):
        return Grouped(shapes, make)
    if first.format == "delimited" and any(shape.segments for shape in shapes):
        return TypedRows(shapes)
    return FORMATS[first.format](shapes)


def divisible(made: Format) -> Divisible | None:
    """The same format where several processes may read its inputs together, else None."""
    if isinstance(made, Delimited | FixedWidth | NdJson) and made.divides:
        return made
    return None


def in_rows(
    made: Format, stream: BinaryIO, digest: str
) -> Iterator[RawRecord | Rows | Unreadable | Finding | Ending]:
    """As `Format.read`, where `Rows` may stand for the records in them."""
    if isinstance(made, XmlRecords):
        return made.read_rows(stream, digest)
    return made.read(stream, digest)


def files_beside(made: Format) -> tuple[str, ...]:
    """The names of the files that must be open beside the main one."""
    return made.files if isinstance(made, HasFilesBeside) else ()


def give_beside(made: Format, streams: Mapping[str, BinaryIO]) -> None:
    """Hand over the open files for the next reading."""
    if isinstance(made, HasFilesBeside):
        made.beside(streams)


def states_end(shapes: Sequence[Shape]) -> bool:
    """Whether a file of this shape says itself that it is whole: by a count, a trailer, or a
    structure that closes. A copy cut in the middle of any other looks like a shorter file."""
    if any(s.format in SELF_CLOSING for s in shapes):
        return True
    return any(name in s.settings for s in shapes for name in ("trailer", "end", "count_at"))
