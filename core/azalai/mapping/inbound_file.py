"""The first two blocks of an inbound mapping: the file and its columns, as a Shape."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azalai.documents import NOTHING, Map, Node, Place, Scalar, Sequence, Text
from azalai.plugin.format import Column, Shape

from .inbound_model import TAG_WORDS, Takes, scalar_texts
from .inbound_shapes import Segments, check_shapes
from .report import Report

_RULES = ("required", "optional", "ignored", "repeated")
_POSITION = re.compile(r"([0-9]{1,6})(?:-([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class FileBlocks:
    """What `file`, `segments`, `columns` and `takes` say; places are for later messages."""

    shape: Shape
    takes: Takes | None
    empty: frozenset[str]
    places: Mapping[str, Place]


def read_file_blocks(root: Map, report: Report) -> FileBlocks:
    """Read the blocks that describe the file; mistakes go to the report."""
    file = _block(root, "file", report)
    format_name = file.text("format") if file else None
    if file is not None and format_name is None:
        report.add(
            file.place,
            "AZ-M123",
            Text("« format » manque sous « file: »", "“format” is missing under “file:”"),
        )
    empty = (
        frozenset(one.text for one in scalar_texts(file.get("empty")) if one.text)
        if file
        else frozenset()
    )
    settings = {
        entry.key.text: plain(entry.value)
        for entry in file or ()
        if entry.key.text not in ("format", "empty")
    }
    segments, called = _segments(root, report)
    columns, places = _columns(root, report)
    takes, tag = _takes(root, places, report)
    shape = Shape(format_name or "", settings, columns, tag, segments, called)
    check_shapes(root, shape, places, report)
    return FileBlocks(shape, takes, empty, places)


def plain(node: Node) -> Any:
    """A node as texts, lists and dicts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {entry.key.text: plain(entry.value) for entry in node}


def _block(root: Map, name: str, report: Report) -> Map | None:
    node = root.get(name)
    if isinstance(node, Map):
        return node
    report.add(
        node.place if node else Place(1, 1),
        "AZ-M123",
        Text(f"le bloc « {name}: » manque", f"the block “{name}:” is missing"),
        NOTHING,
        Text(
            f"écrivez {name}: puis ses lignes, en retrait.",
            f"write {name}: and then its lines, indented.",
        ),
    )
    return None


def _columns(root: Map, report: Report) -> tuple[tuple[Column, ...], dict[str, Place]]:
    columns, places = [], {}
    for entry in _block(root, "columns", report) or ():
        name, node = entry.key.text, entry.value
        places[name] = entry.key.place
        also: tuple[str, ...] = ()
        if isinstance(node, Map):
            also = tuple(one.text for one in scalar_texts(node.get("also")))
            node = node.get("rule") or Scalar("", node.place)
        text = node.text if isinstance(node, Scalar) else ""
        rule, _, why = text.partition(",")
        rule = rule.strip()
        if rule not in _RULES:
            report.add(
                node.place,
                "AZ-M115",
                Text(
                    f"« {name} » : required, optional, repeated ou ignored, <pourquoi>",
                    f"“{name}”: required, optional, repeated or ignored, <why>",
                ),
            )
            rule = "optional"
        elif rule == "ignored" and not why.strip():
            report.add(
                node.place,
                "AZ-M114",
                Text(f"« {name} » est ignorée sans raison", f"“{name}” is ignored, no reason"),
                Text("aucune donnée ne se perd en silence.", "no data is lost in silence."),
                Text(f"écrivez {name}: ignored, <pourquoi>.", f"write {name}: ignored, <why>."),
            )
        columns.append(Column(name, rule, also))
    return tuple(columns), places


def _takes(
    root: Map, columns: Mapping[str, Place], report: Report
) -> tuple[Takes | None, str | None]:
    node = root.get("takes")
    if node is None:
        return None, None
    entries = node.entries if isinstance(node, Map) else ()
    if len(entries) != 1 or not scalar_texts(entries[0].value):
        report.add(
            node.place,
            "AZ-M124",
            Text(
                "« takes » a une ligne : sheet, segment, element ou une colonne, et sa valeur",
                "“takes” has one line: sheet, segment, element or a column, and its value",
            ),
        )
        return None, None
    name, texts = entries[0].key.text, [one.text for one in scalar_texts(entries[0].value)]
    if name in TAG_WORDS:
        return Takes(None, frozenset(texts[:1])), texts[0]
    if name not in columns:
        report.add(
            entries[0].key.place,
            "AZ-M103",
            Text(f"Colonne inconnue « {name} »", f"Unknown column “{name}”"),
            NOTHING,
            Text(
                "« takes » nomme une colonne déclarée sous « columns: ».",
                "“takes” names a column declared under “columns:”.",
            ),
        )
    return Takes(name, frozenset(texts)), None


def _segments(root: Map, report: Report) -> tuple[Segments, dict[str, str]]:
    """The fields of each segment type, and what a type is called."""
    node, called = root.get("segments"), {}
    if node is None:
        return {}, {}
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for segment in node if isinstance(node, Map) else ():
        fields: dict[str, tuple[int, int]] = {}
        for entry in segment.value if isinstance(segment.value, Map) else ():
            text = entry.value.text if isinstance(entry.value, Scalar) else ""
            match = _POSITION.fullmatch(text.replace(" ", ""))
            if entry.key.text == "called" and text and not match:
                called[segment.key.text] = text
                continue
            first = int(match.group(1)) if match else 0
            last = int(match.group(2) or first) if match else 0
            if not 1 <= first <= last:
                report.add(
                    entry.value.place,
                    "AZ-M116",
                    Text(
                        f"« {entry.key.text} » attend des positions, comme 3-14",
                        f"“{entry.key.text}” takes positions, such as 3-14",
                    ),
                )
                continue
            fields[entry.key.text] = (first, last)
        found[segment.key.text] = fields
    return found, called
