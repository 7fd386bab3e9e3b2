"""What a mapping declares of an XML record, as a tree; and a record read against it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from azalai.plugin.format import Column

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
OWN = "."  # the text of a repeated element that has declared parts, `aliases/alias/.`


@dataclass(slots=True)
class Part:
    """One declared element or attribute; `name` as it will stand in the values, relative to the
    nearest repeated element above; None where only something below it is declared."""

    name: str | None = None
    repeated: bool = False
    ignored: bool = False
    below: dict[str, "Part"] = field(default_factory=dict)


def tree(columns: Sequence[Column]) -> Part:
    """The tree of all declared paths, other spellings included."""
    root = Part()
    repeated = [c for c in columns if c.rule == "repeated"]
    for column in columns:
        for path in (column.name, *column.also):
            _add(root, path.split("/"), column, repeated)
    return root


def _add(root: Part, steps: list[str], column: Column, repeated: Sequence[Column]) -> None:
    part = root
    for step in steps:
        part = part.below.setdefault(step, Part())
    above = [c.name for c in repeated if column.name.startswith(c.name + "/")]
    inside = max(above, key=len, default="")
    part.name = column.name[len(inside) + 1 :] if inside else column.name
    part.repeated = column.rule == "repeated"
    part.ignored = column.rule == "ignored"


class Reader:
    """Turns record elements into values by the tree of what is declared, `root`; `strange`
    collects paths that nobody declared."""

    def __init__(self, columns: Sequence[Column], namespace: str) -> None:
        self.root = tree(columns)
        self.namespace = namespace
        self._prefix = f"{{{namespace}}}" if namespace else ""
        self.strange: set[str] = set()

    def local(self, tag: Any) -> str:
        """The name as a mapping writes it; foreign namespaces stay visible."""
        name = str(tag)
        if self._prefix and name.startswith(self._prefix):
            return name[len(self._prefix) :]
        return name if not self._prefix or name.startswith("{") else f"{{}}{name}"

    def values(self, element: etree._Element) -> dict[str, Any]:
        """The values of one record element."""
        found: dict[str, Any] = {}
        self._inside(element, self.root, found, "")
        if (element.text or "").strip():
            self._note("text()")
        return found

    def _inside(
        self, element: etree._Element, part: Part, found: dict[str, Any], path: str
    ) -> None:
        below = part.below
        for key, value in element.attrib.items():
            name = f"@{key!s}"
            known = below.get(name)
            if known is not None:
                _put(found, known.name or name, str(value))
            elif not str(key).startswith(XSI):
                self._note(path + name)
        for child in element:
            if not isinstance(child.tag, str):
                continue
            name = self.local(child.tag)
            known = below.get(name)
            if known is None:
                self._note(path + name)
            else:
                self._child(child, known, found, path + name)
            if (child.tail or "").strip():
                self._note(f"{path}text()")

    def _child(self, child: etree._Element, part: Part, found: dict[str, Any], path: str) -> None:
        if part.ignored and not part.below:
            return
        if part.repeated and part.below:
            inner: dict[str, Any] = {}
            found.setdefault(part.name or path, []).append(inner)
            self._inside(child, part, inner, path + "/")
            own = part.below.get(OWN)
            self._text(child, own.name if own else None, inner, path)
            return
        self._inside(child, part, found, path + "/")
        if part.repeated:
            found.setdefault(part.name or path, []).append((child.text or "").strip())
        else:
            self._text(child, part.name, found, path)

    def _text(
        self, element: etree._Element, name: str | None, found: dict[str, Any], path: str
    ) -> None:
        text = (element.text or "").strip()
        if name is not None:
            _put(found, name, text)
        elif text:
            self._note(f"{path}/text()")

    def _note(self, path: str) -> None:
        if len(self.strange) < 200:
            self.strange.add(path[:200])


def _put(found: dict[str, Any], name: str, text: str) -> None:
    """One text; a second one makes a list of it."""
    before = found.get(name)
    if before is None:
        found[name] = text
    elif isinstance(before, list):
        before.append(text)
    else:
        found[name] = [before, text]
