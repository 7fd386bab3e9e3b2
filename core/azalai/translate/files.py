"""Translating a file without a store: records and rejects as JSON lines."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from azalai.address import Address
from azalai.documents import Text
from azalai.errors import InputError
from azalai.mapping import Parked, Rejected, Result, Translated
from azalai.plugin.format import Ending, Finding, Unreadable
from azalai.translate.plan import ChildLimits, FeedPlan, Plan
from azalai.translate.worker import Worker


@dataclass(slots=True)
class Counts:
    """What became of a file's raw records: `read` is the sum of the other four. `error` is set
    where the file is not whole or not what was declared; the counts then end before it."""

    read: int = 0
    translated: int = 0
    rejected: int = 0
    parked: int = 0
    unreadable: int = 0
    findings: list[Finding] = field(default_factory=list)
    ending: Ending | None = None
    error: InputError | None = None


def translate_file(
    plan: FeedPlan,
    path: Path,
    out: BinaryIO,
    rejects: BinaryIO,
    *,
    with_values: bool = False,
    limits: ChildLimits | None = None,
) -> Counts:
    """Write one record a line to `out`, one line for each other raw record to `rejects`.

    A line of rejects has the address, code, column, field, rule, what and todo in both languages;
    values (personal data) only `with_values`. Raises ConfigurationError where a mapping does not
    load; InputError only where the file does not open.
    """
    counts = Counts()
    digest = _digest(path)
    with Worker(Plan(replace(plan, with_meaning=False)), limits) as worker:
        try:
            for batch in worker.read(path, digest):
                counts.findings += batch.findings
                counts.ending = batch.ending
                for result in batch.results:
                    _write(result, out, rejects, counts, with_values=with_values)
        except InputError as err:
            counts.error = err
    return counts


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as err:
        raise InputError(("le fichier ne s'ouvre pas", "the file cannot be opened"),
                         code="AZ-F101") from err  # fmt: skip


def _write(
    result: Result | Unreadable,
    out: BinaryIO,
    rejects: BinaryIO,
    counts: Counts,
    *,
    with_values: bool,
) -> None:
    counts.read += 1
    if isinstance(result, Translated):
        counts.translated += 1
        out.write((result.record or _withdrawn(result)) + b"\n")
        return
    line = dict(_place(result.address), **_told(result.what, result.todo))
    if isinstance(result, Unreadable):
        counts.unreadable += 1
        line.update(state="unreadable", code=result.code)
    elif isinstance(result, Rejected):
        counts.rejected += 1
        line.update(state="rejected", code=result.code, column=result.column,
                    field=result.field, rule=result.rule, mapping=result.mapping)  # fmt: skip
    elif isinstance(result, Parked):
        counts.parked += 1
        line.update(state="parked", code="AZ-P001", column=result.column, field=result.field,
                    code_list=result.code_list, mapping=result.mapping)  # fmt: skip
    if with_values and not isinstance(result, Unreadable):
        line["raw"] = orjson.Fragment(result.raw)
    rejects.write(orjson.dumps(line) + b"\n")


def _withdrawn(result: Translated) -> bytes:
    """A raw record that only says that its record is withdrawn."""
    return orjson.dumps({"kind": result.kind, "key": result.key, "withdrawn": result.withdraw})


def _place(address: Address) -> Iterator[tuple[str, Any]]:
    yield "number", address.number
    for name in ("line", "offset", "part"):
        value = getattr(address, name)
        if value is not None:
            yield name, value


def _told(what: Text, todo: Text) -> dict[str, dict[str, str]]:
    return {"what": what._asdict(), "todo": todo._asdict()}
