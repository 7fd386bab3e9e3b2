"""A JSON record read against what a mapping declares of it."""

from collections.abc import Sequence
from typing import Any

from azalai.formats.xml_paths import OWN, Part, tree
from azalai.plugin.format import Column

MAX_STRANGE = 200  # undeclared paths kept of one record, and told of one input


class Reader:
    """Turns record objects into values; `strange` collects paths that nobody declared.

    Objects inside the record are paths, `identite/nom`. An array of objects declared `repeated`
    is a list of maps, one of plain values a list of texts. Null is as if it were not there.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._root = tree(columns)
        self.strange: set[str] = set()

    def values(self, record: dict[str, Any]) -> dict[str, Any]:
        """The values of one record."""
        found: dict[str, Any] = {}
        self._inside(record, self._root, found, "")
        return found

    def _inside(self, record: dict[str, Any], part: Part, found: dict[str, Any], path: str) -> None:
        below = part.below
        for name, value in record.items():
            known = below.get(name)
            if known is None:
                self._note(path + name)
            elif value is not None:
                self._member(value, known, found, path + name)

    def _member(self, value: Any, part: Part, found: dict[str, Any], path: str) -> None:
        if part.ignored and not part.below:
            return
        if part.repeated:
            items = found.setdefault(part.name or path, [])
            for one in value if isinstance(value, list) else [value]:
                self._item(one, part, items, path)
        elif isinstance(value, list):
            for one in value:
                self._single(one, part, found, path)
        else:
            self._single(value, part, found, path)

    def _item(self, value: Any, part: Part, items: list[Any], path: str) -> None:
        """One element of a repeated part."""
        own = part.below.get(OWN)
        if value is None:
            return
        if isinstance(value, list):
            self._note(path + "[]")
        elif isinstance(value, dict) and part.below:
            inner: dict[str, Any] = {}
            items.append(inner)
            self._inside(value, part, inner, path + "/")
        elif isinstance(value, dict):
            for name in value:
                self._note(f"{path}/{name}")
        elif own is not None:
            items.append({own.name or OWN: text(value)})
        elif part.below:
            self._note(f"{path}/{OWN}")
        else:
            items.append(text(value))

    def _single(self, value: Any, part: Part, found: dict[str, Any], path: str) -> None:
        if isinstance(value, dict):
            self._inside(value, part, found, path + "/")
        elif isinstance(value, list):
            self._note(path + "[]")
        elif part.name is not None and value is not None:
            _put(found, part.name, text(value))
        elif value is not None:
            self._note(f"{path}/{OWN}")

    def _note(self, path: str) -> None:
        if len(self.strange) < MAX_STRANGE:
            self.strange.add(path[:200])


def text(value: Any) -> str:
    """A plain value as it stands in the file; true and false as these words."""
    if value.__class__ is str:
        return str(value)
    return "true" if value else "false"


def _put(found: dict[str, Any], name: str, value: str) -> None:
    """One text; a second one makes a list of it."""
    before = found.get(name)
    if before is None:
        found[name] = value
    elif isinstance(before, list):
        before.append(value)
    else:
        found[name] = [before, value]
