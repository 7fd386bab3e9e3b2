"""Entries chosen by the facts that stand in them: what a search shows and a pack holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from azalai.ledger import LedgerStorage

Found = tuple[int, bytes, dict[str, Any]]
"""An entry's index, its exact bytes, and what they say."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None: anything. Where, by which rule and what came of it must be true of
    one send or one decision. `first` and `last` are instants as the ledger writes them, both
    included; `pseudonyms` are records with all that belongs to their deliveries and
    runs, and so are those that `references` (`finding.hashed` numbers) lead to, erased or not."""

    pseudonyms: frozenset[str] | None = None
    references: frozenset[str] = frozenset()
    destination: str | None = None
    outcome: str | None = None
    rule: str | None = None
    actor: str | None = None
    kind: str | None = None
    first: str | None = None
    last: str | None = None


def select(storage: LedgerStorage, size: int, wanted: Wanted, start: int = 0) -> Iterator[Found]:
    """The entries among the first `size`, from `start` on, that are wanted, in order; one pass,
    flat memory."""
    records, by_rule = None, set[int]()
    if wanted.pseudonyms is not None or wanted.references:
        records = _Records(set(wanted.pseudonyms or ()), wanted.references)
    for index, data in storage.entries(start, size):
        entry = orjson.loads(data)
        time = entry["time"]
        if wanted.last is not None and time > wanted.last:
            return
        if wanted.rule is not None and entry.get("rule") == wanted.rule and "delivery" in entry:
            by_rule.add(entry["delivery"])
        if records is not None and not records.concern(entry):
            continue
        if (wanted.first is None or time >= wanted.first) and _fits(entry, wanted, by_rule):
            yield index, data, entry


@dataclass(slots=True)
class _Records:
    """Follows records through the ledger: their deliveries and runs are learnt on the way."""

    pseudonyms: set[str]
    references: frozenset[str]
    subjects: set[str] = field(default_factory=set)
    runs: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.subjects |= {f"record/{name}" for name in self.pseudonyms}

    def concern(self, entry: dict[str, Any]) -> bool:
        """Whether an entry is about one of the records."""
        subject = entry.get("subject")
        if not self.references.isdisjoint(entry.get("references", ())):
            self.pseudonyms.add(entry["pseudonym"])
            self.subjects.add(f"record/{entry['pseudonym']}")
        named = entry.get("pseudonym") in self.pseudonyms or not self.pseudonyms.isdisjoint(
            entry.get("pseudonyms", ())
        )
        if named:
            if isinstance(subject, str) and subject.startswith("delivery/"):
                self.subjects.add(subject)
            if "delivery" in entry:
                self.subjects.add(f"delivery/{entry['delivery']}")
            if "run" in entry:
                self.runs.add(entry["run"])
        return (
            named or subject in self.subjects or entry.get("records") == "all"
            or (entry["type"] == "run" and entry["run"] in self.runs)
        )  # fmt: skip


def _fits(entry: dict[str, Any], wanted: Wanted, by_rule: set[int]) -> bool:
    """`by_rule`: the deliveries that the rule let go; what came of them does not repeat it."""
    if wanted.actor not in (None, entry.get("actor")) or wanted.kind not in (None, entry["type"]):
        return False
    rule = wanted.rule if entry.get("delivery") in by_rule else entry.get("rule")
    own = (entry.get("destination"), rule, entry.get("outcome"))
    decided = ((one.get("destination"), one.get("rule"), one.get("decision"))
               for one in entry.get("decisions", ()))  # fmt: skip
    asked = (wanted.destination, wanted.rule, wanted.outcome)
    return any(all(value in (None, fact) for value, fact in zip(asked, facts, strict=True))
               for facts in (own, *decided))  # fmt: skip
