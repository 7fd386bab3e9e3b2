"""The daemon as an operator meets it: real processes, signals, kills, a full disk."""

import random
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from daemon_rig import DOCUMENTS, Running, configure, free_port, probe, until
from deployment_rig import Deployment, agreement, row, write

ABSENT = """\
  absent:
    connector: essai_police
    folder: nowhere
"""
SECOND = """\
  lent:
    connector: wapis
    url: https://127.0.0.1:{port}
    ca: hub/ca.pem
    certificate: hub/client.pem
    key: hub/client.key
    states: [ UTO ]
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    yield made
    made.stop_hub()


def test_reads_on_schedule_delivers_reloads_and_drains(place: Deployment) -> None:
    """Files are read as they fall and moved when taken; a wrong configuration changes nothing,
    a good one counts at once; SIGTERM ends in order, exit 0."""
    place.start_hub()
    port = free_port()
    configure(place, health=f"127.0.0.1:{port}", feed_schedule="every 1 s",
              feed_afterwards="move to done/")  # fmt: skip
    write(place.folder, "a.csv", [row(i) for i in range(10)])
    incoming = place.folder / "incoming"
    with Running(place) as daemon:
        assert until(lambda: len(place.received()) == 10)
        assert probe(port, "/ping") == (200, {"alive": True})
        status, parts = probe(port, "/ready")
        assert (status, parts["ready"]) == (200, True)
        second = place.azalai("daemon")
        assert second.returncode == 2
        assert "azalai daemon, process" in second.stderr
        assert until(lambda: [p.name for p in incoming.iterdir()] == ["done"])
        config = place.folder / "azalai.yaml"
        good = config.read_text()
        config.write_text(good + "nonsense: secret-word\n")
        daemon.hang_up()
        assert until(lambda: daemon.events("configuration.mistake"))
        assert daemon.events("configuration.mistake")[0]["code"] == "AZ-S001"
        assert "secret-word" not in daemon.log.read_text()
        write(place.folder, "b.csv", [row(i) for i in range(11)])
        assert until(lambda: len(place.received()) == 11)
        config.write_text(good)
        place.agree(agreement(until="2026-01-02"))
        daemon.hang_up()
        assert until(lambda: daemon.events("configuration.changed"))
        write(place.folder, "c.csv", [row(i) for i in range(12)])
        assert until(lambda: len(list((incoming / "done").iterdir())) == 3)
        time.sleep(0.5)
        assert daemon.stop() == 0
        assert daemon.events("daemon.stopped")[0]["state"] == "drained"

    assert len(place.received()) == 11
    assert place.azalai("ledger", "verify").returncode == 0
    assert "arrêt brutal" not in daemon.out.read_text()
    (place.folder / "state" / "checkpoint").write_text("FICTIF")
    refused = place.azalai("daemon")
    assert refused.returncode == 3
    assert "ledger.not_verified" in refused.stderr


def test_killed_again_and_again_delivers_once(place: Deployment) -> None:
    """SIGKILL at random moments, the receiver loses answers: each message once by its key."""
    place.start_hub("lose=20%", "reset=5%")
    configure(place, feed_schedule="every 1 s")
    chance = random.Random(11)
    for number in range(3):
        write(place.folder, f"{number}.csv", [row(i) for i in range((number + 1) * 50)])
        with Running(place, ready=number > 0) as daemon:
            time.sleep(chance.uniform(0.1, 1.2))
            daemon.kill()
    with Running(place) as daemon:
        assert "arrêt brutal" in daemon.out.read_text()
        assert until(lambda: len({body for _, body, _ in place.received()}) == 150, 30)
        # each answer that was lost is asked for
        assert until(lambda: _open(place) == 0, 30)
        assert daemon.stop() == 0
    bodies = [body for _, body, _ in place.received()]

    assert len(bodies) == len(set(bodies)) == 150
    assert place.azalai("ledger", "verify").returncode == 0


def _open(place: Deployment) -> int:
    import json

    found = json.loads(place.azalai("status", "--json").stdout)
    assert found["conservation"]["ok"]
    return sum(int(one["open"]) for one in found["destinations"])


def test_a_hanging_destination_delays_no_other_and_does_not_stop_the_stop(
    place: Deployment,
) -> None:
    """One receiver answers nothing, one feed's folder is missing: the others work. SIGTERM does
    not wait for ever, and the next start says that nothing is unknown."""
    place.start_hub()
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(8)
        config = place.folder / "azalai.yaml"
        text = config.read_text() + SECOND.format(port=hole.getsockname()[1])
        config.write_text(text.replace("destinations:\n", ABSENT + "destinations:\n"))
        place.agree(agreement().replace("[ regional ]", "[ regional, lent ]"))
        configure(place, drain_s="1")
        write(place.folder, "a.csv", [row(i) for i in range(5)])
        with Running(place) as daemon:
            assert until(lambda: len(place.received()) == 5)
            assert daemon.events("feed.not_read")[0]["feed"] == "absent"
            began = time.monotonic()
            assert daemon.stop() == 0
            assert time.monotonic() - began < 10
            assert daemon.events("daemon.stopped")[0]["state"] == "cut_off"
        with Running(place) as daemon:
            said = daemon.out.read_text()
            assert "arrêt brutal" in said
            assert "rien à demander" in said  # it was greeted first: no message had left


def test_what_a_person_releases_leaves_within_seconds(tmp_path: Path) -> None:
    """A held run is released by another command; the daemon goes on with the next file too. A
    code that is added counts for the next file, without a signal."""
    place = Deployment(tmp_path / "d", DOCUMENTS, held="yes")
    place.agree(agreement())
    try:
        place.start_hub()
        write(place.folder, "a.csv", [row(1)])
        write(place.folder, "b.csv", [row(1), row(2)])
        configure(place, feed_schedule="every 1 s")
        with Running(place) as daemon:
            assert until(lambda: daemon.events("run.held"))
            assert place.received() == []
            assert place.azalai("feed", "release", "essai").returncode == 0

            assert until(lambda: len(place.received()) == 2)
            write(place.folder, "c.csv", [row(1), row(2), row(3, nationalite="Syldavie")])
            assert until(lambda: "Syldavie" in place.azalai("code", "list").stdout)
            added = place.azalai("code", "add", "nationalities", "Syldavie", "UTO")
            assert added.returncode == 0, added.stdout + added.stderr
            assert until(lambda: daemon.events("configuration.changed"))
            write(place.folder, "d.csv", [row(n, nationalite="Syldavie") for n in (3, 4)])
            assert until(lambda: len(place.received()) >= 4)
            assert daemon.stop() == 0
    finally:
        place.stop_hub()


@pytest.fixture
def small_disk(place: Deployment) -> Iterator[Path]:
    """A file system of 6 MB under the store; only root can mount one."""
    state = place.folder / "state"
    state.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(state)]
    if subprocess.run(words, check=False, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk")
    yield state
    subprocess.run(["umount", "--lazy", str(state)], check=True)


def test_a_full_disk_pauses_and_nothing_is_lost(place: Deployment, small_disk: Path) -> None:
    """Without ballast: one line says it; the daemon lives, not ready; with room again it goes on by
    itself. A ledger that is not its checkpoint's any more stops it, exit 3."""
    place.start_hub()
    config = place.folder / "azalai.yaml"
    config.write_text(config.read_text().replace("ballast_mib: 1", "ballast_mib: 0"))
    port = free_port()
    configure(place, health=f"127.0.0.1:{port}", feed_schedule="every 1 s")
    with Running(place, impatient=True) as daemon:
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        write(place.folder, "a.csv", [row(i) for i in range(40)])
        assert until(lambda: daemon.events("store.disk_full"))
        time.sleep(1.5)
        assert len(daemon.events("store.disk_full")) == 1
        status, parts = probe(port, "/ready")
        assert (status, parts["store"], parts["threads"]) == (503, False, True)
        assert probe(port, "/ping")[0] == 200
        assert place.received() == []
        ballast.unlink()

        assert until(lambda: len(place.received()) == 40)
        assert place.azalai("ledger", "verify").returncode == 0
        (small_disk / "checkpoint").write_text("FICTIF")
        assert daemon.process.wait(10) == 3
        assert len(daemon.events("ledger.not_verified")) == 1
    assert "Traceback" not in daemon.log.read_text()


def test_a_full_disk_ends_intake_and_what_is_ready_still_leaves(
    place: Deployment, small_disk: Path
) -> None:
    """With ballast: what was taken is delivered and recorded while the disk is full, the ledger
    says that intake stopped; with room again the new file is taken, nothing typed."""
    place.start_hub()
    configure(place, feed_schedule="every 1 s")
    write(place.folder, "a.csv", [row(i) for i in range(10)])
    with Running(place, impatient=True) as daemon:
        assert until(lambda: len(place.received()) == 10)
        assert (small_disk / "ballast.bin").stat().st_size == 1 << 20
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        assert until(lambda: daemon.events("store.no_intake"))
        write(place.folder, "b.csv", [row(i) for i in range(20)])
        time.sleep(2)
        assert len(place.received()) == 10
        filler.unlink()
        assert until(lambda: daemon.events("store.intake_again"))
        assert until(lambda: len(place.received()) == 20)
        assert daemon.stop() == 0

    assert (small_disk / "ballast.bin").exists()
    assert place.azalai("ledger", "verify").returncode == 0
