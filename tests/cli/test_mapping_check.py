"""`mapping check`, `--fix`, `mapping example`, and `translate --explain`, as an author types them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployment_rig import HEADER, Deployment, agreement, row

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


def azalai(*words: str, folder: Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AZALAI_LANGUAGE": "fr"}
    environment.pop("AZALAI_CONFIG", None)
    command = [sys.executable, "-m", "azalai", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False,
                          cwd=folder, input=answer)  # fmt: skip


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    shutil.copytree(DOCUMENTS, tmp_path / "m")
    (tmp_path / "x.csv").write_bytes(
        f"{HEADER}\n{row(1)}\n{row(2, nationalite='Syldavie')}\n".encode("iso-8859-1")
    )
    return tmp_path / "m" / "ner_fpr_wanted.yaml"


def test_fix_shows_and_mends(mapping: Path, tmp_path: Path) -> None:
    """A dry run writes nothing; then the document is as it was, mode included; nothing is left."""
    sane = mapping.read_text("utf-8")
    broken = sane.replace("  person.sex:   ", "  person.sex:\u00a0  ", 1).replace(
        'name("NOM, Prénoms")', "name(\u201cNOM, Prénoms\u201d)"
    ).replace("  format: delimited", "  format:delimited")  # fmt: skip
    mapping.write_text(broken, "utf-8")
    mapping.chmod(0o640)
    tried = azalai("mapping", "check", str(mapping), "--fix", "--dry-run", folder=tmp_path)
    assert tried.returncode == 2
    assert mapping.read_text("utf-8") == broken

    made = azalai("mapping", "check", str(mapping), "--fix", folder=tmp_path)

    assert made.returncode == 0, made.stdout + made.stderr
    assert mapping.read_text("utf-8") == sane
    assert mapping.stat().st_mode & 0o777 == 0o640
    assert "+  format: delimited" in made.stdout
    assert "rien à réparer" in azalai("mapping", "check", str(mapping), "--fix",
                                      folder=tmp_path).stdout  # fmt: skip


def test_an_example_is_accepted_on_yes_only(mapping: Path, tmp_path: Path) -> None:
    """Shown, asked, written, passed; no value of the file is on the screen."""
    words = ("mapping", "example", str(mapping), str(tmp_path / "x.csv"), "--line", "2", "--accept")
    target = mapping.with_name("ner_fpr_wanted.examples.yaml")
    before = target.read_text("utf-8")
    no = azalai(*words, folder=tmp_path, answer="n\n")
    assert no.returncode == 1
    assert target.read_text("utf-8") == before
    assert "FPR-00000001" not in no.stdout
    yes = azalai(*words, folder=tmp_path, answer="y\n")
    assert yes.returncode == 0, yes.stderr
    tested = azalai("mapping", "test", str(mapping), folder=tmp_path)

    assert tested.returncode == 0, tested.stdout
    assert "réussi : ligne 2" in tested.stdout
    assert azalai(*words[:5], "99", folder=tmp_path).returncode == 2


def test_a_real_key_is_refused(tmp_path: Path) -> None:
    """An example copied from a row that the store has; an invented one passes; without a
    configuration there is nothing to compare with."""
    place = Deployment(tmp_path / "d", DOCUMENTS)
    place.agree(agreement())
    place.start_hub()
    place.stop_hub()
    (place.folder / "incoming" / "a.csv").write_bytes(f"{HEADER}\n{row(7)}\n".encode("iso-8859-1"))
    place.azalai("run")
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    good = azalai("mapping", "check", str(mapping), folder=place.folder)
    assert good.returncode == 0, good.stdout
    examples = mapping.with_name("ner_fpr_wanted.examples.yaml")
    text = examples.read_text("utf-8")
    assert "FPR-00000001" in text
    examples.write_text(text.replace("FPR-00000001", "FPR-00000007"), "utf-8")
    made = azalai("mapping", "check", str(mapping), folder=place.folder)

    assert made.returncode == 2
    assert made.stdout.count("AZ-M140") == 3
    assert "FPR-00000007" not in made.stdout.replace(
        "row: { num_dossier: FPR-00000007", ""
    )  # only where the document itself shows it
    assert azalai("mapping", "check", str(mapping), folder=tmp_path).returncode == 0


def test_explain_names_rule_entry_and_field(mapping: Path, tmp_path: Path) -> None:
    """For people one record, without values unless asked; for machines all, what waits too."""
    words = ("translate", str(mapping), str(tmp_path / "x.csv"), "--explain")
    made = azalai(*words, "--line", "2", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "nationalite → person.nationalities" in made.stdout
    assert "codes/nationalites.csv:" in made.stdout
    assert "ligne 2" in made.stdout
    assert "FICTIF" not in made.stdout
    assert "Italienne" not in made.stdout
    assert "= Italienne" in azalai(*words, "--line", "2", "--with-values", folder=tmp_path).stdout

    all_of_them = [json.loads(one) for one in azalai(*words, folder=tmp_path).stdout.splitlines()]

    assert [one["state"] for one in all_of_them] == ["translated", "parked"]
    assert all_of_them[1]["at"] == "nationalite"
    found = {one["field"]: one for one in all_of_them[0]["values"]}
    assert found["person.sex"]["code_list"]["file"] == "codes/sexes.csv"
    assert found["measure"]["written"] == "always"
    assert found["key"]["rule"].startswith("ner_fpr_wanted.yaml:")
    assert "value" not in found["key"]
