"""The XSDs of a profile, by root element: what a strict receiver checks a message against."""

import threading
from pathlib import Path

from lxml import etree

_ELEMENT = "{http://www.w3.org/2001/XMLSchema}element"


class Schemas:
    """All `*.xsd` of a folder. One lock: libxml2's validators keep state."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
        self._found: dict[str, etree.XMLSchema] = {}
        for path in sorted(folder.glob("*.xsd")):
            tree = etree.fromstring(path.read_bytes())
            root = tree.find(_ELEMENT)
            if root is not None:
                name = f"{{{tree.get('targetNamespace')}}}{root.get('name')}"
                self._found[name] = etree.XMLSchema(tree)

    def reference(self, key: str, body: bytes) -> str:
        """A message's `SourceReference`. ValueError or XMLSyntaxError if no XSD knows its root
        element, it does not validate, or its header names another key."""
        with self._lock:
            root = etree.fromstring(body, self._parser)
            schema = self._found.get(str(root.tag))
            if schema is None or not schema.validate(root):
                raise ValueError("schema")
            header = {etree.QName(e).localname: e.text or "" for e in root[0]}
        if header.get("MessageKey") != key:
            raise ValueError("key")
        return header["SourceReference"]
