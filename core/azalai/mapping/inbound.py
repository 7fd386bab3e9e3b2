"""Loads an inbound mapping: every mistake at once, or a checked mapping."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from azalai import canonical
from azalai.documents import NOTHING, Document, Map, Place, Problem, Text, read, read_beside
from azalai.errors import DocumentError
from azalai.records import RECORD_KINDS, fields

from .code_table import CodeTable, read_table
from .inbound_always import read_always
from .inbound_coverage import check_coverage
from .inbound_file import FileBlocks, read_file_blocks
from .inbound_limits import read_expect, read_lifecycle, unknown_word
from .inbound_lines import LineChecker, say_at
from .inbound_model import InboundMapping, Line
from .inbound_record import RecordReader, missing_block
from .inbound_shapes import used_by_file
from .report import Report, nearest

Beside = Callable[[str], Path | None]
_WORDS = (
    "mapping",
    "version",
    "kind",
    "register",
    "owner",
    "direction",
    "file",
    "segments",
    "takes",
    "columns",
    "always",
    "declared_by",
    "record",
    "codes",
    "lifecycle",
    "expect",
    "examples",
)


def load_inbound(path: Path, *, beside: Beside | None = None) -> InboundMapping:
    """Load and check a mapping. `beside` finds its code lists by the name in the document.

    By default they are looked for relative to the mapping. Raises DocumentError with all problems.
    """
    mapping, problems = _load(path, beside)
    if mapping is None:
        raise DocumentError(problems)
    return mapping


def check_inbound(path: Path, *, beside: Beside | None = None) -> list[Problem]:
    """Every problem and warning of a mapping; empty if there is nothing to say."""
    try:
        return _load(path, beside)[1]
    except DocumentError as err:
        return [problem for problem in err.problems if isinstance(problem, Problem)]


def _load(path: Path, beside: Beside | None) -> tuple[InboundMapping | None, list[Problem]]:
    document = read(path)
    report = Report(document)
    root = document.root
    for entry in root:
        if entry.key.text not in _WORDS:
            unknown_word(entry.key, _WORDS, report)
    head = _head(root, report)
    blocks = read_file_blocks(root, report)
    tables, digest = _tables(root, document, beside or (lambda name: path.parent / name), report)
    kind = head["kind"]
    if kind not in RECORD_KINDS:
        return None, _in_order(report)
    mapping = _assemble(path, head, blocks, tables, digest=digest, report=report)
    problems = _in_order(report)
    return (None if any(not one.warning for one in problems) else mapping), problems


def _in_order(report: Report) -> list[Problem]:
    return sorted(report.problems, key=lambda one: (one.place.line, one.place.column))


def _head(root: Map, report: Report) -> dict[str, str]:
    found = {}
    for name in ("mapping", "version", "kind", "register"):
        node = report.expect_text(root.get(name), name, Place(1, 1))
        found[name] = node.text if node else ""
        if node is None:
            continue
        if name == "version" and not (
            node.text.isascii() and node.text.isdigit() and int(node.text) > 0
        ):
            report.add(
                node.place,
                "AZ-M126",
                Text("« version » attend un nombre, dès 1", "“version” takes a number, from 1"),
            )
        elif name == "kind" and node.text not in RECORD_KINDS:
            near = nearest(node.text, RECORD_KINDS)
            shown = ", ".join(RECORD_KINDS)
            report.add(
                node.place,
                "AZ-M122",
                Text(
                    f"Genre de fiche inconnu « {node.text} »",
                    f"Unknown kind of record “{node.text}”",
                ),
                Text(f"valeurs admises : {shown}.", f"admitted values: {shown}."),
                Text(f"écrivez {near}.", f"write {near}.") if near else NOTHING,
            )
        elif name in ("mapping", "register") and ("/" in node.text or "@" in node.text):
            report.add(
                node.place,
                "AZ-M127",
                Text(f"« {name} » ne contient ni / ni @", f"“{name}” holds neither / nor @"),
            )
    direction = root.text("direction")
    if direction not in (None, "in"):
        report.add(
            root.place,
            "AZ-M122",
            Text("ceci n'est pas une correspondance entrante", "this is not an inbound mapping"),
        )
    return found


def _tables(
    root: Map, document: Document, beside: Beside, report: Report
) -> tuple[dict[str, CodeTable], str]:
    tables: dict[str, CodeTable] = {}
    digests = [["", canonical.digest(document.data)]]
    block = root.get("codes")
    for entry in block if isinstance(block, Map) else ():
        name = entry.key.text
        node = report.expect_text(entry.value, name, entry.key.place)
        if node is None:
            continue
        path = beside(node.text)
        try:
            data = read_beside(path) if path else None
        except OSError:
            data = None
        if data is None:
            report.add(
                node.place,
                "AZ-C200",
                Text(f"{node.text} est introuvable", f"{node.text} cannot be found"),
                Text(
                    "ou n'est pas un fichier ordinaire de 32 Mo au plus.",
                    "or is no plain file of 32 MB at most.",
                ),
                Text(
                    "le chemin part du dossier de la correspondance.",
                    "the path starts in the mapping's folder.",
                ),
            )
            continue
        tables[name] = read_table(name, node.text, data, say_at(report, node))
        digests.append([name, canonical.digest(data)])
    return tables, canonical.digest(canonical.dumps(digests))


def _assemble(
    path: Path,
    head: Mapping[str, str],
    blocks: FileBlocks,
    tables: dict[str, CodeTable],
    *,
    digest: str,
    report: Report,
) -> InboundMapping | None:
    root = report.document.root
    kind_fields = fields(head["kind"])
    names = frozenset(column.name for column in blocks.shape.columns)
    always = read_always(root, kind_fields, report)
    block = root.get("record")
    if not isinstance(block, Map):
        missing_block(report)
        return None
    record = RecordReader(head["kind"], kind_fields, blocks.shape.columns, report).read(block)
    lifecycle = read_lifecycle(root, names, report)
    checker = LineChecker(blocks.shape.columns, tables, kind_fields, report)
    checker.level(record.lines, record.parts, "", frozenset(always))
    own = [*record.own.values(), *([lifecycle.reason_line] if lifecycle.reason_line else [])]
    for line in own:
        checker.line(line, "", categories=False)
    checker.unused_tables(root)
    used = record.used | _used_elsewhere(blocks, lifecycle.withdrawn_when, lifecycle.reason_line)
    check_coverage(head["kind"], record, always, blocks, used=used, report=report)
    key = record.own.get("key")
    if key is None or any(not one.warning for one in report.problems):
        read_expect(root, report)
        return None
    lines = {name: place.line for name, place in blocks.places.items()}
    return InboundMapping(
        name=head["mapping"],
        version=int(head["version"]),
        kind=head["kind"],
        register=head["register"],
        shape=blocks.shape,
        takes=blocks.takes,
        columns=blocks.shape.columns,
        column_lines=lines,
        empty=blocks.empty,
        always=always,
        key=key,
        as_of=record.own.get("as_of"),
        lines=record.lines,
        parts=record.parts,
        tables=tables,
        lifecycle=lifecycle,
        expect=read_expect(root, report),
        digest=digest,
        path=path,
        document=report.document,
        warnings=tuple(one for one in report.problems if one.warning),
    )


def _used_elsewhere(
    blocks: FileBlocks, when: Mapping[str, Any] | None, reason: Line | None
) -> set[str]:
    used = set(when or ()) | used_by_file(blocks.shape)
    if blocks.takes and blocks.takes.column:
        used.add(blocks.takes.column)
    return used | set(reason.expression.columns if reason else ())
