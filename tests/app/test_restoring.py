"""A backup is whole or refused; a restored copy asks before it sends."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from azalai.clock import now
from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.store import Store, disk, restored
from daemon_rig import DOCUMENTS
from deployment_rig import Deployment, agreement, row, write
from faults.test_network import fill, open_ones
from outbox_rig import FixedClock, Hub, new_store
from postgres_server import Server


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def test_a_restored_copy_asks_what_it_may_have_sent(place: Deployment, tmp_path: Path) -> None:
    """Backed up before the send, restored after it: nothing is sent twice, the list ends, the
    ledger goes on and verifies."""
    write(place.folder, "a.csv", [row(n) for n in range(6)])
    config = (place.folder / "azalai.yaml").read_text()
    place.stop_hub()
    assert place.azalai("run").returncode == 1
    made = json.loads(place.azalai("store", "backup", str(tmp_path), "--json").stdout)
    port = config.split("https://127.0.0.1:")[1].split("\n")[0]
    place.start_hub(port=int(port))
    (place.folder / "azalai.yaml").write_text(config)
    assert place.azalai("destination", "probe", "regional").returncode == 0
    place.azalai("run", "--until-idle", "--timeout", "30")
    assert [times for _, _, times in place.received()] == [1] * 6

    refused = place.azalai("store", "restore", made["path"])
    assert refused.returncode == 2
    done = place.azalai("store", "restore", made["path"], "--replace", "--reason", "FICTIF")
    assert done.returncode == 0, done.stderr
    assert place.azalai("store", "restore", "--resume").returncode == 1
    place.azalai("run", "--until-idle", "--timeout", "30")
    ended = place.azalai("store", "restore", "--resume")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    place.azalai("run", "--until-idle", "--timeout", "30")

    assert [times for _, _, times in place.received()] == [1] * 6
    assert place.azalai("ledger", "verify").returncode == 0
    assert place.azalai("store", "check").returncode == 0
    assert list((place.folder / "state").glob("before-restore-*/azalai.db"))


def on_server(place: Deployment, url: str) -> None:
    """From now on the deployment's store is this database."""
    file = place.folder / "azalai.yaml"
    text = file.read_text()
    head = "" if text.startswith("language") else text[: text.index("language")]
    file.write_text(f"store:\n  url: '{url}'\n  folder: state\n{text.removeprefix(head)}")


def test_onto_a_server_into_an_empty_database_only(
    place: Deployment, tmp_path: Path, postgres: Server
) -> None:
    """A file's backup, then a server's own, each into a new database: what left since is asked and
    nothing is sent twice. A database that holds a store stays, with or without --replace."""
    config = (place.folder / "azalai.yaml").read_text()
    write(place.folder, "a.csv", [row(n) for n in range(3)])
    place.stop_hub()
    place.azalai("run")
    backups = [tmp_path / "file.tar", tmp_path / "server.tar"]
    assert place.azalai("store", "backup", str(backups[0])).returncode == 0
    place.start_hub(port=int(config.split("https://127.0.0.1:")[1].split("\n")[0]))
    (place.folder / "azalai.yaml").write_text(config)
    place.azalai("destination", "probe", "regional")
    place.azalai("run", "--until-idle", "--timeout", "30")

    for number, backup in enumerate(backups):
        on_server(place, postgres.new_database())
        done = place.azalai("store", "restore", str(backup), "--reason", "FICTIF")
        assert done.returncode == 0, done.stderr
        assert place.azalai("store", "restore", "--resume").returncode == 1 - number
        place.azalai("run", "--until-idle", "--timeout", "30")
        assert number or place.azalai("store", "restore", "--resume").returncode == 0
        write(place.folder, f"{number}.csv", [row(n) for n in range(4 + number)])
        assert place.azalai("run", "--until-idle", "--timeout", "30").returncode == 0
        place.azalai("store", "backup", str(backups[-1]))
        for words in ([], ["--replace"]):
            refused = place.azalai("store", "restore", str(backup), "--reason", "FICTIF", *words)
            assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)

    assert [times for _, _, times in place.received()] == [1] * 5
    assert place.azalai("ledger", "verify").returncode == 0
    assert place.azalai("store", "check").returncode == 0
    assert len(list((place.folder / "state").glob("before-restore-*/checkpoint"))) == 2


