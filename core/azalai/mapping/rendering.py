"""What goes into a rendering and what comes out: a message, or no place for it."""

from dataclasses import dataclass
from typing import Any

from azalai.documents import Text


@dataclass(slots=True)
class RenderJob:
    """One message to make.

    `operation` is create, update or cancel; `record` what `records.as_dict` gives. `allowed` holds
    the paths of the fields that the agreement lets go (None: all); fields without a group always
    go. `cancelled_on` is an ISO 8601 day.
    """

    operation: str
    key: str
    record: dict[str, Any]
    allowed: frozenset[str] | None
    message_key: str
    record_version: int
    cancel_reason: str | None = None
    cancelled_on: str | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """What the message says less exactly than the record: field, element, and how."""

    field: str
    element: str
    why: Text


@dataclass(slots=True)
class Rendered:
    """The bytes of a message, valid against its schema, and what they say less exactly."""

    body: bytes
    losses: tuple[Loss, ...]


@dataclass(slots=True)
class NoPlace:
    """The message has no place for this record: withheld by rule `no_place`.

    `element` names the element (for `only`, the field). `why` never holds a value of the record.
    """

    element: str
    why: Text
