"""What goes into a rendering and what comes out: a message, or no place for it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from azalai.documents import Text


@dataclass(slots=True)
class RenderJob:
    """One message to make.

    `operation` is create, update or cancel; `record` what `records.as_dict` gives. `allowed` holds
    the paths of the fields that the agreement lets go (None: all); fields without a group always
    go. `cancelled_on` is an ISO 8601 day. `data`, where given, is the record's JSON: it goes to a
    child in the place of `record`, which is written and read in far more time.
    """

    operation: str
    key: str
    record: dict[str, Any]
    allowed: frozenset[str] | None
    message_key: str
    record_version: int
    cancel_reason: str | None = None
    cancelled_on: str | None = None
    data: bytes = b""

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (
            self.operation, self.key, self.data or self.record, self.allowed, self.message_key,
            self.record_version, self.cancel_reason, self.cancelled_on,
        )  # fmt: skip


def _received(operation: str, key: str, record: Any, *rest: Any) -> RenderJob:
    """A job as a child unpickles it."""
    return RenderJob(operation, key, _read(record) if record.__class__ is bytes else record, *rest)


@lru_cache(maxsize=1)  # one record's jobs follow one another
def _read(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(data)
    return found


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
