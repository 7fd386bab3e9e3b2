"""Where the values of each line of a record go: which part, under which name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from azalai.errors import ConfigurationError
from azalai.formats import header
from azalai.plugin.format import Column, Shape


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a line: the reader's name of it, and its name in the part it goes to."""

    read_as: str
    name: str
    column: str
    rule: str


@dataclass(frozen=True, slots=True)
class Lay:
    """The values of one type of line, by part (`""`: the record itself), outer parts first."""

    parts: tuple[tuple[str, tuple[Cell, ...]], ...]


def parts_of(columns: Sequence[Column]) -> frozenset[str]:
    """The columns declared `repeated` that have columns of their own, `infractions/code`."""
    return frozenset(
        one.name
        for one in columns
        if one.rule == "repeated" and any(c.name.startswith(one.name + "/") for c in columns)
    )


def above(name: str, parts: frozenset[str]) -> str:
    """The innermost of the parts that this column lies in, or ""."""
    return max((p for p in parts if name.startswith(p + "/")), key=len, default="")


def by_segment(shapes: Sequence[Shape], starts: frozenset[str], key: str) -> Mapping[str, Lay]:
    """For each segment type, where its fields go; the `key` that each line repeats goes nowhere.

    A field of the first line of a record has its own name, one of another line stands under the
    name of its segment type: `02/CODE`, or `infractions/CODE` if it is so `called`.
    """
    columns = header.declared(shapes)
    parts = parts_of(tuple(columns.values()))
    called = {tag: name for shape in shapes for tag, name in shape.called.items()}
    found: dict[str, dict[str, str]] = {}
    for tag, fields in (pair for shape in shapes for pair in shape.segments.items()):
        name = called.get(tag, "" if tag in starts else tag)
        into = found.setdefault(tag, {})
        for field in fields:
            column = f"{name}/{field}" if name else field
            if column in columns or field != key:
                into[field] = column
    return {tag: _lay(fields, columns, parts) for tag, fields in found.items()}


def by_row(shapes: Sequence[Shape]) -> Lay:
    """Where the cells of each row go."""
    columns = header.declared(shapes)
    parts = parts_of(tuple(columns.values()))
    names = [name for name in columns if name not in parts]
    if shapes[0].format != "fixed_width":
        return _lay({name: name for name in names}, columns, parts)
    fields = {field for shape in shapes for one in shape.segments.values() for field in one}
    ends = {name: name[len(part) + 1 :] if (part := above(name, parts)) else name for name in names}
    return _lay({end: name for name, end in ends.items() if end in fields}, columns, parts)


def read_columns(shape: Shape) -> tuple[Column, ...]:
    """The columns as the file's header spells them: `code` for `infractions/code`."""
    parts = parts_of(shape.columns)
    return tuple(
        Column(one.name, one.rule, one.also or _end(one.name, parts))
        for one in shape.columns
        if one.name not in parts
    )


def _end(name: str, parts: frozenset[str]) -> tuple[str, ...]:
    part = above(name, parts)
    return (name[len(part) + 1 :],) if part else ()


def _lay(fields: Mapping[str, str], columns: Mapping[str, Column], parts: frozenset[str]) -> Lay:
    by_part: dict[str, list[Cell]] = {}
    for field, column in fields.items():
        part = above(column, parts)
        rule = columns[column].rule if column in columns else "optional"
        if rule == "ignored" and part:
            continue
        name = column[len(part) + 1 :] if part else column
        by_part.setdefault(part, []).append(Cell(field, name, column, rule))
    return Lay(tuple((part, tuple(by_part[part])) for part in sorted(by_part, key=len)))


def no_such(setting: str, name: str) -> ConfigurationError:
    """The error for a setting that names what the mapping does not declare."""
    return ConfigurationError(
        f"`file: {setting}` names `{name}`, which is not declared",
        fr=f"« file: {setting} » nomme « {name} », qui n'est pas déclaré",
    )
