"""What the ledger's entries alone add up to: anyone can compute it from an export."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from azalai.ledger import LedgerStorage
from azalai.outbox.balance import DESTINATION_TERMS, FEED_TERMS

Numbered = tuple[int, dict[str, Any]]
"""An entry's index and what it says."""
_ENDS = frozenset({"delivered", "refused", "given_up", "withdrawn"})
_DELIVERY = "delivery/"


def entries(storage: LedgerStorage, size: int, first: int = 0) -> Iterator[Numbered]:
    """The entries with first <= index < size."""
    return ((index, orjson.loads(data)) for index, data in storage.entries(first, size))


@dataclass(slots=True)
class Replay:
    """Feeds and destinations as the entries read so far leave them, in the terms of the two
    conservation equations. Memory grows with the deliveries that were attempted or held."""

    runs: dict[int, tuple[str, Mapping[str, int]]] = field(default_factory=dict)
    decided: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    states: dict[int, tuple[str, str]] = field(default_factory=dict)

    def read(self, found: Iterable[Numbered]) -> "Replay":
        """Take all of them; itself."""
        for _, entry in found:
            self.take(entry)
        return self

    def take(self, entry: Mapping[str, Any]) -> None:
        """Take the next entry."""
        kind = entry["type"]
        if kind == "run":  # the last word on a run holds
            self.runs[entry["run"]] = (entry["feed"], entry["counts"])
        elif kind == "recorded":
            for one in entry["decisions"]:
                counted = self.decided[one["destination"]]
                counted["decided"] += 1
                counted["withheld" if one["decision"] == "withheld" else "owed"] += 1
        elif kind == "sending":
            self.decided[entry["destination"]]["attempts"] += 1
        elif kind == "outcome" and entry["outcome"] in _ENDS:
            self._state(entry, entry.get("delivery"), entry["outcome"])
        elif kind == "held":
            self._state(entry, delivery_of(entry), "held")
        elif kind == "released" or entry.get("act") == "repeated":
            self.states.pop(delivery_of(entry) or 0, None)

    def feeds(self) -> dict[str, dict[str, int]]:
        """For each feed its terms."""
        made: dict[str, Counter[str]] = defaultdict(Counter)
        for feed, counts in self.runs.values():
            made[feed].update(counts)
        return {feed: {term: n[term] for term in FEED_TERMS} for feed, n in sorted(made.items())}

    def destinations(self) -> dict[str, dict[str, int]]:
        """For each destination its terms; what is owed and has no other state is open."""
        made = {name: Counter(counted) for name, counted in self.decided.items()}
        for destination, state in self.states.values():
            made.setdefault(destination, Counter())[state] += 1
        for counted in made.values():
            ended = sum(counted[term] for term in (*_ENDS, "held"))
            counted["open"] = counted["owed"] - ended
        return {name: {term: n[term] for term in DESTINATION_TERMS}
                for name, n in sorted(made.items())}  # fmt: skip

    def _state(self, entry: Mapping[str, Any], delivery: int | None, state: str) -> None:
        if delivery is not None and "destination" in entry:
            self.states[delivery] = (entry["destination"], state)


def delivery_of(entry: Mapping[str, Any]) -> int | None:
    """The delivery that an entry is about, by its fact or its subject."""
    if isinstance(number := entry.get("delivery"), int):
        return number
    subject = entry.get("subject", "")
    tail = subject.removeprefix(_DELIVERY) if isinstance(subject, str) else ""
    return int(tail) if tail != subject and tail.isdecimal() else None


def time_of(data: bytes) -> str:
    """The time of an entry, as the ledger writes it."""
    return str(orjson.loads(data)["time"])
