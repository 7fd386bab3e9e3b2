"""Where a feed's inputs come from: a folder, or a foreign database."""

from collections.abc import Iterator, Sequence

from azalai.documents import Text
from azalai.errors import ConfigurationError
from azalai.formats import own_columns
from azalai.mapping import InboundMapping
from azalai.plugin.source import Source
from azalai.settings import Settings, SqlSource
from azalai.sources import sql_ask
from azalai.sources.folder import Folder
from azalai.sources.table import Memory, Table, look

SQL = "sql"


def source(
    settings: Settings, name: str, mappings: Sequence[InboundMapping], memory: Memory
) -> Source:
    """A feed's source. ConfigurationError where its settings and its mappings do not fit."""
    given = settings.feeds[name]
    if given.source is None:
        return Folder(settings.path(given.folder), given.pattern, settings.state / "spool",
                      given.arrives, given.afterwards)  # fmt: skip
    ask = asked(settings, given.source, mappings)
    return Table(ask, settings.state / "polls" / name, memory)


def check_kind(settings: Settings, name: str, mappings: Sequence[InboundMapping]) -> None:
    """ConfigurationError where a feed's mappings describe another kind of source, or a cursor
    would have the records withdrawn that did not change."""
    asked = settings.feeds[name].source is not None
    if any((m.shape.format == SQL) != asked for m in mappings):
        raise _unfit(settings, name, "`format: sql` goes with `source: kind: sql`, and only with it",
                     "« format: sql » va avec « source: kind: sql », et seulement avec")  # fmt: skip
    for mapping in mappings if asked else ():
        if mapping.shape.settings.get("cursor") and mapping.lifecycle.file_holds == "everything":
            raise _unfit(
                settings, name,
                f"{mapping.label} has a `cursor`, so a poll holds changes only: "
                "`lifecycle: file_holds: changes`",
                f"{mapping.label} a un « cursor » : une relève ne contient que des changements, "
                "« lifecycle: file_holds: changes »",
            )  # fmt: skip


def doubts(
    settings: Settings, given: SqlSource, mappings: Sequence[InboundMapping]
) -> Iterator[Text]:
    """Ask the database once: what is wrong with its answer. InputError where it gives none."""
    answer = look(asked(settings, given, mappings))
    columns = set(answer["columns"])
    for column in (c for m in mappings for c in own_columns(m.shape)):
        if not columns & {column.name, *column.also}:
            yield Text(f"la base n'a pas de colonne « {column.name} »",
                       f"the database has no column `{column.name}`")  # fmt: skip
    declared = {n for m in mappings for c in m.columns for n in (c.name, *c.also)}
    for name in sorted(columns - declared):
        yield Text(f"colonne non déclarée « {name[:60]} »", f"undeclared column `{name[:60]}`")
    if answer["may_write"] and given.url.startswith("odbc:"):
        yield Text("ODBC ne dit pas si ce compte peut écrire : qu'il ne puisse que lire",
                   "ODBC does not say whether this account may write: let it only read")  # fmt: skip
    elif answer["may_write"]:
        yield Text("ce compte peut écrire dans la base : un compte en lecture seule suffit",
                   "this account may write: one that only reads is enough")  # fmt: skip


def asked(settings: Settings, given: SqlSource, mappings: Sequence[InboundMapping]) -> sql_ask.Ask:
    """What a feed asks of its database. ConfigurationError for its address or its secret."""
    password = "" if given.secret is None else given.secret.read(settings.folder)
    ca = None if given.ca is None else settings.path(given.ca)
    place = sql_ask.place(given.url, settings.folder, password, tls=given.tls, ca=ca)
    if not given.tls and not place.local:
        raise ConfigurationError("`tls: no` is for a database on this machine",
                                 fr="« tls: no » est pour une base de cette machine",
                                 source=settings.source)  # fmt: skip
    file = mappings[0].shape.settings
    cursor = file.get("cursor") or ()
    return sql_ask.Ask(
        place, str(file.get("table", "")), str(file.get("query", "")),
        (cursor,) if isinstance(cursor, str) else tuple(cursor), (), given.chunk,
        given.overlap_s, _unread(mappings),
    )  # fmt: skip


def _unread(mappings: Sequence[InboundMapping]) -> tuple[str, ...]:
    """The columns that every mapping ignores: what is not read is not there to leak."""
    kept = {
        n for m in mappings for c in m.columns if c.rule != "ignored" for n in (c.name, *c.also)
    }
    every = {n for m in mappings for c in m.columns for n in (c.name, *c.also)}
    return tuple(sorted(every - kept))


def _unfit(settings: Settings, name: str, en: str, fr: str) -> ConfigurationError:
    return ConfigurationError(f"feed {name}: {en}", fr=f"flux {name} : {fr}",
                              source=settings.source)  # fmt: skip
