"""A sample that is a database file: a dBase table, or the tables of an Access database."""

from typing import BinaryIO

from azalai.documents import Text
from azalai.drafting.structure import Setting, Structure
from azalai.errors import StopError
from azalai.formats import access, dbase
from azalai.plugin.format import Column


def dbase_table(data: bytes, wish: str | None = None) -> Structure:
    """The structure of a dBase table. FormatError where it is refused.

    The encoding is the one that the file says it is in; where it says none, a person has to.
    """
    said, columns = dbase.look(data)
    why = Text("ce que le fichier dit de lui-même : comparez des accents",
               "what the file says of itself: compare accents")  # fmt: skip
    if said is None:
        why = Text("le fichier ne le dit pas : comparez des accents",
                   "the file does not say it: compare accents")  # fmt: skip
    found = Setting("encoding", wish or said or "cp850", why)
    return Structure("dbase", [found], [Column(name, "optional") for name in columns])


def access_table(data: bytes, wish: str | None = None) -> Structure:
    """The structure of the table wished for, else of the one with most rows.

    FormatError where the database is refused or mdbtools is not installed; StopError where it has
    no table of that name.
    """
    with access.in_memory(data) as stream:
        return _largest(stream, wish)


def _largest(stream: BinaryIO, wish: str | None) -> Structure:
    tables = access.tables_of(stream)
    shown = ", ".join(f"{name} ({'?' if n is None else n})" for name, n in tables.items())
    if not tables or (wish and wish not in tables):
        raise StopError(f"no such table; there are: {shown or '-'}",
                        fr=f"pas de table de ce nom ; il y a : {shown or '-'}")  # fmt: skip
    name = wish or max(tables, key=lambda one: tables[one] or 0)
    why = Text(f"tables et nombre de lignes : {shown} ; une autre : --part TABLE",
               f"tables and their rows: {shown}; another one: --part TABLE")  # fmt: skip
    columns = access.columns_of(stream, name)
    return Structure("access", [Setting("tables.main", name, why)],
                     [Column(column, "optional") for column in columns])  # fmt: skip
