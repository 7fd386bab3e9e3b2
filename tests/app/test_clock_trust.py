"""A clock that cannot be right sends nothing, and is trusted again by itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from azalai.app import clock_trust
from azalai.app.leave import Gate, leave
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.plugin.transport import Heard
from azalai.store import Store
from faults.test_network import fill
from outbox_rig import FixedClock, Hub, new_store

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("last", "peers", "vouched", "cause"), [
    (None, [], False, ""),
    (NOW, [], False, ""),
    (NOW + timedelta(seconds=59), [], False, ""),
    (NOW + DAY, [], False, "ledger"),
    (NOW + DAY, [], True, ""),
    (NOW + DAY, [NOW + timedelta(minutes=2)], False, ""),
    (NOW - DAY, [NOW - DAY], False, "peers"),
    (NOW + DAY, [NOW + DAY], True, "peers"),
    (NOW - DAY, [NOW + DAY, NOW], False, ""),
])  # fmt: skip
def test_what_makes_a_clock_untrusted(
    last: datetime | None, peers: list[datetime], vouched: bool, cause: str
) -> None:
    """The ledger's last entry, or every peer; one peer that agrees outweighs the ledger."""
    found = clock_trust.judge(NOW, last, peers, vouched=vouched)

    assert (found.cause, found.trusted) == (cause, not cause)


def entries(store: Store, kind: str) -> list[bytes]:
    size = store.ledger.head().size
    return [
        data for _, data in store.ledger.entries(0, size) if f'"type":"{kind}"'.encode() in data
    ]


def take(store: Store, count: int, name: str = "") -> None:
    """Records, and an entry of the ledger as intake makes one."""
    fill(store, count, name)
    with store.write() as tx:
        tx.log("act", actor="os/essai", act="taken")


def test_intake_goes_on_and_nothing_is_sent(tmp_path: Path) -> None:
    """Back to the year 2000: records are taken, no call to the destination, one entry says it; at
    the right time everything leaves and an entry says that too."""
    clock, hub = FixedClock(), Hub()
    store = new_store(tmp_path, clock)
    worker = Worker(store, hub, Policy("hub"), gate=Gate(store, "hub", hub, clock))
    take(store, 2)
    right = clock.now
    clock.now = datetime(2000, 1, 1, tzinfo=UTC)
    take(store, 3, "later-")
    for _ in range(3):
        assert worker.turn(clock.pass_seconds(60)) == 0
    assert leave(store, clock.now) == ("nothing", "clock_not_trusted")
    assert hub.calls == 0
    clock.now = right + timedelta(minutes=10)
    while worker.turn(clock.pass_seconds(2)):
        pass

    assert len(hub.got) == 5
    assert sum(b"not_trusted" in data for data in entries(store, "clock")) == 1
    assert sum(b'"state":"trusted"' in data for data in entries(store, "clock")) == 1
    store.close()


def test_a_peer_far_away_stops_and_one_that_agrees_does_not(tmp_path: Path) -> None:
    """What peers said is known to every process of this machine, as their clocks read now."""
    import time

    clock = FixedClock()
    store = new_store(tmp_path, clock)
    clock_trust.remember(store, "far", Heard(clock.now + DAY, time.monotonic()))
    found = clock_trust.verdict(store, clock.now)
    assert (found.trusted, found.cause) == (False, "peers")
    assert abs(found.far_s + DAY.total_seconds()) < 60
    clock_trust.remember(store, "near", Heard(clock.now, time.monotonic() - 5))

    assert clock_trust.verdict(store, clock.now).trusted
    assert clock_trust.verdict(store, clock.now + DAY).trusted  # the other one then agrees
    store.close()


def test_a_person_may_vouch_for_it(tmp_path: Path) -> None:
    """A ledger written under a clock years ahead does not stop for ever; it counts for the ledger
    as it stands."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    clock.now += 400 * DAY
    take(store, 1)
    clock.now -= 400 * DAY
    assert leave(store, clock.now).what == "nothing"
    clock_trust.vouch(store, "os/essai", "FICTIF: horloge parlante")

    assert leave(store, clock.now).what == "all"
    clock.now += 800 * DAY
    take(store, 1, "x-")
    clock.now -= 800 * DAY
    assert leave(store, clock.now).what == "nothing"
    store.close()


def test_the_line_that_mends_it() -> None:
    """timedatectl, with a peer's time before the newest file's."""
    best = clock_trust.best({"ledger": NOW + DAY, "files": NOW, "peer a": NOW - DAY})

    assert best == NOW - DAY
    assert clock_trust.line(NOW).endswith("timedatectl set-time '2026-11-24 09:00:00 UTC'")
