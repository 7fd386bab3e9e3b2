"""Reads a file under the header that it has, where the declared one is another: for evidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from azalai import formats
from azalai.errors import FormatError
from azalai.mapping import InboundMapping, Result
from azalai.plugin.format import Column, Ending, Finding, RawRecord, Shape, Unreadable

Item = RawRecord | Unreadable | Finding | Ending
_COLUMNS = 20  # new ones that are tried
HEADED = ("delimited", "spreadsheet", "sql", "dbase", "access")
_ROUNDS = 8  # sheets of a workbook, each with its header


def header_as_it_is(
    shapes: Sequence[Shape],
    stream: BinaryIO,
    digest: str,
    more: Sequence[str],
    beside: Mapping[str, BinaryIO] | None = None,
) -> Iterator[Item]:
    """The items of a stream whose header differs: new columns by their own names, missing ones
    absent; in a format without a header, `more` names the new ones. Where it is read, raises FormatError if the header is not what is wrong,
    or there is none."""
    headed = shapes[0].format in HEADED
    now = [_with(shape, () if headed else more) for shape in shapes]
    for _ in range(_ROUNDS):
        stream.seek(0)
        made = formats.make(now)
        formats.give_beside(made, beside or {})
        items = made.read(stream, digest)
        try:
            yield next(items)
        except FormatError as err:
            if not err.missing and not err.new:
                raise
            now = [_other(shape, err) for shape in now]
            continue
        yield from items
        return
    raise FormatError("AZ-F001", ("l'en-tête n'est pas lisible", "the header cannot be read"))


def possible_keys(
    mappings: Sequence[InboundMapping], translate: Callable[[RawRecord], Result]
) -> Callable[[RawRecord], Iterator[str]]:
    """The keys that a raw record without one would have, each new column tried for the missing
    one that the key is made of. Which are true ones only the store knows."""
    declared = frozenset(c.name for mapping in mappings for c in mapping.columns)
    needed = {name for mapping in mappings for name in mapping.key.expression.columns}

    def keys(raw: RawRecord) -> Iterator[str]:
        lacking = [name for name in needed if name not in raw.values]
        new = [name for name in raw.values if name not in declared][:_COLUMNS]
        for name in new if len(lacking) == 1 else ():
            values = {**raw.values, lacking[0]: raw.values[name]}
            found = translate(RawRecord(raw.address, values, raw.tag)).key
            if found is not None:
                yield found

    return keys


def _other(shape: Shape, err: FormatError) -> Shape:
    kept = tuple(c for c in shape.columns if c.name not in err.missing)
    return _with(replace(shape, columns=kept), err.new)


def _with(shape: Shape, names: Sequence[str]) -> Shape:
    known = {spelt for c in shape.columns for spelt in (c.name, *c.also)}
    added = tuple(Column(name, "optional") for name in names if name not in known)
    return replace(shape, columns=shape.columns + added)
