"""Writes the straight-line Python of an outbound mapping."""

from collections.abc import Mapping

from azalai.records import fields

from .message_schema import Element
from .outbound_checks import demanded_elements
from .outbound_model import Line, OutboundMapping, Repeat, Table
from .outbound_writer import Syntax, Writer, syntax_of


def write_code(mapping: OutboundMapping) -> str:
    """The source of `send(job)` and `cancel(job)`: each gives (bytes, losses) or NoPlace.

    Only `repr` of strings of the checked document goes into it: nothing that a document says can
    become code.
    """
    rows = [
        *_function("send", mapping, mapping.elements, with_only=True),
        *_function("cancel", mapping, mapping.elements_when_cancelled, with_only=False),
    ]
    return "\n".join(rows) + "\n"


def _function(name: str, mapping: OutboundMapping, table: Table, *, with_only: bool) -> list[str]:
    writer = Writer()
    writer.put("record = job.record")
    writer.put("allowed = job.allowed")
    writer.put("everything = allowed is None")
    writer.put("losses = []")
    if with_only:
        for path, values in sorted(mapping.only.items()):
            _only(writer, mapping, path, sorted(values))
    syntax = syntax_of(mapping.schema)
    out, missing = _Emitter(writer, mapping, table, syntax).content(mapping.schema.root)
    writer.put(f"if {missing}: return empty({missing})")
    syntax.whole(writer, out)
    return [f"def {name}(job):", *writer.rows, ""]


def _only(writer: Writer, mapping: OutboundMapping, path: str, values: list[str]) -> None:
    steps = [*path.split("."), *_code_part(mapping, path)]
    writer.put(f"vs = gather(record, {tuple(steps)!r})")
    allowed = f"{{{', '.join(map(repr, values))}}}" if values else "set()"
    writer.put(f"if not vs or not {allowed}.issuperset(vs): return outside({path!r}, {values!r})")


def _code_part(mapping: OutboundMapping, path: str) -> tuple[str, ...]:
    return ("code",) if fields(mapping.kind)[path].type == "code" else ()


