"""`code add` on shipped connectors: the deployment gets its own list, the right one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azalai import paths

CONFIG = """\
language: fr
mark: test
origin: azalai.invalid/essai
held_at_first: no
feeds:
  ner:
    connector: ner_police
    folder: incoming
    pattern: '*.txt'
  bfa:
    connector: bfa_police
    folder: incoming
    pattern: '*.csv'
"""
SAMPLE = paths.connectors() / "ner_police" / "samples" / "objets.txt"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    azalai(tmp_path, "init", str(tmp_path / "d"))
    (tmp_path / "d" / "azalai.yaml").write_text(CONFIG)
    return tmp_path / "d"


def azalai(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AZALAI_CONFIG": str(place / "azalai.yaml")}
    return subprocess.run([sys.executable, "-m", "azalai", *words], capture_output=True, text=True,
                          env=environment, check=False, timeout=60)  # fmt: skip


def test_the_deployment_gets_its_own_copy_of_the_list(place: Path) -> None:
    """The shipped file is never touched; the copy wins from then on, file by file."""
    shipped = paths.mappings() / "ner_police" / "codes" / "pays.csv"
    before = shipped.read_bytes()
    made = azalai(place, "code", "add", "countries", "888", "UTO", "--feed", "ner")
    assert made.returncode == 0, made.stdout + made.stderr
    copy = place / "mappings" / "ner_police" / "codes" / "pays.csv"

    assert shipped.read_bytes() == before
    assert copy.read_bytes() == before + b"888;UTO;;;\n"
    again = azalai(place, "code", "add", "countries", "888", "UTO", "--feed", "ner")
    assert again.returncode == 2
    assert "a déjà cette valeur" in again.stderr


def test_a_name_that_several_lists_have_is_asked_for(place: Path) -> None:
    """Two mappings, two files of one name: said which to write; then only that one changes."""
    several = azalai(place, "code", "add", "reasons", "77", "Essai fictif", "--feed", "ner")
    assert several.returncode == 2
    assert "--feed ner --mapping ner_vehicles" in several.stderr
    made = azalai(place, "code", "add", "reasons", "77", "Essai fictif", "--feed", "ner",
                  "--mapping", "ner_vehicles")  # fmt: skip

    assert made.returncode == 0, made.stderr
    copies = [p.name for p in (place / "mappings").rglob("*.csv")]
    assert copies == ["motifs_vehicules.csv"]


def test_the_value_that_waits_says_which_list(place: Path) -> None:
    """Where one only of them is waited for, no option is needed."""
    data = SAMPLE.read_bytes().decode("cp850").splitlines(keepends=True)
    at = next(n for n, line in enumerate(data) if line.startswith("20"))
    mapping = (paths.mappings() / "ner_police" / "ner_vehicles.yaml").read_text()
    first = next(line for line in mapping.splitlines() if line.strip().startswith("MOTIF:"))
    begin = int(first.split(":")[1].split("-")[0]) - 1
    data[at] = data[at][:begin] + "77" + data[at][begin + 2 :]
    (place / "incoming" / "a.txt").write_bytes("".join(data).encode("cp850"))
    azalai(place, "run")
    listed = azalai(place, "code", "list", "ner")
    assert "« 77 »" in listed.stdout, listed.stdout + listed.stderr
    made = azalai(place, "code", "add", "reasons", "77", "Essai fictif", "--feed", "ner")

    assert made.returncode == 0, made.stdout + made.stderr
    assert "1 fiche(s) l'attendent" in made.stdout
    assert [p.name for p in (place / "mappings").rglob("*.csv")] == ["motifs_vehicules.csv"]


def test_an_offence_needs_its_category(place: Path) -> None:
    """Without it the record would wait all the same: the categories are shown."""
    without = azalai(place, "code", "add", "offences", "ZZZ", "theft", "--feed", "bfa")

    assert without.returncode == 2
    assert "--category" in without.stderr
    wrong = azalai(place, "code", "add", "offences", "ZZZ", "theft", "--feed", "bfa",
                   "--category", "autre")  # fmt: skip
    assert wrong.returncode == 2


@pytest.mark.parametrize("state", ["COG", "COD"])
def test_an_adjective_of_two_states_is_never_added(place: Path, state: str) -> None:
    """Whichever state is meant by whoever types it: a person asks at the source, each time."""
    made = azalai(place, "code", "add", "nationalities", "Congolaise", state, "--feed", "bfa")

    assert made.returncode == 2
    assert "cet adjectif désigne deux États" in made.stderr
    assert "demandez l'État au service" in made.stderr
    assert list((place / "mappings").rglob("*.csv")) == []


def test_what_code_add_does_not_release_says_what_does(place: Path) -> None:
    """Expired, undecided, of two states: `code list` gives the remedy, never a line to type in
    vain; a value that no entry has gives the line."""
    codes = place / "mappings" / "bfa_police" / "codes"
    codes.mkdir(parents=True)
    (codes / "infractions.csv").write_text(
        "dans le fichier;valeur commune;depuis;jusqu'à;source;catégorie art. 3;décidée par\n"
        "VOL;theft;;2019-12-31;note fictive;none;Cdt FICTIF\n"
        "VMA;robbery;;;note fictive;;\n"
    )
    data = (paths.connectors() / "bfa_police" / "samples" / "personnes.csv").read_bytes()
    (place / "incoming").mkdir(exist_ok=True)
    (place / "incoming" / "p.csv").write_bytes(data)
    azalai(place, "run", "bfa")
    listed = azalai(place, "code", "list", "bfa").stdout
    said = {block.split("« ")[1].split(" »")[0]: block for block in listed.split("\nbfa")
            if "offences" in block.split("«")[0]}  # fmt: skip

    assert "vérifiez depuis et jusqu'à dans codes/infractions.csv" in said["VOL"]
    assert "remplissez « catégorie art. 3 » et « décidée par »" in said["VMA"]
    assert all("code add" not in said[value] for value in ("VOL", "VMA"))
    assert "azalai code add offences ESC CODE --feed bfa" in said["ESC"]


def test_who_decided_a_category_is_named(place: Path) -> None:
    """A list with a column for it takes no category without a name; then both are written."""
    words = ("code", "add", "offences", "ZZZ", "theft", "--feed", "bfa", "--category", "none")
    without = azalai(place, *words)
    assert without.returncode == 2
    assert "--decided-by" in without.stderr
    made = azalai(place, *words, "--decided-by", "Cdt FICTIF", "--source", "note 9")

    assert made.returncode == 0, made.stderr
    copy = place / "mappings" / "bfa_police" / "codes" / "infractions.csv"
    assert copy.read_text().splitlines()[-1] == "ZZZ;theft;;;note 9;none;Cdt FICTIF"


def test_check_names_line_and_doubt_and_its_exit_says_which(place: Path, tmp_path: Path) -> None:
    """Without a file: all lists of the deployment, in `check` too. A mistake is exit 2."""
    whole = azalai(place, "code", "check")
    assert whole.returncode == 0, whole.stdout
    assert "0 faute(s), 0 doute(s)" in whole.stdout
    copy = place / "mappings" / "bfa_police" / "codes" / "infractions.csv"
    copy.parent.mkdir(parents=True)
    shipped = paths.mappings() / "bfa_police" / "codes" / "infractions.csv"
    copy.write_bytes(shipped.read_bytes() + b"Vol;robbery;;;note;none;Cdt FICTIF\n")
    doubtful = azalai(place, "code", "check")
    assert doubtful.returncode == 0
    assert "AZ-C209" in doubtful.stdout
    assert "AZ-C209" in azalai(place, "check").stdout
    alone = tmp_path / "liste.csv"
    alone.write_text("dans le fichier;valeur commune\nA;x\nA;y\n", "utf-8")
    wrong = azalai(place, "code", "check", str(alone))

    assert wrong.returncode == 2
    assert "liste.csv:3:1  AZ-C204" in wrong.stdout


def test_offences_without_categories_are_a_mistake(place: Path) -> None:
    """Nobody would see a political one leave: the list needs the column."""
    copy = place / "mappings" / "bfa_police" / "codes" / "infractions.csv"
    copy.parent.mkdir(parents=True)
    shipped = (paths.mappings() / "bfa_police" / "codes" / "infractions.csv").read_text()
    copy.write_text(
        "\n".join(";".join(line.split(";")[:5]) for line in shipped.splitlines()) + "\n"
    )
    made = azalai(place, "code", "check")

    assert made.returncode == 2
    assert "AZ-C215" in made.stdout
