"""The whole road, real processes and a real HTTPS receiver: what a user would see."""

import json
import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    yield made
    made.stop_hub()


def figures(place: Deployment) -> tuple[dict[str, int], dict[str, int]]:
    done = place.azalai("status", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["conservation"] == {"ok": True, "differences": []}
    return found["feeds"][0], found["destinations"][0]


def test_delivered_withheld_rejected_parked_and_never_twice(place: Deployment) -> None:
    """Good rows arrive, a short penalty is withheld, bad rows are named; again: nothing new."""
    place.start_hub()
    rows = [row(i) for i in range(30)]
    rows += [row(100, peine_mois="9"), row(101, date_mandat="31/02/2020"),
             row(102, nationalite="Syldavie"), row(103, num_mandat="")]  # fmt: skip
    write(place.folder, "a.csv", rows)
    done = place.azalai("run", "--until-idle")
    assert done.returncode == 1, done.stdout + done.stderr
    feed, destination = figures(place)

    assert (feed["read"], feed["translated"], feed["rejected"], feed["parked"]) == (34, 31, 2, 1)
    assert (destination["delivered"], destination["withheld"]) == (30, 1)
    assert len(place.received()) == 30
    listed = place.azalai("reject", "list").stdout
    assert "date_mandat" in listed
    assert "num_mandat" in listed
    assert "31/02/2020" not in listed
    place.azalai("run", "--until-idle")
    assert [times for _, _, times in place.received()] == [1] * 30
    verified = place.azalai("ledger", "verify")
    assert verified.returncode == 0, verified.stdout


def test_lifting_reaches_the_holder_even_without_agreement_or_feed(place: Deployment) -> None:
    """One cancel with the reference and the reason, nothing about the person; then `locked`."""
    place.start_hub()
    write(place.folder, "a.csv", [row(1), row(2)])
    place.azalai("run", "--until-idle")
    place.agree(agreement(until="2026-01-02"))
    place.azalai("feed", "hold", "essai", "--reason", "essai")
    key = "ESSAI-PN/personnes/FPR-00000001"
    lifted = place.azalai("record", "withdraw", key, "--reason", "lifted", "--act", "ord. fictive")
    assert lifted.returncode == 0, lifted.stderr
    place.azalai("run", "--until-idle")
    operation, body, times = place.received()[-1]

    assert (operation, times) == ("cancel", 1)
    assert b"lifted" in body
    assert b"FICTIF" not in body
    assert b"Kilo" not in body
    assert place.azalai("record", "holders", key).stdout == ""
    assert "ord. fictive" in place.azalai("record", "show", key).stdout
    place.azalai("feed", "release", "essai")
    write(place.folder, "b.csv", [row(1), row(2), row(3)])
    place.azalai("run", "--until-idle")
    feed, _ = figures(place)
    assert feed["locked"] == 1
    assert len(place.received()) == 3


def test_a_file_cut_in_half_is_held_and_nothing_of_it_leaves(place: Deployment) -> None:
    """The run is held with its reason; discarding it leaves the balance whole."""
    place.start_hub()
    write(place.folder, "a.csv", [row(i) for i in range(40)])
    file = place.folder / "incoming" / "a.csv"
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    assert place.azalai("run", "--until-idle").returncode == 1
    assert place.received() == []
    assert "retenue" in place.azalai("feed", "show", "essai").stdout
    assert place.azalai("feed", "discard", "essai", "--reason", "cut").returncode == 0
    _, destination = figures(place)

    assert destination["open"] == 0
    assert destination["delivered"] == 0


def test_killed_at_random_moments_nothing_is_lost_or_twice(place: Deployment) -> None:
    """SIGKILL while the receiver loses answers: each owed record once by key, all verified."""
    place.start_hub("lose=30%", "503=5%", "429=5%", "reset=5%")
    write(place.folder, "a.csv", [row(i) for i in range(300)])
    chance = random.Random(7)
    for _ in range(8):
        running = subprocess.Popen(place.command("run", "--until-idle"), env=place.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(chance.uniform(0.6, 2.2))
        running.kill()
        running.wait()
    done = place.azalai("run", "--until-idle", "--timeout", "90")
    feed, destination = figures(place)

    assert destination["open"] == 0, done.stdout + done.stderr
    assert (feed["read"], destination["delivered"]) == (300, 300)
    bodies = [body for _, body, _ in place.received()]
    assert len(bodies) == len(set(bodies)) == 300
    assert place.azalai("ledger", "verify").returncode == 0


def test_no_name_or_number_of_a_record_in_store_logs_or_file_names(place: Deployment) -> None:
    """Grep of the state folder and of everything printed."""
    place.start_hub()
    write(place.folder, "a.csv", [row(i) for i in range(20)])
    done = place.azalai("run", "--until-idle")
    data = b"".join(p.read_bytes() for p in (place.folder / "state").rglob("*") if p.is_file())

    for word in (b"FICTIFB", b"FPR-0000", b"Kilo"):
        assert word not in data
        assert word.decode() not in done.stdout + done.stderr


def test_held_at_first_until_a_person_releases(tmp_path: Path) -> None:
    """Nothing new starts by itself."""
    made = Deployment(tmp_path / "d", DOCUMENTS, held="yes")
    made.agree(agreement())
    try:
        made.start_hub()
        write(made.folder, "a.csv", [row(1)])
        assert made.azalai("run", "--until-idle").returncode == 1
        assert made.received() == []
        assert made.azalai("feed", "release", "essai").returncode == 0
        made.azalai("run", "--until-idle")

        assert len(made.received()) == 1
    finally:
        made.stop_hub()


def test_an_agreement_that_ended_stops_what_has_not_left(place: Deployment) -> None:
    """Queued under the old rules, decided again before it leaves."""
    place.start_hub()
    place.stop_hub()
    write(place.folder, "a.csv", [row(1), row(2)])
    place.azalai("run")
    place.agree(agreement(until="2026-01-02"))
    port = int((place.folder / "hub" / "port").read_text())
    place.start_hub(port=port)
    place.azalai("run", "--until-idle", "--timeout", "20")
    _, destination = figures(place)

    assert place.received() == []
    assert (destination["withheld"], destination["withdrawn"], destination["open"]) == (2, 2, 0)


def test_a_refused_create_makes_the_update_a_create_again(place: Deployment) -> None:
    """The receiver refuses a first version; the next one is derived again, not stuck."""
    place.start_hub("refuse=100%")
    write(place.folder, "a.csv", [row(1)])
    place.azalai("run", "--until-idle")
    place.stop_hub()
    write(place.folder, "b.csv", [row(1, peine_mois="72")])
    place.start_hub()
    place.azalai("run", "--until-idle", "--timeout", "20")
    _, destination = figures(place)

    assert [operation for operation, _, _ in place.received()] == ["create"]
    assert (destination["refused"], destination["delivered"]) == (1, 1)


def test_the_demo_twice_delivers_once(place: Deployment, tmp_path: Path) -> None:
    """Five feeds, two destinations, faults, both equations, the ledger; again: `delivered`
    unchanged."""
    words = ("demo", "--records", "40", "--dir", str(tmp_path / "demo"), "--json")
    first = place.azalai(*words)
    again = place.azalai(*words)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    one, two = json.loads(first.stdout), json.loads(again.stdout)

    assert [f["read"] for f in one["feeds"]] == [40] * 5
    for before, after in zip(one["destinations"], two["destinations"], strict=True):
        assert before["delivered"] == after["delivered"] > 80
        assert after["duplicates_at_receiver"] == 0
    assert one["conservation"]["ok"]
    assert two["ledger"]["verified"]


def test_an_unreachable_receiver_is_named_and_nothing_is_lost(place: Deployment) -> None:
    """One clear message, exit 1; when it is back, all of it arrives."""
    place.start_hub()
    place.stop_hub()
    write(place.folder, "a.csv", [row(1)])
    done = place.azalai("run")
    assert done.returncode == 1
    assert "injoignable" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    place.start_hub(port=int((place.folder / "hub" / "port").read_text()))
    place.azalai("run", "--until-idle", "--timeout", "20")

    assert len(place.received()) == 1


def test_a_missing_column_holds_the_run_and_says_which(place: Deployment) -> None:
    """The header is evidence: nothing of the file is translated."""
    place.start_hub()
    write(place.folder, "a.csv", [row(1)])
    file = place.folder / "incoming" / "a.csv"
    file.write_bytes(file.read_bytes().replace(b"num_mandat", b"no_mandat"))
    done = place.azalai("run", "--until-idle")

    assert done.returncode == 1
    assert "num_mandat" in done.stdout
    assert place.received() == []


def test_one_byte_changed_in_the_ledger_is_found(place: Deployment) -> None:
    """Exit 3, and where."""
    place.start_hub()
    write(place.folder, "a.csv", [row(1), row(2)])
    place.azalai("run", "--until-idle")
    db = apsw.Connection(str(place.folder / "state" / "azalai.db"))
    db.execute("UPDATE ledger_entries SET data = replace(data, 'configured', 'konfigured') "
               "WHERE idx = 0")  # fmt: skip
    db.close()
    done = place.azalai("ledger", "verify")

    assert done.returncode == 3
    assert "entry 0" in done.stdout


def test_an_agreement_changed_in_words_only_changes_no_message(place: Deployment) -> None:
    """The rules' digest differs, the verdict does not: nothing is withdrawn or rendered again."""
    place.start_hub()
    place.stop_hub()
    write(place.folder, "a.csv", [row(1), row(2)])
    place.azalai("run")
    place.agree(agreement().replace("Partage FICTIF", "Partage FICTIF, titre revu"))
    place.start_hub(port=int((place.folder / "hub" / "port").read_text()))
    place.azalai("run", "--until-idle", "--timeout", "20")
    _, destination = figures(place)

    assert (destination["delivered"], destination["withdrawn"], destination["decided"]) == (2, 0, 2)
