"""Writes a record's bytes at once from checked pieces; what is not plain sailing is left."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

import orjson

from azalai.address import Address
from azalai.records import fields as kind_fields
from azalai.records.checker import plain_schema
from azalai.records.record import SCHEMA_VERSION

from .inbound_cells import Cells
from .inbound_code import categories_of, line_reader
from .inbound_lines import category_of
from .inbound_model import InboundMapping, Line, Part
from .inbound_pieces import (
    NO_MEANING_AT_TOP,
    NOTHING,
    Filler,
    Known,
    Left,
    Placer,
    TextFiller,
    Unfit,
    fields,
    is_itself,
    item,
    label,
    longest,
    single,
)
from .results import Declared

Made = tuple[str, str | None, bytes, bytes]
"""Key, as_of, the record's bytes, its meaning's bytes."""
Fast = Callable[[Mapping[str, Any], Address], Made | None]
"""A raw record's values and address to what the plain path would make of it, or None: ask it."""
_REPEATING = frozenset({"date", "partial_date", "code", "choice", "integer"})


def compile_fragments(
    mapping: InboundMapping, declared: Declared, day: date, *, with_meaning: bool
) -> Fast | None:
    """A function that gives what the plain path gives, where nothing is wrong with a raw record.

    Every value goes through the steps of its line and the schema of its field, as there; what
    repeats is remembered, up to `KEPT` values a line. None for a mapping with repeated columns or
    parts of the file, or with a part that the schema checks as a whole.
    """
    try:
        writer = Writer(mapping, declared, day, with_meaning=with_meaning)
        as_of, body, sense = writer.write()
    except Unfit:
        return None
    cells = [(name, writer.constant(column)) for column, name in writer.cells.items()]
    lines = ["get = v.get"]
    for name, column in cells:
        lines += [f"{name} = get({column})",
                  f"if {name}.__class__ is not str: {name} = single({name})"]  # fmt: skip
    lines += [*writer.out, f"return key, {as_of}, {body}, {sense}"]
    text = "\n".join(["def make(v, address):", " try:", *(f"  {one}" for one in lines),
                      " except MemoryError:", "  raise",
                      " except Exception:", "  return None", ""])  # fmt: skip
    made: Fast = writer.made(text)
    return made


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field is written from: expressions one after the other, each with its comma before
    it, and one for its meaning. `sure`: there is always something in it."""

    body: tuple[str, ...]
    sense: str
    sure: bool = False


@dataclass(slots=True)
class _Object:
    """A part of the record: its fields in the schema, and what they are written from."""

    path: str
    schema: Mapping[str, Any]
    own: dict[str, _Field] = field(default_factory=dict)
    inner: dict[str, "_Object"] = field(default_factory=dict)
    lists: dict[str, list["_Object"]] = field(default_factory=dict)


class Writer:
    """The generated lines so far, and the constants and columns' cells that they name.

    `again` names the columns whose texts come again: those are remembered too.
    """

    def __init__(
        self, mapping: InboundMapping, declared: Declared, day: date, *, with_meaning: bool,
        again: frozenset[str] = frozenset(), place: str = "place(address)",
    ) -> None:  # fmt: skip
        if any(one.rule == "repeated" for one in mapping.columns):
            raise Unfit
        self.mapping, self.declared, self.day = mapping, declared, day
        self.with_meaning, self.again, self.place = with_meaning, again, place
        self.required = frozenset(c.name for c in mapping.columns if c.rule == "required")
        self.root = _Object("", fields(plain_schema(mapping.kind)))
        self.cell = Cells(mapping.empty).cell
        origin = {"feed": declared.feed, "mapping": mapping.name,
                  "mapping_version": mapping.version}  # fmt: skip
        self.placer = Placer(origin, self.root.schema["provenance"])
        self.constants: dict[str, Any] = {
            "dumps": orjson.dumps, "empty": mapping.empty, "cell": self.cell, "join": b"".join,
            "nothing": NOTHING if with_meaning else b"", "single": single, "Left": Left,
            "place": self.placer.place,
        }  # fmt: skip
        self.out: list[str] = []
        self.cells: dict[str, str] = {}
        self.filled: set[str] = set()

    def write(self) -> tuple[str, str, str]:
        """Fills `out`; gives the expressions of as_of, the record's bytes and its meaning's."""
        self._key()
        self._fill(self.root, self.mapping.lines, self.mapping.parts)
        self._head()
        as_of = "None" if self.mapping.as_of is None else self._value(self.mapping.as_of)
        start = orjson.dumps({"kind": self.mapping.kind, "schema_version": SCHEMA_VERSION})[:-1]
        body, sense, _ = self._inside(self.root)
        whole = self._joined([self.constant(start), *body, self.constant(b"}")])
        meant = f'b"{{" + {sense}[1:] + b"}}"' if self.with_meaning else 'b""'
        tests = [f"if cell({self._cell(name)}) is None: raise Left"
                 for name in sorted(self.required - self.filled)]  # fmt: skip
        self.out[:0] = self._withdrawn() + tests
        return as_of, whole, meant

    def made(self, source: str) -> Any:
        """The function `make` of this text."""
        space: dict[str, Any] = {}
        exec(compile(source, f"<fragments {self.mapping.label}>", "exec"), self.constants, space)  # noqa: S102 - our own text
        return space["make"]

    def constant(self, value: Any) -> str:
        """A name for a value."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def _new(self, letter: str) -> str:
        return f"{letter}{len(self.out)}"

    def _cell(self, column: str) -> str:
        return self.cells.setdefault(column, f"c{len(self.cells)}")

    def _withdrawn(self) -> list[str]:
        values = self.mapping.lifecycle.withdrawn_when
        if not values:
            return []
        tests = [f"cell({self._cell(n)}) in {self.constant(v)}" for n, v in values.items()]
        return [f"if {' and '.join(tests)}: raise Left"]

    def _key(self) -> None:
        system, register = self.declared.system, self.mapping.register
        if not system or not register or "/" in system + register:
            raise Unfit
        found = self._value(self.mapping.key)
        self.out += [f"if {found} is None: raise Left",
                     f"key = {self.constant(f'{system}/{register}/')} + {found}",
                     f"if len(key) > {longest(self.root.schema['key'])}: raise Left",
                     'key_ = b\',"key":\' + dumps(key)']  # fmt: skip
        self.root.own["key"] = _Field(("key_",), "key_", sure=True)

    def _head(self) -> None:
        """What stands in no column: who issues the record, and where it was read."""
        for name, value in (("issuing_country", self.declared.country),
                            ("issuing_agency", self.declared.agency),
                            ("mark", self.declared.mark)):  # fmt: skip
            self._still(self.root, name, value)
        self.root.own["provenance"] = _Field((self.place,), 'b""', sure=True)

    def _filler(
        self, name: str, into: _Object, read: Any = None, required: Sequence[bool] = ()
    ) -> Filler:
        return Filler(name, into.schema[name], self.cell, read, required,
                      with_meaning=self.with_meaning)  # fmt: skip

    def _still(self, into: _Object, name: str, value: Any) -> None:
        pieces = self._filler(name, into)(value)
        body, sense = pieces if self.with_meaning else (pieces, b"")
        into.own[name] = _Field((self.constant(body),), self.constant(sense), sure=True)

    def _value(self, line: Line) -> str:
        """A line that is no field of the record: a variable with its value."""
        names, read = line_reader(self.mapping, line, self.day, categories=False)
        cells = [self._cell(name) for name in names]
        name = self._new("x")
        self.filled.update(names if line is self.mapping.key and len(names) == 1 else ())
        if not line.expression.calls and len(cells) == 1:  # as the reader does, without the call
            self.out += [f"{name} = {cells[0]}.strip()",
                         f"if not {name} or {name} in empty: {name} = None"]  # fmt: skip
        else:
            self.out.append(f"{name} = {self.constant(read)}({', '.join(cells)})")
        return name

    def _fill(self, into: _Object, lines: Iterable[Line], parts: Iterable[Part]) -> None:
        """Fields for all lines and parts of one object, those inside it too."""
        known = {into.path: into}
        lines = tuple(lines)
        targets = {line.target for line in lines}
        for line in lines:
            self._line(line, _reach(known, _parent(line.target)), targets)
        for part in parts:
            if part.for_each:
                raise Unfit
            holder = _reach(known, _parent(part.path))
            one = _Object(part.path, fields(item(holder.schema[_end(part.path)])))
            self._fill(one, part.lines, part.parts)
            holder.lists.setdefault(_end(part.path), []).append(one)
        for target, value in self.mapping.always.items():
            if _parent(target) in known:
                self._declared(known[_parent(target)], _end(target), value)

    def _declared(self, into: _Object, name: str, value: Any) -> None:
        """A declared value: where there is something in the part itself to declare it of."""
        if name in into.own or (into.lists and into.path):
            raise Unfit
        own = list(into.own.values())
        self._still(into, name, value)
        if into.path and not any(one.sure for one in own):
            test = " or ".join(one.body[0] for one in own) or "False"
            kept, still = self._new("a"), into.own[name]
            self.out.append(f"{kept}, {kept}_ = ({still.body[0]}, {still.sense}) "
                            f'if {test} else (b"", b"")')  # fmt: skip
            into.own[name] = _Field((kept,), f"{kept}_")

    def _line(self, line: Line, into: _Object, targets: set[str]) -> None:
        beside = category_of(line, kind_fields(self.mapping.kind))
        wanted = beside is not None and beside not in targets | set(self.mapping.always)
        names, read = line_reader(self.mapping, line, self.day, categories=wanted)
        end = _end(line.target)
        if end in into.own or (into.path and end in NO_MEANING_AT_TOP):
            raise Unfit
        if not line.expression.calls and len(names) == 1 and is_itself(end, into.schema[end]):
            into.own[end] = self._text(names[0], end, into.schema[end])
        else:
            needed = [name in self.required for name in names]
            into.own[end] = self._call(line, names, self._filler(end, into, read, needed))
        categories = categories_of(self.mapping, line, self.day) if wanted else None
        if beside is not None and categories is not None:
            known = categories

            def category(*cells: Any) -> Any:
                found = read(*cells)
                return None if found is None else known[found["original"]]

            needed = [name in self.required for name in names]
            filler = self._filler(_end(beside), into, category, needed)
            into.own[_end(beside)] = self._call(line, names, filler)

    def _text(self, column: str, end: str, schema: Any) -> _Field:
        cell, name, required = self._cell(column), self._new("f"), column in self.required
        self.filled.add(column)
        if column in self.again:
            filler = TextFiller(end, schema, self.mapping.empty, required=required,
                                with_meaning=self.with_meaning)  # fmt: skip
            return self._kept(Known(filler.pieces, single=True), cell, sure=required)
        most = longest(schema)
        absent = "raise Left" if required else f'{name} = b""'
        self.out += [
            f"x = {cell}.strip()",
            "if x and x not in empty:",
            *([f" if len(x) > {most}: raise Left"] if most else ()),
            f" {name} = {self.constant(label(end))} + dumps(x)",
            f"else: {absent}",
        ]
        return _Field((name,), name, sure=required)

    def _call(self, line: Line, names: tuple[str, ...], filler: Filler) -> _Field:
        cells = ", ".join(self._cell(name) for name in names)
        alone, sure = len(names) == 1, bool(filler.required)
        self.filled.update(names if alone else ())
        repeats = line.field is not None and line.field.type in _REPEATING
        coded = any(call.name == "code" for call in line.expression.calls)
        if repeats or coded or self.again.issuperset(names):
            return self._kept(Known(filler.pieces, single=alone), cells, sure=sure)
        empty = f"nothing if not {cells} else " * (alone and not sure)
        return self._named(f"{empty}{self.constant(filler.pieces)}({cells})", sure=sure)

    def _kept(self, known: Known, cells: str, *, sure: bool) -> _Field:
        return self._named(f"{self.constant(known)}[{cells}]", sure=sure)

    def _named(self, expression: str, *, sure: bool) -> _Field:
        name = self._new("f")
        sense = f", {name}_" * self.with_meaning
        self.out.append(f"{name}{sense} = {expression}")
        return _Field((name,), f"{name}_", sure)

    def _inside(self, one: _Object) -> tuple[tuple[str, ...], str, bool]:
        """What is between an object's braces: its fields in the schema's order, each with a comma
        before it; their meaning, sorted, in one variable; whether the first one is sure."""
        found = dict(one.own)
        for name, inner in one.inner.items():
            found[name] = self._wrapped(name, inner, "{", "}")
        for name, items in one.lists.items():
            alone = self._wrapped(name, items[0], "[{", "}]") if len(items) == 1 else None
            found[name] = alone or self._list(name, items)
        order = [found[name] for name in one.schema if name in found]
        body = tuple(chain.from_iterable(one.body for one in order))
        needed = [found.get(n) for n, s in one.schema.items() if s["required"]]
        first = bool(order) and order[0].sure
        unsure = [f.body[0] if f else "False" for f in needed if not (f and f.sure)]
        if not first and body:
            whole = self._new("b")
            self.out.append(f"{whole} = {self._joined(body)}")
            body = (whole,)
        if unsure and body:
            there = "" if first or not one.path else f"{body[0]} and "
            self.out.append(f"if {there}not ({' and '.join(unsure)}): raise Left")
        sense = ""
        if self.with_meaning:
            if not one.path:
                still = self.constant(label("kind") + orjson.dumps(self.mapping.kind))
                found["kind"] = _Field((still,), still)
            sense = self._new("s")
            self.out.append(f"{sense} = {self._joined([found[n].sense for n in sorted(found)])}")
        return body, sense, first

    def _wrapped(self, name: str, one: _Object, begin: str, end: str) -> _Field:
        """An object under its name, or a list of one: nothing where nothing is in it."""
        body, sense, sure = self._inside(one)
        start, close = label(name) + begin.encode(), end.encode()
        made = self._new("w")
        if self.with_meaning:
            test = sense if begin == "{" else "True" if sure else body[0]
            self.out.append(f"{made}_ = {self.constant(start)} + {sense}[1:] + "
                            f'{self.constant(close)} if {test} else b""')  # fmt: skip
        if sure:
            bare = self.constants.get(body[0])
            head = f"{body[0]}[1:]" if bare is None else self.constant(bare[1:])
            pieces = (self.constant(start), head, *body[1:], self.constant(close))
            return _Field(pieces, f"{made}_", sure=True)
        self.out.append(f"{made} = {self.constant(start)} + {body[0]}[1:] + "
                        f'{self.constant(close)} if {body[0]} else b""')  # fmt: skip
        return _Field((made,), f"{made}_")

    def _list(self, name: str, items: list[_Object]) -> _Field:
        """A list of parts: one that is empty is left out, one without meaning stays as `{}`."""
        made = []
        for one in items:
            body, sense, _ = self._inside(one)
            whole, each = self._new("b"), self._new("i")
            self.out.append(f"{whole} = {self._joined(body)}")
            self.out.append(f'{each} = b",{{" + {whole}[1:] + b"}}" if {whole} else b""')
            if self.with_meaning:
                self.out.append(f'{each}_ = b",{{" + {sense}[1:] + b"}}" if {whole} else b""')
            made.append(each)
        start, whole = self.constant(label(name) + b"["), self._new("l")
        for end in ("", "_") if self.with_meaning else ("",):
            self.out.append(f"{whole}{end} = {' + '.join(each + end for each in made)}")
            self.out.append(f'{whole}{end} = {start} + {whole}{end}[1:] + b"]" '
                            f'if {whole}{end} else b""')  # fmt: skip
        return _Field((whole,), f"{whole}_")

    def _joined(self, pieces: Iterable[str]) -> str:
        """An expression of all pieces, one after the other; constants side by side are one."""
        found: list[str] = []
        for one in pieces:
            before, value = (
                self.constants.get(found[-1]) if found else None,
                self.constants.get(one),
            )
            if before.__class__ is bytes and value.__class__ is bytes:
                found[-1] = self.constant(before + value)
            elif one != 'b""':
                found.append(one)
        return f"join(({', '.join(found)},))" if len(found) > 1 else "".join(found) or 'b""'


def _reach(known: dict[str, _Object], path: str) -> _Object:
    """The object at `path`, those on the way to it too."""
    if path not in known:
        if not path:
            raise Unfit
        above = _reach(known, _parent(path))
        made = _Object(path, fields(above.schema[_end(path)]))
        known[path] = above.inner[_end(path)] = made
    return known[path]


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _end(path: str) -> str:
    return path.rpartition(".")[2]
