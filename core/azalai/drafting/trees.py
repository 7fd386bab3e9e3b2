"""XML and JSON samples: the element or array that holds the records, and the paths below it."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from azalai.documents import NOTHING, Text
from azalai.drafting.structure import Setting, Structure
from azalai.errors import StopError
from azalai.formats.xml_records import NO_URI, NO_URI_TODO, no_uri
from azalai.plugin.format import Column

_DEPTH = 64
_COUNTED = Text("égal au nombre de fiches de l'échantillon", "equals the sample's records")


class Paths:
    """The paths below records in the order met, and which of them repeat inside one parent."""

    def __init__(self) -> None:
        self.leaves: dict[str, bool] = {}  # path → has a value of its own
        self.repeated: set[str] = set()

    def columns(self) -> list[Column]:
        """The columns of `columns:`: leaves, and what repeats."""
        return [Column(path, "repeated" if path in self.repeated else "optional")
                for path, leaf in self.leaves.items() if leaf or path in self.repeated]  # fmt: skip


def xml(data: bytes, encoding: Setting, wish: str | None = None) -> Structure:
    """The structure of an XML sample. StopError where it is malformed or nothing repeats."""
    try:
        events = etree.iterparse(io.BytesIO(data), events=("end",), resolve_entities=False,
                                 load_dtd=False, no_network=True, huge_tree=False,
                                 remove_comments=True, remove_pis=True)  # fmt: skip
        for _ in events:
            pass
        root = events.root
    except etree.XMLSyntaxError as err:
        line = err.lineno or 0
        if no_uri(err.error_log):
            raise StopError(f"line {line}: {NO_URI.en}; {NO_URI_TODO.en}",
                            fr=f"ligne {line} : {NO_URI.fr} ; {NO_URI_TODO.fr}") from err  # fmt: skip
        raise StopError(f"malformed XML, line {line}", fr=f"XML mal formé, ligne {line}") from err
    if root.getroottree().docinfo.doctype:
        raise StopError("a DOCTYPE is refused", fr="un DOCTYPE est refusé")
    namespace = etree.QName(root).namespace or ""
    element = _record_element(root, wish)
    paths = Paths()
    count = 0
    for count, record in enumerate(root.iter(element), 1):  # noqa: B007 - the last one counts
        _below(record, "", paths, namespace)
    settings = [encoding]
    if namespace:
        settings.append(Setting("namespace", namespace))
    settings.append(Setting("record", etree.QName(element).localname,
                            NOTHING if wish else _most_repeated()))  # fmt: skip
    stated = next((str(k) for k, v in root.attrib.items() if str(v) == str(count)), None)
    if stated:
        settings.append(Setting("count_at", f"@{stated}", _COUNTED))
    return Structure("xml", settings, paths.columns())


def _record_element(root: etree._Element, wish: str | None) -> str:
    """The shallowest element that repeats under one parent and has parts; the commonest there."""
    level = [root]
    for _ in range(_DEPTH):
        below = [child for parent in level for child in parent if isinstance(child.tag, str)]
        counts = Counter(str(c.tag) for c in below
                         if (len(c) or c.attrib) and wish in (None, etree.QName(c).localname))  # fmt: skip
        found = counts.most_common(1)
        if found and (wish or found[0][1] > 1):
            return found[0][0]
        if not below:
            break
        level = below
    raise StopError("no element repeats: which one is a record? --part NAME",
                    fr="aucun élément ne se répète : lequel est une fiche ? --part NOM")  # fmt: skip


def _below(element: etree._Element, path: str, paths: Paths, namespace: str) -> None:
    for name in element.attrib:
        paths.leaves[f"{path}@{name!s}"] = True
    children = [child for child in element if isinstance(child.tag, str)]
    counts = Counter(str(child.tag) for child in children)
    for child in children:
        name = str(child.tag)
        local = name.removeprefix(f"{{{namespace}}}") if namespace else name
        inner = f"{path}{local}"
        leaf = bool((child.text or "").strip()) and not len(child)
        paths.leaves[inner] = paths.leaves.get(inner, False) or leaf or not len(child)
        if counts[name] > 1 or _is_plural(element, local, counts):
            paths.repeated.add(inner)
        _below(child, f"{inner}/", paths, namespace)


def _is_plural(element: etree._Element, local: str, counts: Counter[str]) -> bool:
    """`infractions` that holds nothing but `infraction`: a list, if of one."""
    parent = etree.QName(element).localname
    return len(counts) == 1 and parent != local and parent.rstrip("sx") == local


def json_document(text: str, encoding: Setting, wish: str | None = None) -> Structure:
    """The structure of a JSON or NDJSON sample. StopError where it is malformed."""
    lines = [line for line in text.splitlines() if line.strip()]
    whole = _loaded(text)
    if whole is None and lines and isinstance(_loaded(lines[0]), dict):
        records = [one for line in lines if isinstance(one := _loaded(line), dict)]
        return Structure("ndjson", [encoding], _json_paths(records).columns())
    if whole is None:
        raise StopError("malformed JSON", fr="JSON mal formé")
    arrays = dict(_arrays(whole, "", 0))
    if not arrays or (wish is not None and wish not in arrays):
        known = ", ".join(arrays) or "-"
        raise StopError(f"which array holds the records? --part PATH; there are: {known}",
                        fr=f"quel tableau tient les fiches ? --part CHEMIN ; il y a : {known}")  # fmt: skip
    path = wish if wish is not None else max(arrays, key=lambda one: len(arrays[one]))
    made = Structure("json", [encoding], _json_paths(arrays[path]).columns())
    if path:
        why = NOTHING if wish else _most_repeated()
        made.settings.append(Setting("records", tuple(arrays), why))
        made.settings += _outside(whole, arrays)
    if len(arrays) > 1:
        made.tag = ("element", path.rpartition("/")[2])
        others = ", ".join(one for one in arrays if one != path)
        made.notes.append(Text(f"autres tableaux : {others} ; « mapping new --part » fait le leur",
                               f"other arrays: {others}; `mapping new --part` makes theirs"))  # fmt: skip
    return made


def _outside(whole: Any, arrays: dict[str, list[Any]]) -> Iterator[Setting]:
    """What stands beside the records: the count that the document states, and the rest."""
    total = sum(map(len, arrays.values()))
    found = dict(_scalars(whole, "", 0))
    count = next((path for path, value in found.items() if str(value) == str(total)), None)
    if count:
        yield Setting("count_at", count, _COUNTED)
    if rest := tuple(path for path in found if path != count):
        yield Setting("outside", rest, Text("à côté des fiches, non lus",
                                            "beside the records, not read"))  # fmt: skip


def _scalars(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and depth < _DEPTH:
        for name, inner in value.items():
            yield from _scalars(inner, f"{path}/{name}" if path else name, depth + 1)
    elif not isinstance(value, list):
        yield path, value


def _most_repeated() -> Text:
    return Text("ce qui se répète le plus", "what repeats most")


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_int=str)
    except RecursionError as err:
        raise StopError("JSON of more levels than a record has",
                        fr="JSON de plus de niveaux que n'en a une fiche") from err  # fmt: skip
    except ValueError:
        return None


def _arrays(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Arrays, mostly of objects, that lie in objects only: the others are inside records."""
    if isinstance(value, list) and 2 * sum(isinstance(one, dict) for one in value) > len(value):
        yield path, value
    elif isinstance(value, dict) and depth < _DEPTH:
        for name, inner in value.items():
            yield from _arrays(inner, f"{path}/{name}" if path else name, depth + 1)


def _json_paths(records: list[Any]) -> Paths:
    paths = Paths()
    for record in records:
        if not isinstance(record, dict):
            continue  # one broken record; the format says where
        _members(record, "", paths, 0)
    return paths


def _members(record: dict[str, Any], path: str, paths: Paths, depth: int) -> None:
    for name, value in record.items():
        inner = f"{path}{name}"
        if isinstance(value, list):
            paths.repeated.add(inner)
            paths.leaves.setdefault(inner, False)
            for one in value:
                if isinstance(one, dict) and depth < _DEPTH:
                    _members(one, f"{inner}/", paths, depth + 1)
        elif isinstance(value, dict):
            if depth < _DEPTH:
                _members(value, f"{inner}/", paths, depth + 1)
        else:
            paths.leaves[inner] = True
