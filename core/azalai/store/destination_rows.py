"""Breaker, rate and holds of a destination: one row."""

from dataclasses import dataclass, replace
from datetime import datetime

from azalai.clock import format_instant
from azalai.store.engine import Engine
from azalai.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DestinationState:
    """What all workers of a destination share. Instants are RFC 3339 texts."""

    breaker: str = "closed"
    failures: int = 0
    open_until: str | None = None
    down_since: str | None = None
    reason: str | None = None
    refusals: int = 0
    refusal: str | None = None
    allowance_at: str | None = None
    held: str | None = None

    def may_try(self, now: datetime) -> bool:
        """Whether a claim is allowed: the breaker is closed, or its pause is over (one probe)."""
        return self.open_until is None or self.open_until <= format_instant(now)


def get(database: Engine, destination: str) -> DestinationState:
    """A destination's row; its defaults before it was first used."""
    row = database.row("deliveries", "destination", destination=destination)
    return DestinationState() if row is None else DestinationState(*row)


def locked(tx: Transaction, destination: str) -> DestinationState:
    """A destination's row, which no other node changes before this transaction ends."""
    if tx.db.shared:
        tx.db.do("deliveries", "lock_destination", destination=destination)
    return get(tx.db, destination)


def put(tx: Transaction, destination: str, state: DestinationState) -> None:
    """Write a destination's row."""
    tx.db.do("deliveries", "set_destination", destination=destination, breaker=state.breaker,
             failures=state.failures, open_until=state.open_until, down_since=state.down_since,
             reason=state.reason, refusals=state.refusals, refusal=state.refusal,
             allowance_at=state.allowance_at, held=state.held)  # fmt: skip


def down(tx: Transaction, destination: str, reason: str, until: datetime) -> DestinationState:
    """Open the breaker until `until`."""
    before = get(tx.db, destination)
    after = replace(before, breaker="open", failures=before.failures + 1, reason=reason,
                    open_until=format_instant(until), down_since=before.down_since or tx.at)  # fmt: skip
    put(tx, destination, after)
    return after


def closed(state: DestinationState) -> DestinationState:
    """The same with its breaker closed."""
    if state.breaker == "closed" and state.failures == 0:
        return state
    return replace(state, breaker="closed", failures=0, open_until=None, down_since=None,
                   reason=None)  # fmt: skip
