"""What a person does beside the runner: pauses, repeats, owing what was here, rehearsals."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def destination(place: Deployment) -> dict[str, int]:
    found = json.loads(place.azalai("status", "--json").stdout)
    assert found["conservation"] == {"ok": True, "differences": []}
    row: dict[str, int] = found["destinations"][0]
    return row


def test_a_held_destination_gets_recalls_only(place: Deployment) -> None:
    """Nothing new leaves and `run --until-idle` does not wait for it; a recall goes; released,
    the rest follows."""
    write(place.folder, "a.csv", [row(n) for n in range(3)])
    assert place.azalai("run", "--until-idle").returncode == 0
    stopped = place.azalai("destination", "stop", "regional", "--reason", "incident FICTIF")
    write(place.folder, "b.csv", [row(n) for n in range(5)])
    place.azalai("run", "--until-idle", "--timeout", "60")
    waiting = destination(place)["open"]
    pseudonym = json.loads(place.azalai("outbox", "list", "--json").stdout)[0]["record"]
    place.azalai("record", "withdraw", pseudonym, "--reason", "lifted", "--act", "FICTIF 1/26")
    place.azalai("run", "--until-idle", "--timeout", "60")
    recalled = [operation for operation, _, _ in place.received()]
    listed = place.azalai("destination", "list").stdout
    place.azalai("destination", "release", "regional")
    place.azalai("run", "--until-idle")

    assert (stopped.returncode, waiting) == (0, 2)
    assert recalled == ["create", "create", "create", "cancel"]
    assert "stop" in listed
    assert destination(place)["delivered"] == 6
    assert place.azalai("recall", "list").returncode == 0


def test_probe_says_whether_it_is_there(place: Deployment) -> None:
    """A probe sends no record; a receiver that is down gives exit 1 and a reason."""
    up = place.azalai("destination", "probe", "regional")
    place.stop_hub()
    down = place.azalai("destination", "probe", "regional")

    assert (up.returncode, down.returncode) == (0, 1)
    assert "connect" in down.stdout
    assert place.azalai("destination", "probe", "nowhere").returncode == 2


def test_repeat_is_the_same_bytes_and_key(place: Deployment) -> None:
    """The receiver knows it again; an older word, or one no longer allowed, is not repeated."""
    write(place.folder, "a.csv", [row(0), row(1)])
    place.azalai("run", "--until-idle")
    write(place.folder, "b.csv", [row(0), row(1, autorite="TGI fictif 2")])
    place.azalai("run", "--until-idle")
    again = place.azalai("outbox", "repeat", "1", "2")
    place.azalai("run", "--until-idle")
    place.agree(agreement(until="2026-01-02"))
    ended = place.azalai("outbox", "repeat", "1")

    assert again.returncode == 1
    assert "un envoi plus récent existe : 3" in again.stdout
    assert [times for _, _, times in place.received()] == [2, 1, 1]
    assert destination(place)["delivered"] == 3
    assert ended.returncode == 1
    assert "les accords n'autorisent plus" in ended.stdout


def test_what_was_here_is_owed_by_a_person_only(place: Deployment) -> None:
    """A wider agreement sends nothing by itself; `owe` counts first, then owes, once."""
    write(place.folder, "a.csv", [row(0), row(1, peine_mois="12"), row(2, peine_mois="6")])
    place.azalai("run", "--until-idle")
    wider = agreement().replace("at least 24", "at least 10").replace("version: 1", "version: 2")
    place.agree(wider)
    place.azalai("run", "--until-idle")
    before = destination(place)["delivered"]
    counted = place.azalai("outbox", "owe", "regional", "--dry-run")
    still = destination(place)["owed"]
    owed = place.azalai("outbox", "owe", "regional")
    place.azalai("run", "--until-idle")
    again = place.azalai("outbox", "owe", "regional")

    assert (before, still) == (1, 1)
    assert "1 fiche(s) seraient dues" in counted.stdout
    assert "1 fiche(s) dues" in owed.stdout
    assert "0 fiche(s) dues" in again.stdout
    assert destination(place)["delivered"] == 2
    assert place.azalai("ledger", "verify").returncode == 0


def test_a_rehearsal_keeps_nothing(place: Deployment) -> None:
    """It says what would leave and what would be held; store, inputs and receiver stay."""
    write(place.folder, "a.csv", [row(0), row(1, peine_mois="6"), row(2, num_mandat="")])
    done = place.azalai("run", "--rehearse")
    after = destination(place)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "essai/P1" in done.stdout or "P1" in done.stdout
    assert "non traduites 1" in done.stdout
    assert after["decided"] == 0
    assert list((place.folder / "state").glob("rehearsal-*")) == []
    assert (place.folder / "incoming" / "a.csv").exists()
    place.azalai("run", "--until-idle")
    assert destination(place)["delivered"] == 1


def test_an_agreement_may_say_that_what_was_here_is_sent(place: Deployment) -> None:
    """`records_already_here: send` owes it when the agreement comes into force, once."""
    write(place.folder, "a.csv", [row(0), row(1, peine_mois="12")])
    place.azalai("run", "--until-idle")
    wider = agreement().replace("at least 24", "at least 10").replace("version: 1", "version: 2")
    place.agree(wider.replace("records_already_here: ask", "records_already_here: send"))
    for _ in range(2):
        place.azalai("run", "--until-idle")

    assert destination(place)["delivered"] == 2
    assert len(place.received()) == 2


def test_one_key_with_two_contents_holds_the_run(place: Deployment) -> None:
    """A register says a thing once: which of the two rows is right is for a person. The same row
    twice is no contradiction."""
    write(place.folder, "a.csv", [row(0), row(1), row(1), row(0, autorite="TGI fictif 2")])
    done = place.azalai("run", "--until-idle")

    assert done.returncode == 1
    assert "AZ-H011: 1 clé(s) portent deux contenus dans ce fichier : lignes 2 et 5" in done.stdout
    assert place.received() == []
