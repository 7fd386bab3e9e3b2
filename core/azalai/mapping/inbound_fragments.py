"""Writes a record's bytes at once from checked pieces; what is not plain sailing is left."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
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
    Unfit,
    fields,
    is_itself,
    item,
    label,
    longest,
    placer,
)
from .results import Declared

Made = tuple[str, str | None, bytes, bytes]
"""Key, as_of, the record's bytes, its meaning's bytes."""
Fast = Callable[[Mapping[str, Any], Address], Made | None]
"""A raw record's values and address to what the plain path would make of it, or None: ask it."""
Names = tuple[str, str]
"""The variables of a pair in the generated code."""
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
        writer = _Writer(mapping, declared, day, with_meaning=with_meaning)
        source = writer.write()
    except Unfit:
        return None
    space: dict[str, Any] = {}
    exec(compile(source, f"<fragments {mapping.label}>", "exec"), writer.constants, space)  # noqa: S102 - our own text
    made: Fast = space["make"]
    return made


@dataclass(slots=True)
class _Object:
    """A part of the record: its fields in the schema, and the variables that hold them."""

    path: str
    schema: Mapping[str, Any]
    own: dict[str, Names] = field(default_factory=dict)
    inner: dict[str, "_Object"] = field(default_factory=dict)
    lists: dict[str, list["_Object"]] = field(default_factory=dict)


