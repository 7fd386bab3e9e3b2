"""A10, P3: a reader that never ends is told, intake goes on; what commits late is not skipped."""

import random
import threading
from pathlib import Path

import apsw
import pytest

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.store.lingering import WAL_MAX, lingering
from engines import chosen, sqlite
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage
from postgres_server import Server


def test_a_reader_that_never_ends(tmp_path: Path) -> None:
    """The log grows, intake and delivery go on; past 64 MiB it is told, and over once it ends."""
    clock = FixedClock()
    store = new_store(tmp_path, clock)
    reader = apsw.Connection(str(tmp_path / "state" / "azalai.db"))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM meta").fetchall()
    worker = Worker(store, Hub(), Policy("hub"))
    number = 0
    while lingering(store) is None:
        with store.write() as tx:
            for _ in range(8):
                number += 1
                record = add_record(tx, f"NER-PN/personnes/FICTIF-{number}")
                stage(tx, record, add_version(tx, record, '"' + "x" * 200_000 + '"'))
        worker.turn(clock.pass_seconds(1))
        assert number < 2_000
    found = lingering(store)
    assert found is not None
    assert WAL_MAX < found.wal < 2 * WAL_MAX
    reader.execute("COMMIT")
    sqlite(store)._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    assert lingering(store) is None
    store.close()
    reader.close()


@pytest.mark.parametrize("rows", [400, pytest.param(10_000, marks=pytest.mark.faults)])
def test_what_commits_late_is_not_skipped(tmp_path: Path, postgres: Server, rows: int) -> None:
    """PostgreSQL: writers take their numbers in one order and commit in another, while a worker
    claims: it claims by state, so each is delivered once (a `number > last seen` skips some)."""
    hub, clock = Hub(), FixedClock()
    with chosen(postgres):
        store = new_store(tmp_path, clock)
    done = threading.Event()

    def write(seed: int) -> None:
        chance, mine = random.Random(seed), store.another()
        for number in range(rows // 4):
            with mine.write() as tx:
                record = add_record(tx, f"NER-PN/personnes/FICTIF-{seed}-{number}")
                stage(tx, record, add_version(tx, record, f'"{seed}-{number}"'))
                done.wait(chance.random() / 1000)
        mine.close()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for one in writers:
        one.start()
    worker = Worker(store, hub, Policy("hub"))
    while any(one.is_alive() for one in writers):
        worker.turn(clock.pass_seconds(1))
    while worker.turn(clock.pass_seconds(1)):
        pass
    assert [times for _, times in hub.got.values()] == [1] * rows
    store.close()
