"""A bilingual header holds the feed; one line accepts it; the file is read and translates."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from azalai.app import opened
from deployment_rig import HEADER, Deployment, agreement, row

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
BILINGUAL = HEADER.replace("nationalite;", "Nationalité-Nationality;")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Made once; its receiver does not run: nothing here is sent."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    write(made, "a.csv", HEADER)
    made.azalai("run")
    return made


@pytest.fixture
def place(template: Deployment, tmp_path: Path) -> Deployment:
    """A copy of it for one test."""
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


def write(place: Deployment, name: str, header: str) -> None:
    rows = [row(n, nationalite=("Belge", "Turque", "Suisse")[n % 3]) for n in range(60)]
    text = "\n".join([header, *rows]) + "\n"
    (place.folder / "incoming" / name).write_bytes(text.encode("iso-8859-1"))


def entries(place: Deployment) -> list[dict[str, str]]:
    """All entries of the ledger."""
    with opened(place.folder / "azalai.yaml") as app:
        return [json.loads(data) for _, data in app.store.ledger.entries(0, 10_000)]


def mapping(place: Deployment) -> Path:
    return place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"


def test_the_line_that_is_shown_is_the_line_that_mends(place: Deployment) -> None:
    """Held with the line to type; typed as it stands; the same file is then read whole."""
    write(place, "b.csv", BILINGUAL)
    held = place.azalai("run")
    assert held.returncode == 1
    assert "« Nationalité-Nationality » a les valeurs de « nationalite » pour 100 % de 60" in (
        held.stdout
    )
    line = next(one for one in held.stdout.splitlines() if "--column" in one)
    assert line.split("azalai ")[1] == (
        'feed accept essai --column "Nationalité-Nationality" --is nationalite'
    )
    made = place.azalai("feed", "accept", "essai", "--column", "Nationalité-Nationality",
                        "--is", "nationalite")  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert "ner_fpr_wanted@1 → ner_fpr_wanted@2" in made.stdout
    place.azalai("run")
    shown = place.azalai("feed", "show", "essai").stdout

    assert "passe 3 acceptée (lues 60, traduites 60" in shown
    assert "inchangées 60" in shown
    logged = entries(place)
    assert [e["subject"] for e in logged if e.get("act") == "column_accepted"] == [
        "mapping/essai_police/ner_fpr_wanted@2"
    ]
    assert any(e["type"] == "configured" and e["subject"].endswith("ner_fpr_wanted@2")
               for e in logged)  # fmt: skip


def test_a_dry_run_changes_nothing(place: Deployment) -> None:
    """It says what it would do, to the version; the run stays held, the text as it was."""
    write(place, "b.csv", BILINGUAL)
    place.azalai("run")
    before = mapping(place).read_bytes()
    made = place.azalai("feed", "accept", "essai", "--column", "Nationalité-Nationality",
                        "--is", "nationalite", "--dry-run")  # fmt: skip

    assert made.returncode == 0, made.stderr
    assert "@1 → ner_fpr_wanted@2" in made.stdout
    assert mapping(place).read_bytes() == before
    assert "retenue" in place.azalai("feed", "list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--column", "X", "--is", "pays"), "n'a pas de colonne « pays »"),
     (("--column", "sexe", "--is", "nationalite"), "est déjà un nom de la colonne « sexe »"),
     (("--column", " ", "--is", "nationalite"), "un nom vide")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    place: Deployment, words: tuple[str, ...], said: str
) -> None:
    """Exit 2, one sentence, nothing written."""
    before = mapping(place).read_bytes()
    made = place.azalai("feed", "accept", "essai", *words)

    assert made.returncode == 2
    assert said in made.stderr
    assert mapping(place).read_bytes() == before


def test_an_example_that_fails_stops_it(place: Deployment) -> None:
    """A mapping that does not do what its examples say does not come into force."""
    examples = mapping(place).with_name("ner_fpr_wanted.examples.yaml")
    examples.write_text(examples.read_text() + "  - case: faux\n    row: {}\n    parks: sexe\n")
    before = mapping(place).read_bytes()
    made = place.azalai("feed", "accept", "essai", "--column", "X", "--is", "nationalite")

    assert made.returncode == 2
    assert "faux" in made.stderr
    assert mapping(place).read_bytes() == before


def test_a_shipped_mapping_is_copied_with_its_examples(place: Deployment) -> None:
    """The package is never touched; the deployment's own version wins, and so does its number."""
    configuration = place.folder / "azalai.yaml"
    text = configuration.read_text()
    feed = "  bfa:\n    connector: bfa_police\n    folder: incoming\n    pattern: '*.none'\n"
    configuration.write_text(text.replace("destinations:", feed + "destinations:"))
    made = place.azalai("feed", "accept", "bfa", "--column", "Numéro-Number", "--is", "N° fiche")

    assert made.returncode == 0, made.stderr
    assert "copie de la correspondance livrée" in made.stdout
    folder = place.folder / "mappings" / "bfa_police"
    assert sorted(p.name for p in folder.iterdir()) == [
        "bfa_wanted.examples.yaml", "bfa_wanted.yaml",
    ]  # fmt: skip
    assert "version: 2" in (folder / "bfa_wanted.yaml").read_text()
