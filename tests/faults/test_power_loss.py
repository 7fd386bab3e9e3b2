"""A3: power cuts that lose or tear what was not synced: nothing acknowledged is lost."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from azalai import reports
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.ledger import keeper, keys
from azalai.ledger.note import Signer
from azalai.ledger.verify import verify
from azalai.store import Store, integrity
from azalai.store.database import Database
from engines import sqlite
from faults.power import Disk, FaultyVFS
from faults.seeds import chunks, replayable, seeds
from faults.simulation import SHM
from outbox_rig import FixedClock, Hub, add_record, add_version, new_store, stage

CUTS = 100
"""Power cuts a seed; 100 seeds are the programme's 10,000."""


@dataclass(frozen=True)
class Cut:
    """What the disk held, and what had been acknowledged by then."""

    files: dict[str, bytes]
    note: bytes | None
    entries: int
    delivered: frozenset[int]


class Cutting(Disk):
    """Cuts the power, in thought, at random moments: the work goes on, each cut is kept."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        super().__init__()
        self.cuts: list[Cut] = []
        self.entries, self.delivered = 0, frozenset[int]()
        self._chance, self._folder = chance, folder

    def moment(self) -> None:
        if self._chance.random() < 0.2 and len(self.cuts) < CUTS:
            note = keeper.read(self._folder / "checkpoint")
            self.cuts.append(Cut(self.cut(self._chance), note, self.entries, self.delivered))

    def acknowledged(self, store: Store) -> None:
        rows = sqlite(store)._db.execute("SELECT id FROM deliveries WHERE state = 'delivered'")
        self.entries, self.delivered = store.ledger.head().size, frozenset(i for (i,) in rows)
        self.moment()


@contextmanager
def moments(disk: Cutting) -> Iterator[None]:
    """A cut may come after each write and each sync of a file, too."""
    from faults import power

    write, sync = power.Platter.write, power.Platter.sync

    def written(self: power.Platter, offset: int, data: bytes) -> None:
        write(self, offset, data)
        disk.moment()

    def synced(self: power.Platter) -> None:
        disk.moment()
        sync(self)

    power.Platter.write, power.Platter.sync = written, synced  # type: ignore[method-assign]
    try:
        yield
    finally:
        power.Platter.write, power.Platter.sync = write, sync  # type: ignore[method-assign]


def work(store: Store, folder: Path, disk: Cutting, signer: Signer, clock: FixedClock) -> None:
    """Records, sends, lost answers, recalls, checkpoints of the ledger and of the WAL."""
    sqlite(store)._db.execute("PRAGMA wal_autocheckpoint=30").fetchall()
    chance = random.Random(len(disk.cuts))
    sender = Worker(store, Hub(script=["ok", "lose", "down"] * 20), Policy("hub"))
    for number in range(60):
        with store.write() as tx:
            record = add_record(tx, f"NER-PN/personnes/FICTIF-{chance.randrange(12)}")
            version = add_version(tx, record, f'"{number}' + "x" * chance.randrange(4000) + '"')
            stage(tx, record, version, "cancel" if chance.random() < 0.2 else "create")
        disk.acknowledged(store)
        sender.turn(clock.pass_seconds(30))
        disk.acknowledged(store)
        if number % 5 == 4:
            with store.write():
                keeper.publish(folder / "checkpoint", store.ledger, signer)
        if len(disk.cuts) >= CUTS:
            return


def cuts_of(seed: int, folder: Path, signer: Signer) -> list[Cut]:
    clock, disk = FixedClock(), Cutting(random.Random(seed), folder)
    with moments(disk), FaultyVFS(disk):
        store = new_store(folder, clock)
        try:
            work(store, folder, disk, signer, clock)
        finally:
            store.close()
    return disk.cuts


def look(cut: Cut, folder: Path, signer: Signer) -> None:
    """Start again on what the cut left."""
    for path in (folder / "state").iterdir():
        path.unlink()
    for name, data in cut.files.items():
        Path(name).write_bytes(data)
    (folder / "checkpoint").unlink(missing_ok=True)
    if cut.note is not None:
        (folder / "checkpoint").write_bytes(cut.note)
    store = new_store(folder, FixedClock())
    try:
        assert list(integrity.broken(store)) == []
        assert store.ledger.head().size >= cut.entries, "acknowledged entries are lost"
        with store.write():
            note = keeper.publish(folder / "checkpoint", store.ledger, signer)
        assert verify(store.ledger, note, [signer.verifier]).ok
        rows = sqlite(store)._db.execute("SELECT id FROM deliveries WHERE state = 'delivered'")
        assert {i for (i,) in rows} >= cut.delivered, "an acknowledged outcome is lost"
        assert reports.conservation(store)["ok"]
    finally:
        store.close()


def cut_and_look(seed: int) -> int:
    folder = Path(tempfile.mkdtemp(prefix="azalai-power-", dir=SHM if SHM.is_dir() else None))
    try:
        signer = keys.create(folder / "ledger.key", "azalai.invalid/essai")
        cuts = cuts_of(seed, folder, signer)
        for cut in cuts:
            look(cut, folder, signer)
    finally:
        shutil.rmtree(folder)
    return len(cuts)


@pytest.mark.parametrize("some", chunks(100, 1, 10), ids=lambda some: f"from_{some[0]}")
def test_nothing_acknowledged_is_lost(some: list[int]) -> None:
    """A hundred cuts a seed, in and between transactions, checkpoints of the WAL included."""
    for seed in some:
        with replayable(seed, "test_nothing_acknowledged_is_lost"):
            assert cut_and_look(seed) > CUTS // 2


def all_of(some: list[int]) -> None:
    for seed in some:
        cut_and_look(seed)


@pytest.mark.faults
def test_a_weaker_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness can fail: with synchronous=NORMAL it finds acknowledged entries lost."""
    made = Database.__init__

    def weaker(self: Database, path: Path) -> None:
        made(self, path)
        self._db.execute("PRAGMA synchronous=NORMAL").fetchall()

    monkeypatch.setattr(Database, "__init__", weaker)
    with pytest.raises(AssertionError, match="lost"):
        all_of(seeds(5, 5))
