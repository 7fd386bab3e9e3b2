"""What needs two people, typed by two people at two terminals."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement, row, write
from two_people import ASK, add_accounts, real_logins, typed

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"

pytestmark = real_logins


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    add_accounts(made)
    yield made
    made.stop_hub()


def balanced(place: Deployment) -> bool:
    found = json.loads(place.azalai("status", "--json").stdout)
    return bool(found["conservation"]["ok"])


def test_a_release_waits_for_the_second_person(place: Deployment) -> None:
    """Exit 4 with the line to type; the same person cannot type it; the second can, once."""
    place.agree(agreement().replace("share:\n", ASK))
    write(place.folder, "a.csv", [row(0)])
    place.azalai("run", "--until-idle")
    first, second = typed(place, "daemon"), typed(place, "bin")
    nobody = place.azalai("outbox", "release", "1")
    asked = first("outbox", "release", "1")
    line = asked.stdout.splitlines()[-1].split()
    shown = second("approve", "show", "1")
    own = first("approve", "yes", "1")
    agreed = second(*line[1:])
    replayed = second(*line[1:])
    place.azalai("run", "--until-idle")

    assert (nobody.returncode, asked.returncode) == (4, 4)
    assert line[:4] == ["azalai", "approve", "yes", "1"]
    assert (line[-1] in shown.stdout, own.returncode) == (True, 2)
    assert (agreed.returncode, replayed.returncode) == (0, 2)
    assert [operation for operation, _, _ in place.received()] == ["create"]
    assert place.azalai("ledger", "verify").returncode == 0


def test_a_recall_ends_on_paper_or_is_written_off(place: Deployment, tmp_path: Path) -> None:
    """Both stay under their own name and are never called confirmed; nothing is sent any more."""
    write(place.folder, "a.csv", [row(0), row(1)])
    place.azalai("run", "--until-idle")
    place.stop_hub()
    one, two = (f"ESSAI-PN/personnes/FPR-{n:08d}" for n in range(2))
    for key in (one, two):
        place.azalai("record", "withdraw", key, "--reason", "lifted")
    place.azalai("run")
    paper = tmp_path / "lettre.pdf"
    paper.write_bytes(b"lettre FICTIVE")
    first, second = typed(place, "daemon"), typed(place, "bin")
    before = place.azalai("recall", "list")
    asked = first("recall", "attest", one, "--to", "regional", "--paper", str(paper))
    off = first("recall", "write-off", two, "--to", "regional", "--reason", "dissoute FICTIF")
    still = place.azalai("recall", "list")
    second("approve", "yes", "1")
    second("approve", "yes", "2")
    after = place.azalai("recall", "list", "--json")
    settled = {one["settled"] for one in json.loads(after.stdout)}
    held = place.azalai("record", "holders", one)
    again = first("recall", "attest", one, "--to", "regional", "--paper", str(paper))

    assert (before.returncode, asked.returncode, off.returncode, still.returncode) == (1, 4, 4, 1)
    assert (after.returncode, settled) == (0, {"attested", "written_off"})
    assert "attestée sur pièce, non confirmée" in held.stdout
    assert again.returncode == 2
    assert "closes sans confirmation" in place.azalai("status").stdout
    assert balanced(place)
    entries = place.azalai("ledger", "search", "--type", "recall", "--reason", "essai").stdout
    assert "attested" in entries
    assert "confirmed" not in entries
    assert place.azalai("ledger", "verify").returncode == 0


def test_nothing_to_attest_is_told(place: Deployment, tmp_path: Path) -> None:
    """Without an open recall, an empty paper, a missing one: exit 2, and no request."""
    write(place.folder, "a.csv", [row(0)])
    place.azalai("run", "--until-idle")
    first = typed(place, "daemon")
    empty = tmp_path / "vide.pdf"
    empty.touch()
    key = "ESSAI-PN/personnes/FPR-00000000"
    done = [first("recall", "attest", key, "--to", "regional", "--paper", str(paper))
            for paper in (empty, tmp_path / "none.pdf", DOCUMENTS / "ner_fpr_wanted.yaml")]  # fmt: skip

    assert [one.returncode for one in done] == [2, 2, 2]
    assert "aucune radiation" in done[2].stderr
    assert place.azalai("approve", "list").returncode == 0
