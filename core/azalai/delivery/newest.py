"""On a destination's return: of each record only the newest version, the others are passed over."""

from datetime import datetime
from itertools import takewhile

from azalai import logs
from azalai.outbox.states import UNENDED
from azalai.store import Store, Transaction, delivery_rows
from azalai.store.delivery_rows import SUPERSEDED, Delivery


def newest_only(store: Store, destination: str, now: datetime) -> int:
    """End what was never tried and has a newer version right behind it: `superseded`; how many.

    What the newest tells is derived again where it no longer fits. What is held for a person
    neither ends nor is passed over. In commits of 200 records.
    """
    ended, past = 0, 0
    while rows := store.db.rows("deliveries", "behind_another", destination=destination, past=past):
        past = rows[-1][0]
        with store.write(now) as tx:
            ended += sum(_of_record(tx, record, destination) for (record,) in rows)
    if ended:
        logs.get().info("delivery.superseded", destination=destination, count=ended)
    return ended


def _of_record(tx: Transaction, record: int, destination: str) -> int:
    links = [k for k in delivery_rows.links(tx.db, record, destination) if k.state in UNENDED]
    moving = list(takewhile(_untried, (delivery_rows.get(tx.db, link.id) for link in links)))
    older = [one for one in moving[:-1] if one.version < moving[-1].version]
    for delivery in older:
        delivery_rows.end(tx, delivery, "withdrawn", SUPERSEDED, advance=False)
    if older:
        delivery_rows.promote(tx, older[-1])
    return len(older)


def _untried(one: Delivery) -> bool:
    moves = one.state in ("due", "waiting") and not one.tried
    return moves and not delivery_rows.takes_away(one)
