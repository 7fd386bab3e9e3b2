"""Frozen bytes stand beside their delivery; those of an earlier version stay where they were."""

from pathlib import Path

import apsw

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.store import Store, delivery_rows, record_rows
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage


def filled(folder: Path, clock: FixedClock) -> tuple[Store, int]:
    store = new_store(folder, clock)
    with store.write() as tx:
        return store, stage(tx, record := add_record(tx), add_version(tx, record, '"v1"'))


def as_before(folder: Path) -> None:
    """What a store of the version before has: the bytes in the delivery's own row."""
    file = apsw.Connection(str(folder / "state" / "azalai.db"))
    file.execute("UPDATE deliveries SET body = (SELECT body FROM delivery_bodies"
                 " WHERE delivery = deliveries.id); DELETE FROM delivery_bodies")  # fmt: skip
    file.close()


def test_bytes_of_an_earlier_version_open_and_leave(tmp_path: Path) -> None:
    """The same bytes are found, counted and delivered."""
    clock, hub = FixedClock(), Hub()
    store, number = filled(tmp_path, clock)
    sizes: dict[str, int] = dict(store.db.rows("guards", "sizes"))
    as_before(tmp_path)
    delivery = delivery_rows.get(store.db, number)
    record = record_rows.by_id(store.db, store.keys, delivery.record)

    assert delivery_rows.open_body(store.db, record, delivery) == b"create 1 of FICTIF"
    assert dict(store.db.rows("guards", "sizes")) == sizes
    Worker(store, hub, Policy("hub")).turn(clock.now)
    assert hub.order == [("create", "create 1 of FICTIF")]
    store.close()


def test_a_deleted_delivery_leaves_no_bytes(tmp_path: Path) -> None:
    """They go with it."""
    store, _ = filled(tmp_path, FixedClock())
    store.close()
    file = apsw.Connection(str(tmp_path / "state" / "azalai.db"))
    file.execute("PRAGMA foreign_keys=ON; DELETE FROM deliveries")

    assert file.execute("SELECT count(*) FROM delivery_bodies").fetchall() == [(0,)]
    file.close()