class _Writer:
    """The generated lines so far, and the constants that they name."""

    def __init__(
        self, mapping: InboundMapping, declared: Declared, day: date, *, with_meaning: bool
    ) -> None:
        if any(one.rule == "repeated" for one in mapping.columns):
            raise Unfit
        self.mapping, self.declared, self.day = mapping, declared, day
        self.with_meaning = with_meaning
        self.required = frozenset(c.name for c in mapping.columns if c.rule == "required")
        self.cell = Cells(mapping.empty).cell
        self.constants: dict[str, Any] = {
            "dumps": orjson.dumps, "empty": mapping.empty, "cell": self.cell, "join": b"".join,
            "nothing": NOTHING,
        }  # fmt: skip
        self.out: list[str] = []
        self.cells: dict[str, str] = {}
        self.filled: set[str] = set()

    def write(self) -> str:
        """The whole module text."""
        root = _Object("", fields(plain_schema(self.mapping.kind)))
        self._key(root)
        self._fill(root, self.mapping.lines, self.mapping.parts)
        self._head(root)
        as_of = "None" if self.mapping.as_of is None else self._value(self.mapping.as_of)
        body, sense = self._fields_of(root)
        start = orjson.dumps({"kind": self.mapping.kind, "schema_version": SCHEMA_VERSION})[:-1]
        meant = f'b"{{" + {sense}[1:] + b"}}"' if self.with_meaning else 'b""'
        tests = [*self._withdrawn(), *(f"if cell({self._cell(name)}) is None: return None"
                                       for name in sorted(self.required - self.filled))]  # fmt: skip
        lines = ["get = v.get", *(f"{c} = get({self._constant(n)})" for n, c in self.cells.items()),
                 *tests, *self.out,
                 f'return key, {as_of}, {self._constant(start)} + {body} + b"}}", {meant}']  # fmt: skip
        return "\n".join(["def make(v, address):", " try:", *(f"  {one}" for one in lines),
                          " except MemoryError:", "  raise",
                          " except Exception:", "  return None", ""])  # fmt: skip

    def _constant(self, value: Any) -> str:
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
        tests = [f"cell({self._cell(n)}) in {self._constant(v)}" for n, v in values.items()]
        return [f"if {' and '.join(tests)}: return None"]

    def _key(self, root: _Object) -> None:
        system, register = self.declared.system, self.mapping.register
        if not system or not register or "/" in system + register:
            raise Unfit
        found = self._value(self.mapping.key)
        self.out += [f"if {found} is None: return None",
                     f"key = {self._constant(f'{system}/{register}/')} + {found}",
                     f"if len(key) > {longest(root.schema['key'])}: return None",
                     'key_ = b\',"key":\' + dumps(key)']  # fmt: skip
        root.own["key"] = ("key_", "key_")

    def _head(self, root: _Object) -> None:
        """What stands in no column: who issues the record, and where it was read."""
        for name, value in (("issuing_country", self.declared.country),
                            ("issuing_agency", self.declared.agency),
                            ("mark", self.declared.mark)):  # fmt: skip
            self._still(root, name, value)
        origin = {"feed": self.declared.feed, "mapping": self.mapping.name,
                  "mapping_version": self.mapping.version}  # fmt: skip
        place = self._constant(placer(origin, root.schema["provenance"]))
        self.out.append(f"place = {place}(address)")
        root.own["provenance"] = ("place", 'b""')

    def _filler(
        self, name: str, into: _Object, read: Any = None, required: Sequence[bool] = ()
    ) -> Filler:
        return Filler(name, into.schema[name], self.cell, read, required,
                      with_meaning=self.with_meaning)  # fmt: skip

    def _still(self, into: _Object, name: str, value: Any) -> None:
        pair = self._filler(name, into)(value)
        into.own[name] = (self._constant(pair[0]), self._constant(pair[1]))

    def _value(self, line: Line) -> str:
        """A line that is no field of the record: a variable with its value."""
        names, read = line_reader(self.mapping, line, self.day, categories=False)
        cells = [self._cell(name) for name in names]
        name = self._new("x")
        self.filled.update(names if line is self.mapping.key and len(names) == 1 else ())
        self.out.append(f"{name} = {self._constant(read)}({', '.join(cells)})")
        return name

    def _fill(self, into: _Object, lines: Iterable[Line], parts: Iterable[Part]) -> None:
        """Variables for all lines and parts of one object, those inside it too."""
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
        own = [one[0] for one in into.own.values()]
        self._still(into, name, value)
        if into.path:
            test = " or ".join(own) or "False"
            kept = self._new("a")
            self.out.append(f"{kept}, {kept}_ = ({', '.join(into.own[name])}) "
                            f'if {test} else (b"", b"")')  # fmt: skip
            into.own[name] = (kept, f"{kept}_")

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
            filler = self._filler(end, into, read, needed)
            into.own[end] = self._call(line, names, filler)
        categories = categories_of(self.mapping, line, self.day) if wanted else None
        if beside is not None and categories is not None:
            known = categories

            def category(*cells: Any) -> Any:
                found = read(*cells)
                return None if found is None else known[found["original"]]

            filler = self._filler(_end(beside), into, category)
            into.own[_end(beside)] = self._call(line, names, filler)

    def _text(self, column: str, end: str, schema: Mapping[str, Any]) -> Names:
        cell, name = self._cell(column), self._new("f")
        most = longest(schema)
        absent = "return None" if column in self.required else f'{name} = b""'
        self.filled.add(column)
        self.out += [
            f"x = None if {cell} is None else {cell}.strip()",
            "if x and x not in empty:",
            *([f" if len(x) > {most}: return None"] if most else ()),
            f" {name} = {self._constant(label(end))} + dumps(x)",
            f"else: {absent}",
        ]
        return name, name

    def _call(self, line: Line, names: tuple[str, ...], filler: "Filler") -> Names:
        cells = ", ".join(self._cell(name) for name in names)
        name = self._new("f")
        self.filled.update(names if len(names) == 1 else ())
        repeats = line.field is not None and line.field.type in _REPEATING
        if repeats:
            known = self._constant(Known(filler, single=len(names) == 1))
            self.out.append(f"{name}, {name}_ = {known}[{cells}]")
        else:
            read = self._constant(filler.read_pair)
            alone = len(names) == 1 and not filler.required
            empty = f'nothing if {cells} is None or {cells} == "" else ' * alone
            self.out.append(f"{name}, {name}_ = {empty}{read}({cells})")
        return name, f"{name}_"

    def _fields_of(self, one: _Object) -> Names:
        """Variables with all fields of an object, in the schema's order and sorted."""
        found = dict(one.own)
        for name, inner in one.inner.items():
            body, sense = self._fields_of(inner)
            found[name] = self._wrapped(name, body, sense, "{", "}")
        for name, items in one.lists.items():
            found[name] = self._list(name, items)
        body, sense = self._new("b"), ""
        order = [name for name in one.schema if name in found]
        self.out.append(f"{body} = join(({', '.join(found[n][0] for n in order)},))")
        needed = [n for n, s in one.schema.items() if s["required"]]
        if any(n not in found for n in needed):
            self.out.append(f"if {body}: return None")
        elif needed and one.path:
            self.out.append(f"if {body} and not ({' and '.join(found[n][0] for n in needed)}): "
                            "return None")  # fmt: skip
        elif needed:
            self.out.append(f"if not ({' and '.join(found[n][0] for n in needed)}): return None")
        if self.with_meaning:
            if not one.path:
                still = self._constant(label("kind") + orjson.dumps(self.mapping.kind))
                found["kind"] = (still, still)
            sense = f"{body}_"
            pieces = ", ".join(found[n][1] for n in sorted(found))
            self.out.append(f"{sense} = join(({pieces},))")
        return body, sense

    def _wrapped(self, name: str, body: str, sense: str, begin: str, end: str) -> Names:
        made, start = self._new("w"), self._constant(label(name) + begin.encode())
        self.out.append(f'{made} = {start} + {body}[1:] + b"{end}" if {body} else b""')
        if sense:
            self.out.append(f'{made}_ = {start} + {sense}[1:] + b"{end}" if {sense} else b""')
        return made, f"{made}_"

    def _list(self, name: str, items: list[_Object]) -> Names:
        """A list of parts: one that is empty is left out, one without meaning stays as `{}`."""
        pairs = []
        for one in items:
            body, sense = self._fields_of(one)
            made = self._new("i")
            self.out.append(f'{made} = b",{{" + {body}[1:] + b"}}" if {body} else b""')
            if sense:
                self.out.append(f'{made}_ = b",{{" + {sense}[1:] + b"}}" if {body} else b""')
            pairs.append((made, f"{made}_" if sense else ""))
        body = " + ".join(pair[0] for pair in pairs)
        sense = " + ".join(pair[1] for pair in pairs) if self.with_meaning else ""
        whole = self._new("l")
        self.out.append(f"{whole} = {body}")
        if sense:
            self.out.append(f"{whole}_ = {sense}")
        return self._wrapped(name, whole, f"{whole}_" if sense else "", "[", "]")


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
