"""Rows of a database, as a poll has written them into a file of ours (`sources.table`)."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import orjson

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import ConfigurationError, FormatError
from azalai.formats import header, lines
from azalai.formats.settings import Settings
from azalai.plugin.format import Ending, Finding, RawRecord, Shape, Unreadable

_NUL = b"\\u0000"


class Polled:
    """Reads a poll. Settings (`file:`): `table` (`schema.table`) or `query`; `cursor` (one column
    or a list, the last one unique). They are the source's; what was polled is checked against
    the columns. The last line says how many rows there are: it must be there and agree."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        settings = Settings(shapes[0].settings)
        table, query = settings.text("table"), settings.text("query")
        cursor = settings.texts("cursor")
        settings.done()
        if bool(table) == bool(query):
            raise ConfigurationError("`file:` names a `table` or a `query`, one of them",
                                     fr="« file: » nomme une « table » ou une « query »")  # fmt: skip
        self._columns = header.declared(shapes)
        spelt = {s for c in self._columns.values() for s in (c.name, *c.also)}
        if unknown := [name for name in cursor if name not in spelt]:
            raise ConfigurationError(
                f"`file: cursor`: “{unknown[0]}” does not stand under `columns:`",
                fr=f"« file: cursor » : « {unknown[0]} » n'est pas sous « columns: »",
            )

    def read(
        self, stream: BinaryIO, digest: str
    ) -> Iterator[RawRecord | Unreadable | Finding | Ending]:
        """See `Format.read`. The address's line is that of the poll's file."""
        offset, line, number = 0, 0, 0
        names: list[str] = []
        stated: int | None = None
        while raw := stream.readline(2 * lines.MAX_LINE):
            line += 1
            value = _json(raw, line)
            if stated is not None:
                raise lines.after_end(line)
            if isinstance(value, list) and names:
                number += 1
                place = Address(digest, number, line, offset)
                yield _record(place, value, names, raw)
            elif isinstance(value, dict) and "flaw" in value:
                number += 1
                yield _flawed(Address(digest, number, line, offset), value)
            elif isinstance(value, dict) and "rows" in value:
                stated = int(value["rows"])
            elif isinstance(value, dict) and "columns" in value:
                names = self._names(value, line)
            elif line > 1:
                raise _no_poll(line)
            offset += len(raw)
        if stated is None:
            raise lines.cut(line, ("la fin de la relève manque", "the poll's end is missing"))
        yield Ending(stated, marked=True)

    def _names(self, head: dict[str, Any], line: int) -> list[str]:
        """The declared name of each value of a row."""
        columns = [str(name) for name in head["columns"]]
        found = dict(zip(columns, header.match(columns, self._columns, line), strict=True))
        return [found[name] for name in head["read"]]


def _json(raw: bytes, line: int) -> Any:
    if not raw.endswith(b"\n"):
        raise lines.cut(line, lines.NO_LINE_END)
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as err:
        raise _no_poll(line) from err


def _record(
    place: Address, values: list[str | None], names: list[str], raw: bytes
) -> RawRecord | Unreadable:
    """One row; NULL is a column that does not occur, not an empty text."""
    if len(values) != len(names):
        raise _no_poll(place.line or 0)
    if _NUL in raw and any(value and "\0" in value for value in values):
        what = Text(f"ligne {place.line} : caractère nul", f"line {place.line}: a NUL character")
        return Unreadable(place, "AZ-F032", what)
    return RawRecord(
        place, {name: value for name, value in zip(names, values, strict=True) if value is not None}
    )


def _flawed(place: Address, flaw: dict[str, Any]) -> Unreadable:
    if flaw["flaw"] == "long":
        what = Text(f"ligne {place.line} : plus de {lines.MAX_LINE} octets",
                    f"line {place.line}: over {lines.MAX_LINE} bytes")  # fmt: skip
        todo = Text("nommez les gros champs « ignored » : ils ne seront pas lus.",
                    "name the large columns `ignored`: they are not read then.")  # fmt: skip
        return Unreadable(place, "AZ-F012", what, todo)
    name = str(flaw["column"])[:60]
    what = Text(f"ligne {place.line} : la colonne « {name} » n'a pas de texte",
                f"line {place.line}: the column `{name}` has no text")  # fmt: skip
    todo = Text("donnez-en un dans une vue (CAST), ou nommez la colonne « ignored ».",
                "give it one in a view (CAST), or name the column `ignored`.")  # fmt: skip
    return Unreadable(place, "AZ-F047", what, todo)


def _no_poll(line: int) -> FormatError:
    what = (f"ligne {line} : ce n'est pas une relève de base de données",
            f"line {line}: not a poll of a database")  # fmt: skip
    return FormatError("AZ-F048", what, line=line)
