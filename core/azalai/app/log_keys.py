"""A new key for the log: it signs beside the old one for an overlap, whose end is dated."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from azalai.app import App, granting
from azalai.canonical import digest
from azalai.clock import format_instant
from azalai.ledger import Verifier, keys, ring
from azalai.store import notes

SUBJECT = "ledger_key"
ACT = "ledger_rotate"


@dataclass(frozen=True, slots=True)
class Rotated:
    """The new key and its file; the one before it, and when that one signs for the last time."""

    made: Verifier
    path: Path
    old: Verifier
    until: str


def bound(app: App, overlap_days: int) -> dict[str, Any]:
    """What two people agree to: that the key which signs now is replaced, and how long it goes on."""
    known = ring.dated(app.settings.path(app.settings.ledger_key))
    return {"key": known[0].verifier.vkey, "overlap_days": overlap_days}


def rotate(app: App, actor: str, reason: str, overlap: timedelta) -> Rotated:
    """Make a new key, enter it in the ledger, and sign with it from now on; until the overlap's end
    the old one signs too, so that who holds the old card still verifies. Without an overlap the old
    one signs no more from this moment: for a key that was stolen.

    What a stop between the two steps left is finished by the next call.
    """
    path = app.settings.path(app.settings.ledger_key)
    known = ring.dated(path)
    made = ring.successor(path)
    fresh = keys.load(made).verifier
    until = format_instant(app.clock() + overlap)
    with app.store.write() as tx:
        tx.log("configured", actor=actor, subject=SUBJECT, digest=digest(fresh.vkey.encode()),
               vkey=fresh.vkey, replaces=known[0].verifier.vkey, until=until,
               note=notes.keep(tx, "ledger", reason),
               **granting.use(tx, ACT, bound(app, overlap.days)))  # fmt: skip
    ring.put(path, known, made, until)
    app.publish_locked()
    return Rotated(fresh, made, known[0].verifier, until)


def ended(app: App) -> list[tuple[Verifier, str]]:
    """The log's earlier keys with the instant of their end, the newest first."""
    known = ring.dated(app.settings.path(app.settings.ledger_key))
    return [(one.verifier, one.until) for one in known if one.until is not None]
