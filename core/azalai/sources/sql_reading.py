"""Reads a table, a view or a query of a foreign database: whole, or what is new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from azalai.errors import InputError
from azalai.sources import sql_values
from azalai.sources.sql_ask import Ask
from azalai.sources.sql_engines import engine, needed
from azalai.sources.sql_values import Kept


@dataclass(slots=True)
class Reading:
    """One open reading: `columns` as the database names them, `read` those that are fetched."""

    ask: Ask
    connection: Any
    selected: Any
    columns: list[str]
    read: list[str]

    def rows(self) -> Iterator[Sequence[Any]]:
        """All rows, in one snapshot; with a cursor what comes after its last place, in order."""
        if not self.ask.cursor:
            yield from self._streamed(self.selected)
            return
        self._refuse_empty_places()
        yield from self._pages()

    def place(self, row: Sequence[Any]) -> tuple[Kept, ...]:
        """Where a row stands in the order of the cursor. InputError for a type without order."""
        try:
            return tuple(sql_values.kept(row[self.read.index(name)]) for name in self.ask.cursor)
        except TypeError as err:
            raise _unfit(f"type {err}", f"type {err}") from err

    def _streamed(self, selected: Any) -> Iterator[Sequence[Any]]:
        streamed = self.connection.execution_options(
            stream_results=True, yield_per=self.ask.chunk
        ).execute(selected)
        for part in streamed.partitions(self.ask.chunk):
            yield from part

    def _pages(self) -> Iterator[Sequence[Any]]:
        alchemy = needed("sqlalchemy")
        names = [alchemy.column(name) for name in self.ask.cursor]
        condition = self._first(names)
        if self.ask.place.engine == "odbc":  # how a part is asked for differs: all in one
            yield from self._in_order(names, condition)
            return
        page = self.selected.order_by(*names).limit(self.ask.chunk)
        last: tuple[Kept, ...] | None = None
        while True:
            wanted = page if condition is None else page.where(condition)
            rows = self.connection.execute(wanted).fetchall()
            for row in rows:
                here = self.place(row)
                if here == last:
                    raise _twice()
                last = here
                yield row
            if len(rows) < self.ask.chunk or last is None:
                return
            condition = _after(names, [sql_values.again(one) for one in last])

    def _in_order(self, names: list[Any], condition: Any) -> Iterator[Sequence[Any]]:
        wanted = self.selected if condition is None else self.selected.where(condition)
        last: tuple[Kept, ...] | None = None
        for row in self._streamed(wanted.order_by(*names)):
            here = self.place(row)
            if here == last:
                raise _twice()
            last = here
            yield row

    def _first(self, names: list[Any]) -> Any:
        """What the first page begins after; a time goes back, since a transaction that began
        earlier may have been committed later."""
        if not self.ask.after:
            return None
        back = self.ask.overlap_s
        earlier = sql_values.earlier(self.ask.after[0], back) if back else None
        if earlier is not None:
            return names[0] >= _bound(earlier)
        return _after(names, [sql_values.again(one) for one in self.ask.after])

    def _refuse_empty_places(self) -> None:
        """A row without a place in the order would never be read, and nobody would know."""
        alchemy = needed("sqlalchemy")
        empty = alchemy.or_(*(alchemy.column(name).is_(None) for name in self.ask.cursor))
        asked = self.selected.where(empty)
        if self.ask.place.engine != "odbc":
            asked = asked.limit(1)
        if self.connection.execute(asked).first() is not None:
            raise _unfit("des lignes n'y ont pas de valeur", "rows have no value there")


def begin(ask: Ask, connection: Any) -> Reading:
    """Look at the columns and prepare. InputError where a cursor column is missing or two
    columns have one name."""
    alchemy = needed("sqlalchemy")
    if ask.query:
        if ask.place.engine == "odbc" and ";" in ask.query.strip().rstrip(";"):
            raise _several()
        plain = alchemy.text(ask.query.strip().rstrip(";").replace(":", "\\:"))
        source: Any = plain.columns().subquery("asked")
    else:
        schema, _, name = ask.table.rpartition(".")
        source = alchemy.table(name, schema=schema or None)
    probe = alchemy.select(alchemy.literal_column("*")).select_from(source)
    columns = list(connection.execute(probe.where(alchemy.text("1 = 0"))).keys())
    if len(set(columns)) != len(columns):
        raise InputError(("deux colonnes portent le même nom", "two columns have the same name"),
                         ("nommez-les avec AS.", "name them with AS."), code="AZ-F131")  # fmt: skip
    if missing := [name for name in ask.cursor if name not in columns]:
        raise _unfit(f"pas de colonne {missing[0]}", f"no column {missing[0]}")
    read = [name for name in columns if name not in ask.unread or name in ask.cursor]
    selected = alchemy.select(*(alchemy.column(name) for name in read)).select_from(source)
    return Reading(ask, connection, selected, columns, read)


def connected(ask: Ask) -> Any:
    """A connection in a transaction that cannot write."""
    return engine(ask.place).connect()


def _after(names: list[Any], values: list[Any]) -> Any:
    """Later in the order: the first column later, or the same and the next one later, …

    That the first one is not earlier says nothing new; an index serves it, and no `or`.
    """
    alchemy = needed("sqlalchemy")
    ways = []
    for place, name in enumerate(names):
        same = [one == _bound(value) for one, value in zip(names[:place], values, strict=False)]
        ways.append(alchemy.and_(*same, name > _bound(values[place])))
    return alchemy.and_(names[0] >= _bound(values[0]), alchemy.or_(*ways))


def _bound(value: Any) -> Any:
    """A value beside the statement, of the type that the column has."""
    alchemy = needed("sqlalchemy")
    return alchemy.bindparam(None, value, type_=alchemy.types.NullType(), unique=True)


def _several() -> InputError:
    """A driver that takes several statements would run them all: none of it makes ODBC read only."""
    what = ("« ; » au milieu de « file: query » : une seule instruction par ODBC",
            "`;` amid `file: query`: one statement by ODBC")  # fmt: skip
    todo = ("mettez le texte qui l'a dans une vue.", "put the text that has it into a view.")
    return InputError(what, todo, code="AZ-F136")


def _twice() -> InputError:
    return _unfit("deux lignes à la même place", "two rows at the same place")


def _unfit(fr: str, en: str) -> InputError:
    what = (f"« file: cursor » ne convient pas : {fr}", f"`file: cursor` does not fit: {en}")
    todo = (
        "il faut des colonnes remplies, un temps ou un nombre, la dernière unique : updated_at, id.",
        "it takes columns that are filled, a time or a number, the last one unique: updated_at, id.",
    )
    return InputError(what, todo, code="AZ-F132")
