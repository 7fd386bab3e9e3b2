"""The first raw records of a file beside what a mapping makes of them, for its author's screen."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import InputError
from azalai.mapping import InboundMapping, Parked, Rejected, Translated
from azalai.mapping.inbound_model import lines_by_column
from azalai.plugin.format import Finding
from azalai.records import fields
from azalai.translate.plan import FeedPlan, Plan
from azalai.translate.worker import Worker

Pair = tuple[str, str]
"""A name and its value: a column's, or a field's."""


@dataclass(slots=True)
class Shown:
    """One raw record: each column with its value and the fields that it fills; the fields that
    no column fills; why it makes no record."""

    address: Address
    columns: list[tuple[Pair, list[Pair]]] = field(default_factory=list)
    declared: list[Pair] = field(default_factory=list)
    state: str = "translated"
    at: str = ""
    why: Text | None = None
    todo: Text | None = None


def preview(
    mapping: InboundMapping, plan: FeedPlan, path: Path, most: int
) -> tuple[list[Shown], list[Finding], InputError | None]:
    """The first raw records, what was found about the file, and what ended it early.

    Personal data: for the screen of who has the file. InputError where it does not open.
    """
    shown: list[Shown] = []
    findings: list[Finding] = []
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with Worker(Plan(plan)) as worker:
        try:
            for batch in worker.read(path, digest, size=most, with_raws=True):
                findings += batch.findings
                for result, raw in zip(batch.results, batch.raws, strict=True):
                    shown.append(_shown(mapping, result, raw))
                if len(shown) >= most:
                    break
        except InputError as err:
            return shown[:most], findings, err
    return shown[:most], findings, None


def _shown(mapping: InboundMapping, result: Any, raw: bytes) -> Shown:
    made = Shown(result.address)
    record: dict[str, list[str]] = {}
    if isinstance(result, Translated):
        record = shown_record(mapping.kind, orjson.loads(result.record or b"{}"))
        record["key"] = [result.key]
    else:
        made.state = {Rejected: "rejected", Parked: "parked"}.get(type(result), "unreadable")
        made.at = getattr(result, "column", "")
        made.why, made.todo = result.what, result.todo
    targets = {
        name: [line.target for line in found] for name, found in lines_by_column(mapping).items()
    }
    filled: set[str] = set()
    for name, value in cells(json.loads(raw).get("values") or {}):
        paths = targets.get(name[0], [])
        filled.update(paths)
        made.columns.append(((name[1], value),
                             [(path, " | ".join(record[path])) for path in paths
                              if path in record]))  # fmt: skip
    made.declared = [(path, " | ".join(values)) for path, values in record.items()
                     if path not in filled and not path.startswith("provenance")]  # fmt: skip
    return made


def cells(
    values: Mapping[str, Any], path: str = "", shown: str = ""
) -> Iterator[tuple[Pair, str]]:  # fmt: skip
    """((column, as shown with its place in the list), value) of each cell of a raw record."""
    for name, value in values.items():
        if not isinstance(value, list):
            yield (
                (path + name, shown + name),
                "" if value is None or isinstance(value, dict) else str(value),
            )
            continue
        for number, one in enumerate(value, 1):
            if isinstance(one, dict):
                yield from cells(one, f"{path}{name}/", f"{shown}{name}[{number}]/")
            else:
                yield (path + name, f"{shown}{name}[{number}]"), str(one)


def shown_record(kind: str, record: Mapping[str, Any]) -> dict[str, list[str]]:
    """A record's fields with their values, shortly."""
    found: dict[str, list[str]] = {}
    leaves = fields(kind)

    def walk(value: Any, path: str) -> None:
        if isinstance(value, list):
            for one in value:
                walk(one, path)
        elif isinstance(value, dict) and path not in leaves:
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else name)
        elif value is not None:
            found.setdefault(path, []).append(_short(value))

    walk(record, "")
    return found


def _short(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "code" in value:
        return str(value["code"])
    if "value" in value:
        return f"{value['value']} ({value.get('precision', '')})"
    parts = [f"{name}: {' '.join(text) if isinstance(text, list) else text}"
             for name, text in value.items()
             if text and name not in ("original", "rule", "script")]  # fmt: skip
    return ", ".join(parts) or str(value.get("original", ""))
