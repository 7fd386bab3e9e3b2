"""A store in a folder, records in it, and a destination that remembers: for outbox tests."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import engines
from azalai.documents import Text
from azalai.errors import DestinationDownError
from azalai.plugin.transport import (
    Absent,
    Answer,
    Delivered,
    Has,
    Health,
    Limits,
    Message,
    NoAnswer,
    Outcome,
    Refused,
    Unknown,
)
from azalai.store import Store, Transaction, delivery_rows, open_store, record_rows
from azalai.store.delivery_rows import NewDelivery
from azalai.store.record_rows import NewVersion, RecordRow
from azalai.store.seal import create_kek, load_kek

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SENTENCE = Text("règle P1", "rule P1")


class FixedClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


def new_store(folder: Path, clock: FixedClock) -> Store:
    kek = folder / "keys" / "kek"
    if not kek.exists():
        create_kek(kek)
    return open_store(engines.place(folder / "state" / "azalai.db"), load_kek(kek), clock)


def add_record(tx: Transaction, key: str = "NER-PN/personnes/FICTIF-1") -> RecordRow:
    return record_rows.find_or_add(tx, key, "ner", "WantedPerson")


def add_version(tx: Transaction, record: RecordRow, text: str) -> int:
    number, _ = record_rows.add_version(tx, record, NewVersion(text.encode(), text.encode()))
    return number


def stage(
    tx: Transaction, record: RecordRow, version: int, operation: str = "create",
    ask_by: str | None = None,
) -> int:  # fmt: skip
    """A staged delivery to `hub`, put in force at once; its id."""
    made = delivery_rows.add(tx, NewDelivery(
        record=record, version=version, destination="hub", operation=operation, state="staged",
        rule="a@1/P1", basis="art. 5", agreement="a@1", sentence=SENTENCE, rules_digest="r",
        body=f"{operation} {version} of FICTIF".encode(), media_type="application/xml",
        idempotency_key=delivery_rows.new_key(), ask_by=ask_by,
        reason="lifted" if operation == "cancel" else None,
    ))  # fmt: skip
    delivery_rows.activate(tx, delivery_rows.get(tx.db, made))
    return made


@dataclass
class Hub:
    """A destination in memory that deduplicates by key. `script` is what it does next, one word
    a call: ok, refuse, lose, down; then always `ok`. `got` is its memory: key -> (sha256, times)."""

    script: list[str] = field(default_factory=list)
    got: dict[str, tuple[str, int]] = field(default_factory=dict)
    order: list[tuple[str, str]] = field(default_factory=list)
    answers: str = "true"
    digest: str = ""
    limits: Limits = field(default_factory=lambda: Limits(100, 1_000_000, True, 3600, True))
    calls: int = 0

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        self.calls += 1
        act = self.script.pop(0) if self.script else "ok"
        if act == "down":
            raise DestinationDownError("connect")
        if act == "never_came":
            return [Unknown("reset")] * len(messages)
        if act == "refuse":
            return [Refused("schema", "FICTIF") for _ in messages]
        if act == "whole" and len(messages) > 1:
            self.script.insert(0, "whole")
            return [Refused("batch_refused") for _ in messages]
        if act == "whole":
            self.script.insert(0, "whole")
        for message in messages:
            digest = hashlib.sha256(message.body).hexdigest()
            times = self.got.get(message.key, ("", 0))[1]
            if not times:
                self.order.append((message.operation, message.body.decode()))
            self.got[message.key] = (digest, times + 1)
        return [Unknown("lost")] * len(messages) if act == "lose" else [
            Delivered(b"receipt") for _ in messages
        ]  # fmt: skip

    def ask(self, keys: Sequence[str]) -> Sequence[Answer]:
        if self.answers != "true":
            return [NoAnswer("down") for _ in keys]
        return [Has(b"receipt", self.digest or None) if key in self.got else Absent()
                for key in keys]  # fmt: skip

    def receipts(self) -> Iterator[tuple[str, Outcome]]:
        return iter(())

    def probe(self) -> Health:
        return Health(ok=True)

    def close(self) -> None:
        pass
