"""How long a delivery has been tried while its destination was there: its deadline stands still."""

import json
from datetime import datetime, timedelta

from azalai.clock import parse_instant
from azalai.delivery.policy import Policy
from azalai.store import Transaction, destination_rows
from azalai.store.delivery_rows import Delivery
from azalai.store.run_rows import meta

KEPT = 200
"""So many outages of a destination are known one by one; of an older one only that it is over."""


def is_over(tx: Transaction, policy: Policy, delivery: Delivery) -> bool:
    """Whether a delivery was tried for its destination's whole deadline, outages not counted."""
    if policy.deadline_s is None or delivery.first_sent_at is None:
        return False
    begun = parse_instant(delivery.first_sent_at)
    outages = _outages(tx, policy.name)
    if since := destination_rows.get(tx.db, policy.name).down_since:
        outages.append((parse_instant(since), tx.now))
    away = sum((end - max(begin, begun) for begin, end in outages if end > begun), timedelta())
    return tx.now - begun - away >= timedelta(seconds=policy.deadline_s)


def returned(tx: Transaction, destination: str, since: str) -> None:
    """A destination that was down since then (RFC 3339) is there again."""
    outages = [*_told(tx, destination), [since, tx.at]][-KEPT:]
    tx.db.do("runs", "set_meta", name=_name(destination), value=json.dumps(outages))


def _outages(tx: Transaction, destination: str) -> list[tuple[datetime, datetime]]:
    return [(parse_instant(a), parse_instant(b)) for a, b in _told(tx, destination)]


def _told(tx: Transaction, destination: str) -> list[list[str]]:
    known = meta(tx.db, _name(destination))
    found: list[list[str]] = [] if known is None else json.loads(known)
    return found


def _name(destination: str) -> str:
    return f"outages/{destination}"
