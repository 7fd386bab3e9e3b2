"""A main file, streamed, with the rows of small tables beside it put to each record."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from azalai.errors import ConfigurationError
from azalai.formats import lines
from azalai.formats.join_index import Index, read_index
from azalai.formats.join_settings import main_shape, tables
from azalai.plugin.format import (
    Ending,
    Finding,
    Format,
    HasFilesBeside,
    RawRecord,
    Shape,
    Unreadable,
)

_PLACE = 190  # characters of an address's part


class Joined:
    """Reads a main file and its tables. Settings (`file: joined:`), one block a table:

    `file` (its name, beside the main file), `sheet` (of the same workbook) or `table` (of the same
    Access database); `on` (`column of the
    main file = column of the table`, or one name for both); `absent` (`reject`, the default, or
    `empty`: a filled cell that the table does not have); `format` and its settings, where they are
    not the main file's. Each column of the table stands under `columns:` as `table/column`.

    A table declared `repeated` gives a record all rows with its key; any other must have one row a
    key: two, or none, reject the record. Tables are held in memory: 500,000 rows and 64 million
    characters at most. The address's part names file, digest and line of what was joined.
    """

    def __init__(self, shapes: Sequence[Shape], make: Callable[[Sequence[Shape]], Format]) -> None:
        self.tables = tables(shapes)
        known = {c.name for shape in shapes for c in shape.columns}
        for one in self.tables:
            if one.here not in known:
                raise ConfigurationError(
                    f"`file.joined.{one.name}: on` names `{one.here}`, which is not declared",
                    fr=f"« file.joined.{one.name}: on » nomme « {one.here} », qui n'est pas"
                       " déclarée")  # fmt: skip
        self._readers = {one.name: make([one.shape]) for one in self.tables}
        self._main = make([main_shape(shape, self.tables) for shape in shapes])
        self._streams: Mapping[str, BinaryIO] = {}

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files beside the main one, those that the parts need themselves too."""
        own = [one.file for one in self.tables if one.file]
        return tuple(dict.fromkeys([*own, *(name for one in self._needy() for name in one.files)]))

    def beside(self, streams: Mapping[str, BinaryIO]) -> None:
        """The open files, by name; to be given before each reading."""
        self._streams = streams
        for one in self._needy():
            one.beside(streams)

    def _needy(self) -> Iterator[HasFilesBeside]:
        parts = (self._main, *self._readers.values())
        return (one for one in parts if isinstance(one, HasFilesBeside))

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`."""
        indexes = []
        for one in self.tables:
            source = self._streams.get(one.file) if one.file else stream
            if source is None:
                raise lines.not_beside(one.file)
            index, findings = read_index(
                one, self._readers[one.name], source, digest if one.sheet else ""
            )
            indexes.append(index)
            yield from findings
        stream.seek(0)
        for item in self._main.read(stream, digest):
            if isinstance(item, RawRecord):
                for index in indexes:
                    _join(item, index)
            elif isinstance(item, Ending):
                for index in indexes:
                    yield from index.strays()
            yield item


def _join(record: RawRecord, index: Index) -> None:
    """Put the rows of one table to a record."""
    table, values = index.table, record.values
    cell = values.get(table.here)
    key = cell.strip() if cell.__class__ is str else ""
    rows = index.find(key) if key else []
    if table.many:
        values[table.name] = [dict(zip(index.names, cells, strict=True)) for _, cells in rows]
    elif len(rows) == 1:
        values.update(
            {f"{table.name}/{n}": v for n, v in zip(index.names, rows[0][1], strict=True)}
        )
    elif rows or (key and not table.may_lack):
        fault: dict[str, Any] = {"several" if rows else "absent": table.called}
        values.update({f"{table.name}/{name}": fault for name in index.names})
    if rows:
        place = index.place([line for line, _ in rows])
        part = f"{record.address.part} {place}" if record.address.part else place
        record.address = replace(record.address, part=part[:_PLACE])