def test_a_changed_backup_changes_nothing(place: Deployment, tmp_path: Path) -> None:
    """One byte anywhere in the copy: exit 3, the store is as it was; no key is in it."""
    write(place.folder, "a.csv", [row(n) for n in range(3)])
    place.azalai("run", "--until-idle", "--timeout", "30")
    path = tmp_path / "copy.tar"
    assert place.azalai("store", "backup", str(path)).returncode == 0
    assert place.azalai("store", "backup", str(path)).returncode == 2
    data = path.read_bytes()
    assert (place.folder / "keys" / "kek").read_bytes().strip() not in data
    before = place.azalai("ledger", "verify").stdout
    for at in (5_000, len(data) // 2):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        done = place.azalai("store", "restore", str(path), "--replace", "--reason", "FICTIF")
        assert done.returncode == 3, (done.stdout, done.stderr)

    assert place.azalai("ledger", "verify").stdout == before
    path.write_bytes(data[: len(data) // 2])
    assert place.azalai("store", "restore", str(path), "--replace", "--reason", "x").returncode in (2, 3)  # fmt: skip


def begun(store: Store, clock: FixedClock) -> None:
    with store.write() as tx:
        restored.begin(tx, tx.at)
    restored.step(store, clock.now)


def test_what_cannot_be_asked_waits_for_a_person(tmp_path: Path) -> None:
    """A destination that answers no questions and remembers nothing: held, and listed; what is
    proven absent is sent once."""
    clock, hub = FixedClock(), Hub()
    store = new_store(tmp_path, clock)
    fill(store, 3)
    begun(store, clock)
    worker = Worker(store, hub, Policy("hub", on_unknown="hold"))
    worker.turn(clock.pass_seconds(2))
    assert hub.calls == 0
    assert [one.state for one in restored.left(store)] == ["held"] * 3
    assert not restored.end(store, "os/essai")
    store.close()

    other = tmp_path / "other"
    shutil.copytree(tmp_path / "keys", other / "keys")
    store = new_store(other, clock)
    fill(store, 3)
    begun(store, clock)
    worker = Worker(store, hub, Policy("hub"), gate=lambda _: "recalls")
    for _ in range(4):
        worker.turn(clock.pass_seconds(2))
    assert hub.calls == 0
    assert restored.left(store) == []
    assert restored.end(store, "os/essai")
    assert len(open_ones(store)) == 3
    store.close()


def test_ballast_and_forecast(tmp_path: Path) -> None:
    """Blocks are taken, given back once; days follow from what was free."""
    assert disk.make_ballast(tmp_path, 1 << 20)
    assert (tmp_path / disk.BALLAST).stat().st_blocks * 512 >= 1 << 20
    assert disk.free_ballast(tmp_path)
    assert not disk.free_ballast(tmp_path)
    assert not disk.make_ballast(tmp_path, 1 << 60)
    assert disk.days_left([("2026-11-20", 1_000), ("2026-11-24", 600)], 600) == 6
    assert disk.days_left([("2026-11-20", 600), ("2026-11-24", 1_000)], 1_000) is None
    assert disk.days_left([("2026-11-24", 600)], 600) is None
    assert disk.low(disk.Room(100, 1_000), None)
    assert disk.low(disk.Room(900, 1_000), 7)
    assert not disk.low(disk.Room(900, 1_000), 8)
    assert disk.lies(tmp_path, 1e-6)
    assert not disk.lies(tmp_path, 0.02)


def test_prune_takes_only_what_is_old(place: Deployment) -> None:
    """A leftover of two days goes, a fresh one and the store stay; --dry-run removes nothing."""
    import os

    place.azalai("run")
    spool = place.folder / "state" / "spool"
    spool.mkdir(exist_ok=True)
    old, fresh = spool / "old", spool / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"FICTIF")
    then = (now() - timedelta(days=2)).timestamp()
    os.utime(old, (then, then))
    shown = json.loads(place.azalai("store", "prune", "--dry-run", "--json").stdout)
    assert [Path(one["path"]).name for one in shown["files"]] == ["old"]
    assert old.exists()
    assert place.azalai("store", "prune").returncode == 0

    assert (old.exists(), fresh.exists()) == (False, True)
    used = json.loads(place.azalai("store", "usage", "--json").stdout)
    assert used["bytes"]["database"] > 0
    assert place.azalai("store", "check").returncode == 0
