"""Lines of generated Python, and how each message format puts values into its text."""

from dataclasses import dataclass, field
from typing import Protocol

import orjson

from .fixed_layout import Layout
from .json_message import JsonSchema
from .message_schema import Element, MessageSchema
from .xsd import Schema


@dataclass(slots=True)
class Writer:
    """Python lines with their indentation; `serial` makes names that are used once."""

    rows: list[str] = field(default_factory=list)
    depth: int = 1
    serial: int = 0

    def put(self, row: str, deeper: int = 0) -> None:
        """One line, `deeper` than where the writer stands."""
        self.rows.append("    " * (self.depth + deeper) + row)

    def fresh(self, letter: str) -> str:
        """A name that no other line has."""
        self.serial += 1
        return f"{letter}{self.serial}"


class Syntax(Protocol):
    """How a format writes: every `out` is the name of a list of texts, `v` the value at hand."""

    def whole(self, writer: Writer, out: str) -> None:
        """The last line: the message's bytes and its losses."""
        ...

    def before(self, writer: Writer, element: Element) -> None:
        """What stands before the lines that may fill an element."""
        ...

    def value(self, writer: Writer, element: Element, out: str) -> None:
        """Append the text `v` as this element."""
        ...

    def part(self, element: Element, inner: str, out: str) -> str:
        """The row that appends the part whose content is in `inner`."""
        ...

    def begin_many(self, writer: Writer, element: Element, out: str) -> str:
        """Where the occurrences of a repeated element go."""
        ...

    def end_many(self, writer: Writer, element: Element, many: str, out: str) -> None:
        """Append what `begin_many` collected."""
        ...


def syntax_of(schema: MessageSchema) -> Syntax:
    """The syntax of a schema's format. TypeError for a schema that is none of ours."""
    if isinstance(schema, Schema):
        return XmlSyntax(schema)
    if isinstance(schema, JsonSchema):
        return JsonSyntax(schema)
    if isinstance(schema, Layout):
        return FixedSyntax(schema)
    raise TypeError(type(schema).__name__)


@dataclass(slots=True)
class XmlSyntax:
    """Elements one after the other, between tags."""

    schema: Schema

    def whole(self, writer: Writer, out: str) -> None:
        """See `Syntax`."""
        opening, closing = self._tags()
        writer.put(f"body = {opening!r} + ''.join({out}) + {closing!r}")
        writer.put("return body.encode('utf-8'), tuple(losses)")

    def _tags(self) -> tuple[str, str]:
        """The XML declaration with the root's opening tag, and its closing tag."""
        schema, name = self.schema, self.schema.root.name
        space = schema.namespace.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        if not space:
            return f"{head}<{name}>", f"</{name}>\n"
        if schema.qualified:
            return f'{head}<{name} xmlns="{space}">', f"</{name}>\n"
        return f'{head}<m:{name} xmlns:m="{space}">', f"</m:{name}>\n"

    def before(self, writer: Writer, element: Element) -> None:
        """See `Syntax`."""

    def value(self, writer: Writer, element: Element, out: str) -> None:
        """See `Syntax`."""
        writer.put("if special(v):")
        writer.put("v = escape(v)", 1)
        writer.put(f"if v is None: return unprintable({element.path!r})", 1)
        writer.put(f"{out}.append({f'<{element.name}>'!r} + v + {f'</{element.name}>'!r})")

    def part(self, element: Element, inner: str, out: str) -> str:
        """See `Syntax`."""
        name = element.name
        return f"{out}.append('<{name}>'); {out} += {inner}; {out}.append('</{name}>')"

    def begin_many(self, _writer: Writer, _element: Element, out: str) -> str:
        """See `Syntax`: occurrences stand one after the other."""
        return out

    def end_many(self, writer: Writer, element: Element, many: str, out: str) -> None:
        """See `Syntax`."""


