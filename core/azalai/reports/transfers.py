"""Every delivery that was attempted, from its version to its end, by the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from azalai.ledger import LedgerStorage
from azalai.reports.replay import Numbered

ENDS = ("delivered", "refused", "given_up", "withdrawn")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a delivery: a sending (`outcome` = ""), or what came of one."""

    index: int
    at: str
    attempt: int
    outcome: str
    reason: str = ""
    receipt: str = ""


@dataclass(slots=True)
class Transfer:
    """One delivery from its first attempt on. `kind` to `run` come from the entry of its version
    and are empty where that one is not in the ledger."""

    delivery: int
    pseudonym: str
    version: int
    destination: str
    operation: str
    rule: str
    kind: str = ""
    purpose: str = ""
    ground: str = ""
    feed: str = ""
    run: int = 0
    decided_at: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def first(self) -> Step:
        """Its first attempt."""
        return self.steps[0]

    @property
    def attempts(self) -> int:
        """How often it was sent."""
        return sum(not step.outcome for step in self.steps)

    @property
    def last(self) -> Step | None:
        """The outcome that stands: an end if there is one, else the last word."""
        told = [step for step in self.steps if step.outcome and step.outcome != "lost_lease"]
        ends = [step for step in told if step.outcome in ENDS]
        return (ends or told)[-1] if told else None

    @property
    def state(self) -> str:
        """What is known of it: the last outcome, or that it is being sent."""
        return "sending" if self.last is None else self.last.outcome


def steps_of(storage: LedgerStorage, delivery: int, pseudonym: str) -> list[Step]:
    """What the ledger says of one delivery of a record: each sending, what came of it, what was
    asked and answered."""
    mark, size = pseudonym.encode(), storage.head().size
    about = ((index, orjson.loads(data)) for index, data in storage.entries(0, size)
             if mark in data)  # fmt: skip
    one = transfers(about).get(delivery)
    return [] if one is None else one.steps


def transfers(found: Iterable[Numbered]) -> dict[int, Transfer]:
    """All of them by number, in the order of their first attempts. Memory grows with them."""
    versions: dict[tuple[str, int], Mapping[str, Any]] = {}
    made: dict[int, Transfer] = {}
    for index, entry in found:
        kind = entry["type"]
        if kind == "recorded":
            versions[entry["pseudonym"], entry["version"]] = {
                name: entry.get(name)
                for name in ("kind", "purpose", "ground", "feed", "run", "time")
            }
        elif kind == "sending" and "delivery" in entry:
            one = made.get(entry["delivery"])
            if one is None:
                one = made[entry["delivery"]] = _begun(entry, versions)
            one.steps.append(Step(index, entry["time"], entry["attempt"], ""))
        elif kind == "outcome" and entry.get("delivery") in made:
            made[entry["delivery"]].steps.append(_outcome(index, entry))
    return made


def _begun(
    entry: Mapping[str, Any], versions: Mapping[tuple[str, int], Mapping[str, Any]]
) -> Transfer:
    about = versions.get((entry["pseudonym"], entry["version"]), {})
    return Transfer(
        entry["delivery"], entry["pseudonym"], entry["version"], entry["destination"],
        entry.get("operation", ""), entry.get("rule", ""), about.get("kind") or "",
        about.get("purpose") or "", about.get("ground") or "", about.get("feed") or "",
        about.get("run") or 0, about.get("time") or "",
    )  # fmt: skip


def _outcome(index: int, entry: Mapping[str, Any]) -> Step:
    return Step(index, entry["time"], entry["attempt"], entry["outcome"], entry.get("reason", ""),
                entry.get("receipt", ""))  # fmt: skip
