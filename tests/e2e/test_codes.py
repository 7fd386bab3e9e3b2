"""Unknown codes and kept raw records, on a real deployment: what waits, what is let go."""

import csv
import io
import json
import random
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azalai.canonical import digest
from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
LIST = ("mappings", "essai_police", "codes", "nationalites.csv")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def feed(place: Deployment) -> dict[str, int]:
    done = place.azalai("status", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["conservation"] == {"ok": True, "differences": []}
    row: dict[str, int] = found["feeds"][0]
    return row


def test_a_new_code_lets_go_what_waited_in_its_order(place: Deployment) -> None:
    """Parked, listed with value and place, added, delivered in the file's order, balanced."""
    write(place.folder, "a.csv", [row(1), row(3, nationalite="Syldave"), row(2),
                                  row(5, nationalite="Syldave"), row(4, nationalite="Bordure")])  # fmt: skip
    place.azalai("run", "--until-idle")
    listed = place.azalai("code", "list", "--json")
    assert listed.returncode == 1
    found = {one["value"]: one for one in json.loads(listed.stdout)}
    assert (found["Syldave"]["count"], found["Syldave"]["line"]) == (2, 3)
    before = place.folder.joinpath(*LIST).read_bytes()
    shown = place.azalai("reject", "show", "1")
    assert f"« nationalities » (version {digest(before)[:12]})" in shown.stdout, shown.stdout
    tried = place.azalai("code", "add", "nationalities", "Syldave", "UTO", "--dry-run")
    assert "2 fiche(s)" in tried.stdout, tried.stderr
    assert place.folder.joinpath(*LIST).read_bytes() == before
    added = place.azalai("code", "add", "nationalities", "Syldave", "UTO", "--label", "note 1",
                         "--reason", "courrier fictif")  # fmt: skip
    assert added.returncode == 0, added.stdout + added.stderr
    assert place.folder.joinpath(*LIST).read_bytes() == before + b"Syldave;UTO;;;note 1\n"
    place.azalai("run", "--until-idle")
    bodies = [body for _, body, _ in place.received()]

    assert [b"FPR-00000003" in b for b in bodies] == [False, False, True, False]
    assert b"FPR-00000005" in bodies[3]
    counted = feed(place)
    assert (counted["read"], counted["translated"], counted["parked"]) == (5, 4, 1)
    again = place.azalai("code", "add", "nationalities", "Syldave", "NER")
    assert again.returncode == 2
    assert "UTO" in again.stderr


def test_what_has_a_newer_version_is_superseded(place: Deployment) -> None:
    """A later file said it again, readable: the older raw record is stale, nothing is sent."""
    write(place.folder, "a.csv", [row(1, nationalite="Syldave"), row(2, nationalite="Syldave"),
                                  row(3)])  # fmt: skip
    place.azalai("run", "--until-idle")
    write(place.folder, "b.csv", [row(1, peine_mois="72"), row(2, nationalite="Syldave"), row(3)])
    place.azalai("run", "--until-idle")
    added = place.azalai("code", "add", "nationalities", "Syldave", "UTO", "--json")
    assert added.returncode == 0, added.stdout + added.stderr
    made = json.loads(added.stdout)
    assert (made["superseded"], made["translated"]) == (1, 2)
    place.azalai("run", "--until-idle")

    assert len(place.received()) == 3
    counted = feed(place)
    assert (counted["parked"], counted["stale"], counted["unchanged"]) == (0, 1, 2)


def test_a_code_that_no_list_knows_changes_nothing(place: Deployment) -> None:
    """An unknown common value, an unknown list, an ambiguous adjective: said, exit 2."""
    before = place.folder.joinpath(*LIST).read_bytes()
    unknown = place.azalai("code", "add", "nationalities", "Syldave", "ZZZ")
    nowhere = place.azalai("code", "add", "nationalites", "Syldave", "UTO")
    two_states = place.azalai("code", "add", "nationalities", "Guinéennes", "GIN")

    assert [unknown.returncode, nowhere.returncode, two_states.returncode] == [2, 2, 2]
    assert "valeurs admises" in unknown.stderr
    assert "nationalities" in nowhere.stderr
    assert "deux États" in two_states.stderr
    assert place.folder.joinpath(*LIST).read_bytes() == before


def test_corrected_mapping_and_export(place: Deployment) -> None:
    """A dry run says what would pass; the export is safe in a spreadsheet, 0600, logged."""
    write(place.folder, "a.csv", [row(1, date_mandat="=HYPERLINK(1)",
                                      date_infraction="12/03/2020"), row(2)])  # fmt: skip
    place.azalai("run", "--until-idle")
    out = place.folder / "rejets.csv"
    place.azalai("reject", "export", "-o", str(out))
    assert "HYPERLINK" not in out.read_text()
    place.azalai("reject", "export", "-o", str(out), "--with-values")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    text = out.read_bytes().decode("utf-8-sig")
    (line,) = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert (line["ligne"], line["colonne"]) == ("2", "date_mandat")
    assert line["valeur"] == "'=HYPERLINK(1)"
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    text = mapping.read_text()
    text = text.replace("  date_mandat:        required", "  date_mandat:        optional")
    text = text.replace("date_mandat | date(jj/mm/aaaa)", "date_infraction | date(jj/mm/aaaa)")
    mapping.write_text(text.replace("  date_mandat:        optional",
                                    "  date_mandat:        ignored, essai"))  # fmt: skip
    tried = place.azalai("reject", "rerun", "--dry-run")
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert "regional: 1 create" in tried.stdout
    assert place.azalai("reject", "rerun").returncode == 0
    place.azalai("run", "--until-idle")

    assert len(place.received()) == 2
    assert feed(place)["rejected"] == 0


def test_killed_while_it_releases_each_arrives_once(place: Deployment) -> None:
    """SIGKILL in the middle of a rerun, again and again: none lost, none twice, all verified."""
    write(place.folder, "a.csv", [row(i, nationalite="Syldave") for i in range(600)] + [row(600)])
    place.azalai("run", "--until-idle")
    list_file = place.folder.joinpath(*LIST)
    list_file.write_bytes(list_file.read_bytes() + b"Syldave;UTO;;;fictif\n")
    chance = random.Random(11)
    for _ in range(3):
        running = subprocess.Popen(place.command("reject", "rerun"), env=place.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(chance.uniform(0.8, 2.0))
        running.kill()
        running.wait()
    done = place.azalai("reject", "rerun")
    assert done.returncode == 0, done.stdout + done.stderr
    place.azalai("run", "--until-idle")

    assert feed(place)["parked"] == 0
    bodies = [body for _, body, _ in place.received()]
    assert len(bodies) == len(set(bodies)) == 601
    assert {times for _, _, times in place.received()} == {1}
    assert place.azalai("ledger", "verify").returncode == 0
