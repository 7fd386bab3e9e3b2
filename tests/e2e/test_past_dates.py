"""Days that pass: one decision a batch, then a recall or more time; or a recall by configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
PLACE = "  person.birth.place:        lieu_naissance\n"
PAST, LATER = "31/12/2024", "31/12/2040"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    file = made.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    text = file.read_text()
    assert PLACE in text
    file.write_text(text.replace(PLACE, "").replace(
        "  review_on: ", "  expires_on:                lieu_naissance | date(jj/mm/aaaa)\n  review_on: "))  # fmt: skip
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def load(place: Deployment, name: str, *days: str) -> None:
    write(place.folder, name, [row(n, lieu_naissance=day, date_mandat="12/03/2026")
                               for n, day in enumerate(days)])  # fmt: skip
    place.azalai("run", "--until-idle")


def operations(place: Deployment) -> list[str]:
    return [operation for operation, _, _ in place.received()]


def test_one_decision_for_the_batch_then_a_recall(place: Deployment) -> None:
    """Two of three came with a day that had passed: one line, one command, two recalls as
    `expired`; the same file again brings nothing, a later day brings one back."""
    load(place, "a.csv", PAST, PAST, LATER)
    asked = place.azalai("status", "--short").stdout
    tried = place.azalai("record", "expired", "--recall", "--dry-run").stdout
    listed = place.azalai("record", "expired")
    done = place.azalai("record", "expired", "--recall").stdout
    place.azalai("run", "--until-idle")
    recalled = [body.decode() for operation, body, _ in place.received() if operation == "cancel"]
    load(place, "b.csv", PAST, PAST, LATER)
    same = operations(place)
    load(place, "c.csv", LATER, PAST, LATER)

    assert "2 fiche(s) ont passé leur échéance : azalai record expired" in asked
    assert "2 fiche(s)" in tried
    assert listed.returncode == 1
    assert "2 fiche(s) radiée(s)" in done
    assert len(recalled) == 2
    assert all("expired" in body for body in recalled)
    assert same == ["create"] * 3 + ["cancel"] * 2
    assert operations(place) == [*same, "create"]
    assert place.azalai("record", "expired").returncode == 0
    assert place.azalai("ledger", "verify").returncode == 0


def test_kept_until_a_day_is_not_asked_again(place: Deployment) -> None:
    """More time ends the question; a day that has passed is refused."""
    load(place, "a.csv", PAST)
    wrong = place.azalai("record", "expired", "--keep-until", "2020-01-01")
    kept = place.azalai("record", "expired", "--keep-until", "2039-12-31")
    load(place, "b.csv", PAST)

    assert wrong.returncode == 2
    assert "1 fiche(s) gardée(s)" in kept.stdout
    assert place.azalai("record", "expired").returncode == 0
    assert operations(place) == ["create"]


def test_recalled_by_configuration(place: Deployment) -> None:
    """`expired: recall` asks nobody."""
    file = place.folder / "azalai.yaml"
    file.write_text("expired: recall\n" + file.read_text())
    load(place, "a.csv", PAST, LATER)
    place.azalai("run", "--until-idle")

    assert operations(place).count("cancel") <= 1  # withdrawn unsent, or recalled
    assert (
        "regional"
        not in place.azalai("record", "holders", "ESSAI-PN/personnes/FPR-00000000").stdout
    )
    assert "regional" in place.azalai("record", "holders", "ESSAI-PN/personnes/FPR-00000001").stdout
