"""Who works on a shared store, and which feeds each has taken under a lease."""

from dataclasses import dataclass

from azalai.clock import format_instant
from azalai.errors import StoreBusyError
from azalai.store import Store, Transaction

LEASE_S = 60
"""Who has given no sign of life for so long is taken for dead: others go on with its work."""
RENEW_S = 5.0
FORGOTTEN_AFTER_S = 86_400


@dataclass(frozen=True, slots=True)
class Node:
    """One process at work: seen `seen_s` seconds ago; the feeds it reads, how many it sends."""

    node: str
    work: str
    version: str
    started_at: str
    seen_s: int
    alive: bool
    feeds: tuple[str, ...]
    sending: int


def see(store: Store, instance: str, node: str, work: str, version: str) -> None:
    """A sign of life; the leases that have not run out last on."""
    at = format_instant(store.clock())
    with store.db.transaction(beside=True):
        store.db.do("nodes", "see", instance=instance, node=node, work=work, version=version,
                    at=at, lease=LEASE_S)  # fmt: skip
        store.db.do("nodes", "renew_feeds", holder=instance, lease=LEASE_S)
        store.db.do("nodes", "sweep", after=FORGOTTEN_AFTER_S)


def leave(store: Store, instance: str) -> None:
    """A clean end: what it had taken is free at once."""
    with store.db.transaction(beside=True):
        store.db.do("nodes", "free_feeds", holder=instance)
        store.db.do("nodes", "leave", instance=instance)


def every(store: Store) -> list[Node]:
    """All that were seen in the last day."""
    found = []
    for row in store.db.rows("nodes", "all"):
        node, work, version, started_at, seen_s, alive, instance = row
        feeds = tuple(f for (f,) in store.db.rows("nodes", "feeds_of", instance=instance))
        sending = store.db.row("nodes", "sending_of", instance=instance)
        found.append(Node(node, work, version, started_at, seen_s, bool(alive), feeds,
                          sending[0] if sending else 0))  # fmt: skip
    return found


def take_feed(store: Store, feed: str) -> bool:
    """Take a feed to read it; False while another process reads it. Without others: True."""
    if store.holder is None:
        return True
    with store.write(beside=True) as tx:
        return tx.db.do("nodes", "take_feed", feed=feed, holder=store.holder, lease=LEASE_S) == 1


def free_feed(store: Store, feed: str) -> None:
    """Let a feed go that was read."""
    if store.holder is not None:
        with store.write(beside=True) as tx:
            tx.db.do("nodes", "free_feed", feed=feed, holder=store.holder)


def left(store: Store, feed: str) -> bool:
    """Whether a process died while it read this feed."""
    return store.holder is not None and store.db.row("nodes", "left_feed", feed=feed) is not None


def take_due(store: Store, feed: str, due: int) -> bool:
    """Take one due time of a feed; False where another node has taken it. Without others: True."""
    if store.holder is None:
        return True
    with store.write(beside=True) as tx:
        mine = tx.db.do("nodes", "take_due", feed=feed, due=due, holder=store.holder) == 1
        tx.db.do("nodes", "forget_due", feed=feed, due=due - 10_000)
    return mine


def must_hold(tx: Transaction, feed: str) -> None:
    """StoreBusyError where the lease on a feed ran out meanwhile: another process reads it."""
    if tx.holder is None:
        return
    if tx.db.row("nodes", "holds_feed", feed=feed, holder=tx.holder) is None:
        raise StoreBusyError(f"the lease on feed {feed} has run out: another node reads it")
