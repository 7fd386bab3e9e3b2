"""What was sent, sent again in new bytes: asked for by two, once each, and never in the way."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from deployment_rig import Deployment, agreement, row, write
from two_people import add_accounts, real_logins, typed

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
COUNT = 240


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    add_accounts(made)
    yield made
    made.stop_hub()


def load(place: Deployment, count: int) -> None:
    write(place.folder, "a.csv", [row(n) for n in range(count)])
    place.azalai("run", "--until-idle")


def fewer_fields(place: Deployment) -> None:
    text = agreement().replace("[ identity, documents, description, warrant,",
                               "[ identity, documents, warrant,")  # fmt: skip
    place.agree(text.replace("    without: [ person.description.marks ]\n", ""))


def got(place: Deployment) -> int:
    return len(place.received())


def killed_after(place: Deployment, count: int) -> None:
    """A pass that is killed once the receiver has this many."""
    child = subprocess.Popen(place.command("run", "--until-idle"), env=place.environment(),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    for _ in range(1200):
        if got(place) >= count or child.poll() is not None:
            break
        time.sleep(0.05)
    child.kill()
    child.wait(10)


def chain(place: Deployment) -> list[tuple[str, int | None, str | None]]:
    """(state, what it replaces, reason) of what was made again."""
    db = apsw.Connection(str(place.folder / "state" / "azalai.db"), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return list(db.execute("SELECT state, replaces, reason FROM deliveries WHERE priority = 9"))
    finally:
        db.close()


@real_logins
def test_four_hundred_once_each_over_two_kills(place: Deployment) -> None:
    """Dry run, request, yes; killed twice on the way; an alert that comes meanwhile is in front of
    what is left; each record gets one new message that names its original."""
    load(place, COUNT)
    asks = typed(place, "daemon")("outbox", "reissue", "--destination", "regional", "--reason", "F")
    before = got(place)
    typed(place, "bin")("approve", "yes", "1")
    killed_after(place, before + 40)
    killed_after(place, before + 120)
    write(place.folder, "b.csv", [*(row(n) for n in range(COUNT)), row(COUNT)])
    place.azalai("run", "--until-idle")
    operations = [operation for operation, _, _ in place.received()]
    again = chain(place)

    assert asks.returncode == 4, asks.stderr
    assert f"{COUNT} message(s) seraient refaits, 0 de contenu différent" in asks.stdout
    assert before == COUNT
    assert operations.count("update") == COUNT
    assert operations.index("create", COUNT) < len(operations) - 100
    assert [state for state, _, _ in again] == ["delivered"] * COUNT
    assert len({original for _, original, _ in again}) == COUNT
    assert all(times >= 1 for _, _, times in place.received())
    assert place.azalai("ledger", "verify").returncode == 0
    assert "aucun renvoi en cours" in place.azalai("outbox", "reissue", "--list").stdout


@real_logins
def test_lost_there_is_created_again_and_may_pause(place: Deployment) -> None:
    """`--they-lost-it` creates; paused nothing is made, resumed all is."""
    load(place, 3)
    typed(place, "daemon")("outbox", "reissue", "--destination", "regional", "--they-lost-it",
                           "--reason", "F")  # fmt: skip
    typed(place, "bin")("approve", "yes", "1")
    place.azalai("outbox", "reissue", "--pause")
    place.azalai("run", "--until-idle")
    paused = got(place)
    place.azalai("outbox", "reissue", "--resume")
    place.azalai("run", "--until-idle")

    assert paused == 3
    assert [operation for operation, _, _ in place.received()] == ["create"] * 6
    assert {reason for _, _, reason in chain(place)} == {"lost_there"}


def test_a_dry_run_names_what_differs_without_values(place: Deployment) -> None:
    """Today's agreement gives less: the elements are named, their values only if asked for."""
    write(place.folder, "a.csv", [row(n, taille_cm="181") for n in range(3)])
    place.azalai("run", "--until-idle")
    fewer_fields(place)
    named = place.azalai("outbox", "reissue", "--destination", "regional", "--dry-run")
    shown = place.azalai("outbox", "reissue", "--destination", "regional", "--dry-run",
                         "--with-values")  # fmt: skip
    none = place.azalai("outbox", "reissue", "--destination", "regional", "--dry-run",
                        "--kind", "ReportedVehicle")  # fmt: skip

    assert "3 message(s) seraient refaits, 3 de contenu différent" in named.stdout
    assert not re.search(r"\b181\b", named.stdout)
    assert "'181'" in shown.stdout
    assert "0 message(s)" in none.stdout
    assert got(place) == 3


@pytest.mark.parametrize(("code", "words"), [
    (2, ()), (2, ("--destination", "inconnu")),
    (2, ("--destination", "regional", "--mapping", "autre@9")),
    (2, ("--destination", "regional", "--since", "hier")), (2, ("--destination", "regional")),
    (2, ("--pause", "--resume")),
])  # fmt: skip
def test_wrong_use_says_what_to_do(place: Deployment, code: int, words: tuple[str, ...]) -> None:
    """No destination, an unknown one, another mapping, no day, no reason: nothing is asked for."""
    load(place, 1)
    found = place.azalai("outbox", "reissue", *words)

    assert found.returncode == code, found.stdout
    assert "Traceback" not in found.stderr
    assert found.stderr
    assert place.azalai("outbox", "reissue", "--list").stdout == "aucun renvoi en cours\n"
