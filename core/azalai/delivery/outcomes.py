"""What an outcome does to a delivery: one commit for a batch, each with its ledger entry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from typing import NamedTuple

from azalai import logs
from azalai.clock import parse_instant
from azalai.delivery import patience
from azalai.delivery.policy import Policy
from azalai.errors import DestinationDownError, SealError
from azalai.outbox import retry
from azalai.outbox.states import ANSWERABLE
from azalai.plugin.transport import (
    Absent,
    Answer,
    Deferred,
    Delivered,
    HandedOver,
    Has,
    Limits,
    Message,
    NoAnswer,
    Outcome,
    Refused,
    RefusedIt,
)
from azalai.store import (
    Store,
    Transaction,
    claim_rows,
    delivery_rows,
    destination_rows,
    record_rows,
)
from azalai.store.delivery_rows import Delivery
from azalai.store.destination_rows import DestinationState
from azalai.store.record_rows import RecordRow
from azalai.store.seal import commit, seal

SAME_REFUSAL_MAX = 20
"""As many equal refusals in a row are the destination's fault, not the messages'."""
FIRST_ASK_S = 1.0
DETAIL_MAX = 2_000


class Sent(NamedTuple):
    """One message that left, or is about to, under a lease."""

    delivery: Delivery
    record: RecordRow
    message: Message


def apply_outcomes(
    tx: Transaction, policy: Policy, sent: Sequence[Sent], outcomes: Sequence[Outcome]
) -> None:  # fmt: skip
    """Record what came of sends. One under a lost lease is evidence only, not applied.

    The same refusal of many in a row is the destination's fault: those are due again.
    """
    reason, refused = _same_refusal(destination_rows.get(tx.db, policy.name), outcomes)
    faulty = 0
    if refused >= SAME_REFUSAL_MAX:
        same = takewhile(lambda o: isinstance(o, Refused) and _code(o.reason) == reason,
                         reversed(outcomes))  # fmt: skip
        faulty = len(list(same))
    judged = len(sent) - faulty
    _apply_each(tx, policy, sent[:judged], outcomes[:judged])
    _keep_refusals(tx, policy, reason, refused, answers=not faulty)
    if faulty:
        down = DestinationDownError(f"same_refusal_{reason}")
        destination_fault(tx, policy, [one.delivery for one in sent[judged:]], down)
        logs.get().error("destination.refuses_all", destination=policy.name, count=refused)


def _apply_each(
    tx: Transaction, policy: Policy, sent: Sequence[Sent], outcomes: Sequence[Outcome]
) -> None:
    """Each outcome with its entry; what is simply delivered in one statement."""
    standing = claim_rows.standing(tx.db, [one.delivery for one in sent]) if sent else {}
    there: list[tuple[Delivery, RecordRow, bytes]] = []
    for one, outcome in zip(sent, outcomes, strict=True):
        fence, state, behind = standing.get(one.delivery.id, (-1, "", False))
        if isinstance(outcome, HandedOver) and (fence, state) == (one.delivery.fence, "delivered"):
            continue  # its receipt was here before the word that it was handed over
        lost = fence != one.delivery.fence or state not in ("sending", "awaiting", "unknown")
        _log(tx, one.delivery, "lost_lease" if lost else _name(outcome), _reason(outcome),
             _receipt(outcome), one.record)  # fmt: skip
        if lost:
            continue
        if isinstance(outcome, Delivered) and state == "sending" and not behind:
            there.append((one.delivery, one.record, outcome.receipt))
            _confirm_recall(tx, one.delivery, one.record, outcome.receipt)
        else:
            _apply(tx, policy, delivery_rows.get(tx.db, one.delivery.id), outcome)
    if there:
        claim_rows.delivered(tx, there)


def _keep_refusals(
    tx: Transaction, policy: Policy, reason: str | None, refused: int, *, answers: bool
) -> None:
    """Write how many equal refusals came in a row, and that the destination answers, if changed."""

    def after(state: DestinationState) -> DestinationState:
        known = replace(state, refusals=refused, refusal=reason)
        return destination_rows.closed(known) if answers else known

    state = destination_rows.get(tx.db, policy.name)
    if after(state) != state:
        state = destination_rows.locked(tx, policy.name)
        if state.down_since is not None and after(state).down_since is None:
            patience.returned(tx, policy.name, state.down_since)
        destination_rows.put(tx, policy.name, after(state))


def destination_fault(
    tx: Transaction, policy: Policy, deliveries: Sequence[Delivery], down: DestinationDownError
) -> None:
    """Nothing was taken and nothing is wrong with the messages: due again, the breaker opens."""
    failures = destination_rows.locked(tx, policy.name).failures
    pause = min(policy.breaker_cap_s, retry.FLOOR_S * 2 ** min(failures, 16))
    if down.not_before_s is not None:
        pause = min(max(pause, down.not_before_s), retry.RETRY_AFTER_CAP_S)
    not_taken(tx, deliveries, "destination_down", down.reason)
    destination_rows.down(tx, policy.name, down.reason, tx.now + timedelta(seconds=pause))


def not_taken(
    tx: Transaction, deliveries: Sequence[Delivery], outcome: str, reason: str
) -> None:  # fmt: skip
    """What left nothing, through no fault of its own, is due again; its attempt does not count."""
    standing = claim_rows.standing(tx.db, deliveries) if deliveries else {}
    for delivery in deliveries:
        _log(tx, delivery, outcome, reason)
        if standing.get(delivery.id, (-1, "", False))[:2] != (delivery.fence, "sending"):
            continue
        tx.db.do("deliveries", "spare", id=delivery.id)
        _nothing_arrived(tx, delivery)
        delivery_rows.make_due(tx, delivery, tx.now, reason)


def apply_receipt(
    store: Store, policy: Policy, delivery: Delivery, outcome: Outcome, now: datetime
) -> None:
    """Record what came back later of one delivery that was sent: the destination's own word on
    it, so neither the breaker nor the run of equal refusals is touched."""
    with store.write(now) as tx:
        current = delivery_rows.get(tx.db, delivery.id)
        if current.state in ANSWERABLE:
            _log(tx, current, _name(outcome), _reason(outcome) or "receipt",
                 _receipt(outcome))  # fmt: skip
            _apply(tx, policy, current, outcome)


def apply_overdue(
    store: Store, policy: Policy, delivery: Delivery, limits: Limits, now: datetime
) -> bool:
    """No receipt came in time: it goes on waiting, known as late. True if it is sent again."""
    with store.write(now) as tx:
        if delivery_rows.get(tx.db, delivery.id).state != "awaiting":
            return False
        _log(tx, delivery, "overdue", "no_receipt")
        if not may_resend(policy, delivery, limits, now):
            delivery_rows.keep_waiting(tx, delivery)
            return False
        _log(tx, delivery, "resent", "no_receipt")
        delivery_rows.make_due(tx, delivery, now, "resend_overdue")
    return True


def apply_answers(
    store: Store, policy: Policy, asked: Sequence[Delivery],
    answers: Sequence[Answer] | None, limits: Limits, now: datetime,
) -> int:  # fmt: skip
    """Record what the destination says of unknown deliveries; `answers` None: it is not asked."""
    with store.write(now) as tx:
        for delivery, answer in zip(asked, answers or [NoAnswer("not_asked")] * len(asked),
                                    strict=True):  # fmt: skip
            if delivery_rows.get(tx.db, delivery.id).state != "unknown":
                continue
            if isinstance(answer, Has) and _of_other_bytes(tx, delivery, answer.sha256):
                _log(tx, delivery, "unknown", "has_other_bytes", answer.receipt)
                delivery_rows.hold(tx, delivery, "has_other_bytes")
            elif isinstance(answer, Has):
                _log(tx, delivery, "delivered", "asked", answer.receipt)
                _delivered(tx, delivery, answer.receipt)
            elif isinstance(answer, RefusedIt):
                _log(tx, delivery, "refused", answer.reason)
                _refused(tx, delivery, answer.reason, answer.detail)
            elif isinstance(answer, Absent):
                _log(tx, delivery, "absent", "asked")
                tx.db.do("deliveries", "untry", id=delivery.id)
                delivery_rows.make_due(tx, delivery, now, "proven_absent")
            else:
                _no_answer(tx, policy, delivery, limits, asked=answers is not None)
    return 0 if answers and all(isinstance(a, NoAnswer) for a in answers) else len(asked)


def _no_answer(
    tx: Transaction, policy: Policy, delivery: Delivery, limits: Limits, *, asked: bool
) -> None:
    since = parse_instant(delivery.unknown_since or tx.at)
    if asked and tx.now < since + timedelta(seconds=policy.ask_for_s):
        wait = retry.wait_s(min(delivery.attempts + 1, 8), policy.wait)
        again = tx.now + timedelta(seconds=min(wait, 60.0))
        delivery_rows.unknown(tx, delivery, again, "no_answer")
        return
    if may_resend(policy, delivery, limits, tx.now):
        _log(tx, delivery, "resent", "unknown")
        wait = 0.0 if asked else retry.wait_s(min(delivery.attempts, 8), policy.wait)
        when = tx.now + timedelta(seconds=wait)  # who cannot be asked is not pressed either
        delivery_rows.make_due(tx, delivery, when, "resend_unknown")
    else:
        delivery_rows.hold(tx, delivery, "unknown_outcome")


def _of_other_bytes(tx: Transaction, delivery: Delivery, told: str | None) -> bool:
    """Whether the destination says that it has other bytes than ours under our key; so it may,
    where ours no longer open."""
    if told is None:
        return False
    record = record_rows.by_id(tx.db, tx.keys, delivery.record)
    try:
        body = delivery_rows.open_body(tx.db, record, delivery)
    except SealError:
        return True
    return sha256(body).hexdigest() != told


def may_resend(policy: Policy, delivery: Delivery, limits: Limits, now: datetime) -> bool:
    """Whether sending again cannot be a second effect: the destination still knows the key."""
    first = parse_instant(delivery.first_sent_at) if delivery.first_sent_at else now
    remembered = now < first + timedelta(seconds=limits.deduplicates_for_s)
    return policy.on_unknown in ("ask", "resend") and remembered


def _apply(tx: Transaction, policy: Policy, delivery: Delivery, outcome: Outcome) -> None:
    if isinstance(outcome, Delivered):
        _delivered(tx, delivery, outcome.receipt)
    elif isinstance(outcome, Refused):
        _refused(tx, delivery, outcome.reason, outcome.detail)
    elif isinstance(outcome, Deferred):
        _nothing_arrived(tx, delivery)
        row = tx.db.row("deliveries", "consumed", id=delivery.id)
        consumed = int(row[0]) if row else delivery.attempts
        if consumed >= policy.attempts_max or patience.is_over(tx, policy, delivery):
            delivery_rows.end(tx, delivery, "given_up", outcome.reason)
            return
        when = retry.next_time(tx.now, consumed, policy.wait, outcome.not_before)
        delivery_rows.defer(tx, delivery, when, outcome.reason)
    elif isinstance(outcome, HandedOver):
        delivery_rows.hand_over(tx, delivery, outcome.until)
    else:
        when = tx.now + timedelta(seconds=FIRST_ASK_S)
        delivery_rows.unknown(tx, delivery, when, outcome.reason)


def _delivered(tx: Transaction, delivery: Delivery, receipt: bytes) -> None:
    record = record_rows.by_id(tx.db, tx.keys, delivery.record)
    sealed = seal(record.key, receipt, "receipts", record.pseudonym, delivery.id)
    tx.db.do("deliveries", "receipt", id=delivery.id, receipt=sealed)
    delivery_rows.end(tx, delivery, "delivered")
    _confirm_recall(tx, delivery, record, receipt)


def _confirm_recall(
    tx: Transaction, delivery: Delivery, record: RecordRow, receipt: bytes
) -> None:  # fmt: skip
    if delivery.operation == "cancel":
        tx.log("recall", pseudonym=delivery.pseudonym, destination=delivery.destination,
               state="confirmed", reason=delivery.reason or "not_stated",
               receipt=commit(record.key, receipt))  # fmt: skip


def _refused(tx: Transaction, delivery: Delivery, reason: str, detail: str) -> None:
    record = record_rows.by_id(tx.db, tx.keys, delivery.record)
    words = detail[:DETAIL_MAX].encode()
    sealed = seal(record.key, words, "details", record.pseudonym, delivery.id)
    tx.db.do("deliveries", "detail", id=delivery.id, detail=sealed)
    delivery_rows.end(tx, delivery, "refused", _code(reason))


def _nothing_arrived(tx: Transaction, delivery: Delivery) -> None:
    """This attempt left nothing; an earlier one, unknown or repeated by a person, still may have."""
    tx.db.do("deliveries", "left_nothing", id=delivery.id)


def _same_refusal(state: DestinationState, outcomes: Sequence[Outcome]) -> tuple[str | None, int]:
    """The last refusal's code and how many of it came in a row, across sends."""
    reason, run = state.refusal, state.refusals
    for outcome in outcomes:
        if not isinstance(outcome, Refused):
            reason, run = None, 0
        elif outcome.reason == reason:
            run += 1
        else:
            reason, run = outcome.reason, 1
    return (None if reason is None else _code(reason)), run


