"""A clock that jumps: the ledger keeps its order and says so, nothing is lost or sent twice."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.ledger import keeper, keys
from azalai.ledger.verify import verify
from faults.test_network import fill, open_ones
from outbox_rig import FixedClock, Hub, new_store


@pytest.mark.parametrize("jump_s", [-3_600, -86_400, -(10 * 365 * 86_400), 3_600, 86_400])
def test_a_clock_that_jumps(tmp_path: Path, jump_s: int) -> None:
    """Back or forward by hours, days, years, with answers lost around it: each arrives once, the
    entries' times never go back, a jump back is an entry of its own, the log verifies."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    hub = Hub(script=["lose", "ok", "never_came", "down"])
    worker = Worker(store, hub, Policy("hub"))
    fill(store, 6, "before-")
    worker.turn(clock.now)
    clock.now += timedelta(seconds=jump_s)
    fill(store, 6, "after-")
    for _ in range(20):
        worker.turn(clock.pass_seconds(3))
    clock.now -= timedelta(seconds=jump_s)
    fill(store, 6, "later-")
    for _ in range(20):
        worker.turn(clock.pass_seconds(3))

    assert not open_ones(store)
    assert [times for _, times in hub.got.values()] == [1] * 18
    entries = [json.loads(data) for _, data in store.ledger.entries(0, store.ledger.head().size)]
    times = [entry["time"] for entry in entries]
    assert times == sorted(times)
    assert any(entry["type"] == "clock" for entry in entries)
    signer = keys.create(tmp_path / "ledger.key", "azalai.invalid/essai")
    with store.write():
        note = keeper.publish(tmp_path / "checkpoint", store.ledger, signer)
    assert verify(store.ledger, note, [signer.verifier]).ok
    store.close()
