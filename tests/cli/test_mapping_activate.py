"""`mapping activate`: explicit, checked, shown before, logged; nothing else changes a mapping."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from azalai.app import opened
from deployment_rig import HEADER, Deployment, agreement, row

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
NAME = "ner_fpr_wanted.yaml"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployment that has read a file of which one record waits, and a next version beside it:
    a code is added, the measure is another."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    text = "\n".join([HEADER, row(1), row(2, nationalite="Syldave"), ""])
    (made.folder / "incoming" / "a.csv").write_bytes(text.encode("iso-8859-1"))
    made.azalai("run")
    shutil.copytree(made.folder / "mappings" / "essai_police", made.folder / "next")
    codes = made.folder / "next" / "codes" / "nationalites.csv"
    codes.write_bytes(codes.read_bytes() + b"Syldave;UTO;;;fictif\n")
    next_one = made.folder / "next" / NAME
    next_one.write_text(next_one.read_text().replace("version: 1\n", "version: 2\n"))
    return made


@pytest.fixture
def place(template: Deployment, tmp_path: Path) -> Deployment:
    """A copy of it for one test."""
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


def state(place: Deployment) -> dict[str, bytes]:
    folder = place.folder / "mappings"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def activate(place: Deployment, *words: str) -> tuple[int, str]:
    made = place.azalai("mapping", "activate", str(place.folder / "next" / NAME),
                        "--feed", "essai", *words)  # fmt: skip
    return made.returncode, made.stdout + made.stderr


def test_what_it_changes_is_shown_and_then_in_force(place: Deployment) -> None:
    """The record that waits, who gets it; the list comes with the mapping; the ledger says who."""
    before = state(place)
    code, said = activate(place, "--on", str(place.folder / "incoming" / "a.csv"))
    assert code == 0, said
    assert "a.csv ligne 3: en attente → traduite" in said
    assert "ner_fpr_wanted@1 → ner_fpr_wanted@2" in said
    after = state(place)
    assert {name for name in after if after[name] != before.get(name)} == {
        f"essai_police/{NAME}", "essai_police/codes/nationalites.csv",
    }  # fmt: skip
    with opened(place.folder / "azalai.yaml") as app:
        assert [m.version for m in app.inbound["essai"]] == [2]
        logged = [json.loads(data) for _, data in app.store.ledger.entries(0, 10_000)]
    acts = [e for e in logged if e.get("act") == "mapping_activated"]
    assert [(e["before"], e["subject"]) for e in acts] == [
        ("ner_fpr_wanted@1", "mapping/essai_police/ner_fpr_wanted@2")
    ]
    assert place.azalai("reject", "rerun", "essai").returncode == 0


def test_a_dry_run_and_what_is_refused_write_nothing(place: Deployment) -> None:
    """The same version, a failing example, a list that does not read, another feed's mapping."""
    before = state(place)
    assert activate(place, "--dry-run")[0] == 0
    next_one = place.folder / "next" / NAME
    whole = next_one.read_text()

    next_one.write_text(whole.replace("version: 2\n", "version: 1\n"))
    assert "écrivez « version: 2 »" in activate(place)[1]
    next_one.write_text(whole.replace("mapping: ner_fpr_wanted", "mapping: autre"))
    assert "n'a pas de correspondance autre" in activate(place)[1]
    next_one.write_text(whole.replace("  measure:             arrest ",
                                      "  measure:             warn "))  # fmt: skip
    examples = next_one.with_name("ner_fpr_wanted.examples.yaml")
    examples.write_text(examples.read_text() + "  - case: faux\n    row: {}\n    parks: sexe\n")
    assert "l'exemple « faux » échoue" in activate(place)[1]
    codes = next_one.parent / "codes" / "nationalites.csv"
    codes.write_bytes(codes.read_bytes() + b"Moldave;XYZ;;;fictif\n")
    code, said = activate(place)

    assert code == 2
    assert "« XYZ » n'est pas dans la liste commune" in said
    assert state(place) == before
