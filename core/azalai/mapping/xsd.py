"""An XML Schema read safely: its elements in order, and its validator."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from azalai.documents import Text

from .message_schema import (
    NOT_LIKE,
    NOT_LISTED,
    NOT_THERE,
    NOT_TYPED,
    TOO_LONG,
    TOO_SHORT,
    Element,
    SchemaRefused,
    refused,
)
from .rendering import NoPlace

XS = "{http://www.w3.org/2001/XMLSchema}"
MAX_BYTES = 2_000_000
_MAX_DEPTH = 16
_REFUSED = {
    f"{XS}{name}"
    for name in (
        "include", "import", "redefine", "override", "any", "anyAttribute", "attribute",
        "attributeGroup", "group", "complexContent", "simpleContent", "notation",
    )
}  # fmt: skip
_WHY = {
    "MAXLENGTH": TOO_LONG, "MINLENGTH": TOO_SHORT, "PATTERN": NOT_LIKE, "ENUMERATION": NOT_LISTED,
    "DATATYPE": NOT_TYPED, "ELEMENT_CONTENT": NOT_THERE,
}  # fmt: skip
_OTHER = Text("le schéma du message le refuse", "the message's schema refuses it")


@dataclass(frozen=True, slots=True)
class Schema:
    """A message's schema: root element, namespace, validator."""

    root: Element
    namespace: str
    qualified: bool
    validator: etree.XMLSchema
    prober: etree.XMLSchema
    media_type: str = "application/xml"

    def elements(self) -> dict[str, Element]:
        """See `MessageSchema`."""
        return self.root.below()

    def takes(self, _element: Element, _field_type: str) -> bool:
        """See `MessageSchema`: any; a value that its type refuses is found in the message."""
        return True

    def refusal(self, body: bytes) -> NoPlace | None:
        """See `MessageSchema`."""
        tree = etree.fromstring(body, safe_parser())
        return None if self.validator.validate(tree) else _refused(self.validator, tree)

    def admits(self, element: Element, value: str) -> bool:
        """See `MessageSchema`."""
        probe = etree.Element(f"{{{self.namespace}}}{element.probe}" if self.namespace
                              else element.probe)  # fmt: skip
        probe.text = value
        return bool(self.prober.validate(probe))


