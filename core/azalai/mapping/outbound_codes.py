"""Reads outbound code tables, and the codes that inbound mappings beside can produce."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from azalai import documents
from azalai.documents import (
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

from .outbound_model import CodeTable, OutCode

WITHHOLD = "(withhold)"
_CODE = re.compile(r"\|\s*code\(\s*([\w-]+)")
_EXACT = "exact"


def read_table(
    document: Document, place: Place, file: str, data: bytes
) -> tuple[CodeTable, list[Problem]]:
    """One `codes_out` CSV (UTF-8, `;`): common value, in the message, fidelity.

    The fidelity is `exact`, or says what is lost. The target `(withhold)` means that the message
    has no place for the record.
    """
    problems: list[Problem] = []

    def say(code: str, fr: str, en: str) -> None:
        problems.append(document.problem(place, code, Text(f"{file} {fr}", f"{file} {en}")))

    rows: dict[str, OutCode] = {}
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        at = err.start + 1
        say("AZ-C201", f"n'est pas en UTF-8 (octet {at})", f"is not UTF-8 (byte {at})")
        return CodeTable(file, rows), problems
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if number == 1 or not any(cells):
                continue
            cells = [cell.strip() for cell in cells]  # noqa: PLW2901
            if len(cells) < 3 or not all(cells[:3]):
                say("AZ-C204",
                    f"ligne {number} : il faut valeur commune ; dans le message ; fidélité",
                    f"line {number}: needs common value ; in the message ; fidelity")  # fmt: skip
            elif cells[0] in rows:
                first = rows[cells[0]].line
                say("AZ-C205", f"ligne {number} : « {cells[0]} » est déjà ligne {first}",
                    f"line {number}: `{cells[0]}` is already on line {first}")  # fmt: skip
            else:
                rows[cells[0]] = _row(cells, number)
    except csv.Error as err:
        say("AZ-C204", f"n'est pas un tableau CSV : {err}", f"is not a CSV table: {err}")
    return CodeTable(file, rows), problems


def _row(cells: list[str], number: int) -> OutCode:
    text = None if cells[1] == WITHHOLD else cells[1]
    loss = None if cells[2].casefold() == _EXACT else Text(cells[2], cells[2])
    return OutCode(text, loss, number)


def reachable_beside(
    path: Path, kind: str, beside: Callable[[str], Path | None]
) -> Mapping[str, frozenset[str]]:
    """Which common codes the inbound mappings in the same folder can give each field.

    Read simply: the constants of `always`, and the second column of every code table that a
    `record` line names. A folder without inbound mappings of this kind gives nothing.
    """
    found: dict[str, set[str]] = {}
    for other in sorted(path.parent.glob("*.yaml")):
        if other == path or other.name.endswith(".examples.yaml"):
            continue
        try:
            root = documents.read(other).root
        except DocumentError:
            continue  # its own check says what is wrong with it
        if root.text("kind") == kind and root.text("direction") != "out":
            for field, codes in _inbound(root, beside):
                found.setdefault(field, set()).update(codes)
    return {field: frozenset(codes) for field, codes in found.items()}


def _inbound(
    root: Map, beside: Callable[[str], Path | None]
) -> Iterator[tuple[str, frozenset[str]]]:
    always, record, codes = root.get("always"), root.get("record"), root.get("codes")
    if isinstance(always, Map):
        for entry in always:
            if isinstance(entry.value, Scalar):
                yield entry.key.text, frozenset({entry.value.text})
    if not isinstance(record, Map) or not isinstance(codes, Map):
        return
    for field, text in _leaves("", record):
        match = _CODE.search(text)
        file = codes.text(match.group(1)) if match else None
        where = beside(file) if file else None
        if where is not None and where.is_file():
            yield field, _second_column(where)


def _leaves(prefix: str, node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Scalar):
        yield prefix, node.text
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _leaves(prefix, item)
    else:
        for entry in node:
            below = f"{prefix}.{entry.key.text}" if prefix else entry.key.text
            yield from _leaves(below, entry.value)


def _second_column(path: Path) -> frozenset[str]:
    """Nothing of a file that is no table: `check` has told of it."""
    try:
        text = read_beside(path).decode("utf-8-sig", "replace")
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=";")]
    except (OSError, csv.Error):
        return frozenset()
    return frozenset(cells[1].strip() for number, cells in enumerate(rows)
                     if number and len(cells) > 1 and cells[1].strip())  # fmt: skip
