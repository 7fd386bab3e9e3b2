"""A message of ours read back: the texts of each element by its path, whichever its format."""

from collections.abc import Iterator
from typing import Any

import orjson
from lxml import etree

from .fixed_layout import Layout
from .message_schema import MessageSchema

Texts = dict[str, list[str]]
"""Element path (as `elements:` writes it) → its texts in the message's order."""


def message_texts(body: bytes, schema: MessageSchema | None = None) -> Texts:
    """The filled elements of a message that we made. A fixed-width message needs its schema; one
    without, and what is neither XML nor JSON, is told by its lines (`line 1`)."""
    found: Texts = {}
    for path, text in _pairs(body, schema):
        found.setdefault(path, []).append(text)
    return found


def _pairs(body: bytes, schema: MessageSchema | None) -> Iterator[tuple[str, str]]:
    if isinstance(schema, Layout):
        return _of_layout(body.decode(schema.encoding), schema)
    if body[:1] in (b"{", b"["):
        return _of_json(orjson.loads(body), "")
    if body[:1] == b"<":
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        return _of_xml(etree.fromstring(body, parser), "")
    lines = body.decode("utf-8", "replace").splitlines()
    return ((f"line {number}", line) for number, line in enumerate(lines, 1))


def _of_xml(element: Any, above: str) -> Iterator[tuple[str, str]]:
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        path = f"{above}/{name}" if above else name
        if len(child):
            yield from _of_xml(child, path)
        elif text := child.text or "":
            yield path, text


def _of_json(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _of_json(inner, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(inner, path)
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    else:
        yield path, str(value)


def _of_layout(text: str, layout: Layout) -> Iterator[tuple[str, str]]:
    step = layout.length + len(layout.line_end)
    for at in range(0, len(text), step):
        line = text[at : at + layout.length]
        segment = layout.segment(line)
        for element in segment.children if segment else ():
            cell = layout.cells[element.path]
            written = line[cell.first : cell.last]
            if written.strip(" "):
                value = written.lstrip(cell.pad) if cell.right else written.rstrip(cell.pad)
                yield element.path, value or cell.pad
