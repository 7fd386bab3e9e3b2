"""Writes the straight-line Python of one inbound mapping; texts go in as constants only."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from typing import Any

from azalai.records import fields

from .inbound_cells import Cells, no_key, required_empty
from .inbound_lines import category_of, source_is_list
from .inbound_model import InboundMapping, Line, Part, lines_by_column, resolve
from .inbound_types import setting_for, settle
from .steps import Made

Built = tuple[dict[str, Any] | None, str | None, str | None, str | None, int, Exception | None]
"""Record values, key, as_of, withdraw reason, index of the rule at work, what went wrong."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands behind one index in the generated code: for messages."""

    column: str
    field: str
    line: int


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated function, its source text (for people) and its rules."""

    build: Callable[[dict[str, Any]], Built]
    source: str
    rules: tuple[Rule, ...]


def compile_record(mapping: InboundMapping, system: str, day: date) -> Compiled:
    """Compile a checked mapping; `day` settles which entries of code lists are in force."""
    writer = _Writer(mapping, day)
    source = writer.write(f"{system}/{mapping.register}/")
    space: dict[str, Any] = {}
    code = compile(source, f"<mapping {mapping.label}>", "exec")
    exec(code, writer.constants, space)  # noqa: S102 - our own text: no document text stands in it
    return Compiled(space["build"], source, tuple(writer.rules))


def line_reader(
    mapping: InboundMapping, line: Line, day: date, *, categories: bool
) -> tuple[tuple[str, ...], Callable[..., Any]]:
    """The columns of one line without a part of the file, and a function of their raw cells that
    computes the line as `build` does: None or an empty list where there is nothing."""
    writer = _Writer(mapping, day)
    names, source = writer.alone(line, categories=categories)
    space: dict[str, Any] = {}
    exec(compile(source, f"<line {line.place.line}>", "exec"), writer.constants, space)  # noqa: S102 - our own text: no document text stands in it
    return names, space["read"]


class _Writer:
    """The generated lines so far, and the constants that they name."""

    def __init__(self, mapping: InboundMapping, day: date) -> None:
        self.mapping = mapping
        self.day = day
        cells = Cells(mapping.empty)
        self.constants: dict[str, Any] = {
            "cell": cells.cell,
            "empty": mapping.empty,
            "cells": cells.cells,
            "items": cells.items,
            "no_key": no_key,
            "required_empty": required_empty,
        }
        self.rules: list[Rule] = [Rule("", "", 1)]
        self.out: list[str] = []
        self.counter = 0
        self.columns = frozenset(one.name for one in mapping.columns)
        self.repeated = frozenset(one.name for one in mapping.columns if one.rule == "repeated")
        self.scopes = frozenset(_scopes(mapping.parts))
        self.passed = frozenset(_passed(mapping))
        self.variables: dict[str, str] = {}

    def write(self, prefix: str) -> str:
        """The whole module text."""
        self.out = ["def build(v):", " at = 0", " key = as_of = withdraw = None", " try:"]
        own = self._read_columns("", "v", 2)
        self._value(self.mapping.key, "", 2)
        self._say(2, "if x is None: raise no_key()", f"key = {self._constant(prefix)} + x")
        self._withdrawn(2)
        if self.mapping.as_of is not None:
            self._value(self.mapping.as_of, "", 2)
            self._say(2, "as_of = x")
        self._required(own, 2)
        self._object("r", self.mapping.lines, self.mapping.parts, path="", scope="", depth=2)
        self._say(2, "return r, key, as_of, withdraw, at, None")
        self.out += [" except Exception as err:", "  return None, key, as_of, withdraw, at, err"]
        return "\n".join(self.out) + "\n"

    def alone(self, line: Line, *, categories: bool) -> tuple[tuple[str, ...], str]:
        """The columns of one line, and the text of a function of their cells."""
        found = (resolve(name, "", self.columns) or name for name in line.expression.columns)
        names = tuple(dict.fromkeys(found))
        self.variables = {name: self._name("c") for name in names}
        cells = self.variables.values()
        self.out = [f"def read({', '.join(cells)}):"]
        self._say(1, *(f"{one} = cell({one})" for one in cells))
        is_list = self._value(line, "", 1, categories=categories)
        if line.field is not None and line.field.many:
            self._say(1, _many(is_list))
        self._say(1, "return x")
        return names, "\n".join(self.out) + "\n"

    def _say(self, depth: int, *lines: str) -> None:
        self.out.extend(" " * depth + line for line in lines)

    def _name(self, letter: str) -> str:
        self.counter += 1
        return f"{letter}{self.counter}"

    def _constant(self, value: Any) -> str:
        name = self._name("k")
        self.constants[name] = value
        return name

    def _rule(self, column: str, target: str, line: int, depth: int) -> None:
        self.rules.append(Rule(column, target, line))
        self._say(depth, f"at = {len(self.rules) - 1}")

    def _owner(self, column: str) -> str:
        """The innermost repeated part in use that holds this column, or ""."""
        holding = [s for s in self.scopes if column.startswith((f"{s}/", f"{s}."))]
        return max(holding, key=len, default="")

    def _read_columns(self, scope: str, values: str, depth: int) -> list[str]:
        """Read the cells of one scope into variables; gives the columns read."""
        found = []
        self._say(depth, f"get = {values}.get")
        for column in self.mapping.columns:
            name = column.name
            skipped = column.rule == "ignored" or name in self.scopes or name in self.passed
            if skipped or self._owner(name) != scope:
                continue
            found.append(name)
            variable = self.variables[name] = self._name("c")
            relative = self._constant(name[len(scope) + 1 :] if scope else name)
            self._rule(name, "", self.mapping.column_lines[name], depth)
            if name in self.repeated:
                self._say(depth, f"{variable} = cells(get({relative}))")
                continue
            self._say(  # what `cell` does with a text, without the call
                depth,
                f"{variable} = get({relative})",
                f"if {variable}.__class__ is str:",
                f" {variable} = {variable}.strip()",
                f" if not {variable} or {variable} in empty: {variable} = None",
                f"elif {variable} is not None: {variable} = cell({variable})",
            )
        return found

    def _required(self, columns: Iterable[str], depth: int) -> None:
        """Refuse an empty required cell."""
        rules = {one.name: one.rule for one in self.mapping.columns}
        for name in columns:
            if rules[name] == "required":
                self._say(depth, f"if {self.variables[name]} is None:")
                self._rule(name, "", self.mapping.column_lines[name], depth + 1)
                self._say(depth + 1, "raise required_empty()")

    def _withdrawn(self, depth: int) -> None:
        lifecycle = self.mapping.lifecycle
        if not lifecycle.withdrawn_when:
            return
        tests = [
            f"{self.variables[name]} in {self._constant(values)}"
            for name, values in lifecycle.withdrawn_when.items()
        ]
        self._say(depth, f"if {' and '.join(tests)}:")
        self._say(depth + 1, f"withdraw = {self._constant(lifecycle.cancel_reason)}")
        if lifecycle.reason_line is not None:
            self._say(depth + 1, "try:")
            self._value(lifecycle.reason_line, "", depth + 2)
            self._say(depth + 2, "if x is not None: withdraw = x")
            self._say(depth + 1, "except Exception: pass")

    def _object(
        self,
        root: str,
        lines: tuple[Line, ...],
        parts: tuple[Part, ...],
        *,
        path: str,
        scope: str,
        depth: int,
    ) -> None:
        """Fill the dict `root` at `path` from lines and parts; empty inner parts are left out."""
        objects = {path: root}
        self._say(depth, f"{root} = {{}}")
        targets = {line.target for line in lines}
        lists: dict[str, str] = {}
        for one in (*(line.target for line in lines), *(part.path for part in parts)):
            for inner in _between(path, one):
                if inner not in objects:
                    objects[inner] = self._name("o")
                    self._say(depth, f"{objects[inner]} = {{}}")
        for line in lines:
            self._field(line, objects[_parent(line.target)], scope, targets, depth)
        for part in parts:
            if part.path not in lists:
                lists[part.path] = self._name("l")
                self._say(depth, f"{lists[part.path]} = []")
            self._part(part, lists[part.path], scope, depth)
        for target, name in lists.items():
            holder = objects[_parent(target)]
            self._say(depth, f"if {name}: {holder}[{self._constant(_end(target))}] = {name}")
        self._always(objects, depth)
        for inner in sorted(objects, key=len, reverse=True):
            if inner != path:
                name, holder = objects[inner], objects[_parent(inner)]
                self._say(depth, f"if {name}: {holder}[{self._constant(_end(inner))}] = {name}")

    def _always(self, objects: Mapping[str, str], depth: int) -> None:
        """Declared values go where there is a part to declare them of; at the top always."""
        for target, value in self.mapping.always.items():
            holder = objects.get(_parent(target))
            if holder is None:
                continue
            test = "" if holder == "r" else f"if {holder}: "
            key, constant = self._constant(_end(target)), self._constant(value)
            self._say(depth, f"{test}{holder}[{key}] = {constant}")

    def _part(self, part: Part, into: str, scope: str, depth: int) -> None:
        item = self._name("o")
        if not part.for_each:
            self._object(item, part.lines, part.parts, path=part.path, scope=scope, depth=depth)
            self._say(depth, f"if {item}: {into}.append({item})")
            return
        relative = part.for_each[len(scope) + 1 :] if scope else part.for_each
        source, each = self._name("g"), self._name("p")
        self._rule(part.for_each, part.path, part.place.line, depth)
        values = "v" if not scope else self.variables[f"*{scope}"]
        self._say(
            depth,
            f"{source} = items({values}.get({self._constant(relative)}))",
            f"for {each} in {source}:",
        )
        self.variables[f"*{part.for_each}"] = each
        own = self._read_columns(part.for_each, each, depth + 1)
        filled = [self.variables[name] for name in own]
        filled += [
            f"{each}.get({self._constant(inner[len(part.for_each) + 1 :])})"
            for inner in sorted(_scopes(part.parts))
        ]
        if filled:  # an occurrence whose own cells are all empty is no part
            self._say(depth + 1, f"if not ({' or '.join(filled)}): continue")
        self._required(own, depth + 1)
        if part.path in (line.target for line in part.lines):  # a list of plain values
            is_list = self._value(part.lines[0], part.for_each, depth + 1)
            self._say(depth + 1, _many(is_list), f"if x: {into} += x")
            return
        self._object(
            item, part.lines, part.parts, path=part.path, scope=part.for_each, depth=depth + 1
        )
        self._say(depth + 1, f"if {item}: {into}.append({item})")

    def _field(self, line: Line, holder: str, scope: str, targets: set[str], depth: int) -> None:
        beside = category_of(line, fields(self.mapping.kind))
        wanted = beside is not None and beside not in targets | set(self.mapping.always)
        is_list = self._value(line, scope, depth, categories=wanted)
        key = self._constant(_end(line.target))
        if line.field is not None and line.field.many:
            self._say(depth, _many(is_list), f"if x: {holder}[{key}] = x")
            return
        self._say(depth, f"if x is not None: {holder}[{key}] = x")
        categories = categories_of(self.mapping, line, self.day) if wanted else None
        if categories is not None and beside is not None:
            self._say(
                depth,
                f"if x is not None: {holder}[{self._constant(_end(beside))}] = "
                f"{self._constant(categories)}[x['original']]",
            )

    def _value(self, line: Line, scope: str, depth: int, *, categories: bool = False) -> bool:
        """Compute a line into `x`; whether it is a list (its empty places are None)."""
        names = [resolve(name, scope, self.columns) or name for name in line.expression.columns]
        is_list = source_is_list(line, scope, self.columns, self.repeated)
        setting = setting_for(line, self.mapping.tables, self.day, categories=categories)
        steps = list(settle(line, is_list, setting).made)
        if line.expression.mode == "all":
            alone = list(takewhile(lambda made: not made.whole and not made.gives_list, steps))
            steps = steps[len(alone) :]
            source = f"[{', '.join(self._alone(name, alone, line, depth) for name in names)}]"
        else:
            source = _first([self.variables[name] for name in names])
        self._rule(", ".join(names), line.target, line.place.line, depth)
        self._say(depth, f"x = {source}")
        for made in steps:
            is_list = self._step(made, is_list, depth)
        return is_list

    def _alone(self, column: str, steps: Iterable[Made], line: Line, depth: int) -> str:
        """Run steps on one column of `all(…)`, so that a fault names this column alone."""
        variable = self._name("y")
        self._rule(column, line.target, line.place.line, depth)
        self._say(depth, f"{variable} = {self.variables[column]}")
        for made in steps:
            run = self._constant(made.run)
            if column in self.repeated:
                self._say(depth, f"{variable} = [{run}(y) for y in {variable}]")
            else:
                self._say(depth, f"if {variable} is not None: {variable} = {run}({variable})")
        return f"*{variable}" if column in self.repeated else variable

    def _step(self, made: Made, is_list: bool, depth: int) -> bool:
        """One step on `x`; whether `x` is a list after it."""
        run = self._constant(made.run)
        if made.whole:
            self._say(depth, f"x = {run}(x)")
            return False
        if not is_list:
            self._say(depth, f"x = {run}(x) if x is not None else {'[]' * made.gives_list or None}")
        elif made.gives_list:
            self._say(depth, f"x = [z for y in x if y is not None for z in {run}(y)]")
        else:
            self._say(depth, f"x = [None if y is None else {run}(y) for y in x]")
        return is_list or made.gives_list


def categories_of(mapping: InboundMapping, line: Line, day: date) -> dict[str, str] | None:
    """The file's value -> its category, where the line's code list has them."""
    calls = [call for call in line.expression.calls if call.name == "code"]
    table = mapping.tables[calls[-1].arguments[0].text] if calls else None
    if table is None or not table.has_categories:
        return None
    return {value: one.category for value, one in table.on(day).items() if one.category}


def _many(is_list: bool) -> str:
    return "x = [y for y in x if y is not None]" if is_list else "x = None if x is None else [x]"


def _first(variables: list[str]) -> str:
    *early, last = variables
    return "".join(f"{name} if {name} is not None else " for name in early) + last


def _scopes(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        if part.for_each:
            yield part.for_each
        yield from _scopes(part.parts)


def _passed(mapping: InboundMapping) -> Iterator[str]:
    """Repeated parts of which no line reads a column, as a table that is only joined on, and their
    columns."""
    named = {*lines_by_column(mapping), *(mapping.lifecycle.withdrawn_when or ())}
    for part in (one.name for one in mapping.columns if one.rule == "repeated"):
        held = [one.name for one in mapping.columns if one.name.startswith(f"{part}/")]
        if held and not any(one in named for one in (part, *held)):
            yield from (part, *held)


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _end(path: str) -> str:
    return path.rpartition(".")[2]


def _between(path: str, target: str) -> list[str]:
    """The objects between `path` and `target`, outermost first."""
    pieces = target.split(".")
    inner = [".".join(pieces[:size]) for size in range(1, len(pieces))]
    return [one for one in inner if len(one) > len(path)]
