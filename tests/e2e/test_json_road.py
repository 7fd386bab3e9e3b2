"""A destination that takes JSON: declared by documents alone, delivered over HTTPS, recalled."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import deployment_rig
from deployment_rig import Deployment, agreement, row, write
from outbound_profile import REGIONAL, WANTED, laid_out

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
CONNECTOR = """\
name: regional_json
version: "1"
direction: destination
title: Centre régional FICTIF
organisation: Organisation fictive
system: regional-fictif
format: json
transport: https
mappings:
  - regional_wanted_person
can: [ create, update, cancel ]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    config = deployment_rig.CONFIG.replace("connector: wapis", "connector: regional_json")
    monkeypatch.setattr(deployment_rig, "CONFIG", config)
    made = Deployment(tmp_path / "d", DOCUMENTS)
    folder = made.folder / "connectors" / "regional_json"
    folder.mkdir()
    (folder / "connector.yaml").write_text(CONNECTOR)
    laid_out(made.folder / "mappings" / "regional_json")
    schemas = made.folder / "hub" / "schemas"
    schemas.mkdir(parents=True)
    shutil.copy(REGIONAL / "regional_wanted_person.schema.json", schemas)
    made.agree(agreement())
    yield made
    made.stop_hub()


def test_json_messages_arrive_validate_lose_countably_and_are_recalled(place: Deployment) -> None:
    """The receiver validates by the partner's schema; a longer reason or name is a counted loss."""
    place.start_hub()
    rows = [row(number) for number in range(1, 6)]
    rows.append(row(6, nom_prenoms=f"FICTIF{'A' * 60}, Kilo"))
    rows.append(row(7, autorite="T" * 61))
    write(place.folder, "a.csv", rows)
    checked = place.azalai("check")
    rehearsed = place.azalai("run", "--rehearse")
    done = place.azalai("run", "--until-idle")
    arrived = place.received()

    assert "AZ-" not in checked.stdout.replace("AZ-S007", ""), checked.stdout
    assert len(arrived) == 6, done.stdout + done.stderr
    bodies = [json.loads(body) for _, body, _ in arrived]
    assert {body["header"]["operation"] for body in bodies} == {"ADD"}
    assert len({body["header"]["message_key"] for body in bodies}) == 6
    lost = "regional : person.name : moins exact, 1 fois : coupé"
    assert [lost in one.stdout for one in (rehearsed, done)] == [True, True]
    assert "azalai/no_place" in place.azalai("feed", "show", "essai").stdout
    assert "person.name : moins exact, 1 fois" in place.azalai("feed", "show", "essai").stdout
    lifted = place.azalai("record", "withdraw", "ESSAI-PN/personnes/FPR-00000001",
                          "--reason", "lifted")  # fmt: skip
    assert lifted.returncode == 0, lifted.stderr
    place.azalai("run", "--until-idle")
    operation, body, _ = place.received()[-1]
    assert operation == "cancel"
    assert json.loads(body)["withdrawal"]["reason"] == "lifted"
    assert b"FICTIF1" not in body


def test_check_and_test_read_a_json_mapping(place: Deployment) -> None:
    path = place.folder / "mappings" / "regional_json" / WANTED
    good = place.azalai("mapping", "check", str(path))
    path.write_text(path.read_text().replace("person/birth_place:", "person/birthplace: "))
    bad = place.azalai("mapping", "check", str(path))

    assert (good.returncode, bad.returncode) == (0, 2), good.stdout + bad.stdout
    assert "AZ-O301" in bad.stdout
    assert "person/birth_place" in bad.stdout