@dataclass(slots=True)
class JsonSyntax:
    """Members of objects, RFC 8259; a repeated element is an array."""

    schema: JsonSchema

    def whole(self, writer: Writer, out: str) -> None:
        """See `Syntax`."""
        writer.put(f"return ('{{' + ','.join({out}) + '}}').encode('utf-8'), tuple(losses)")

    def before(self, writer: Writer, element: Element) -> None:
        """See `Syntax`."""

    def value(self, writer: Writer, element: Element, out: str) -> None:
        """See `Syntax`. A number, true and false stand as they are, and must be such."""
        path, kind = element.path, self.schema.rules[element.path].type
        if kind in ("integer", "boolean"):
            writer.put(f"if not is_{kind}(v): return untyped({path!r})")
        else:
            writer.put("v = quoted(v)")
            writer.put(f"if v is None: return uncarried({path!r})")
        writer.put(f"{out}.append({self._label(element)!r} + v)")

    def part(self, element: Element, inner: str, out: str) -> str:
        """See `Syntax`."""
        return f"{out}.append({self._label(element) + '{'!r} + ','.join({inner}) + '}}')"

    def _label(self, element: Element) -> str:
        return "" if element.many else self._name(element)

    def _name(self, element: Element) -> str:
        return orjson.dumps(element.name).decode() + ":"

    def begin_many(self, writer: Writer, _element: Element, _out: str) -> str:
        """See `Syntax`."""
        many = writer.fresh("l")
        writer.put(f"{many} = []")
        return many

    def end_many(self, writer: Writer, element: Element, many: str, out: str) -> None:
        """See `Syntax`: an array without items is left out."""
        writer.put(
            f"if {many}: {out}.append({self._name(element) + '['!r} + ','.join({many}) + ']')"
        )


@dataclass(slots=True)
class FixedSyntax:
    """One line a segment; each value in its cell, blanks where there is none."""

    schema: Layout
    filled: dict[str, str] = field(default_factory=dict)

    def whole(self, writer: Writer, out: str) -> None:
        """See `Syntax`."""
        encoding = self.schema.encoding
        writer.put(f"return ''.join({out}).encode({encoding!r}), tuple(losses)")

    def before(self, writer: Writer, element: Element) -> None:
        """See `Syntax`: the cell is empty until a value stands in it."""
        cell = self.schema.cells.get(element.path)
        if cell is not None:
            name = self.filled[element.path] = writer.fresh("f")
            writer.put(f"{name} = {' ' * cell.width!r}")

    def value(self, writer: Writer, element: Element, out: str) -> None:
        """See `Syntax`. What is too long, or has a character that the encoding lacks, is said."""
        cell, path, name = self.schema.cells[element.path], element.path, self.filled[element.path]
        writer.put(f"if len(v) > {cell.width}: return unfit({path!r}, {cell.width})")
        writer.put(f"if not carries({self.schema.encoding!r}, v): return uncarried({path!r})")
        push = "rjust" if cell.right else "ljust"
        writer.put(f"{name} = v.{push}({cell.width}, {cell.pad!r})")
        writer.put(f"{out}.append({name})")

    def part(self, element: Element, _inner: str, out: str) -> str:
        """See `Syntax`: `_inner` says whether there is something, the line has it in its places."""
        mark = self.schema.marks[element.path]
        pieces, at = [repr(mark)], len(mark)
        for child in element.children:
            if name := self.filled.get(child.path):
                cell = self.schema.cells[child.path]
                pieces += [repr(" " * (cell.first - at)), name]
                at = cell.last
        pieces.append(repr(" " * (self.schema.length - at) + self.schema.line_end))
        return f"{out}.append({' + '.join(one for one in pieces if one != repr(''))})"

    def begin_many(self, _writer: Writer, _element: Element, out: str) -> str:
        """See `Syntax`: a repeated segment is a line more."""
        return out

    def end_many(self, writer: Writer, element: Element, many: str, out: str) -> None:
        """See `Syntax`."""
