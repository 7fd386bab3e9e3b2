"""The outbox's rules alone: operations, holdings, waits, balances."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from azalai.outbox import chain, retry
from azalai.outbox.balance import FEED_TERMS, check_feed
from azalai.outbox.chain import Link
from azalai.outbox.states import ENDED, TERMS, UNENDED, may_follow, term

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_each_state_has_one_term() -> None:
    """Every state counts once in the balance, and no state is both ended and open."""
    assert {term(s) for s in (*UNENDED, *ENDED)} == set(TERMS)
    assert not set(UNENDED) & set(ENDED)


def test_ended_stays_ended() -> None:
    """Nothing follows an end."""
    assert not any(may_follow(a, b) for a in ENDED for b in (*UNENDED, *ENDED))


def test_it_may_have_from_the_first_attempt_until_a_refusal() -> None:
    """Tried and unknown: it may have it; refused: it has not."""
    tried = Link(1, 1, "create", "unknown", tried=True)

    assert chain.holding([tried]).maybe
    assert not chain.holding([Link(1, 1, "create", "refused", tried=True)]).any
    assert not chain.holding([Link(1, 1, "create", "due", tried=False)]).any
    assert chain.holding([Link(1, 1, "create", "given_up", tried=True)]).maybe


def test_a_delivered_cancel_empties_the_holding() -> None:
    """After it the next version is a create."""
    links = [Link(1, 1, "create", "delivered", tried=True),
             Link(2, 2, "cancel", "delivered", tried=True)]  # fmt: skip

    assert not chain.holding(links).any
    assert chain.operation_after(links) == "create"
    assert chain.operation_after(links[:1]) == "update"


def test_a_refused_cancel_leaves_the_holder() -> None:
    """They still have it: the recall stays open and the next version is an update."""
    links = [Link(1, 1, "create", "delivered", tried=True),
             Link(2, 2, "cancel", "refused", tried=True)]  # fmt: skip

    assert chain.holding(links).accepted == 1
    assert chain.operation_after(links) == "update"


@given(st.integers(1, 10**6), st.integers(0, 2**32))
def test_a_wait_is_never_under_the_floor_nor_over_the_cap(attempt: int, seed: int) -> None:
    """Full jitter between floor and cap at any attempt."""
    random.seed(seed)
    wait = retry.wait_s(attempt, retry.backoff())

    assert retry.FLOOR_S <= wait <= retry.CAP_S


@given(st.floats(-(10**9), 10**9))
def test_a_wish_is_honoured_within_bounds(seconds: float) -> None:
    """Retry-After is obeyed, capped, and never in the past."""
    when = retry.next_time(NOW, 1, retry.backoff(), NOW + timedelta(seconds=seconds))
    wait = (when - NOW).total_seconds()

    assert retry.FLOOR_S <= wait <= retry.RETRY_AFTER_CAP_S


def test_an_alert_overtakes_and_nothing_starves() -> None:
    """Priority 0 beats what is due now, not what has waited for hours."""
    old = retry.rank(NOW - timedelta(hours=3), 5)

    assert retry.rank(NOW, 0) < retry.rank(NOW, 5)
    assert old < retry.rank(NOW, 0)


def test_an_imbalance_is_named() -> None:
    """One raw record that got lost shows in one equation, with both sides."""
    n = dict.fromkeys(FEED_TERMS, 0) | {"read": 2, "translated": 1, "produced": 1, "new": 1}
    [found] = check_feed("bfa", n)

    assert (found.name, found.left, found.right) == ("bfa", 2, 1)


@given(st.integers(0, 10**7), st.integers(0, 9), st.integers(0, 9))
def test_a_recall_goes_before_all_that_is_none(waited: int, priority: int, other: int) -> None:
    """However long the other has waited, and however urgent it is; recalls keep their own order."""
    earlier = NOW - timedelta(seconds=waited)
    recall = retry.rank(NOW, priority, recall=True)

    assert recall < 0 < retry.rank(earlier, other)
    assert retry.rank(earlier, priority, recall=True) <= recall
