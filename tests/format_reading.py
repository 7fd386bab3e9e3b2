"""Reads bytes with a format made from a few settings; all data are fictitious."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from azalai.errors import FormatError
from azalai.formats import make
from azalai.plugin.format import Column, Ending, Finding, RawRecord, Shape, Unreadable

DIGEST = "0" * 64


@dataclass
class Seen:
    """Everything that one reading gave, by type."""

    records: list[RawRecord] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ending: Ending | None = None
    error: FormatError | None = None

    @property
    def values(self) -> list[dict[str, Any]]:
        return [record.values for record in self.records]

    @property
    def places(self) -> list[tuple[int | None, int | None]]:
        return [(record.address.line, record.address.offset) for record in self.records]


def shape(
    format_name: str,
    columns: Sequence[str | Column],
    segments: Mapping[str, Mapping[str, tuple[int, int]]] | None = None,
    **settings: Any,
) -> Shape:
    made = tuple(c if isinstance(c, Column) else Column(c, "optional") for c in columns)
    return Shape(format_name, {"encoding": "utf-8", **settings}, made, None, segments or {})


def read(shapes: Shape | Sequence[Shape], data: bytes) -> Seen:
    """Read all; a FormatError ends it and is kept."""
    seen = Seen()
    reader = make([shapes] if isinstance(shapes, Shape) else shapes)
    try:
        for item in reader.read(io.BytesIO(data), DIGEST):
            assert seen.ending is None, "something came after the ending"
            if isinstance(item, RawRecord):
                seen.records.append(item)
            elif isinstance(item, Unreadable):
                seen.unreadable.append(item)
            elif isinstance(item, Finding):
                seen.findings.append(item)
            else:
                seen.ending = item
    except FormatError as err:
        seen.error = err
    return seen


def refusal(shapes: Shape | Sequence[Shape], data: bytes) -> FormatError:
    """The FormatError of a reading that must be refused."""
    seen = read(shapes, data)
    assert seen.error is not None, "the input was not refused"
    assert seen.ending is None
    assert all(seen.error.what), "a refusal is said in both languages"
    return seen.error
