"""A3 for several threads: what shares a sync is not acknowledged before it is on the disk."""

import random
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from azalai.store import Store
from engines import sqlite
from faults.power import Disk, FaultyVFS
from faults.seeds import replayable
from outbox_rig import FixedClock, new_store

THREADS, WRITES, CUTS = 4, 40, 25


class Work:
    """Threads that write and note what was acknowledged; the power is cut, in thought, while one
    is inside and others may have committed and wait."""

    def __init__(self, disk: Disk, seed: int) -> None:
        self.cuts: list[tuple[dict[str, bytes], list[str]]] = []
        self.acknowledged: list[str] = []
        self._disk, self._chance = disk, random.Random(seed)

    def run(self, store: Store, number: int) -> None:
        mine = store.another()
        sqlite(mine)._db.execute("PRAGMA wal_autocheckpoint=20").fetchall()
        for count in range(WRITES):
            name = f"{number}/{count}"
            with mine.write(brief=True) as tx:
                if len(self.cuts) < CUTS and self._chance.random() < 0.3:
                    known = list(self.acknowledged)
                    self.cuts.append((self._disk.cut(self._chance), known))
                tx.db.do("runs", "set_meta", name=name, value="x" * 3000)
            self.acknowledged.append(name)
        mine.close()


def cut_and_look(folder: Path, seed: int) -> None:
    disk = Disk()
    work = Work(disk, seed)
    with FaultyVFS(disk):
        store = new_store(folder, FixedClock())
        threads = [threading.Thread(target=work.run, args=(store, n)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        store.close()
    assert len(work.acknowledged) == THREADS * WRITES
    assert len(work.cuts) > CUTS // 2
    for files, known in work.cuts:
        for path in (folder / "state").iterdir():
            path.unlink()
        for name, data in files.items():
            Path(name).write_bytes(data)
        store = new_store(folder, FixedClock())
        there = {n for (n,) in sqlite(store)._db.execute("SELECT name FROM meta")}
        store.close()
        assert set(known) <= there, "what was acknowledged is lost"


@pytest.mark.parametrize("seed", range(4))
def test_what_shares_a_sync_is_kept_once_acknowledged(tmp_path: Path, seed: int) -> None:
    """Four threads, cuts at any of their turns, checkpoints of the WAL among them."""
    with replayable(seed, "test_what_shares_a_sync_is_kept_once_acknowledged"):
        cut_and_look(tmp_path, seed)


def all_of(folder: Path, seeds: range) -> None:
    for seed in seeds:
        (folder / str(seed)).mkdir()
        cut_and_look(folder / str(seed), seed)


def test_not_waiting_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness can fail: where nobody waits for the sync that is owed, something is lost."""
    monkeypatch.setattr(Future, "result", lambda *_: None)
    with pytest.raises(AssertionError, match="lost"):
        all_of(tmp_path, range(10))
