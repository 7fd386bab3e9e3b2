"""A4: power cuts that forget files and names: the checkpoint is never ahead, the log never forks."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azalai.errors import VerificationError
from azalai.ledger import keeper, keys
from azalai.ledger.checkpoint import open_checkpoint
from azalai.ledger.note import Signer
from azalai.ledger.verify import verify
from faults.file_power import FilePlatter, remembered
from faults.power import Disk, FaultyVFS
from faults.seeds import chunks, replayable
from faults.simulation import SHM
from outbox_rig import FixedClock, add_record, add_version, new_store, stage

CUTS = 25
"""Power cuts a seed; 20 seeds are the programme's 500."""


@dataclass(frozen=True)
class Cut:
    """The database's files, the folder's files, the last size that was published."""

    database: dict[str, bytes]
    files: dict[str, bytes]
    published: int


def cuts_of(seed: int, folder: Path, signer: Signer, write: Any) -> list[Cut]:
    """Entries and checkpoints, with the power cut in thought at random moments."""
    chance, disk, clock = random.Random(seed), Disk(), FixedClock()
    place = folder / "published"
    place.mkdir()
    platter = FilePlatter(place)
    cuts: list[Cut] = []
    published = 0

    def moment() -> None:
        if chance.random() < 0.3 and len(cuts) < CUTS:
            cuts.append(Cut(disk.cut(chance), platter.after_a_cut(chance), published))

    with FaultyVFS(disk), remembered(platter, moment), pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper, "write", write)
        store = new_store(folder, clock)
        while len(cuts) < CUTS:
            with store.write(clock.pass_seconds(1)) as tx:
                record = add_record(tx, f"NER-PN/personnes/FICTIF-{chance.randrange(9)}")
                stage(tx, record, add_version(tx, record, f'"{clock.now}"'))
            with store.write():
                keeper.publish(place / "checkpoint", store.ledger, signer)
            published = store.ledger.head().size
            moment()
        store.close()
    return cuts


def look(cut: Cut, folder: Path, signer: Signer) -> None:
    """Start again on what the cut left: publishing goes on, from nothing that was given out back."""
    for path in (*(folder / "state").iterdir(), *(folder / "published").iterdir()):
        path.unlink()
    for name, data in cut.database.items():
        Path(name).write_bytes(data)
    for name, data in cut.files.items():
        (folder / "published" / name).write_bytes(data)
    place = folder / "published" / "checkpoint"
    found = keeper.read(place)
    if cut.published:
        assert found is not None, "a published checkpoint is gone"
    if found is not None:
        assert open_checkpoint(found, [signer.verifier]).size >= cut.published, "rolled back"
    store = new_store(folder, FixedClock())
    try:
        with store.write():
            note = keeper.publish(place, store.ledger, signer)
        assert verify(store.ledger, note, [signer.verifier]).ok
    finally:
        store.close()


def cut_and_look(seed: int, write: Any) -> None:
    folder = Path(tempfile.mkdtemp(prefix="azalai-files-", dir=SHM if SHM.is_dir() else None))
    try:
        signer = keys.create(folder / "ledger.key", "azalai.invalid/essai")
        for cut in cuts_of(seed, folder, signer, write):
            look(cut, folder, signer)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("some", chunks(20, 1, 5), ids=lambda some: f"from_{some[0]}")
def test_a_checkpoint_outlives_a_cut(some: list[int]) -> None:
    """Whatever of the file's bytes and name was not synced is lost or not: the note found is whole,
    covers all that was given out, and the log is its log."""
    for seed in some:
        with replayable(seed, "test_a_checkpoint_outlives_a_cut"):
            cut_and_look(seed, keeper.write)


def all_of(some: Iterable[int], write: Any) -> None:
    for seed in some:
        cut_and_look(seed, write)


def careless(path: Path, note: bytes) -> None:
    """Renamed before its bytes are on the disk."""
    fresh = path.with_name("fresh")
    fresh.write_bytes(note)
    fresh.replace(path)
    handle = os.open(path.parent, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)


def test_a_careless_writer_is_found() -> None:
    """The harness can fail: without a sync of the file, a note is found torn or gone."""
    with pytest.raises((AssertionError, VerificationError)):
        all_of(range(5), careless)
