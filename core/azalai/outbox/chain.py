"""What a destination is told of a record: the operation is derived, never chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Operation = Literal["create", "update", "cancel"]


@dataclass(frozen=True, slots=True)
class Link:
    """One delivery of a chain: what it tells, its state, whether an attempt ever began without
    being proven to have left nothing (`tried`), and whether the destination ever said that it has
    it (`receipted`): what a person repeated may be refused later, and is there all the same."""

    id: int
    version: int
    operation: str
    state: str
    tried: bool
    receipted: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """What a destination has of a record: the accepted version, and whether it may have more."""

    accepted: int | None
    maybe: bool

    @property
    def any(self) -> bool:
        """It has, or may have, something of the record."""
        return self.accepted is not None or self.maybe


def holding(chain: Sequence[Link]) -> Holding:
    """Read a chain, in its order. It "may have" a version from its first attempt until a refusal
    or a proven absence; a delivered cancel ends all that went before."""
    accepted: int | None = None
    maybe = False
    for link in chain:
        if link.operation == "cancel":
            if link.state == "delivered" or link.receipted:
                accepted, maybe = None, False
        elif link.state == "delivered" or link.receipted:
            accepted = link.version
        elif link.tried and link.state not in ("refused", "withheld"):
            maybe = True
    return Holding(accepted, maybe)


def operation_after(chain: Sequence[Link]) -> Literal["create", "update"]:
    """The operation for a new version at the end of a chain.

    `create` if the destination has accepted nothing and nothing before is still on its way;
    what is on its way counts as accepted, and is derived again if it ends otherwise.
    """
    present = False
    for link in chain:
        if link.operation == "cancel":
            if link.receipted or link.state not in ("refused", "given_up", "withdrawn"):
                present = False
        elif link.receipted or link.state == "delivered" or link.state not in (
            "refused", "withdrawn", "withheld", "given_up",
        ) or (link.tried and link.state in ("given_up", "withdrawn")):  # fmt: skip
            present = True
    return "update" if present else "create"


def untried(chain: Sequence[Link]) -> list[Link]:
    """The deliveries that a cancel withdraws: not ended, no attempt that may have arrived."""
    open_states = ("staged", "waiting", "due", "deferred", "held")
    return [link for link in chain if link.state in open_states and not link.tried]
