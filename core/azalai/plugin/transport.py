"""Carries messages to a destination and reports; never retries, never sleeps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

IdempotencyKey = str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may carry and what the destination can do.

    `records` and `size` (bytes) bound one `send`; `deduplicates_for_s` is how long the
    destination remembers an idempotency key, in seconds, 0 if it does not.
    """

    records: int = 1
    size: int = 1_000_000
    can_ask: bool = False
    deduplicates_for_s: int = 0
    gives_receipt: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """Frozen bytes owed to one destination. `message_id` is stable over attempts and derived
    from the key; `media_type` is of the body; `priority` 0 is the most urgent."""

    key: IdempotencyKey
    message_id: str
    operation: Literal["create", "update", "cancel"]
    kind: str
    body: bytes
    media_type: str
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Delivered:
    """The destination has it; `receipt` is its evidence as it came (bytes, kept sealed).
    `sha256` (hex) is of the body that a later receipt names; the caller compares it."""

    receipt: bytes
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A relay, broker or mailbox took it; the destination has said nothing. Alarms at `until`."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The destination judged this message and does not take it. `reason` is its code or type,
    `detail` its words (kept sealed: they may repeat the record), `sha256` as in Delivered."""

    reason: str
    detail: str = ""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: nothing was taken. `not_before` is the destination's wish, if it has one."""

    reason: str
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Bytes left and no answer came: it may have been taken."""

    reason: str


Outcome = Delivered | HandedOver | Refused | Deferred | Unknown


@dataclass(frozen=True, slots=True)
class Has:
    """Asked: the destination has it. `sha256` (hex) is of the body that its receipt names, where it
    names one; the caller compares it with what was sent."""

    receipt: bytes
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedIt:
    """Asked: the destination refused it."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """Asked: the destination has never seen it."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Asked: no usable answer."""

    reason: str = ""


Answer = Has | RefusedIt | Absent | NoAnswer


@dataclass(frozen=True, slots=True)
class Health:
    """The result of a probe: `ok`, and a short code of what is wrong, fit for logs."""

    ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a destination's clock said, and our monotonic clock at that moment, in seconds."""

    date: datetime
    monotonic: float


@runtime_checkable
class TellsTime(Protocol):
    """A transport whose peer says the time: the last that was heard, or None."""

    heard: Heard | None


class Transport(Protocol):
    """One destination's carrier; called from one thread at a time."""

    limits: Limits

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """One outcome each, same order. Raises DestinationDownError, nothing else: then nothing
        was taken and nothing is wrong with the messages. `Refused` for every message of a batch
        with reason `batch_refused` means that the request was refused whole: the caller halves.
        """
        ...

    def ask(self, keys: Sequence[IdempotencyKey]) -> Sequence[Answer]:
        """What became of earlier messages, one answer each, same order. Never raises."""
        ...

    def receipts(self) -> Iterator[tuple[IdempotencyKey, Outcome]]:
        """What came back since the last call (mail, AS4, hub); empty where nothing does.

        One is settled when the next is asked for: the caller commits each before it goes on, and
        gets again what it did not commit."""
        ...

    def probe(self) -> Health:
        """Whether the destination can be reached and takes our certificate; sends no record."""
        ...

    def close(self) -> None:
        """Give back sockets and files; may be called again."""
        ...
