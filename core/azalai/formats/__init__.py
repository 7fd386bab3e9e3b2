"""Bytes to raw records: delimited text, fixed width, XML; made from a mapping's shape."""

from collections.abc import Callable, Mapping, Sequence

from azalai.errors import ConfigurationError
from azalai.formats.delimited import Delimited
from azalai.formats.fixed_width import FixedWidth
from azalai.formats.xml_records import XmlRecords
from azalai.plugin.format import Format, Shape

__all__ = ["FORMATS", "make"]

FORMATS: Mapping[str, Callable[[Sequence[Shape]], Format]] = {
    "delimited": Delimited,
    "fixed_width": FixedWidth,
    "xml": XmlRecords,
}


def make(shapes: Sequence[Shape]) -> Format:
    """The reader of one feed's file, from the shapes of all its mappings.

    Raises ConfigurationError where a setting is unknown or wrong, or the shapes disagree about
    the file they share.
    """
    if not shapes:
        raise ConfigurationError("a feed needs at least one mapping")
    first = shapes[0]
    if any(dict(s.settings) != dict(first.settings) or s.format != first.format for s in shapes):
        raise ConfigurationError("the mappings of one feed describe the same file differently")
    if first.format not in FORMATS:
        raise ConfigurationError(f"unknown format `{first.format}`: one of {', '.join(FORMATS)}")
    return FORMATS[first.format](shapes)
