"""The `message:` block: which format the message has, and what declares its elements."""

from collections.abc import Callable
from typing import Protocol

from azalai.documents import NOTHING, Document, Map, Place, Problem, Text

from .fixed_lines import read_layout
from .json_schema import read_json_schema
from .json_types import read_types
from .message_schema import MessageSchema, SchemaRefused
from .xsd import read_schema

FORMATS = ("xml", "json", "fixed_width")
_MESSAGE = {
    "xml": ("format", "schema", "root", "only"),
    "json": ("format", "schema", "only"),
    "fixed_width": ("format", "encoding", "line_end", "line_length", "only"),
}
_MAY_LACK = {"xml": ("only",), "json": ("only", "schema"),
             "fixed_width": ("only", "line_end", "line_length")}  # fmt: skip
_DECLARES = {"json": "types", "fixed_width": "layout"}

Known = Callable[[Map, tuple[str, ...], tuple[str, ...]], None]
ReadFile = Callable[[str, Place], bytes | None]


class Say(Protocol):
    """Takes one mistake."""

    def __call__(
        self, place: Place, code: str, what: Text, why: Text = NOTHING, todo: Text = NOTHING
    ) -> None:
        """Where, which code, what, why, what to do."""
        ...


def message_schema(
    document: Document, message: Map, known: Known, read_file: ReadFile, say: Say
) -> tuple[MessageSchema | None, str, list[Problem]]:
    """The schema that the block declares, where that stands, and the mistakes of its own lines.

    XML names an XSD and its root; JSON names a JSON Schema file or declares `types:`; fixed width
    declares `layout:`.
    """
    chosen = message.text("format") or "xml"
    if chosen not in FORMATS:
        node = message.get("format")
        say(node.place if node else message.place, "AZ-O300", Text(
            f"Le format du message est l'un de : {', '.join(FORMATS)}",
            f"The message's format is one of: {', '.join(FORMATS)}"))  # fmt: skip
        return None, "", []
    known(message, _MESSAGE[chosen], _MAY_LACK[chosen])
    name = message.text("schema")
    block = _declaring(document, chosen, name, say)
    if chosen == "fixed_width":
        layout, problems = read_layout(document, message, block) if block else (None, [])
        return layout, "layout:", problems
    if chosen == "json" and name is None:
        types, problems = read_types(document, block) if block else (None, [])
        return types, "types:", problems
    root = message.text("root")
    if name is None or (chosen == "xml" and root is None):
        return None, "", []
    place = _place(message, "schema")
    data = read_file(name, place)
    if data is None:
        return None, name, []
    try:
        if chosen == "json":
            return read_json_schema(data), name, []
        return read_schema(data, root or ""), name, []
    except SchemaRefused as err:
        say(place, "AZ-O310", Text(f"{name} ne peut pas servir de schéma",
                                   f"{name} cannot be used as a schema"), err.why)  # fmt: skip
        return None, name, []


def _declaring(document: Document, chosen: str, schema: str | None, say: Say) -> Map | None:
    """The block `types:` or `layout:` that the format needs; one that it does not is a mistake."""
    wanted = None if chosen == "json" and schema else _DECLARES.get(chosen)
    for name in _DECLARES.values():
        node = document.root.get(name)
        if name == wanted and not isinstance(node, Map):
            place = node.place if node else document.root.place
            say(place, "AZ-O300", Text(
                f"Il manque les lignes « {name}: » : elles déclarent le message",
                f"The lines `{name}:` are missing: they declare the message"))  # fmt: skip
        elif node is not None and name != wanted:
            say(node.place, "AZ-O300", Text(
                f"« {name}: » ne sert pas ici (format {chosen}, schema {schema or '—'})",
                f"`{name}:` has no use here (format {chosen}, schema {schema or '—'})"))  # fmt: skip
    found = document.root.get(wanted) if wanted else None
    return found if isinstance(found, Map) else None


def _place(block: Map, name: str) -> Place:
    node = block.get(name)
    return node.place if node else block.place
