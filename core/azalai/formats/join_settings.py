"""What `file: joined:` says: which tables stand beside the main file, and on which columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azalai.errors import ConfigurationError
from azalai.formats import header
from azalai.formats.settings import Settings
from azalai.plugin.format import Column, Shape

_ALIKE = ("encoding", "delimiter", "quote")
_FORMATS = ("delimited", "spreadsheet", "json", "ndjson", "dbase", "access")
_INSIDE = {"spreadsheet": "sheet", "access": "table"}
"""What a table of the main file itself is called, where a file may hold several."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `file` beside the main file, or `sheet` of the same workbook (a table of the same
    Access database); `here` is the main file's column and `there` the table's; `many` where a
    record has several of its rows; `may_lack` where a filled cell need not be found. `shape` is how
    the table is read."""

    name: str
    file: str
    sheet: str
    here: str
    there: str
    many: bool
    may_lack: bool
    shape: Shape

    @property
    def called(self) -> str:
        """Its name for people."""
        return self.file or self.sheet


def tables(shapes: Sequence[Shape]) -> tuple[Table, ...]:
    """The declared tables, in their order. ConfigurationError where a line is wrong."""
    block = shapes[0].settings.get("joined")
    if not isinstance(block, Mapping) or not block:
        raise ConfigurationError("`file: joined` takes a block of tables",
                                 fr="« file: joined » attend un bloc de tables")  # fmt: skip
    columns = header.declared(shapes)
    return tuple(_table(name, block[name], shapes[0], columns) for name in block)


def main_shape(shape: Shape, found: Sequence[Table]) -> Shape:
    """The main file's own shape, without its tables."""
    settings = {name: value for name, value in shape.settings.items() if name != "joined"}
    sheets = [one.sheet for one in found if one.sheet]
    if sheets and shape.format == "spreadsheet":
        ignored = settings.get("ignored_sheets") or []
        settings["ignored_sheets"] = [
            *([ignored] if isinstance(ignored, str) else ignored),
            *sheets,
        ]
    return replace(shape, settings=settings, columns=own_columns(shape))


def own_columns(shape: Shape) -> tuple[Column, ...]:
    """The columns of the main file itself: none of a table that is joined to it."""
    joined = shape.settings.get("joined")
    names = joined if isinstance(joined, Mapping) else {}
    return tuple(
        c for c in shape.columns if c.name not in names and c.name.partition("/")[0] not in names
    )


def on(text: str) -> tuple[str, str]:
    """The two columns of `on:`, `code_marque = code`, or one name for both."""
    here, _, there = text.partition("=")
    return here.strip(), (there or here).strip()


def _table(name: str, value: Any, main: Shape, columns: Mapping[str, Column]) -> Table:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"`file.joined: {name}` takes a block of lines",
                                 fr=f"« file.joined: {name} » attend un bloc de lignes")  # fmt: skip
    if main.format == "sql" and ("table" in value or "query" in value):
        raise _by_the_query(name)
    settings = Settings(value, f"file.joined.{name}")
    inside = _INSIDE.get(main.format, "sheet")
    file, sheet = settings.file("file"), settings.text(inside)
    joint = settings.text("on")
    lacking = settings.text("absent", "reject", among=("reject", "empty"))
    if joint is None:
        raise settings.required("on")
    if bool(file) == bool(sheet) or (sheet and main.format not in _INSIDE):
        raise _either(name)
    here, there = on(joint)
    rest = {k: v for k, v in value.items() if k not in ("file", inside, "on", "absent")}
    own = tuple(Column(c.name[len(name) + 1 :], c.rule, c.also)
                for c in columns.values() if c.name.startswith(name + "/"))  # fmt: skip
    many = name in columns and columns[name].rule == "repeated"
    if there not in {column.name for column in own}:
        raise ConfigurationError(
            f"`columns: {name}/{there}` is missing: `file.joined.{name}: on` names it",
            fr=f"« columns: {name}/{there} » manque : « file.joined.{name}: on » le nomme",
        )
    shape = _shape(main, rest, own, sheet or "", f"file.joined.{name}")
    return Table(name, file or "", sheet or "", here, there, many, lacking == "empty", shape)


def _shape(
    main: Shape, rest: Mapping[str, Any], columns: tuple[Column, ...], sheet: str, where: str
) -> Shape:
    settings = dict(rest)
    usual = main.format if main.format in _FORMATS else "delimited"
    name = Settings(settings, where).text("format", usual, among=_FORMATS) or usual
    settings.pop("format", None)
    if sheet and name == "access":
        settings |= {"tables": {"main": sheet}}
        settings |= {n: main.settings[n] for n in ("encoding", "zero_dates") if n in main.settings}
    elif sheet:
        settings["sheet"] = sheet
    elif name == main.format:
        same = {n: main.settings[n] for n in _ALIKE if n in main.settings}
        settings = {**same, **settings}
    return Shape(name, settings, columns)


def _either(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"`file.joined.{name}` takes `file` or, in a workbook, `sheet`, in an Access database, "
        "`table`",
        fr=f"« file.joined.{name} » attend « file » ou, dans un classeur, « sheet », dans une base "
        "Access, « table »",
    )


def _by_the_query(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"`file.joined.{name}`: a database joins its own tables",
        fr=f"« file.joined.{name} » : une base joint elle-même ses tables",
        hint="`file: query:` with JOIN, or a view; a `file` beside can be joined here",
        hint_fr="« file: query: » avec JOIN, ou une vue ; un fichier à côté (« file ») se joint ici",
    )
