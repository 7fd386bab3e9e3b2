"""Loads an outbound mapping (common record -> message) with all its checks."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from azalai import documents
from azalai.documents import (
    NOTHING,
    Document,
    Map,
    Node,
    Place,
    Problem,
    Scalar,
    Sequence,
    Text,
    read_beside,
)
from azalai.errors import DocumentError
from azalai.records import LISTS, RECORD_KINDS, Field, fields

from .message_schema import MessageSchema
from .outbound_checks import Checks
from .outbound_codes import reachable_beside, read_table
from .outbound_lines import Lines, nearest
from .outbound_message import message_schema
from .outbound_model import CodeTable, OutboundMapping, Table

Beside = Callable[[str], Path | None]
_SECTIONS = ("mapping", "version", "kind", "direction", "owner", "message", "types", "layout",
             "elements", "elements_when_cancelled", "not_sent", "codes", "examples")  # fmt: skip
_MAY_LACK = ("owner", "codes", "types", "layout", "examples")


def load_outbound(
    path: Path,
    *,
    beside: Beside | None = None,
    reachable: Mapping[str, frozenset[str]] | None = None,
) -> OutboundMapping:
    """Read and check an outbound mapping with its schema and code tables.

    `beside` finds a file by the name that the document writes (default: relative to `path`).
    `reachable` gives, by field path, the common codes that records here can carry; for a field
    that it does not name, the inbound mappings in the same folder say it; where neither does, a
    code without equivalent is only a warning. Raises DocumentError with all problems at once.
    """
    document = documents.read(path)
    loader = _Loader(document, path, beside or _relative_to(path))
    mapping = loader.load(reachable or {})
    if mapping is None:
        raise DocumentError(_in_order(loader.problems))
    return mapping


def _relative_to(path: Path) -> Beside:
    def find(name: str) -> Path | None:
        where = path.parent / name
        return where if where.is_file() else None

    return find


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.place.line, problem.place.column))


class _Loader:
    """One document on its way to a mapping; collects the problems of every stage."""

    def __init__(self, document: Document, path: Path, beside: Beside) -> None:
        self.document = document
        self.root = document.root
        self.path = path
        self.beside = beside
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256(document.data)

    def load(self, reachable: Mapping[str, frozenset[str]]) -> OutboundMapping | None:
        """The mapping, or None where a problem that is no warning was found."""
        self._known(self.root, _SECTIONS, _MAY_LACK)
        kind = self._kind()
        version = self._version()
        self._direction()
        message = self._block(self.root, "message")
        schema, schema_name = self._schema(message) if message else (None, "")
        codes = self._codes()
        if kind is None or message is None or schema is None:
            return None
        known = fields(kind)
        only = self._only(message, known)
        lines = Lines(self.document, schema, known, schema_name)
        tables = [self._table(lines, name) for name in ("elements", "elements_when_cancelled")]
        self.problems += lines.problems
        beside = reachable_beside(self.path, kind, self.beside)
        checks = Checks(self.document, schema, schema_name, kind, codes,
                        {**beside, **reachable}, only)  # fmt: skip
        self.problems += checks.run(tables[0], tables[1])
        if any(not problem.warning for problem in self.problems):
            return None
        return OutboundMapping(
            name=self.root.text("mapping") or "",
            version=version,
            kind=kind,
            media_type=schema.media_type,
            digest=self.digest.hexdigest(),
            required_fields=checks.required_fields(tables[0]),
            path=self.path,
            schema=schema,
            elements=tables[0],
            elements_when_cancelled=tables[1],
            only=only,
            codes=codes,
            warnings=tuple(self.problems),
        )

    def _table(self, lines: Lines, name: str) -> Table:
        block = self._block(self.root, name)
        return lines.table(block) if block else ()

    def _kind(self) -> str | None:
        kind = self.root.text("kind")
        if kind is None or kind in RECORD_KINDS:
            return kind
        near = nearest(kind, RECORD_KINDS)
        self._say(self._at(self.root, "kind"), "AZ-O300", Text(
            f"Genre de fiche inconnu « {kind} »", f"Unknown kind of record `{kind}`"),
            todo=Text(f"le plus proche : {near}.", f"the nearest: {near}."))  # fmt: skip
        return None

    def _version(self) -> int:
        text = self.root.text("version") or "0"
        if text.isascii() and text.isdigit() and int(text) > 0:
            return int(text)
        if self.root.text("version"):
            self._say(self._at(self.root, "version"), "AZ-O300", Text(
                "La version est un nombre entier à partir de 1",
                "The version is a whole number from 1"))  # fmt: skip
        return 0

    def _direction(self) -> None:
        if self.root.text("direction") not in (None, "out"):
            self._say(self._at(self.root, "direction"), "AZ-O300", Text(
                "Une correspondance sortante porte « direction: out »",
                "An outbound mapping says `direction: out`"))  # fmt: skip

    def _schema(self, message: Map) -> tuple[MessageSchema | None, str]:
        schema, name, problems = message_schema(self.document, message, self._known, self._file,
                                                self._say)  # fmt: skip
        self.problems += problems
        return schema, name

    def _codes(self) -> dict[str, CodeTable]:
        found: dict[str, CodeTable] = {}
        block = self.root.get("codes")
        for entry in block if isinstance(block, Map) else ():
            file = entry.value
            data = self._file(file.text, file.place) if isinstance(file, Scalar) else None
            if data is None or not isinstance(file, Scalar):
                continue
            table, problems = read_table(self.document, file.place, file.text, data)
            found[entry.key.text] = table
            self.problems += problems
        return found

    def _only(self, message: Map, known: Mapping[str, Field]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        block = message.get("only")
        for entry in block if isinstance(block, Map) else ():
            path = entry.key.text
            field = known.get(path)
            closed = [name for name, one in known.items() if one.list_name]
            if field is None or field.list_name is None:
                near = nearest(path, closed)
                self._say(entry.key.place, "AZ-O304", Text(
                    f"La fiche n'a pas de champ à liste fermée « {path} »",
                    f"The record has no field with a closed list `{path}`"),
                    todo=Text(f"le plus proche : {near}.", f"the nearest: {near}."))  # fmt: skip
                continue
            values = list(_scalars(entry.value))
            for value in values:
                if value.text not in LISTS[field.list_name]:
                    self._no_value(value, field, field.list_name)
            found[path] = frozenset(value.text for value in values)
        return found

    def _no_value(self, value: Scalar, field: Field, list_name: str) -> None:
        near = nearest(value.text, LISTS[list_name].codes)
        self._say(value.place, "AZ-O307", Text(
            f"« {value.text} » n'est pas une valeur de « {field.path} » ({field.labels.fr})",
            f"`{value.text}` is no value of `{field.path}` ({field.labels.en})"),
            todo=Text(f"le plus proche : {near}.", f"the nearest: {near}."))  # fmt: skip

    def _file(self, name: str, place: Place) -> bytes | None:
        where = self.beside(name)
        try:
            data = read_beside(where) if where is not None else None
        except OSError:
            data = None
        if data is None:
            self._say(place, "AZ-O300", Text(f"Fichier introuvable : {name}",
                                             f"No such file: {name}"))  # fmt: skip
            return None
        self.digest.update(hashlib.sha256(data).digest())
        return data

    def _known(self, block: Map, names: tuple[str, ...], may_lack: Iterable[str]) -> None:
        for entry in block:
            if entry.key.text not in names:
                near = nearest(entry.key.text, names)
                self._say(entry.key.place, "AZ-O300", Text(
                    f"Ligne inconnue « {entry.key.text}: »", f"Unknown line `{entry.key.text}:`"),
                    todo=Text(f"la plus proche : {near}.", f"the nearest: {near}."))  # fmt: skip
        for name in names:
            if name not in may_lack and block.get(name) is None:
                lacking = Text(f"Il manque la ligne « {name}: »", f"The line `{name}:` is missing")
                self._say(block.place, "AZ-O300", lacking)

    def _block(self, above: Map, name: str) -> Map | None:
        node = above.get(name)
        if node is None or isinstance(node, Map):
            return node
        self._say(self._at(above, name), "AZ-O300", Text(
            f"« {name}: » attend des lignes en retrait",
            f"`{name}:` wants indented lines"))  # fmt: skip
        return None

    def _at(self, block: Map, name: str) -> Place:
        node = block.get(name)
        return node.place if node else block.place

    def _say(
        self, place: Place, code: str, what: Text, why: Text = NOTHING, todo: Text = NOTHING
    ) -> None:
        self.problems.append(self.document.problem(place, code, what, why, todo))


def _scalars(node: Node) -> Iterable[Scalar]:
    if isinstance(node, Scalar):
        return (node,)
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(item for item in items if isinstance(item, Scalar))
