"""What came into force is in the ledger, each change once."""

from pathlib import Path

from azalai.ledger.entries import decode
from azalai.pipeline.configured import put_in_force
from azalai.store import Store
from outbox_rig import FixedClock, new_store


def subjects(store: Store) -> list[str]:
    entries = [decode(data) for _, data in store.ledger.entries(0, store.ledger.head().size)]
    assert {one["type"] for one in entries} <= {"configured"}
    return [one["subject"] + (" removed" if one.get("state") else "") for one in entries]


def test_each_change_once(tmp_path: Path) -> None:
    """The first time everything, then what changed, then nothing; a daemon's start always."""
    store = new_store(tmp_path, FixedClock())
    first = {"settings": "aa", "mapping/x/a@1": "bb"}
    assert put_in_force(store, first, "os/essai") == ["mapping/x/a@1", "settings"]
    assert put_in_force(store, first, "os/essai") == []
    put_in_force(store, first, "os/essai", always=True)
    changed = put_in_force(store, {"settings": "aa", "mapping/x/a@2": "cc"}, "os/essai")

    assert changed == ["mapping/x/a@2", "mapping/x/a@1"]
    assert subjects(store) == [
        "configuration", "mapping/x/a@1", "settings",
        "configuration",
        "configuration", "mapping/x/a@2", "mapping/x/a@1 removed",
    ]  # fmt: skip
    store.close()
