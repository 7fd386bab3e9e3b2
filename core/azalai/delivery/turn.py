"""`turn(now)`: claim, send, record. One destination; no thread, no sleep, no loop."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from azalai import logs
from azalai.clock import format_instant, parse_instant
from azalai.delivery import pace, receipts
from azalai.delivery.newest import newest_only
from azalai.delivery.outcomes import (
    Sent,
    apply_answers,
    apply_outcomes,
    destination_fault,
    may_resend,
    not_taken,
)
from azalai.delivery.policy import Policy
from azalai.delivery.pool import STALE_S, Back, NotSent, Pool, Result
from azalai.delivery.sending import send
from azalai.errors import DestinationDownError
from azalai.plugin.transport import Message, Outcome, Transport
from azalai.store import (
    Store,
    Transaction,
    claim_rows,
    delivery_rows,
    destination_rows,
    record_rows,
)
from azalai.store.delivery_rows import Delivery

Gate = Callable[[datetime], str]
"""What may leave now: all, recalls or nothing."""
ACTOR = "azalai/delivery"
LOOK_S = 0.25
PROBE = 1
PROBE_PAUSE = timedelta(seconds=30)
"""How long other nodes leave a destination to the one that probes it."""


class Worker:
    """Carries one destination's due deliveries. `turn` may be called under any clock.

    Alone it sends what it claims, a request a turn. With a `pool` it only claims and records, both
    in one commit, and the pool's senders send: then a turn waits a moment for what they bring.
    """

    def __init__(
        self, store: Store, transport: Transport, policy: Policy, *, pool: Pool | None = None,
        gate: Gate = lambda _: "all",
    ) -> None:  # fmt: skip
        self._pool = pool
        self._gate = gate
        self._store = store
        self._transport = transport
        self._policy = policy
        self._said: dict[str, Any] = {"actor": ACTOR}  # in every entry of a sending
        if policy.states:
            self._said["states"] = list(policy.states)
        if policy.connector:
            self._said["connector"] = policy.connector
        self._looked = float("-inf")
        self._log = logs.get().bind(destination=policy.name)

    def turn(self, now: datetime) -> int:
        """One pass: take receipts, wake what was deferred, ask what is unknown, send what is due.

        The number of deliveries that it touched, or that are with senders; 0 means that nothing
        can be done now.
        """
        leave = self._gate(now)
        touched = self._look_around(now) if leave != "nothing" and self._time_to_look() else 0
        state = destination_rows.get(self._store.db, self._policy.name)
        if leave == "nothing" or not state.may_try(now):
            return touched + self._take_back(
                now, leave if leave == "nothing" else "destination_down"
            )
        only_recalls = leave == "recalls" or self._paused(state, now)
        if self._pool is not None:
            return touched + self._exchange(self._pool, state, now, cancels_only=only_recalls)
        most = PROBE if state.breaker == "open" else self._transport.limits.records
        claimed = self._claim(now, most, cancels_only=only_recalls)
        if not claimed:
            return touched
        result: Result
        try:
            result = send(self._transport, [one.message for one in claimed])
        except DestinationDownError as down:
            result = down
        with self._store.write(now, brief=True, beside=True) as tx:
            went = not self._record(tx, [Back(claimed, result)])
        return touched + len(claimed) * went

    def drain(self, now: Callable[[], datetime]) -> None:
        """Nothing more is sent: what no sender has is due again, what is sent is recorded."""
        while self._pool is not None and self._pool.busy:
            self._take_back(now(), "stopped")
            self._pool.wait()

    def _exchange(
        self, pool: Pool, state: destination_rows.DestinationState, now: datetime, *,
        cancels_only: bool,
    ) -> int:  # fmt: skip
        """Record what the senders brought and claim what they may have next, in one commit."""
        came, limits = pool.came(), self._transport.limits
        most = pool.room(limits.records)
        if state.breaker == "open":
            most = PROBE if pool.untouched and not came else 0
        claimed = self._claim(now, most, cancels_only=cancels_only, came=came)
        pool.recorded(len(came))
        pool.offer(claimed, limits)
        pool.wait()
        pool.withdraw("not_sent_in_time", after_s=STALE_S)
        return sum(len(back.sent) for back in came) + len(claimed) + pool.busy

    def _take_back(self, now: datetime, reason: str) -> int:
        """Nothing may leave: what the senders do not have yet is due again, the rest is recorded."""
        pool = self._pool
        if pool is None or not pool.busy:
            return 0
        pool.withdraw(reason)
        came = pool.came()
        self._claim(now, 0, cancels_only=True, came=came)
        pool.recorded(len(came))
        return len(came) + pool.busy

    def _paused(self, state: destination_rows.DestinationState, now: datetime) -> bool:
        """Whether only recalls leave now: a person holds the destination, or no window is open."""
        return state.held is not None or not pace.open_now(
            self._policy.windows, self._policy.zone, now
        )

    def _time_to_look(self) -> bool:
        """Beside senders, what is rare is looked for now and then only."""
        moment = time.monotonic()
        if self._pool is not None and moment - self._looked < LOOK_S:
            return False
        self._looked = moment
        return True

    def _look_around(self, now: datetime) -> int:
        """What came back, what did not, and what another thread left when its lease ended; if the
        destination may be tried, also what was deferred and what is to be asked."""
        touched = receipts.take(self._store, self._transport, self._policy, now)
        touched += receipts.look_for_overdue(self._store, self._transport, self._policy, now)
        at = format_instant(now)
        if self._store.db.row("deliveries", "abandoned", all=0, now=at, mine="") is not None:
            touched += self.recover(now, whole=False)
        state = destination_rows.get(self._store.db, self._policy.name)
        if state.may_try(now):
            touched += self._wake(now) + self._ask(now)
            if state.breaker == "open":
                touched += newest_only(self._store, self._policy.name, now)
        return touched

    def recover(self, now: datetime, *, whole: bool = True) -> int:
        """After an unclean stop: what was being sent may have arrived, so it is asked. `whole`
        only where no other worker of the destination runs; else what outlived its lease."""
        with self._store.write(now) as tx:
            rows = tx.db.rows("deliveries", "abandoned", now=tx.at,
                              all=int(whole and tx.holder is None),
                              mine=(whole and tx.holder) or "")  # fmt: skip
            here = self._pool.known() if self._pool is not None and whole else set()
            mine = [d for (i,) in rows if (d := delivery_rows.get(tx.db, i)).destination
                    == self._policy.name and i not in here]  # fmt: skip
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
        self, now: datetime, most: int, *, cancels_only: bool, came: Sequence[Back] = ()
    ) -> list[Sent]:
        """Record what `came`; then lease, and log `sending` for each in the same commit, before a
        byte leaves."""
        if not most and not came:
            return []
        with self._store.write(now, brief=True, beside=True) as tx:
            down = self._record(tx, came)
            return [] if down or not most else self._lease(tx, most, cancels_only=cancels_only)

    def _record(self, tx: Transaction, came: Sequence[Back]) -> bool:
        """Write the outcomes; True if the destination is down. Then nobody else is sent out."""
        judged: list[tuple[Sent, Outcome]] = []
        downs: list[tuple[Sent, DestinationDownError]] = []
        for sent, result in came:
            if isinstance(result, NotSent):
                not_taken(tx, [one.delivery for one in sent], "deferred", result.reason)
            elif isinstance(result, DestinationDownError):
                downs += [(one, result) for one in sent]
            else:
                judged += zip(sent, result, strict=True)
        if judged:
            apply_outcomes(tx, self._policy, [s for s, _ in judged], [o for _, o in judged])
        if downs:
            down = downs[0][1]
            destination_fault(tx, self._policy, [s.delivery for s, _ in downs], down)
            self._log.warning("destination.down", reason=down.reason, count=len(downs))
        return bool(downs)

    def _lease(self, tx: Transaction, most: int, *, cancels_only: bool) -> list[Sent]:
        rate, shared = self._policy.rate_per_minute, tx.db.shared
        state = destination_rows.get(tx.db, self._policy.name)
        probes = state.breaker == "open" and shared
        if rate is not None or probes:
            state = destination_rows.locked(tx, self._policy.name)
        if not state.may_try(tx.now):
            return []  # it is down since, or another node has just begun to probe
        paid = None if state.allowance_at is None else parse_instant(state.allowance_at)
        room = pace.allowed(paid, rate, tx.now)
        claimed = self._leased(tx, most if room is None else min(most, room), cancels_only)
        if claimed and rate is not None:
            after = format_instant(pace.spent(paid, rate, len(claimed), tx.now))
            state = replace(state, allowance_at=after)
        if claimed and probes:
            state = replace(state, open_until=format_instant(tx.now + PROBE_PAUSE))
        if claimed and (rate is not None or probes):
            destination_rows.put(tx, self._policy.name, state)
        return claimed

    def _leased(self, tx: Transaction, most: int, cancels_only: bool) -> list[Sent]:
        size = self._transport.limits.size * max(1, most // self._transport.limits.records)
        found = claim_rows.due(tx, self._policy.name, most, cancels_only=cancels_only,
                               rules=self._policy.rules, size=size)  # fmt: skip
        found = [one for one in found if not self._forgotten(tx, one)]
        if not found:
            return []
        records = record_rows.by_ids(tx.db, tx.keys, {one.record for one in found})
        opened = claim_rows.bodies(tx.db, records, found)
        for one in found:
            if one.id not in opened:
                delivery_rows.hold(tx, one, "seal_broken")
                self._log.error("delivery.seal_broken", delivery=one.id)
        taken = claim_rows.take(tx, [one for one in found if one.id in opened])
        for one in taken:
            tx.log("sending", pseudonym=one.pseudonym, version=one.version,
                   destination=one.destination, attempt=one.attempts,
                   commitment=one.commitment or "", operation=one.operation,
                   rule=one.rule, delivery=one.id, mapping=one.mapping or "",
                   **self._said)  # fmt: skip
        return [Sent(one, records[one.record], _message(one, opened[one.id]))
                for one in taken]  # fmt: skip

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


def _message(delivery: Delivery, body: bytes) -> Message:
    return Message(key=delivery.idempotency_key or "", message_id=delivery.idempotency_key or "",
                   operation=delivery.operation,  # type: ignore[arg-type]
                   kind=delivery.kind, body=body, media_type=delivery.media_type or "",
                   priority=delivery.priority)  # fmt: skip
