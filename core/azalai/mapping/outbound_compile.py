"""Compiles an outbound mapping: a job in, a valid message or no place out."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from azalai.documents import Text

from . import outbound_values
from .icao import to_icao
from .outbound_code import write_code
from .outbound_model import OutboundMapping
from .rendering import Loss, NoPlace, Rendered, RenderJob
from .xsd import safe_parser

_WHY = {
    "MAXLENGTH": Text("la valeur est trop longue", "the value is too long"),
    "MINLENGTH": Text("la valeur est trop courte", "the value is too short"),
    "PATTERN": Text("la valeur n'a pas la forme voulue", "the value has not the wanted form"),
    "ENUMERATION": Text("la valeur n'est pas dans la liste", "the value is not in the list"),
    "DATATYPE": Text("la valeur n'est pas du type voulu", "the value is not of the wanted type"),
    "ELEMENT_CONTENT": Text("élément en trop, répété trop souvent ou manquant",
                            "an element too many, too often, or missing"),
}  # fmt: skip
_OTHER = Text("le schéma du message le refuse", "the message's schema refuses it")


def compile_outbound(mapping: OutboundMapping) -> Callable[[RenderJob], Rendered | NoPlace]:
    """The mapping as one function, for one thread.

    The same job gives the same bytes. Every message is validated against the schema; what it
    refuses is NoPlace, with the element and the reason, never the value. ValueError for an
    operation that does not exist.
    """
    names = _generated(mapping)
    functions = {"create": names["send"], "update": names["send"], "cancel": names["cancel"]}
    validator = mapping.schema.validator

    def render(job: RenderJob) -> Rendered | NoPlace:
        function = functions.get(job.operation)
        if function is None:
            raise ValueError("operation must be create, update or cancel")
        made = function(job)
        if isinstance(made, NoPlace):
            return made
        body, losses = made
        tree = etree.fromstring(body, safe_parser())
        return Rendered(body, losses) if validator.validate(tree) else _refused(validator, tree)

    return render


def _generated(mapping: OutboundMapping) -> dict[str, Any]:
    """Run the generated module once; its names."""
    names: dict[str, Any] = {
        "tables": {name: table.rows for name, table in mapping.codes.items()},
        "objects": _objects,
        "Loss": Loss,
        "to_icao": to_icao,
    }
    for name in ("special", "escape", "gather", "empty", "unprintable", "uncoded", "kept",
                 "outside", "ABOUT", "CIRCA"):  # fmt: skip
        names[name] = getattr(outbound_values, name)
    code = compile(write_code(mapping), f"<outbound mapping {mapping.name}>", "exec")
    exec(code, names)  # noqa: S102  (our own text: see write_code)
    return names


def _objects(record: dict[str, Any], path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The entries of a list of parts; nothing where a part above it is absent."""
    value: Any = record
    for name in path:
        value = value.get(name) or {}
    return list(value)


def _refused(validator: etree.XMLSchema, tree: etree._Element) -> NoPlace:
    """Which element, and why, without what stands in it."""
    errors: Any = validator.error_log  # the stubs do not know that it is a list
    error = errors[0]
    element = _element_at(tree, error.path or "")
    why = next((text for mark, text in _WHY.items() if mark in error.type_name), _OTHER)
    said = Text(f"« {element} » : {why.fr}", f"`{element}`: {why.en}")
    return NoPlace(element, said)


def _element_at(tree: etree._Element, path: str) -> str:
    found = tree.getroottree().xpath(path) if path else []
    first = found[0] if isinstance(found, list) and found else None
    node = first if etree.iselement(first) else None
    names: list[str] = []
    while node is not None and node is not tree:
        names.insert(0, etree.QName(node).localname)
        node = node.getparent()
    return "/".join(names) or etree.QName(tree).localname
