"""What comes back later: a receipt closes its delivery; one that does not come is told."""

from datetime import datetime
from hashlib import sha256

from azalai import logs
from azalai.delivery.late import LATE, apply_late
from azalai.delivery.outcomes import apply_overdue, apply_receipt
from azalai.delivery.policy import Policy
from azalai.errors import SealError
from azalai.outbox.states import ANSWERABLE, UNENDED
from azalai.plugin.transport import Delivered, Outcome, Refused, Transport
from azalai.store import Store, delivery_rows, record_rows
from azalai.store.delivery_rows import Delivery


def take(store: Store, transport: Transport, policy: Policy, now: datetime) -> int:
    """Apply each receipt in a commit of its own before the next is asked for, so that a crash
    leaves it to be given again. How many came; one that closes nothing is logged with its reason.
    """
    count = 0
    for key, outcome in transport.receipts():
        count += 1
        row = store.db.row("deliveries", "by_key", key=key)
        delivery = delivery_rows.get(store.db, row[0]) if row else None
        reason = _unfit(store, policy, delivery, outcome)
        if delivery is None or reason is not None:
            logs.get().warning("receipt.refused", destination=policy.name, reason=reason,
                               delivery=delivery.id if delivery else None)  # fmt: skip
        elif delivery.state in UNENDED:
            apply_receipt(store, policy, delivery, outcome, now)
        elif delivery.state in LATE:  # any other end has had its receipt: this is the same again
            with store.write(now) as tx:
                if (current := delivery_rows.get(tx.db, delivery.id)).state in LATE:
                    apply_late(tx, current, outcome)
    return count


def look_for_overdue(store: Store, transport: Transport, policy: Policy, now: datetime) -> int:
    """What was handed over and not answered for in time: told once, and sent again only if the
    destination still remembers its key. How many were sent again."""
    again = 0
    for delivery in delivery_rows.overdue(store.db, policy.name, now):
        resent = apply_overdue(store, policy, delivery, transport.limits, now)
        logs.get().warning("receipt.overdue", destination=policy.name, delivery=delivery.id,
                           pseudonym=delivery.pseudonym, until=delivery.due_at,
                           next="resend" if resent else "waits")  # fmt: skip
        again += resent
    return again


def _unfit(
    store: Store, policy: Policy, delivery: Delivery | None, outcome: Outcome
) -> str | None:  # fmt: skip
    """Why a receipt closes nothing, or None. It must be about what we sent to this destination:
    the key, and the very bytes where it names them."""
    if delivery is None:
        return "unknown_key"
    if delivery.destination != policy.name:
        return "of_another_destination"
    if not delivery.attempts:
        return "never_sent"
    if delivery.state in UNENDED and delivery.state not in ANSWERABLE:
        return f"delivery_{delivery.state}"
    told = outcome.sha256 if isinstance(outcome, Delivered | Refused) else None
    if told is None or delivery.state not in (*ANSWERABLE, *LATE):
        return None
    record = record_rows.by_id(store.db, store.keys, delivery.record)
    try:
        body = delivery_rows.open_body(store.db, record, delivery)
    except SealError:
        return "seal_broken"
    return None if sha256(body).hexdigest() == told else "of_other_bytes"
