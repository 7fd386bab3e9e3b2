"""What an inbound mapping says, once read: lines, parts, lifecycle, limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from azalai.documents import Document, Place, Problem, Scalar
from azalai.plugin.format import Column, Shape
from azalai.records import Field

from .code_table import CodeTable
from .expression import Expression

TAG_WORDS = ("sheet", "segment", "element")
OWN_LINES = ("key", "as_of")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of `record:`; `target` is the whole path. `field` is None for `key` and `as_of`."""

    target: str
    field: Field | None
    expression: Expression
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """One `- …` of a repeated part at `path`; `for_each` names the file's repeated part, or ""."""

    path: str
    for_each: str
    lines: tuple[Line, ...]
    parts: tuple["Part", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Takes:
    """Which raw records of a feed are this mapping's: by a tag, or by a column's value."""

    column: str | None
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What a file says about the records that it does not hold.

    `cancel_reason` is a code of the common list; `reason_line` gives it where a raw record says it
    itself; one without a known code is `not_stated`: no lift waits for it. `withdrawn_when`
    is column -> the values that say that a raw record withdraws its record.
    """

    file_holds: Literal["everything", "changes"] = "everything"
    missing_from_file: Literal["withdraw", "keep"] = "keep"
    after_files: int = 1
    cancel_reason: str = "not_stated"
    withdrawn_when: Mapping[str, frozenset[str]] | None = None
    reason_line: Line | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """At most this many: a number, or a share of a whole."""

    number: int | None = None
    share: Fraction | None = None

    def allows(self, count: int, of: int) -> bool:
        """Whether `count` out of `of` is within the limit."""
        if self.number is not None:
            return count <= self.number
        return self.share is None or count <= self.share * of


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy run looks like; None: not stated."""

    records_min: int | None = None
    records_max: int | None = None
    rejects_max: Limit | None = None
    new_max: Limit | None = None
    changed_max: Limit | None = None
    withdrawn_max: Limit | None = None


@dataclass(frozen=True, slots=True)
class InboundMapping:
    """A checked inbound mapping, ready to be compiled.

    `digest` is the SHA-256 of the document and its code lists. `always` gives each declared field
    its value as written. `column_lines` says where each column is declared.
    """

    name: str
    version: int
    kind: str
    register: str
    shape: Shape
    takes: Takes | None
    columns: tuple[Column, ...]
    column_lines: Mapping[str, int]
    empty: frozenset[str]
    always: Mapping[str, Any]
    key: Line
    as_of: Line | None
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    tables: Mapping[str, CodeTable]
    lifecycle: Lifecycle
    expect: Expect
    digest: str
    path: Path
    document: Document
    warnings: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"


def all_lines(lines: tuple[Line, ...], parts: tuple[Part, ...]) -> Iterator[Line]:
    """Every line, those of the parts too."""
    yield from lines
    for part in parts:
        yield from all_lines(part.lines, part.parts)


def lines_by_column(mapping: InboundMapping) -> dict[str, list[Line]]:
    """For each column, spelt in full, the lines that name it, those of `key` and its like too."""
    names = frozenset(column.name for column in mapping.columns)
    found: dict[str, list[Line]] = {}
    reason = mapping.lifecycle.reason_line
    own = [one for one in (mapping.key, mapping.as_of, reason) if one is not None]
    for line, scope in [*((one, "") for one in own), *_scoped(mapping.lines, mapping.parts, "")]:
        for column in line.expression.columns:
            found.setdefault(resolve(column, scope, names) or column, []).append(line)
    return found


def _scoped(
    lines: tuple[Line, ...], parts: tuple[Part, ...], scope: str
) -> Iterator[tuple[Line, str]]:  # fmt: skip
    yield from ((line, scope) for line in lines)
    for part in parts:
        yield from _scoped(part.lines, part.parts, part.for_each or scope)


def resolve(name: str, scope: str, columns: frozenset[str]) -> str | None:
    """The declared column that a name means inside `for_each: scope`, or None.

    Names are relative to the repeated part first, then to the parts around it, then whole.
    """
    while scope:
        for mark in "/.":
            if f"{scope}{mark}{name}" in columns:
                return f"{scope}{mark}{name}"
        cut = max(scope.rfind("/"), scope.rfind("."))
        scope = scope[:cut] if cut >= 0 else ""
    return name if name in columns else None


def scalar_texts(node: object) -> list[Scalar]:
    """A scalar or a list of scalars as a list; empty for anything else."""
    if isinstance(node, Scalar):
        return [node]
    items = getattr(node, "items", None)
    if isinstance(items, tuple) and all(isinstance(item, Scalar) for item in items):
        return list(items)
    return []
