"""What was sent by an agreement that ends: recalled, kept, or a person says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
OVER = "2026-01-02"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    write(made.folder, "a.csv", [row(n) for n in range(4)])
    made.azalai("run", "--until-idle")
    yield made
    made.stop_hub()


def end(place: Deployment, how: str) -> None:
    place.agree(agreement(until=OVER).replace("when_it_ends: ask", f"when_it_ends: {how}"))


def operations(place: Deployment) -> list[str]:
    return [operation for operation, _, _ in place.received()]


def test_recall_takes_back_what_it_gave(place: Deployment) -> None:
    """The day after its last day the next pass cancels, once, as `sharing_ended`."""
    end(place, "recall")
    for _ in range(2):
        place.azalai("run", "--until-idle")
    bodies = [body.decode() for operation, body, _ in place.received() if operation == "cancel"]

    assert operations(place) == ["create"] * 4 + ["cancel"] * 4
    assert all("sharing_ended" in body for body in bodies)
    assert place.azalai("recall", "list").returncode == 0
    assert place.azalai("ledger", "verify").returncode == 0


def test_keep_makes_no_recall_and_a_new_version_makes_none(place: Deployment) -> None:
    """What it gave stays; a version that it would have given too changes nothing there. A
    withdrawal by the source goes as always."""
    end(place, "keep")
    write(place.folder, "b.csv", [row(n, taille_cm="181") for n in range(4)])
    place.azalai("run", "--until-idle")
    kept = operations(place)
    place.azalai("record", "withdraw", "ESSAI-PN/personnes/FPR-00000001", "--reason", "lifted")
    place.azalai("run", "--until-idle")

    assert kept == ["create"] * 4
    assert operations(place) == ["create"] * 4 + ["cancel"]


def test_what_the_source_takes_away_is_taken_away_there(place: Deployment) -> None:
    """`keep`: a newer version that only loses something reaches who keeps the older one, in the
    fields that it had; one that changes anything does not."""
    write(place.folder, "b.csv", [row(n, alias="FICTIF Zoulou") for n in range(4)])
    place.azalai("run", "--until-idle")
    end(place, "keep")
    before = operations(place)
    write(place.folder, "c.csv", [row(0), row(1, alias="FICTIF Yankee"),
                                  *(row(n, alias="FICTIF Zoulou") for n in (2, 3))])  # fmt: skip
    place.azalai("run", "--until-idle")
    bodies = [body for _, body, _ in place.received()]

    assert operations(place) == [*before, "update"]
    assert b"Zoulou" in bodies[len(before) - 1]
    assert b"Zoulou" not in bodies[-1]
    assert "azalai/correction" in place.azalai("outbox", "list", "--json").stdout


def test_a_version_that_it_forbade_is_recalled(place: Deployment) -> None:
    """`keep` is for what may still be there: what left its scope is cancelled as before."""
    end(place, "keep")
    write(place.folder, "b.csv", [row(n, peine_mois="6") for n in range(4)])
    place.azalai("run", "--until-idle")

    assert operations(place).count("cancel") == 4


def test_ask_waits_for_a_person(place: Deployment) -> None:
    """One line in `status`, one command; a dry run changes nothing; the answer is carried out."""
    end(place, "ask")
    place.azalai("run", "--until-idle")
    asked = place.azalai("status", "--short").stdout
    tried = place.azalai("agreement", "end", "essai", "--recall", "--dry-run")
    before = operations(place)
    done = place.azalai("agreement", "end", "essai", "--recall", "--reason", "FICTIF")
    place.azalai("run", "--until-idle")

    assert "accord essai@1 terminé : 4 fiche(s)" in asked
    assert "azalai agreement end essai --recall" in asked
    assert tried.returncode == 0
    assert before == ["create"] * 4
    assert "4 radiation(s)" in done.stdout
    assert operations(place) == ["create"] * 4 + ["cancel"] * 4
    assert "agreement end" not in place.azalai("status", "--short").stdout


def test_a_document_that_was_taken_away_asks_and_may_be_kept(place: Deployment) -> None:
    """Without its document nobody knows what it said of its end: a person decides, for good."""
    (place.folder / "agreements" / "essai.yaml").unlink()
    place.azalai("run", "--until-idle")
    asked = place.azalai("status", "--short").stdout
    done = place.azalai("agreement", "end", "essai", "--keep", "--reason", "FICTIF")
    write(place.folder, "b.csv", [row(n, taille_cm="181") for n in range(4)])
    place.azalai("run", "--until-idle")

    assert "azalai agreement end essai" in asked
    assert done.returncode == 0, done.stderr
    assert operations(place) == ["create"] * 4
    assert "agreement end" not in place.azalai("status", "--short").stdout


@pytest.mark.parametrize("words", [
    ("essai", "--recall", "--keep", "--reason", "x"), ("essai", "--recall"),
    ("essai", "--keep", "--reason", "x"), ("inconnu", "--keep", "--reason", "x"),
])  # fmt: skip
def test_wrong_use_says_what_to_do(place: Deployment, words: tuple[str, ...]) -> None:
    """Both or no reason, one that still stands, one that nobody knows: exit 2, nothing changed."""
    found = place.azalai("agreement", "end", *words)

    assert found.returncode == 2
    assert "Traceback" not in found.stderr
    assert found.stderr
