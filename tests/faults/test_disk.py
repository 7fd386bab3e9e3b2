"""A5–A7, A9: disks that are full, broken or lie in one bit; a library that loses pages."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from azalai import reports
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.errors import AzalaiError, DiskError, StoreBrokenError, StoreError
from azalai.ledger import keeper, keys
from azalai.ledger.verify import verify
from azalai.store import Store, integrity
from deployment_rig import row, write
from engines import sqlite
from faults.places import HTTPS, Place
from faults.power import Disk, FaultyVFS
from faults.seeds import chunks, replayable
from faults.test_network import fill, open_ones
from outbox_rig import FixedClock, Hub, new_store

STRACE = shutil.which("strace")


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk()
    with FaultyVFS(made):
        yield made


def whole(store: Store, folder: Path) -> bool:
    """Everything opens, counts and proves."""
    signer = keys.create(folder / f"{random.random()}.key", "azalai.invalid/essai")
    with store.write():
        note = keeper.publish(folder / f"{random.random()}.note", store.ledger, signer)
    sound = verify(store.ledger, note, [signer.verifier]).ok and not list(integrity.broken(store))
    return sound and bool(reports.conservation(store)["ok"])


def died(store: Store) -> None:
    """The process ends; what SQLite would like to write at the end fails too."""
    with suppress(apsw.Error):
        store.close()


@pytest.mark.parametrize("kind", ["sync", "write", "full"])
def test_a_disk_that_fails_acknowledges_nothing(tmp_path: Path, disk: Disk, kind: str) -> None:
    """Neither intake nor a claim: nothing is sent without its entry. Opened anew on a good disk,
    all that was acknowledged is there, and the rest is delivered."""
    clock, hub = FixedClock(), Hub()
    store = new_store(tmp_path, clock)
    fill(store, 5)
    worker = Worker(store, hub, Policy("hub"))
    disk.broken = kind
    with pytest.raises(DiskError):
        fill(store, 5, "later-")
    with pytest.raises(DiskError):
        worker.turn(clock.now)
    assert hub.calls == 0
    died(store)
    disk.broken = None
    store = new_store(tmp_path, clock)
    assert len(open_ones(store)) == 5
    fill(store, 5, "later-")
    worker = Worker(store, hub, Policy("hub"))
    worker.recover(clock.now)
    for _ in range(6):
        worker.turn(clock.pass_seconds(2))

    assert not open_ones(store)
    assert [times for _, times in hub.got.values()] == [1] * 10
    assert whole(store, tmp_path)
    store.close()


def test_an_outcome_that_the_disk_does_not_take_is_asked_for(tmp_path: Path, disk: Disk) -> None:
    """Sent, then the disk breaks: not counted as delivered; after the restart it is asked."""
    clock, hub = FixedClock(), Hub()
    store = new_store(tmp_path, clock)
    fill(store, 3)
    send = hub.send

    def broken_after(messages: object) -> object:
        outcomes = send(messages)  # type: ignore[arg-type]
        disk.broken = "sync"
        return outcomes

    hub.send = broken_after  # type: ignore[method-assign,assignment]
    with pytest.raises(DiskError):
        Worker(store, hub, Policy("hub")).turn(clock.now)
    died(store)
    disk.broken, hub.send = None, send  # type: ignore[method-assign]
    store = new_store(tmp_path, clock)
    worker = Worker(store, hub, Policy("hub"))
    assert worker.recover(clock.now) <= 3  # the commit that was not acknowledged may stand
    worker.turn(clock.pass_seconds(5))

    assert not open_ones(store)
    assert [times for _, times in hub.got.values()] == [1] * 3
    store.close()


def fill_up(store: Store) -> None:
    for number in range(50):
        fill(store, 5, f"more-{number}-")


def test_a_store_that_is_full_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """SQLite's own limit: the batch is not taken, nothing half of it stays."""
    clock, hub = FixedClock(), Hub()
    store = new_store(tmp_path, clock)
    fill(store, 3)
    db = sqlite(store)._db
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    db.execute(f"PRAGMA max_page_count={pages}").fetchall()
    with pytest.raises(DiskError):
        fill_up(store)
    before = len(open_ones(store))
    db.execute("PRAGMA max_page_count=1000000").fetchall()
    worker = Worker(store, hub, Policy("hub"))
    while worker.turn(clock.pass_seconds(1)):
        pass

    assert before % 5 == 3
    assert len(hub.got) == before
    assert whole(store, tmp_path)
    store.close()


