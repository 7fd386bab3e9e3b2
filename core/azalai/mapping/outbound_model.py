"""What an outbound mapping says, once read: lines, parts, code tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azalai.documents import Place, Problem, Text
from azalai.records import Field

from .message_schema import MessageSchema

MESSAGE_VALUES: Mapping[str, tuple[str, ...]] = {
    "message_key": (),
    "operation": ("create", "update", "cancel"),
    "record_version": (),
    "cancel_reason": (),
    "cancelled_on": (),
}
"""What the message itself brings, beside the record's fields; with its values where closed."""

MESSAGE_TYPES: Mapping[str, str] = {"record_version": "integer", "cancelled_on": "date"}
"""The types of the message's own values that are no text."""

PARTS: Mapping[str, tuple[str, ...]] = {
    "name": ("family", "given", "original", "latin"),
    "partial_date": ("value", "until", "original"),
    "code": ("code", "original"),
}
"""The parts of evidence that a message can carry; the first of a date or code needs no name."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a record's field and its part, or a value of the message.

    `field` is None for the message's own values. `part` is "" for plain fields.
    """

    written: str
    field: Field | None
    part: str = ""

    @property
    def name(self) -> str:
        """The field's path, or the message value's name."""
        return self.field.path if self.field else self.written


@dataclass(frozen=True, slots=True)
class Step:
    """One treatment: `code(sexes)`, `join(" ")`, `upper`, `icao`, `cut`, `text`."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One element and what fills it; `element` is the whole path, `scope` the list it is in."""

    element: str
    source: Source
    steps: tuple[Step, ...]
    place: Place
    value_place: Place
    scope: str = ""

    def step(self, name: str) -> Step | None:
        """The step of this name, if there is one."""
        return next((step for step in self.steps if step.name == name), None)

    @property
    def is_list(self) -> bool:
        """Whether several values come out, before any `join`."""
        field = self.source.field
        if field is None:
            return False
        levels = [level for level in field.inside if level != self.scope]
        return field.many or bool(levels) or self.source.part == "given"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeated part of the message: one element for each entry of a list of the record."""

    element: str
    for_each: str
    lines: tuple[Line, ...]
    place: Place


Table = tuple[Line | Repeat, ...]


@dataclass(frozen=True, slots=True)
class OutCode:
    """What one common code becomes: `text` None means withheld; `loss` None means exact."""

    text: str | None
    loss: Text | None
    line: int


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One `codes_out` file: common code -> what stands in the message."""

    file: str
    rows: Mapping[str, OutCode]


@dataclass(frozen=True, slots=True)
class OutboundMapping:
    """A checked outbound mapping, ready to be compiled.

    `digest` is the SHA-256 of the document, its schema and its code tables. `required_fields` are
    the fields without which no message can be made. `warnings` stop nothing.
    """

    name: str
    version: int
    kind: str
    media_type: str
    digest: str
    required_fields: frozenset[str]
    path: Path
    schema: MessageSchema
    elements: Table
    elements_when_cancelled: Table
    only: Mapping[str, frozenset[str]]
    codes: Mapping[str, CodeTable]
    warnings: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """Name and version, `wapis_style_wanted_person@1`."""
        return f"{self.name}@{self.version}"


def lines_of(table: Table) -> list[Line]:
    """All lines of a table, those of repeated parts too, in the document's order."""
    found: list[Line] = []
    for entry in table:
        found.extend(entry.lines if isinstance(entry, Repeat) else (entry,))
    return found
