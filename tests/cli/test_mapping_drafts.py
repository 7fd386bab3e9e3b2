"""`mapping new` and `preview` as an author meets them."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from azalai import paths
from azalai.drafting import Wishes, apart
from azalai.errors import StopError

BFA = paths.mappings() / "bfa_police" / "bfa_wanted.yaml"
NER = paths.mappings() / "ner_police" / "ner_documents.yaml"
SAMPLES = paths.connectors()


def azalai(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AZALAI_LANGUAGE": "fr"}
    command = [sys.executable, "-m", "azalai", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_new_writes_a_draft_once(tmp_path: Path) -> None:
    """A mapping and its code lists; a second time nothing is overwritten."""
    sample = SAMPLES / "bfa_police" / "samples" / "personnes.csv"
    made = azalai("mapping", "new", str(sample), "-o", str(tmp_path))
    assert made.returncode == 0, made.stderr
    draft = (tmp_path / "personnes.yaml").read_bytes()
    assert "à vérifier" in made.stdout
    assert "Sexe" in made.stdout
    (tmp_path / "codes" / "sexe.csv").write_text("à moi")
    again = azalai("mapping", "new", str(sample), "-o", str(tmp_path))

    assert again.returncode == 2
    assert (tmp_path / "personnes.yaml").read_bytes() == draft
    other = azalai("mapping", "new", str(sample), "-o", str(tmp_path), "--name", "autre")
    assert "sexe.csv" in other.stdout
    assert (tmp_path / "codes" / "sexe.csv").read_text() == "à moi"


def test_no_name_of_the_shipped_samples_is_in_their_drafts(tmp_path: Path) -> None:
    """Every name and number of the first sample, looked for in all that is written."""
    sample = SAMPLES / "bfa_police" / "samples" / "personnes.csv"
    azalai("mapping", "new", str(sample), "-o", str(tmp_path))
    written = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    rows = list(csv.DictReader(io.StringIO(sample.read_bytes().decode("cp1252")), delimiter=";"))
    found = [row[name] for row in rows for name in ("Nom et prénoms", "N° fiche", "N° de mandat")
             if row[name] and row[name] in written]  # fmt: skip

    assert found == []


def test_preview_shows_both_sides(tmp_path: Path) -> None:
    """Column and value, field and value; what fails is named with its reason; exit 1."""
    sample = SAMPLES / "bfa_police" / "samples" / "personnes.csv"
    good = azalai("mapping", "preview", str(BFA), str(sample), "-n", "2")
    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stdout.count("→ key = LOCAL/personnes/") == 2
    head, first, *_ = sample.read_bytes().decode("cp1252").splitlines()
    cells = dict(zip(head.split(";"), first.split(";"), strict=True))
    broken = tmp_path / "a.csv"
    cells["Date du mandat"] = "31/02/2024"
    broken.write_bytes("\n".join([head, ";".join(cells.values()), ""]).encode("cp1252"))
    bad = azalai("mapping", "preview", str(BFA), str(broken))

    assert bad.returncode == 1
    assert "✗ NON TRADUITE : Date du mandat" in bad.stdout


def test_ruler_shows_positions_and_columns() -> None:
    """Tens, units, three lines, and where each declared column begins."""
    sample = SAMPLES / "ner_police" / "samples" / "objets.txt"
    shown = azalai("mapping", "preview", str(NER), str(sample), "-n", "1", "--ruler").stdout

    assert shown.splitlines()[1].startswith("1234567890")
    assert "├───────────├" in shown


def test_a_file_that_kills_its_reader_is_one_message(tmp_path: Path) -> None:
    """The child's limits hold: too little memory for it is said, nothing hangs; so is no file."""
    sample = tmp_path / "a.csv"
    sample.write_text("a;b\n" + "1;2\n" * 500_000)
    with pytest.raises(StopError, match="died"):
        apart.drafted(sample, "essai", Wishes(), "fr", memory=50_000_000)
    with pytest.raises(StopError, match="no such file"):
        apart.drafted(tmp_path / "none.csv", "essai", Wishes(), "fr")

    assert apart.drafted(sample, "essai", Wishes(), "fr").records == 5000


def test_functions_are_listed_with_an_example_each() -> None:
    """All, one by name, for machines; an unknown one names the known."""
    every = azalai("mapping", "functions", "--json")
    found = {one["name"]: one for one in json.loads(every.stdout)}
    one = azalai("mapping", "functions", "date")
    unknown = azalai("mapping", "functions", "majuscules")

    assert {"name", "code", "date", "number"} <= set(found)
    assert all(entry["about"]["fr"] and entry["example_in"] for entry in found.values())
    assert found["date"]["more"]
    assert one.stdout.count("→") == 2 + len(found["date"]["more"])
    assert unknown.returncode == 2
    assert "upper" in unknown.stderr


def test_translate_says_the_remedy_on_its_own_line(tmp_path: Path) -> None:
    """A finding is told with what to do, and is no success; so is an error."""
    sample = SAMPLES / "bfa_police" / "samples" / "personnes.csv"
    empty = tmp_path / "vide.csv"
    empty.write_bytes(b"")

    told = azalai("translate", str(BFA), str(empty))
    lines = told.stdout.splitlines()
    assert told.returncode == 1
    assert [line.split(":")[0].strip() for line in lines[1:3]] == ["AZ-F013", "À faire"]
    doubted = tmp_path / "arabe.csv"
    held = sample.read_bytes().replace(b";M;", ";محمد علي سالم;".encode("cp1256"))
    doubted.write_bytes(held)
    found = azalai("translate", str(BFA), str(doubted)).stdout.splitlines()
    at = next(n for n, line in enumerate(found) if line.startswith("  AZ-F"))
    assert found[at + 1].startswith("    À faire : ")
    whole = azalai("translate", str(BFA), str(sample))
    assert ("--rejects FICHIER" in whole.stdout) == (whole.returncode == 1)
    kept = azalai("translate", str(BFA), str(sample), "--rejects", str(tmp_path / "r"))
    assert "--rejects FICHIER" not in kept.stdout
