"""Deliveries many at a time: claimed under a lease, found again, delivered."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from azalai.clock import format_instant
from azalai.errors import SealError, StoreError
from azalai.outbox.states import may_follow
from azalai.store.delivery_rows import Delivery, delivery_of, open_sealed
from azalai.store.engine import Engine
from azalai.store.record_rows import RecordRow
from azalai.store.seal import seal
from azalai.store.transaction import Transaction

LEASE = timedelta(minutes=15)


def due(
    tx: Transaction, destination: str, most: int, *, cancels_only: bool = False,
    rules: str | None = None, size: int | None = None,
) -> list[Delivery]:  # fmt: skip
    """Up to `most` deliveries that are due, the most urgent first, their sealed bodies together at
    most `size` bytes (one at least). With the digest of the `rules` in force, an untried one that
    others decided, or whose time is over, waits to be decided again.
    """
    rows = tx.db.rows("deliveries", "claim", destination=destination, now=tx.at, most=most,
                      below=0 if cancels_only else 2**62, digest=rules)  # fmt: skip
    found: list[Delivery] = []
    total = 0
    for row in rows:
        total += row[-1] or 0
        if size is not None and found and total > size:
            break
        found.append(delivery_of(row[:-1]))
    return found


def take(tx: Transaction, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Lease due deliveries: state `sending`, fence raised, one attempt more; as they are then."""
    if not deliveries:
        return []
    for one in deliveries:
        if not may_follow(one.state, "sending"):
            raise StoreError(f"delivery {one.id} cannot go from {one.state} to sending")
    lease = format_instant(tx.now + LEASE)
    tx.db.do("deliveries", "take_all", ids=_ids(deliveries), lease=lease, now=tx.at,
             holder=tx.holder)  # fmt: skip
    return [replace(one, state="sending", fence=one.fence + 1, lease_until=lease, tried=True,
                    attempts=one.attempts + 1, first_sent_at=one.first_sent_at or tx.at)
            for one in deliveries]  # fmt: skip


def bodies(
    database: Engine, records: Mapping[int, RecordRow], deliveries: Sequence[Delivery]
) -> dict[int, bytes]:
    """The frozen bytes by delivery; none where they, or a plain column they are bound to, were
    changed, or the record is not among `records`."""
    rows = database.rows("deliveries", "bodies", ids=_ids(deliveries))
    sealed: dict[int, bytes | None] = {row[0]: row[1] for row in rows}
    opened: dict[int, bytes] = {}
    for one in deliveries:
        if one.record in records:
            with suppress(SealError):
                opened[one.id] = open_sealed(records[one.record], one, sealed.get(one.id))
    return opened


def standing(database: Engine, deliveries: Sequence[Delivery]) -> dict[int, tuple[int, str, bool]]:
    """As they are now: fence, state, and whether something of the same chain waits behind."""
    rows = database.rows("deliveries", "standing", ids=_ids(deliveries))
    return {id_: (fence, state, bool(behind)) for id_, fence, state, behind in rows}


def delivered(
    tx: Transaction, ended: Sequence[tuple[Delivery, RecordRow, bytes]]
) -> None:  # fmt: skip
    """End what the destination has, each with its receipt, sealed. What waits behind is not moved."""
    told = [(d.id, seal(record.key, receipt, "receipts", record.pseudonym, d.id).hex())
            for d, record, receipt in ended]  # fmt: skip
    tx.db.do("deliveries", "delivered_all", told=json.dumps(told), now=tx.at)


def _ids(deliveries: Sequence[Delivery]) -> str:
    return json.dumps([one.id for one in deliveries])