def safe_parser() -> etree.XMLParser:
    """A parser that opens nothing, resolves nothing and takes no document type."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


def read_schema(data: bytes, root: str) -> Schema:
    """Read a schema whose message element is `root`.

    XML Schema 1.0 (W3C, parts 1 and 2), the part that messages need: global element, sequences,
    choices, named or inline types, facets. Raises SchemaRefused for anything that could open
    another file (`include`, `import`, a document type) or that we do not render (attributes,
    wildcards, groups, derived complex types).
    """
    tree = _parse(data)
    _refuse(tree)
    reader = _Reader(tree)
    try:
        element = reader.root(root)
        validator = etree.XMLSchema(_copy(tree))
        prober = etree.XMLSchema(reader.probes())
    except etree.XMLSchemaParseError as err:
        why = Text(f"ce n'est pas un schéma XML valable : {err}", f"not a valid XML schema: {err}")
        raise SchemaRefused(why) from err
    qualified = tree.get("elementFormDefault") == "qualified"
    return Schema(element, tree.get("targetNamespace", ""), qualified, validator, prober)


def _parse(data: bytes) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise SchemaRefused(Text("plus de 2 Mo", "more than 2 MB"))
    try:
        tree = etree.fromstring(data, safe_parser())
    except etree.XMLSyntaxError as err:
        raise SchemaRefused(Text(f"XML illisible : {err.msg}", f"bad XML: {err.msg}")) from err
    if tree.getroottree().docinfo.internalDTD is not None:
        raise SchemaRefused(Text("un DOCTYPE n'est pas admis", "a DOCTYPE is not admitted"))
    if tree.tag != f"{XS}schema":
        raise SchemaRefused(Text("la racine n'est pas xs:schema", "its root is not xs:schema"))
    return tree


def _refuse(tree: etree._Element) -> None:
    for node in tree.iter():
        name = etree.QName(node).localname
        if node.tag in _REFUSED:
            raise SchemaRefused(_not_admitted(f"xs:{name}", node))
        if node.tag == f"{XS}element" and (node.get("ref") or node.get("form")):
            raise SchemaRefused(_not_admitted("ref, form", node))


def _not_admitted(name: str, node: etree._Element) -> Text:
    line = node.sourceline
    return Text(
        f"« {name} » (ligne {line}) n'est pas admis", f"`{name}` (line {line}) is not admitted"
    )


def _copy(tree: etree._Element) -> etree._Element:
    return etree.fromstring(etree.tostring(tree), safe_parser())


class _Reader:
    """Turns the schema's declarations into elements; collects one probe a leaf."""

    def __init__(self, tree: etree._Element) -> None:
        self.tree = tree
        self.named = {node.get("name"): node for node in tree if node.get("name") is not None
                      and node.tag in (f"{XS}simpleType", f"{XS}complexType")}  # fmt: skip
        self.leaves: list[etree._Element] = []

    def root(self, name: str) -> Element:
        """The global element of this name."""
        for node in self.tree.findall(f"{XS}element"):
            if node.get("name") == name:
                return self.element(node, "", required=True, many=False, depth=0)
        raise SchemaRefused(Text(f"aucun élément global « {name} »", f"no global element `{name}`"))

    def element(
        self, node: etree._Element, path: str, *, required: bool, many: bool, depth: int
    ) -> Element:
        """One declared element with all that is below it."""
        if depth > _MAX_DEPTH:
            raise SchemaRefused(Text("plus de 16 niveaux", "more than 16 levels"))
        name = node.get("name", "")
        complex_type = self._complex(node)
        if complex_type is not None:
            below = tuple(self._particles(complex_type, path, depth, optional=False, many=False))
            return Element(name, path, required, many, children=below)
        self.leaves.append(node)
        values, longest = (
            tuple(self._facets(node, "enumeration")),
            [*self._facets(node, "maxLength")],
        )
        return Element(name, path, required, many, values=values, probe=f"_p{len(self.leaves)}",
                       longest=int(longest[0]) if longest and longest[0].isdigit() else None)  # fmt: skip

    def probes(self) -> etree._Element:
        """The schema with one global element more a leaf, so that single values can be tried."""
        copy = _copy(self.tree)
        for number, node in enumerate(self.leaves, 1):
            probe = etree.fromstring(etree.tostring(node), safe_parser())
            for name in ("minOccurs", "maxOccurs"):
                if name in probe.attrib:
                    del probe.attrib[name]
            probe.set("name", f"_p{number}")
            copy.append(probe)
        return copy

    def _complex(self, node: etree._Element) -> etree._Element | None:
        inline = node.find(f"{XS}complexType")
        if inline is not None:
            return inline
        named = self.named.get(_local(node.get("type", "")))
        return named if named is not None and named.tag == f"{XS}complexType" else None

    def _particles(
        self, holder: etree._Element, path: str, depth: int, *, optional: bool, many: bool
    ) -> Iterator[Element]:
        for node in holder:
            needed = node.get("minOccurs", "1") != "0" and not optional
            repeated = node.get("maxOccurs", "1") != "1" or many
            if node.tag == f"{XS}element":
                below = f"{path}/{node.get('name')}" if path else node.get("name", "")
                yield self.element(node, below, required=needed, many=repeated, depth=depth + 1)
            elif node.tag in (f"{XS}sequence", f"{XS}all", f"{XS}choice"):
                loose = not needed or node.tag == f"{XS}choice"
                yield from self._particles(node, path, depth, optional=loose, many=repeated)

    def _facets(self, node: etree._Element, name: str) -> Iterator[str]:
        simple = node.find(f"{XS}simpleType")
        if simple is None:
            simple = self.named.get(_local(node.get("type", "")))
        if simple is None:
            return
        for value in simple.iterfind(f"{XS}restriction/{XS}{name}"):
            yield value.get("value", "")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refused(validator: etree.XMLSchema, tree: etree._Element) -> NoPlace:
    """Which element, and why, without what stands in it."""
    errors: Any = validator.error_log  # the stubs do not know that it is a list
    error = errors[0]
    why = next((text for mark, text in _WHY.items() if mark in error.type_name), _OTHER)
    return refused(_element_at(tree, error.path or ""), why)


def _element_at(tree: etree._Element, path: str) -> str:
    found = tree.getroottree().xpath(path) if path else []
    first = found[0] if isinstance(found, list) and found else None
    node = first if etree.iselement(first) else None
    names: list[str] = []
    while node is not None and node is not tree:
        names.insert(0, etree.QName(node).localname)
        node = node.getparent()
    return "/".join(names) or etree.QName(tree).localname
