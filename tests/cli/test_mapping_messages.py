"""`mapping diff` and `activate` of outbound mappings: what was sent, element by element; no resend."""

import copy
import json
import re
import shutil
from pathlib import Path

import pytest

from azalai import paths
from azalai.app import opened
from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
NAME = "wapis_style_wanted_person"
SHIPPED = paths.mappings() / "wapis" / f"{NAME}.yaml"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployment that has sent three records, and a next version beside it: the reason in
    capitals, no height, eyes told where they were not."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    rows = [row(1, taille_cm="181"), row(2), row(3, taille_cm="182")]
    write(made.folder, "a.csv", rows)
    made.azalai("run", "--until-idle")
    assert len(made.received()) == 3
    made.stop_hub()
    shutil.copytree(SHIPPED.parent / "codes_out", made.folder / "next" / "codes_out")
    for file in SHIPPED.parent.glob(f"{NAME}.*"):
        shutil.copyfile(file, made.folder / "next" / file.name)
    change(made, ("version: 1\n", "version: 2\n"),
           ("  Person/HeightCm:          person.description.height_cm\n", ""),
           ("  person_status:  ", "  person.description.height_cm: non demandée\n  person_status:  "),
           ("Person/OtherName:         person.aliases", "Person/OtherName:         issuing_agency"),
           ("  issuing_agency:                   sans place dans ce message\n",
            "  person.aliases: non demandés\n"))  # fmt: skip
    return made


def change(place: Deployment, *pairs: tuple[str, str], file: str = f"{NAME}.yaml") -> None:
    path = place.folder / "next" / file
    text = path.read_text()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text)


@pytest.fixture
def place(template: Deployment, tmp_path: Path) -> Deployment:
    """A copy of it for one test."""
    made = copy.copy(template)
    made.folder = tmp_path / "d"
    shutil.copytree(template.folder, made.folder)
    return made


def run(place: Deployment, *words: str) -> tuple[int, str]:
    made = place.azalai("mapping", *words)
    assert "Traceback" not in made.stderr
    return made.returncode, made.stdout + made.stderr


def activate(place: Deployment, *words: str) -> tuple[int, str]:
    return run(place, "activate", str(place.folder / "next" / f"{NAME}.yaml"), *words)


def test_what_was_sent_is_compared_element_by_element(place: Deployment) -> None:
    """Added and removed, for each destination; no value of a record; exit 1 where something is."""
    new = str(place.folder / "next" / f"{NAME}.yaml")
    code, said = run(place, "diff", str(SHIPPED), new)
    assert code == 1, said
    assert "regional : 3 message(s) comparé(s), 3 différent(s)" in said
    assert "Person/HeightCm: ôté 2" in said
    assert "Person/OtherName: ajouté 3" in said
    assert not re.search(r"\b181\b", said)
    assert "FICTIF" not in said
    assert run(place, "diff", str(SHIPPED), str(SHIPPED))[0] == 0
    assert run(place, "diff", str(SHIPPED), new, "--destination", "autre")[0] == 2


def test_a_withheld_code_is_no_place_and_records_of_a_file_compare_too(place: Deployment) -> None:
    """What would no longer go is told with the element; without a deployment, records of a file."""
    codes = place.folder / "next" / "codes_out" / "offences.csv"
    lines = [f"{line.split(';')[0]};(withhold);aucune place" if line.startswith("theft;") else line
             for line in codes.read_text().splitlines()]  # fmt: skip
    codes.write_text("\n".join(lines) + "\n")
    records = place.folder / "r.ndjson"
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    place.azalai("translate", str(mapping), str(place.folder / "incoming" / "a.csv"),
                 "-o", str(records))  # fmt: skip
    code, said = run(place, "diff", str(SHIPPED), str(place.folder / "next" / f"{NAME}.yaml"),
                     str(records), "--json")  # fmt: skip
    found = json.loads(said)

    assert (code, found["compared"], found["changed"]) == (1, 3, 3)
    assert found["places"][0]["states"] == [
        {"before": "message", "after": "no_place", "messages": 3}
    ]
    records.write_text('{"kind": "WantedPerson"}\n')
    code, said = run(place, "diff", str(SHIPPED), str(SHIPPED), str(records))
    assert code == 1
    assert "AZ-F115" in said


def test_activating_says_what_differs_and_the_line_and_sends_nothing(place: Deployment) -> None:
    """Version, examples, agreements checked; the ledger says who; the reissue line works."""
    code, said = activate(place, "--dry-run")
    assert code == 0, said
    assert not (place.folder / "mappings" / "wapis").exists()
    code, said = activate(place, "--reason", "F")
    assert code == 0, said
    line = f"outbox reissue --destination regional --mapping {NAME}@2 --kind WantedPerson --dry-run"
    assert "regional : 3 message(s) envoyé(s) diffèrent" in said
    assert f"azalai {line}" in said
    with opened(place.folder / "azalai.yaml") as app:
        assert app.outbound["regional"]["WantedPerson"].version == 2
        logged = [json.loads(data) for _, data in app.store.ledger.entries(0, 10_000)]
        owed = app.store.db.row("reissues", "newest", destination="regional")
    acts = [e for e in logged if e.get("act") == "mapping_activated"]
    assert [(e["before"], e["subject"], e["connector"]) for e in acts] == [
        (f"{NAME}@1", f"mapping/wapis/{NAME}@2", "wapis")]  # fmt: skip
    assert owed is not None
    assert owed[0] == 3
    done = place.azalai(*line.split())
    assert "3 message(s) seraient refaits, 3 de contenu différent" in done.stdout


def test_what_is_refused_writes_nothing(place: Deployment) -> None:
    """The same version, a failing example, an unknown mapping, a message that an agreement starves."""
    change(place, ("version: 2\n", "version: 1\n"))
    assert "écrivez « version: 2 »" in activate(place)[1]
    change(place, ("version: 1\n", "version: 2\n"), (f"mapping: {NAME}", "mapping: autre"))
    assert "aucune correspondance autre" in activate(place)[1]
    change(place, ("mapping: autre", f"mapping: {NAME}"))
    change(place, ("Request/Offence: VOL", "Request/Offence: XXX"), file=f"{NAME}.examples.yaml")
    code, said = activate(place)
    assert code == 2
    assert "échoue" in said
    (place.folder / "next" / f"{NAME}.examples.yaml").unlink()
    change(place, ("  person.description.marks:         texte libre, hors de l'accord (art. 6)\n", ""),
           ("  Person/EyeColour:", "  Person/Marks: person.description.marks\n  Person/EyeColour:"))  # fmt: skip
    change(place, ('<xs:element name="EyeColour"',
                   '<xs:element name="Marks" type="s40"/><xs:element name="EyeColour"'),
           file=f"{NAME}.xsd")  # fmt: skip
    code, said = activate(place)
    assert code == 2, said
    assert "essai.yaml" in said
    assert not (place.folder / "mappings" / "wapis").exists()
