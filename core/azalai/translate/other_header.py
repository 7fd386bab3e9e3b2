"""Reads a file under the header that it has, where the declared one is another: for evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from azalai import formats
from azalai.errors import FormatError
from azalai.plugin.format import Column, Ending, Finding, RawRecord, Shape, Unreadable

Item = RawRecord | Unreadable | Finding | Ending
_ROUNDS = 8  # sheets of a workbook, each with its header


def header_as_it_is(shapes: Sequence[Shape], stream: BinaryIO, digest: str) -> Iterator[Item]:
    """The items of a stream whose header differs: new columns by their own names, missing ones
    absent. Raises FormatError where the header is not what is wrong, or there is none."""
    now = list(shapes)
    for _ in range(_ROUNDS):
        stream.seek(0)
        items = formats.make(now).read(stream, digest)
        try:
            first = next(items)
        except FormatError as err:
            if not err.missing and not err.new:
                raise
            now = [_other(shape, err) for shape in now]
            continue
        return _from(first, items)
    raise FormatError("AZ-F001", ("l'en-tête n'est pas lisible", "the header cannot be read"))


def _other(shape: Shape, err: FormatError) -> Shape:
    kept = tuple(c for c in shape.columns if c.name not in err.missing)
    added = tuple(Column(name, "optional") for name in err.new)
    return replace(shape, columns=kept + added)


def _from(first: Item, rest: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from rest
