"""Destinations that fail by a seed, and the observer that stands outside: what really arrived."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from azalai.errors import DestinationDownError
from azalai.plugin.transport import (
    Absent,
    Answer,
    Deferred,
    Delivered,
    HandedOver,
    Has,
    Health,
    Limits,
    Message,
    NoAnswer,
    Outcome,
    Refused,
    RefusedIt,
    Unknown,
)


class Around(Protocol):
    """What a destination of the simulation knows of the world."""

    now: datetime
    chance: random.Random
    by_person: set[str]

    def passed(self, point: str) -> None: ...
    def meanwhile(self) -> None: ...
    def may_arrive(self, destination: str, message: Message, times: int) -> int: ...
    def tell(self, *words: object) -> None: ...


@dataclass
class Arrival:
    """What one key brought: its bytes, when first, how often; the verdict of the destination."""

    digest: str
    first: datetime
    times: int
    refused: str | None


@dataclass(frozen=True)
class Kind:
    """How a destination works."""

    name: str
    on_unknown: str
    can_ask: bool
    remembers_s: int
    relays: bool = False
    records: int = 5


KINDS = (
    Kind("hub", "ask", can_ask=True, remembers_s=3600),
    Kind("deaf", "resend", can_ask=False, remembers_s=7200, records=3),
    Kind("silent", "hold", can_ask=False, remembers_s=0, records=1),
    Kind("relay", "hold", can_ask=False, remembers_s=0, relays=True, records=2),
)


@dataclass
class Destination:
    """A destination under faults. `present` is what it has in force: record -> (version, key)."""

    kind: Kind
    around: Around
    came: dict[str, Arrival] = field(default_factory=dict)
    present: dict[str, tuple[int, str]] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    post: list[tuple[datetime, str, Outcome]] = field(default_factory=list)
    down_until: datetime | None = None
    healthy: bool = False
    used: Counter[str] = field(default_factory=Counter)
    forged: list[tuple[str, Outcome]] = field(default_factory=list)

    limits: Limits = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(self.kind.records, 100_000, can_ask=self.kind.can_ask,
                             deduplicates_for_s=self.kind.remembers_s, gives_receipt=True)  # fmt: skip

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        self.around.passed("sending")
        act = self._act()
        self.used[act] += 1
        self.around.tell("send", self.kind.name, act, len(messages))
        outcomes = self._acted(act, messages)
        self.around.passed("sent")
        self.around.meanwhile()
        return outcomes

    def ask(self, keys: Sequence[str]) -> Sequence[Answer]:
        self.around.passed("asking")
        if not self.healthy and (self._is_down() or self.around.chance.random() < 0.3):
            return [NoAnswer("busy") for _ in keys]
        self.around.meanwhile()
        return [self._answer(key) for key in keys]

    def receipts(self) -> Iterator[tuple[str, Outcome]]:
        while self.forged:
            yield self.forged.pop()
        for item in [one for one in self.post if one[0] <= self.around.now]:
            yield item[1], item[2]
            self.around.passed("receipt_taken")
            self.post.remove(item)

    def probe(self) -> Health:
        return Health(ok=True)

    def close(self) -> None:
        """Nothing to give back."""

    def _act(self) -> str:
        if self.healthy:
            return "take"
        if self._is_down():
            return "down"
        words = (
            "take",
            "lost",
            "never_came",
            "cut",
            "throttled",
            "down",
            "judged",
            "whole",
            "short",
        )
        return self.around.chance.choices(words, (50, 10, 6, 6, 8, 4, 10, 4, 2))[0]

    def _is_down(self) -> bool:
        return self.down_until is not None and self.around.now < self.down_until

    def _acted(self, act: str, messages: Sequence[Message]) -> Sequence[Outcome]:
        chance = self.around.chance
        if act == "down":
            if not self._is_down():
                self.down_until = self.around.now + timedelta(seconds=chance.choice((5, 600, 9000)))
            wish = chance.choice((None, 3.0, 900.0))
            raise DestinationDownError("connect", not_before_s=wish)
        if act == "throttled":
            wait = chance.choice((None, -5, 1, 60, 4000, 10**9))
            until = None if wait is None else self.around.now + timedelta(seconds=wait)
            return [Deferred("http_429", until)] * len(messages)
        if act == "whole" and len(messages) > 1:
            return [Refused("batch_refused")] * len(messages)
        if act == "never_came":
            return [Unknown("reset")] * len(messages)
        if act == "cut":  # some of a batch was read before the link broke
            for message in messages[: chance.randint(0, len(messages))]:
                self._arrive(message, judge=False)
            return [Unknown("reset")] * len(messages)
        outcomes = [self._arrive(message, judge=act == "judged") for message in messages]
        if act == "lost":
            return [Unknown("lost")] * len(messages)
        return outcomes[1:] if act == "short" else outcomes

    def _arrive(self, message: Message, *, judge: bool) -> Outcome:
        self.around.passed("arriving")
        said = json.loads(message.body)
        assert (said["key"], said["operation"]) == (message.key, message.operation)
        digest = sha256(message.body).hexdigest()
        before = self.came.get(message.key)
        delivery = self.around.may_arrive(self.kind.name, message, before.times if before else 0)
        if before is not None:
            assert before.digest == digest, "the same key with other bytes"
            before.times += 1
            assert not self._forgotten(before) or message.key in self.around.by_person, (
                f"a second effect at {self.kind.name}: sent again {self.around.now - before.first} "
                f"after the first time, it remembers {self.kind.remembers_s} s"
            )
            return self._answered(message, before)
        assert said["version"] >= self.newest.get(said["record"], 0), "an older version came later"
        self.newest[said["record"]] = said["version"]
        refuses = judge and message.operation != "cancel" and self.around.chance.random() < 0.5
        came = Arrival(digest, self.around.now, 1, f"r{delivery}" if refuses else None)
        self.came[message.key] = came
        self.around.tell("arrived", self.kind.name, message.operation, said["record"],
                         said["version"], "refused" if refuses else "taken")  # fmt: skip
        if not refuses:
            self._take(message, said)
        return self._answered(message, came)

    def _take(self, message: Message, said: dict[str, Any]) -> None:
        record = said["record"]
        if message.operation == "cancel":
            self.present.pop(record, None)
            return
        assert message.operation != "create" or record not in self.present, (
            f"{self.kind.name} was told to create what it has"
        )
        self.present[record] = (said["version"], message.key)

    def _answer_later(self, key: str, outcome: Outcome) -> None:
        chance = self.around.chance
        late = chance.choice((0, 1, 30, 5000, 20_000))
        for _ in range(chance.choice((1, 1, 1, 2))):  # mail comes twice now and then
            self.post.append((self.around.now + timedelta(seconds=late), key, outcome))
        if chance.random() < 0.1:
            self.forged += [("0" * 32, outcome), (key, Delivered(b"false", "0" * 64))]

    def _answered(self, message: Message, came: Arrival) -> Outcome:
        refused = came.refused is not None
        outcome = Refused(came.refused or "", "FICTIF", came.digest) if refused else Delivered(
            b"receipt", came.digest)  # fmt: skip
        if not self.kind.relays:
            return outcome
        self._answer_later(message.key, outcome)
        return HandedOver(self.around.now + timedelta(hours=1))

    def _forgotten(self, came: Arrival) -> bool:
        return self.around.now >= came.first + timedelta(seconds=self.kind.remembers_s)

    def _answer(self, key: str) -> Answer:
        came = self.came.get(key)
        if came is None:
            return Absent()
        return Has(b"receipt") if came.refused is None else RefusedIt(came.refused)
