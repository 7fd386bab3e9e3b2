"""Recalls that end without the destination's word: attested on paper, or written off."""

from typing import Literal

from azalai.outbox.states import UNENDED
from azalai.store import Transaction, delivery_rows, notes
from azalai.store.delivery_rows import Delivery
from azalai.store.engine import Engine
from azalai.store.record_rows import RecordRow

WaysOut = Literal["attested", "written_off"]


def open_recalls(database: Engine, record: RecordRow, destination: str) -> list[Delivery]:
    """A record's recalls at a destination that are neither confirmed nor settled."""
    rows = database.rows("deliveries", "recalls_of", record=record.id, destination=destination)
    return [delivery_rows.get(database, number) for (number,) in rows]


def settle(
    tx: Transaction, recall: Delivery, how: WaysOut, request: int, *, actor: str, second: str,
    paper: str, reason: str,
) -> None:  # fmt: skip
    """End a recall under a name of its own: it is not tried again, and never counts as confirmed.

    `paper`: SHA-256 of the partner's letter. StoreError while it is being sent.
    """
    if recall.state in UNENDED:
        delivery_rows.end(tx, recall, "given_up", how)
    tx.db.do("deliveries", "settle_recall", delivery=recall.id, how=how, request=request,
             paper=paper or None, at=tx.at)  # fmt: skip
    tx.log("recall", pseudonym=recall.pseudonym, destination=recall.destination, state=how,
           reason=recall.reason or "not_stated", actor=actor, second=second, request=request,
           paper=paper, note=notes.keep(tx, f"record/{recall.pseudonym}", reason))  # fmt: skip
