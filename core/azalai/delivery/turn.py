"""`turn(now)`: claim, send, record. One destination; no thread, no sleep, no loop."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from azalai import logs
from azalai.clock import format_instant, parse_instant
from azalai.delivery import pace, receipts
from azalai.delivery.newest import newest_only
from azalai.delivery.outcomes import (
    apply_answers,
    apply_outcomes,
    destination_fault,
    may_resend,
)
from azalai.delivery.policy import Policy
from azalai.errors import DestinationDownError, SealError
from azalai.plugin.transport import Message, Outcome, Refused, Transport, Unknown
from azalai.store import Store, Transaction, delivery_rows, destination_rows, record_rows
from azalai.store.delivery_rows import Delivery

Gate = Callable[[datetime], str]
"""What may leave now: all, recalls or nothing."""
BATCH_REFUSED = "batch_refused"
PROBE = 1
PROBE_PAUSE = timedelta(seconds=30)
"""How long other nodes leave a destination to the one that probes it."""


class Worker:
    """Carries one destination's due deliveries. `turn` may be called under any clock.

    Several may work for one destination, each on a store and a link of its own: the first does
    all, a `helper` only claims and sends.
    """

    def __init__(
        self, store: Store, transport: Transport, policy: Policy, *, helper: bool = False,
        gate: Gate = lambda _: "all",
    ) -> None:  # fmt: skip
        self._helper = helper
        self._gate = gate
        self._store = store
        self._transport = transport
        self._policy = policy
        self._log = logs.get().bind(destination=policy.name)

    def turn(self, now: datetime) -> int:
        """One pass: take receipts, wake what was deferred, ask what is unknown, send what is due.

        The number of deliveries that it touched; 0 means that nothing can be done now.
        """
        leave = self._gate(now)
        if leave == "nothing":
            return 0
        touched = 0 if self._helper else self._look_around(now)
        state = destination_rows.get(self._store.db, self._policy.name)
        if not state.may_try(now):
            return touched
        if not self._helper:
            touched += self._wake(now) + self._ask(now)
        elif state.breaker == "open":
            return 0  # one probe is enough
        if state.breaker == "open":
            touched += newest_only(self._store, self._policy.name, now)
        most = PROBE if state.breaker == "open" else self._transport.limits.records
        messages = self._claim(now, most, cancels_only=leave == "recalls" or self.paused(now))
        if not messages:
            return touched
        try:
            outcomes = self._send([m for _, m in messages])
        except DestinationDownError as down:
            destination_fault(self._store, self._policy, [d for d, _ in messages], down, now)
            self._log.warning("destination.down", reason=down.reason, count=len(messages))
            return touched
        apply_outcomes(self._store, self._policy, messages, outcomes, now)
        return touched + len(messages)

    def paused(self, now: datetime) -> bool:
        """Whether only recalls leave now: a person holds the destination, or no window is open."""
        state = destination_rows.get(self._store.db, self._policy.name)
        return state.held is not None or not pace.open_now(
            self._policy.windows, self._policy.zone, now
        )

    def _look_around(self, now: datetime) -> int:
        """What came back, what did not, and what another thread left when its lease ended."""
        touched = receipts.take(self._store, self._transport, self._policy, now)
        touched += receipts.look_for_overdue(self._store, self._transport, self._policy, now)
        at = format_instant(now)
        if self._store.db.row("deliveries", "abandoned", all=0, now=at, mine="") is not None:
            touched += self.recover(now, whole=False)
        return touched

    def recover(self, now: datetime, *, whole: bool = True) -> int:
        """After an unclean stop: what was being sent may have arrived, so it is asked. `whole`
        only where no other worker of the destination runs; else what outlived its lease."""
        with self._store.write(now) as tx:
            rows = tx.db.rows("deliveries", "abandoned", now=tx.at,
                              all=int(whole and tx.holder is None),
                              mine=(whole and tx.holder) or "")  # fmt: skip
            mine = [d for (i,) in rows if (d := delivery_rows.get(tx.db, i)).destination
                    == self._policy.name]  # fmt: skip
            for delivery in mine:
                delivery_rows.unknown(tx, delivery, now, "runner_died")
        return len(mine)

    def _wake(self, now: datetime) -> int:
        here = {"destination": self._policy.name, "now": format_instant(now)}
        if self._store.db.row("deliveries", "wake", **here) is None:
            return 0
        with self._store.write(now) as tx:
            rows = tx.db.rows("deliveries", "wake", destination=self._policy.name, now=tx.at)
            for (delivery,) in rows:
                delivery_rows.make_due(tx, delivery_rows.get(tx.db, delivery))
        return len(rows)

    def _ask(self, now: datetime) -> int:
        most = self._transport.limits.records
        rows = self._store.db.rows("deliveries", "to_ask", destination=self._policy.name,
                                   now=format_instant(now), most=most)  # fmt: skip
        asked = [delivery_rows.get(self._store.db, i) for (i,) in rows]
        if not asked:
            return 0
        can = self._policy.on_unknown == "ask" and self._transport.limits.can_ask
        answers = self._transport.ask([d.idempotency_key or "" for d in asked]) if can else None
        limits = self._transport.limits
        return apply_answers(self._store, self._policy, asked, answers, limits, now)

    def _claim(
        self, now: datetime, most: int, *, cancels_only: bool
    ) -> list[tuple[Delivery, Message]]:
        """Lease, and log `sending` for each in the same commit, before a byte leaves."""
        claimed: list[tuple[Delivery, Message]] = []
        size = 0
        rate = self._policy.rate_per_minute
        before = destination_rows.get(self._store.db, self._policy.name)
        probes = before.breaker == "open" and self._store.db.shared
        with self._store.write(now, brief=True, beside=True) as tx:
            look = destination_rows.locked if rate is not None or probes else _unlocked
            state = look(tx, self._policy.name)
            if probes and not state.may_try(now):
                return []  # another node has just begun to probe
            paid = None if state.allowance_at is None else parse_instant(state.allowance_at)
            room = pace.allowed(paid, rate, now)
            most = most if room is None else min(most, room)
            for found in delivery_rows.due(tx, self._policy.name, most, cancels_only=cancels_only,
                                           rules=self._policy.rules):  # fmt: skip
                if self._forgotten(tx, found):
                    continue
                try:
                    message = self._message(found)
                except SealError:
                    delivery_rows.hold(tx, found, "seal_broken")
                    self._log.error("delivery.seal_broken", delivery=found.id)
                    continue
                size += len(message.body)
                if claimed and size > self._transport.limits.size:
                    break
                delivery = delivery_rows.take(tx, found)
                tx.log("sending", pseudonym=delivery.pseudonym, version=delivery.version,
                       destination=delivery.destination, attempt=delivery.attempts,
                       commitment=delivery.commitment or "", operation=delivery.operation,
                       rule=delivery.rule, delivery=delivery.id)  # fmt: skip
                claimed.append((delivery, message))
            if claimed and rate is not None:
                after = format_instant(pace.spent(paid, rate, len(claimed), now))
                state = replace(state, allowance_at=after)
            if claimed and probes:
                state = replace(state, open_until=format_instant(now + PROBE_PAUSE))
            if claimed and (rate is not None or probes):
                destination_rows.put(tx, self._policy.name, state)
        return claimed

    def _forgotten(self, tx: Transaction, found: Delivery) -> bool:
        """What may have arrived waited until the destination no longer knows its key: asked once
        more, or held for a person. A person's own repeat counts from its next attempt."""
        limits = self._transport.limits
        if not found.tried or found.first_sent_at is None or may_resend(
            self._policy, found, limits, tx.now
        ):  # fmt: skip
            return False
        if self._policy.on_unknown == "ask" and limits.can_ask:
            delivery_rows.unknown(tx, found, tx.now, "not_remembered")
        else:
            delivery_rows.hold(tx, found, "unknown_outcome")
        return True

    def _message(self, delivery: Delivery) -> Message:
        record = record_rows.by_id(self._store.db, self._store.keys, delivery.record)
        body = delivery_rows.open_body(self._store.db, record, delivery)
        return Message(key=delivery.idempotency_key or "", message_id=delivery.idempotency_key or "",
                       operation=delivery.operation,  # type: ignore[arg-type]
                       kind=delivery.kind, body=body, media_type=delivery.media_type or "",
                       priority=delivery.priority)  # fmt: skip

    def _send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Send a batch; one that is refused whole goes again in halves."""
        outcomes = list(self._transport.send(messages))
        if len(outcomes) != len(messages):
            return [Unknown("wrong_number_of_outcomes")] * len(messages)
        if len(messages) > 1 and all(
            isinstance(o, Refused) and o.reason == BATCH_REFUSED for o in outcomes
        ):
            middle = len(messages) // 2
            return self._half(messages[:middle]) + self._half(messages[middle:])
        return outcomes

    def _half(self, messages: Sequence[Message]) -> list[Outcome]:
        """A half of a refused batch; if the destination goes down meanwhile, it is unknown."""
        try:
            return self._send(messages)
        except DestinationDownError as down:
            return [Unknown(down.reason)] * len(messages)


def _unlocked(tx: Transaction, destination: str) -> destination_rows.DestinationState:
    return destination_rows.get(tx.db, destination)