def test_a_store_that_may_not_be_written_sends_nothing(tmp_path: Path) -> None:
    """Read-only: no claim, no message; readable all the same."""
    clock, hub = FixedClock(), Hub()
    store = new_store(tmp_path, clock)
    fill(store, 2)
    sqlite(store)._db.execute("PRAGMA query_only=1").fetchall()
    with pytest.raises(StoreBrokenError):
        Worker(store, hub, Policy("hub")).turn(clock.now)

    assert hub.calls == 0
    assert len(open_ones(store)) == 2
    store.close()


def test_a_library_that_can_lose_pages_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite before 3.51.3 with several connections in WAL mode: refused by name."""
    monkeypatch.setattr(apsw, "SQLITE_VERSION_NUMBER", 3_051_002)
    with pytest.raises(StoreError, match="can lose pages"):
        new_store(tmp_path, FixedClock())


def flipped(folder: Path, image: bytes, chance: random.Random) -> None:
    """One bit of the database, another one each time."""
    state = folder / "state"
    for path in state.iterdir():
        path.unlink()
    data = bytearray(image)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    (state / "azalai.db").write_bytes(data)


def one_flip(folder: Path, wanted: dict[str, str], hub: Hub) -> None:
    """What arrives is what was owed, or the damage is named before it leaves."""
    try:
        store = new_store(folder, FixedClock())
    except (AzalaiError, apsw.Error):
        return
    try:
        worker = Worker(store, hub, Policy("hub"))
        for _ in range(4):
            worker.turn(FixedClock().pass_seconds(10))
    except (AzalaiError, apsw.Error, ValueError, TypeError):
        pass
    finally:
        store.close()
    for key, (digest, _) in hub.got.items():
        assert wanted.get(key) == digest, "bytes that nobody wrote were delivered"


@pytest.mark.parametrize("some", chunks(2_000, 40, 200), ids=lambda some: f"from_{some[0]}")
def test_a_flipped_bit_is_never_delivered(tmp_path: Path, some: list[int]) -> None:
    """One bit of the database changed: what is sent has its own key and bytes, or is not sent."""
    store = new_store(tmp_path, FixedClock())
    fill(store, 8)
    hub = Hub()
    Worker(store, hub, Policy("hub")).turn(FixedClock().now)
    wanted = {key: digest for key, (digest, _) in hub.got.items()}
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    store.close()
    shutil.copytree(tmp_path / "keys", fresh / "keys")
    image = _image(tmp_path, fresh)
    for seed in some:
        with replayable(seed, "test_a_flipped_bit_is_never_delivered"):
            flipped(fresh, image, random.Random(seed))
            one_flip(fresh, wanted, Hub())


def _image(folder: Path, fresh: Path) -> bytes:
    """The same deliveries, due again, in one file."""
    db = apsw.Connection(str(folder / "state" / "azalai.db"))
    db.execute("UPDATE deliveries SET state = 'due', due_at = made_at, rank = id, tried = 0,"
               " attempts = 0, receipt = NULL, ended_at = NULL").fetchall()  # fmt: skip
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()
    (fresh / "state").mkdir()
    return (folder / "state" / "azalai.db").read_bytes()


@pytest.mark.faults
@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
def test_fsync_says_eio(tmp_path: Path) -> None:
    """The real process under `strace --inject`: the N-th fsync or fdatasync fails, N = 1..50. It
    never ends as if all were well with something lost; the next run completes it."""
    place = Place(tmp_path / "d", kinds=(HTTPS,))
    with place.receivers():
        records = 0
        for number in range(1, 51):
            records += 2
            write(place.folder, f"{number:03}.csv", [row(n) for n in range(records)])
            done = subprocess.run(
                [str(STRACE), "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
                 f"inject=fsync,fdatasync:error=EIO:when={number}",
                 *place.command("run", "--until-idle", "--timeout", "20")],
                env=place.environment(), capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert "Traceback" not in done.stderr, (number, done.stderr)
            place.settle()
            if number % 10 == 0:
                place.verify(records)


@pytest.mark.faults
def test_a_small_disk_fills_up(tmp_path: Path) -> None:
    """A tmpfs of 3 MB under the state folder: refused with a sentence, not a traceback; with room
    again everything is delivered, nothing repaired by hand."""
    place = Place(tmp_path / "d", kinds=(HTTPS,))
    state = place.folder / "state"
    write(place.folder, "a.csv", [row(n) for n in range(1_500)])
    words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(state)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with place.receivers():
            full = place.azalai("run", "--until-idle", "--timeout", "20")
            assert full.returncode in (1, 2), full.stdout
            assert "Traceback" not in full.stderr
            subprocess.run(["mount", "-o", "remount,size=200m", str(state)], check=True)
            place.settle()
            place.verify(1_500)
    finally:
        subprocess.run(["umount", "-l", str(state)], check=True)