class _Emitter:
    """Writes the content of each element in the schema's order."""

    def __init__(
        self, writer: Writer, mapping: OutboundMapping, table: Table, syntax: Syntax
    ) -> None:
        self.writer = writer
        self.syntax = syntax
        self.mapping = mapping
        self.demanded = demanded_elements(mapping.schema.root, table, mapping.kind)
        self.lines: Mapping[str, Line] = {e.element: e for e in table if isinstance(e, Line)}
        self.repeats: Mapping[str, Repeat] = {e.element: e for e in table if isinstance(e, Repeat)}

    def content(self, element: Element) -> tuple[str, str]:
        """Write what fills an element; gives the names of its list of texts, and of the first
        required element that stayed empty."""
        out, missing = self.writer.fresh("c"), self.writer.fresh("m")
        self.writer.put(f"{out} = []; {missing} = ''")
        for child in element.children:
            if child.path in self.lines:
                self._leaf(child, self.lines[child.path], out, missing, "record")
            elif child.path in self.repeats:
                self._repeat(child, self.repeats[child.path], out)
            elif any(path.startswith(f"{child.path}/") for path in (*self.lines, *self.repeats)):
                self._container(child, out)
        return out, missing

    def _container(self, element: Element, out: str) -> None:
        inner, lacking = self.content(element)
        self._part(element, inner, lacking, out)
        if element.path in self.demanded:
            self.writer.put(f"else: return empty({lacking} or {element.path!r})")

    def _part(self, element: Element, inner: str, lacking: str, out: str) -> None:
        """Append the part if something fills it; a later `else` may follow."""
        writer = self.writer
        writer.put(f"if {inner}:")
        writer.depth += 1
        writer.put(f"if {lacking}: return empty({lacking})")
        into = self.syntax.begin_many(writer, element, out) if element.many else out
        writer.put(self.syntax.part(element, inner, into))
        if element.many:
            self.syntax.end_many(writer, element, into, out)
        writer.depth -= 1

    def _repeat(self, element: Element, repeat: Repeat, out: str) -> None:
        writer, item, many = self.writer, self.writer.fresh("i"), self.writer.fresh("n")
        writer.put(f"{many} = False")
        into = self.syntax.begin_many(writer, element, out)
        writer.put(f"for {item} in objects(record, {tuple(repeat.for_each.split('.'))!r}):")
        writer.depth += 1
        inner = _Emitter(writer, self.mapping, (), self.syntax)
        inner.lines = {line.element: line for line in repeat.lines}
        content, lacking = inner.item(element, item)
        writer.put(f"if {content}:")
        writer.put(f"if {lacking}: return empty({lacking})", 1)
        writer.put(f"{many} = True", 1)
        writer.put(self.syntax.part(element, content, into), 1)
        writer.depth -= 1
        self.syntax.end_many(writer, element, into, out)
        if element.path in self.demanded:
            writer.put(f"if not {many}: return empty({element.path!r})")

    def item(self, element: Element, base: str) -> tuple[str, str]:
        """Write what fills one occurrence of a repeated part, its values taken from `base`."""
        out, missing = self.writer.fresh("c"), self.writer.fresh("m")
        self.writer.put(f"{out} = []; {missing} = ''")
        for child in element.children:
            if child.path in self.lines:
                self._leaf(child, self.lines[child.path], out, missing, base)
            elif any(path.startswith(f"{child.path}/") for path in self.lines):
                inner, lacking = self.item(child, base)
                self._part(child, inner, lacking, out)
                if child.required:
                    self.writer.put(f"else: {missing} = {missing} or {lacking}")
        return out, missing

    def _leaf(self, element: Element, line: Line, out: str, missing: str, base: str) -> None:
        writer = self.writer
        writer.put(f"# {element.path}")
        self.syntax.before(writer, element)
        into = self.syntax.begin_many(writer, element, out) if element.many else out
        if line.is_list and not line.step("join"):
            self._gather(line, base)
            writer.put("for v in vs:")
            writer.depth += 1
            self._one(element, line, into)
            writer.depth -= 1
            lacking = "if not vs:"
        else:
            if line.is_list:
                self._gather(line, base)
                step = line.step("join")
                writer.put(f"v = {step.argument if step else ''!r}.join(vs)")
            else:
                self._scalar(line, base)
            writer.put("if v:")
            writer.depth += 1
            self._one(element, line, into)
            writer.depth -= 1
            lacking = "else:"
        if element.required:
            writer.put(f"{lacking} {missing} = {missing} or {element.path!r}")
        if element.many:
            self.syntax.end_many(writer, element, into, out)

    def _gather(self, line: Line, base: str) -> None:
        guard = _guard(line)
        got = f"gather({base}, {tuple(_path(line))!r})"
        self.writer.put(f"vs = {got} if {guard} else []" if guard else f"vs = {got}")

    def _scalar(self, line: Line, base: str) -> None:
        writer, one = self.writer, line.source.field
        if one is None:
            writer.put(f"v = job.{line.source.name}")
        elif one.path == "key":
            writer.put("v = job.key")
        else:
            path = _path(line)
            writer.put(f"v = {base}.get({path[0]!r})")
            for number, name in enumerate(path[1:], 2):
                if number == len(path) and one.type == "partial_date":
                    writer.put("d = v or {}")
                writer.put(f"v = v.get({name!r}) if v else None")
        if one is None or one.type == "integer":
            writer.put("v = '' if v is None else str(v)")
        guard = _guard(line)
        if guard:
            writer.put(f"if not {guard}: v = None")

    def _sends_until(self, line: Line) -> bool:
        """Whether another line beside this one sends where the range ends."""
        return any(
            one.source.field == line.source.field
            and one.scope == line.scope
            and one.source.part == "until"
            for one in self.lines.values()
        )

    def _one(self, element: Element, line: Line, out: str) -> None:
        """Write the steps, the escaping and the element for one value `v`."""
        writer, name, path = self.writer, line.source.name, element.path
        one = line.source.field
        if one is not None and one.type == "partial_date" and line.source.part == "value" \
                and not line.is_list:  # fmt: skip
            asked, why = "d.get('circa') or d.get('until')", "ABOUT"
            if self._sends_until(line):
                asked, why = "d.get('circa')", "CIRCA"
            writer.put(f"if {asked}: losses.append(Loss({name!r}, {path!r}, {why}))")
        for step in line.steps:
            if step.name == "code":
                file = self.mapping.codes[step.argument].file
                writer.put(f"coded = tables[{step.argument!r}].get(v)")
                writer.put(f"if coded is None: return uncoded({path!r}, {name!r}, {file!r})")
                writer.put("v = coded.text")
                writer.put(f"if v is None: return kept({path!r}, {name!r}, {file!r})")
                writer.put(f"if coded.loss: losses.append(Loss({name!r}, {path!r}, coded.loss))")
            elif step.name == "upper":
                writer.put("v = v.upper()")
            elif step.name == "cut":
                most = step.argument or element.longest
                writer.put(f"if len(v) > {most}:")
                writer.put(
                    f"v = v[:{most}].rstrip(); losses.append(Loss({name!r}, {path!r}, CUT))", 1
                )
            elif step.name == "icao":
                writer.put("v, why = to_icao(v)")
                writer.put(f"if why: losses.append(Loss({name!r}, {path!r}, why))")
        if not line.step("icao"):
            self.syntax.value(writer, element, out)
        elif element.required:  # what has no letter left has no value
            writer.put(f"if not v: return empty({path!r})")
            self.syntax.value(writer, element, out)
        else:
            writer.put("if v:")
            writer.depth += 1
            self.syntax.value(writer, element, out)
            writer.depth -= 1


def _path(line: Line) -> list[str]:
    """The keys from the line's base (the record, or an entry of its list) to the value."""
    one = line.source.field
    path = one.path if one else ""
    if line.scope:
        path = path.removeprefix(f"{line.scope}.")
    part = line.source.part
    return [*path.split("."), *([part] if part else [])]


def _guard(line: Line) -> str:
    one = line.source.field
    return f"(everything or {one.path!r} in allowed)" if one and one.groups else ""
