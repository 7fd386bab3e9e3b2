"""The schemas of a profile: what a strict receiver checks a message against."""

import json
import threading
from pathlib import Path

from lxml import etree

from azalai.mapping.json_schema import read_json_schema

_ELEMENT = "{http://www.w3.org/2001/XMLSchema}element"


class Schemas:
    """All `*.xsd`, by root element, and all `*.schema.json` of some folders. One lock: libxml2's
    validators keep state."""

    def __init__(self, *folders: Path) -> None:
        self._lock = threading.Lock()
        self._parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
        self._found: dict[str, etree.XMLSchema] = {}
        files = [path for folder in folders for path in sorted(folder.glob("*"))]
        self._json = [read_json_schema(path.read_bytes()) for path in files
                      if path.name.endswith(".schema.json")]  # fmt: skip
        for path in (one for one in files if one.suffix == ".xsd"):
            tree = etree.fromstring(path.read_bytes())
            root = tree.find(_ELEMENT)
            if root is not None:
                name = f"{{{tree.get('targetNamespace')}}}{root.get('name')}"
                self._found[name] = etree.XMLSchema(tree)

    def reference(self, key: str, body: bytes) -> str:
        """A message's `SourceReference`, in JSON `header/source_reference`. ValueError or
        XMLSyntaxError if no schema knows it, it does not validate, or its header names another
        key."""
        if body.startswith(b"{"):
            return self._in_json(key, body)
        with self._lock:
            root = etree.fromstring(body, self._parser)
            schema = self._found.get(str(root.tag))
            if schema is None or not schema.validate(root):
                raise ValueError("schema")
            header = {etree.QName(e).localname: e.text or "" for e in root[0]}
        if header.get("MessageKey") != key:
            raise ValueError("key")
        return header["SourceReference"]

    def _in_json(self, key: str, body: bytes) -> str:
        if all(schema.refusal(body) is not None for schema in self._json):
            raise ValueError("schema")
        header = json.loads(body)["header"]
        if header["message_key"] != key:
            raise ValueError("key")
        return str(header["source_reference"])
