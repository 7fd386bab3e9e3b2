"""A receipt for what was given up, or taken back before it was known to have left: never dropped."""

from typing import Final

from azalai import logs
from azalai.delivery.outcomes import DETAIL_MAX
from azalai.outbox import retry
from azalai.plugin.transport import Delivered, Outcome, Refused
from azalai.store import Transaction, delivery_rows, record_rows
from azalai.store.delivery_rows import Delivery
from azalai.store.seal import commit, seal

LATE: Final = ("given_up", "withdrawn")
"""Ends that are ours alone: what was tried before them may be answered for all the same."""
ACTOR = "azalai/receipt"


def apply_late(tx: Transaction, delivery: Delivery, outcome: Outcome) -> None:
    """The destination's own word takes the place of our end: a recall that people attested or
    wrote off is confirmed, or open again where it is refused; a record that came after all is
    recalled if it was withdrawn meanwhile. Anything but these two says nothing new.
    """
    if isinstance(outcome, Delivered):
        _arrived(tx, delivery, outcome.receipt)
    elif isinstance(outcome, Refused):
        _refused(tx, delivery, f"{outcome.reason} {outcome.detail}".strip())
    else:
        return
    if delivery.operation == "cancel":
        tx.db.do("deliveries", "unsettle_recall", delivery=delivery.id)
    logs.get().warning("receipt.late", destination=delivery.destination, delivery=delivery.id,
                       pseudonym=delivery.pseudonym, operation=delivery.operation,
                       before=delivery.state, outcome=type(outcome).__name__.lower())  # fmt: skip


def _arrived(tx: Transaction, delivery: Delivery, receipt: bytes) -> None:
    record = record_rows.by_id(tx.db, tx.keys, delivery.record)
    proof = commit(record.key, receipt)
    _log(tx, delivery, "delivered", proof)
    sealed = seal(record.key, receipt, "receipts", record.pseudonym, delivery.id)
    tx.db.do("deliveries", "receipt", id=delivery.id, receipt=sealed)
    _end(tx, delivery, "delivered")
    if delivery.operation == "cancel":
        tx.log("recall", pseudonym=delivery.pseudonym, destination=delivery.destination,
               state="confirmed", reason=delivery.reason or "not_stated", receipt=proof)  # fmt: skip
    else:
        _recall(tx, delivery)


def _refused(tx: Transaction, delivery: Delivery, words: str) -> None:
    record = record_rows.by_id(tx.db, tx.keys, delivery.record)
    sealed = seal(record.key, words[:DETAIL_MAX].encode(), "details", record.pseudonym, delivery.id)
    _log(tx, delivery, "refused")
    tx.db.do("deliveries", "detail", id=delivery.id, detail=sealed)
    _end(tx, delivery, "refused")


def _recall(tx: Transaction, delivery: Delivery) -> None:
    """What was recalled while nothing seemed to be there is there: that recall is owed now."""
    last = delivery_rows.links(tx.db, delivery.record, delivery.destination)[-1]
    if (last.operation, last.state) != ("cancel", "withdrawn"):
        return
    cancel = delivery_rows.get(tx.db, last.id)
    tx.log("act", actor=ACTOR, act="repeated", subject=f"delivery/{cancel.id}",
           pseudonym=cancel.pseudonym, destination=cancel.destination)  # fmt: skip
    tx.db.do("deliveries", "set_state", id=cancel.id, state="due", due_at=tx.at, ended_at=None,
             rank=retry.rank(tx.now, cancel.priority, recall=True), reason="arrived_late")  # fmt: skip


def _end(tx: Transaction, delivery: Delivery, state: str) -> None:
    """The one way from an end to another: by the destination's own word."""
    tx.db.do("deliveries", "set_state", id=delivery.id, state=state, due_at=None, rank=None,
             reason="late_receipt", ended_at=tx.at)  # fmt: skip


def _log(tx: Transaction, delivery: Delivery, outcome: str, receipt: str = "") -> None:
    facts = {"receipt": receipt} if receipt else {}
    tx.log("outcome", pseudonym=delivery.pseudonym, version=delivery.version,
           destination=delivery.destination, attempt=delivery.attempts, outcome=outcome,
           reason="late_receipt", delivery=delivery.id, **facts)  # fmt: skip
