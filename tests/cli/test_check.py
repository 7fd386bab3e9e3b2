"""`azalai check`: everything wrong with a deployment at once, each where it has to be mended."""

import os
from pathlib import Path

import pytest

from deployment_rig import Deployment, agreement

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


@pytest.fixture
def place(tmp_path: Path) -> Deployment:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    return made


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_in_order(place: Deployment) -> None:
    """A deployment that would start: exit 0, whether its receiver is up or not, once a copy of its
    key is confirmed."""
    sheet = str(place.folder / "feuille.txt")
    assert place.azalai("key", "copy", "-o", sheet).returncode == 0
    assert place.azalai("key", "copy", "--confirm", "--from", sheet).returncode == 0
    done = place.azalai("check")

    assert (done.returncode, "0 faute(s)" in done.stdout) == (0, True), done.stdout + done.stderr


def test_everything_at_once(place: Deployment) -> None:
    """Mistakes of the configuration, a mapping, an agreement, a key and a folder in one report,
    each with file and line; exit 2; nothing was started."""
    config = place.folder / "azalai.yaml"
    edit(config, "folder: incoming", "folder: nowhere")
    edit(config, "key: hub/client.key", "key: hub/none.key")
    edit(place.folder / "agreements" / "essai.yaml", "WantedPerson", "WantedPersson")
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    edit(mapping, "kind: WantedPerson", "kind: WantedPersons")
    (place.folder / "keys" / "kek").chmod(0o644)
    done = place.azalai("check")

    assert done.returncode == 2
    for words in ("nowhere", "none.key", "essai.yaml:", "ner_fpr_wanted.yaml:", "chmod 600"):
        assert words in done.stdout
    assert "5 faute(s)" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_failing_example_and_anothers_key(place: Deployment) -> None:
    """Examples are run, and a key that is not the certificate's is found before any link is."""
    examples = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.examples.yaml"
    edit(examples, "person.birth.date: 1985", "person.birth.date: 1986")
    key = place.folder / "hub" / "client.key"
    key.write_bytes((place.folder / "hub" / "server.key").read_bytes())
    done = place.azalai("check")

    assert done.returncode == 2
    assert "client.key n'est pas la clé de" in done.stdout
    assert "échoue" in done.stdout


def test_a_mistake_in_the_configuration_itself(place: Deployment) -> None:
    """The setting is shown at its line in the language of who asks."""
    edit(place.folder / "azalai.yaml", "batch: 20", "batch: twenty")
    os.environ["AZALAI_LANGUAGE"] = "en"
    try:
        done = place.azalai("check")
    finally:
        del os.environ["AZALAI_LANGUAGE"]

    assert done.returncode == 2
    assert "write a whole number" in done.stdout


def test_a_file_that_no_format_reads(place: Deployment) -> None:
    """What a mapping says of its file is checked with the rest, and `run` starts nothing."""
    mapping = place.folder / "mappings" / "essai_police" / "ner_fpr_wanted.yaml"
    edit(mapping, "encoding: iso-8859-1", "encoding: cp9999")
    for command in (("check",), ("run",), ("mapping", "check", str(mapping))):
        done = place.azalai(*command)
        assert done.returncode == 2
        assert "cp9999" in done.stdout + done.stderr
