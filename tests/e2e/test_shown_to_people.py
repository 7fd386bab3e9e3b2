"""What a person sees and does within seconds: a flood, an answer that was lost, a destination stopped."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon_rig import DOCUMENTS, Running, configure, until
from deployment_rig import Deployment, agreement, row, write


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    yield made
    made.stop_hub()


def test_a_flood_of_new_records_is_held_whole(place: Deployment) -> None:
    """Fifty times as many overnight: nothing of it leaves, and one screen says why."""
    place.start_hub()
    write(place.folder, "a.csv", [row(n) for n in range(20)])
    place.azalai("run", "--until-idle")
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    mapping.write_text(mapping.read_text().replace("new_max: 100 %", "new_max: 5 %"))
    write(place.folder, "b.csv", [row(n) for n in range(1020)])
    held = place.azalai("run", "--until-idle", "--timeout", "20")
    shown = place.azalai("feed", "show", "essai").stdout

    assert held.returncode == 1
    assert len(place.received()) == 20
    assert "retenue" in shown
    assert "1000" in shown
    assert "new_max" in shown or "nouvelles" in shown


def test_an_unknown_outcome_shows_what_was_asked_and_answered(place: Deployment) -> None:
    """The answer was lost after the destination took it: asked, found, and `outbox show` says so."""
    place.start_hub("lose=100%")
    write(place.folder, "a.csv", [row(0)])
    place.azalai("run")
    place.azalai("run", "--until-idle", "--timeout", "30")
    shown = place.azalai("outbox", "show", "1").stdout

    assert [times for _, _, times in place.received()] == [1]
    assert "issue inconnue" in shown
    assert "interrogé" in shown
    assert shown.index("issue inconnue") < shown.rindex("reçu")


def test_a_destination_is_stopped_within_ten_seconds(place: Deployment) -> None:
    """One person types it beside a daemon at work: nothing leaves after ten seconds, but a recall."""
    place.start_hub()
    configure(place, feed_schedule="every 1 s")
    file = place.folder / "azalai.yaml"
    file.write_text(file.read_text() + "    rate_per_minute: 60\n")
    write(place.folder, "a.csv", [row(n) for n in range(400)])
    with Running(place) as daemon:
        assert until(lambda: len(place.received()) > 2)
        began = time.monotonic()
        stopped = place.azalai("destination", "stop", "regional", "--reason", "FICTIF")
        time.sleep(max(0.0, began + 10 - time.monotonic()))
        there = len(place.received())
        time.sleep(4)
        after = len(place.received())
        key = "ESSAI-PN/personnes/FPR-00000000"
        place.azalai("record", "withdraw", key, "--reason", "lifted", "--act", "FICTIF")
        recalled = until(lambda: place.received()[-1][0] == "cancel")
        assert daemon.stop() == 0

    assert (stopped.returncode, after, recalled) == (0, there, True)
    assert there < 400
