"""Changing a key for good: one person where there is one, two where the deployment knows two."""

import json
from pathlib import Path

import pytest

from deployment_rig import Deployment
from two_people import ACCOUNTS, real_logins, typed

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"

pytestmark = real_logins


@pytest.fixture
def place(tmp_path: Path) -> Deployment:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    file = made.folder / "azalai.yaml"
    file.write_text(file.read_text() + ACCOUNTS)
    return made


def entries(place: Deployment, act: str) -> list[dict[str, object]]:
    done = place.azalai("ledger", "search", "--type", act, "--json", "--reason", "essai FICTIF")
    return list(json.loads(done.stdout))


def test_the_master_key_changes_by_two_people(place: Deployment) -> None:
    """Asked for (4), agreed to by the other, begun once; the same grant serves no second time."""
    first, second = typed(place, "daemon"), typed(place, "bin")
    asked = first("key", "rotate")
    again = first("key", "rotate")
    kept = (place.folder / "keys" / "kek").read_text()
    agreed = second(*asked.stdout.splitlines()[-1].split()[1:])
    done = first("key", "rotate")
    later = first("key", "rotate")
    [begun] = [one for one in entries(place, "act") if one["act"] == "key_rotation_begun"]

    assert (asked.returncode, again.returncode, agreed.returncode) == (4, 4, 0)
    assert again.stdout == asked.stdout
    assert "azalai key rotate" in agreed.stdout
    assert (done.returncode, later.returncode) == (0, 4)
    assert (place.folder / "keys" / "kek").read_text() != kept
    assert (begun["asked_by"], begun["second"], begun["request"]) == ("a.fictif", "b.fictif", 1)


def test_the_key_of_the_ledger_changes_by_two_people(place: Deployment) -> None:
    """Bound to the overlap that was agreed to; nobody's own yes, nobody without a name."""
    first, second = typed(place, "daemon"), typed(place, "bin")
    words = ("ledger", "rotate", "--reason", "essai FICTIF", "--overlap")
    asked = first(*words, "30")
    own = first("approve", "yes", "1")
    agreed = second("approve", "yes", "1")
    longer = first(*words, "300")
    done = second(*words, "30")
    [made] = [one for one in entries(place, "configured") if one.get("subject") == "ledger_key"]

    assert (asked.returncode, own.returncode, agreed.returncode) == (4, 2, 0)
    assert (longer.returncode, done.returncode) == (4, 0)
    assert (made["asked_by"], made["second"]) == ("a.fictif", "b.fictif")
    assert place.azalai("ledger", "verify").returncode == 0


def test_a_grant_ends_with_the_key_it_was_given_for(place: Deployment) -> None:
    """A request for a key that is no longer in force is over."""
    first, second = typed(place, "daemon"), typed(place, "bin")
    words = ("ledger", "rotate", "--reason", "essai FICTIF", "--overlap")
    first(*words, "30")
    first(*words, "0")
    second("approve", "yes", "2")
    done = first(*words, "0")
    late = second("approve", "yes", "1")

    assert (done.returncode, late.returncode) == (0, 2)