def _log(
    tx: Transaction, delivery: Delivery, outcome: str, reason: str, receipt: bytes | None = None,
    record: RecordRow | None = None,
) -> None:  # fmt: skip
    """The entry of what came of an attempt; a receipt is committed to, under the record's key."""
    facts: dict[str, str] = {}
    if receipt is not None:
        known = record or record_rows.by_id(tx.db, tx.keys, delivery.record)
        facts["receipt"] = commit(known.key, receipt)
    tx.log("outcome", pseudonym=delivery.pseudonym, version=delivery.version,
           destination=delivery.destination, attempt=delivery.attempts, outcome=outcome,
           reason=_code(reason), delivery=delivery.id, **facts)  # fmt: skip


def _receipt(outcome: Outcome) -> bytes | None:
    return outcome.receipt if isinstance(outcome, Delivered) else None


def _name(outcome: Outcome) -> str:
    return {Delivered: "delivered", HandedOver: "awaiting", Refused: "refused",
            Deferred: "deferred"}.get(type(outcome), "unknown")  # fmt: skip


def _reason(outcome: Outcome) -> str:
    return str(getattr(outcome, "reason", ""))


def _code(reason: str) -> str:
    """A short code: a destination's own words may repeat the record, and stay sealed."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_-.:/") else "_" for c in reason)
    return kept[:64]
