"""The states of a delivery, which may follow which, and each one's term in the balance."""

from typing import Final

OPEN: Final = ("staged", "waiting", "due", "sending", "awaiting", "deferred", "unknown")
"""The states that the term `open` adds up."""
ENDED: Final = ("delivered", "refused", "given_up", "withdrawn", "withheld")
UNENDED: Final = (*OPEN, "held")
"""A chain is closed while a delivery of it is in one of these."""
REPEATABLE: Final = ("delivered", "refused", "given_up")
"""Ends that a person may open once more: the same bytes under the same key."""
ANSWERABLE: Final = ("sending", "awaiting", "unknown", "due", "deferred", "held")
"""What was sent may be answered for in these: a receipt can come late, and ends any of them."""
TERMS: Final = ("withheld", "delivered", "refused", "given_up", "withdrawn", "held", "open")
"""The terms of: decided = withheld + owed; owed = the others."""

_MAY: Final[dict[str, tuple[str, ...]]] = {
    "staged": ("waiting", "due", "held", "withdrawn"),
    "waiting": ("due", "held", "withdrawn", "given_up"),
    "due": ("sending", "unknown", "held", "withdrawn", "delivered", "refused", "given_up"),
    "sending": (
        "delivered",
        "refused",
        "awaiting",
        "deferred",
        "unknown",
        "due",
        "held",
        "given_up",
    ),
    "awaiting": ("delivered", "refused", "due", "unknown", "held", "given_up"),
    "deferred": ("due", "held", "withdrawn", "given_up", "delivered", "refused"),
    "unknown": (
        "delivered",
        "refused",
        "unknown",
        "awaiting",
        "deferred",
        "due",
        "held",
        "given_up",
    ),
    "held": ("waiting", "due", "withdrawn", "delivered", "refused", "given_up"),
}


def term(state: str) -> str:
    """The one term of the balance that a state counts in."""
    return "open" if state in OPEN else state


def may_follow(before: str, after: str) -> bool:
    """Whether a delivery may go from one state to the other."""
    return after in _MAY.get(before, ())
