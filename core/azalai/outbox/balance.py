"""The two conservation equations: each state stands in exactly one term."""

from collections.abc import Mapping
from dataclasses import dataclass

FEED_TERMS = (
    "read", "translated", "rejected", "parked", "locked", "unreadable",
    "produced", "vanished", "new", "changed", "unchanged", "stale", "withdrawn",
)  # fmt: skip
DESTINATION_TERMS = (
    "decided", "withheld", "owed", "delivered", "refused", "given_up", "withdrawn", "held", "open",
    "attempts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Imbalance:
    """One equation that does not hold: whose, and its two sides."""

    name: str
    equation: str
    left: int
    right: int


def check_feed(name: str, n: Mapping[str, int]) -> list[Imbalance]:
    """Per feed: the raw records read, and the records they produced."""
    raw = sum(n[t] for t in ("translated", "rejected", "parked", "locked", "unreadable"))
    came = n["translated"] + n["vanished"]
    told = sum(n[t] for t in ("new", "changed", "unchanged", "stale", "withdrawn"))
    equations = (
        ("read = translated + rejected + parked + locked + unreadable", n["read"], raw),
        ("produced = translated + vanished", n["produced"], came),
        ("produced = new + changed + unchanged + stale + withdrawn", n["produced"], told),
    )
    return [Imbalance(name, text, a, b) for text, a, b in equations if a != b]


def check_destination(name: str, n: Mapping[str, int]) -> list[Imbalance]:
    """Per destination: the decisions, and what became of those that are owed."""
    owed = sum(n[t] for t in ("delivered", "refused", "given_up", "withdrawn", "held", "open"))
    equations = (
        ("decided = withheld + owed", n["decided"], n["withheld"] + n["owed"]),
        ("owed = delivered + refused + given_up + withdrawn + held + open", n["owed"], owed),
    )
    return [Imbalance(name, text, a, b) for text, a, b in equations if a != b]
