"""A state leaves an organisation: what it has by an agreement of its members, and what comes next."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
KEY = "ESSAI-PN/personnes/FPR-{:08d}"
MEMBERS = """\
organisations:
  - name: ORG-FICTIVE
    time_zone: Africa/Niamey
    members:
      - {{ state: NER, from: 2020-01-01 }}
      - {{ state: UTO, from: 2020-01-01{until} }}
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.start_hub()
    yield made
    made.stop_hub()


def members(place: Deployment, until: str = "") -> None:
    text = MEMBERS.format(until=f", until: {until}" if until else "")
    (place.folder / "organisations.yaml").write_text(text)


def agree(place: Deployment, how: str = "ask", here: str = "ask") -> None:
    text = agreement().replace("when_it_ends: ask", f"when_it_ends: {how}")
    text = text.replace("records_already_here: ask", f"records_already_here: {here}")
    place.agree(text.replace("time_zone:", "for_members_of: ORG-FICTIVE\ntime_zone:"))


def sent(place: Deployment, how: str, here: str = "ask") -> None:
    """Three records went to a member, which has left since; a fourth comes."""
    members(place)
    agree(place, how, here)
    write(place.folder, "a.csv", [row(n) for n in range(3)])
    assert place.azalai("run", "--until-idle").returncode == 0
    members(place, until="2026-01-02")
    write(place.folder, "b.csv", [row(n) for n in range(4)])
    place.azalai("run", "--until-idle")


def operations(place: Deployment) -> list[str]:
    return [operation for operation, _, _ in place.received()]


def balanced(place: Deployment) -> bool:
    found = json.loads(place.azalai("status", "--json").stdout)
    return bool(found["conservation"]["ok"]) and place.azalai("ledger", "verify").returncode == 0


def test_recall_takes_back_what_the_member_had(place: Deployment) -> None:
    """From the day after, nothing new goes; what it had is cancelled as `sharing_ended`."""
    sent(place, "recall")

    assert operations(place) == ["create"] * 3 + ["cancel"] * 3
    assert all(b"sharing_ended" in body for operation, body, _ in place.received()[3:])
    assert place.azalai("record", "holders", KEY.format(0)).stdout == ""
    assert balanced(place)


def test_ask_is_one_line_and_a_persons_answer(place: Deployment) -> None:
    """The agreement stands, for others; for this one it has ended, and a person says what becomes
    of what it had. Lifted meanwhile, a record is taken back all the same."""
    sent(place, "ask")
    asked = place.azalai("status", "--short").stdout
    place.azalai("record", "withdraw", KEY.format(0), "--reason", "lifted")
    place.azalai("run", "--until-idle")
    lifted = operations(place)
    done = place.azalai("agreement", "end", "essai", "--recall", "--reason", "FICTIF")
    place.azalai("run", "--until-idle")

    assert "accord essai@1 terminé : 3 fiche(s)" in asked
    assert lifted == ["create"] * 3 + ["cancel"]
    assert done.returncode == 0, done.stderr
    assert operations(place) == ["create"] * 3 + ["cancel"] * 3
    assert "agreement end" not in place.azalai("status", "--short").stdout


def test_keep_leaves_it_and_sends_no_more(place: Deployment) -> None:
    """Neither a new record nor a new version; what it has stays."""
    sent(place, "keep")
    write(place.folder, "c.csv", [row(n, taille_cm="181") for n in range(4)])
    place.azalai("run", "--until-idle")

    assert operations(place) == ["create"] * 3


@pytest.mark.parametrize(("here", "owed"), [("ask", 4), ("skip", 0)])
def test_a_member_that_comes_back_gets_nothing_by_itself(
    place: Deployment, here: str, owed: int
) -> None:
    """`records_already_here` speaks for the day on which a membership begins again: what was taken
    back and what was withheld is owed by a person only (`ask`), or not at all (`skip`)."""
    sent(place, "recall", here)
    members(place)
    place.azalai("run", "--until-idle")
    back = operations(place)[6:]
    told = place.azalai("outbox", "owe", "regional", "--dry-run").stdout
    place.azalai("outbox", "owe", "regional")
    place.azalai("run", "--until-idle")

    assert back == []
    assert f"\n{owed} fiche(s)" in told
    assert operations(place)[6:] == ["create"] * owed
    assert balanced(place)


def test_a_member_that_comes_back_gets_what_was_here_if_written(place: Deployment) -> None:
    """`send`: owed by itself, once."""
    sent(place, "recall", "send")
    members(place)
    for _ in range(2):
        place.azalai("run", "--until-idle")

    assert operations(place)[6:] == ["create"] * 4


def test_a_hub_is_told_whom_it_must_not_pass_on_to(place: Deployment) -> None:
    """`passes_on_to`: from then on every message names who has left, what waits too; what the hub
    has is counted in `status`, and an update of each, agreed to by a second person, says it."""
    file = place.folder / "azalai.yaml"
    hub = file.read_text().replace("    states: [ UTO ]\n",
                                   "    passes_on_to: members of ORG-FICTIVE\n")  # fmt: skip
    file.write_text(hub)
    members(place)
    place.agree(agreement())
    write(place.folder, "a.csv", [row(n) for n in range(3)])
    place.azalai("run", "--until-idle")
    before = place.azalai("status", "--short").stdout
    port = (place.folder / "hub" / "port").read_text()
    place.stop_hub()
    write(place.folder, "b.csv", [row(n) for n in range(4)])
    place.azalai("run")
    members(place, until="2026-01-02")
    place.start_hub(port=int(port))
    file.write_text(hub)
    place.azalai("destination", "probe", "regional")
    place.azalai("run", "--until-idle", "--timeout", "60")
    told = place.azalai("status", "--short").stdout
    counted = place.azalai("outbox", "reissue", "--destination", "regional", "--dry-run").stdout
    named = [b"NotFor" in body for _, body, _ in place.received()]

    assert named == [False] * 3 + [True]
    assert b"<NotFor>UTO</NotFor>" in place.received()[3][1].replace(b"w:", b"")
    assert "outbox reissue" not in before
    assert "regional a encore 3 fiche(s) sans la restriction « pas pour UTO »" in told
    assert "4 message(s) seraient refaits, 3 de contenu différent" in counted
    assert balanced(place)


def test_an_organisation_that_nobody_wrote_is_told(place: Deployment) -> None:
    """`check` names the setting and the file."""
    file = place.folder / "azalai.yaml"
    file.write_text(file.read_text() + "    passes_on_to: members of ORG-FICTVE\n")
    found = place.azalai("check").stdout

    assert "AZ-S031" in found
    assert "ORG-FICTVE n'est pas dans organisations.yaml" in found
