"""Bytes to raw records: text, XML, JSON, spreadsheets; made from a mapping's shape."""

from collections.abc import Callable, Mapping, Sequence

from azalai.errors import ConfigurationError
from azalai.formats.delimited import Delimited
from azalai.formats.fixed_width import FixedWidth
from azalai.formats.json_records import JsonRecords
from azalai.formats.ndjson import NdJson
from azalai.formats.spreadsheet import Spreadsheet
from azalai.formats.xml_records import XmlRecords
from azalai.plugin.format import Divisible, Format, Shape

__all__ = ["FORMATS", "divisible", "make", "states_end"]

FORMATS: Mapping[str, Callable[[Sequence[Shape]], Format]] = {
    "delimited": Delimited,
    "fixed_width": FixedWidth,
    "xml": XmlRecords,
    "json": JsonRecords,
    "ndjson": NdJson,
    "spreadsheet": Spreadsheet,
}
SELF_CLOSING = frozenset({"xml", "json", "spreadsheet"})
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
    return FORMATS[first.format](shapes)


def divisible(made: Format) -> Divisible | None:
    """The same format where several processes may read its inputs together, else None."""
    if isinstance(made, Delimited | FixedWidth) and made.divides:
        return made
    return None


def states_end(shapes: Sequence[Shape]) -> bool:
    """Whether a file of this shape says itself that it is whole: by a count, a trailer, or a
    structure that closes. A copy cut in the middle of any other looks like a shorter file."""
    if any(s.format in SELF_CLOSING for s in shapes):
        return True
    return any(name in s.settings for s in shapes for name in ("trailer", "end", "count_at"))
