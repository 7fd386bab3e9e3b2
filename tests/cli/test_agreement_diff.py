"""`agreement diff`: what was sent that would be withheld, and the reverse; nothing is changed."""

import json
from pathlib import Path

import pytest

from deployment_rig import HEADER, Deployment, agreement, row

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Two records sent, the second liable to a shorter penalty."""
    made = Deployment(tmp_path_factory.mktemp("agreement") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    text = "\n".join([HEADER, row(1), row(2, peine_mois="30"), ""])
    (made.folder / "incoming" / "a.csv").write_bytes(text.encode("iso-8859-1"))
    assert made.azalai("run", "--until-idle").returncode == 0
    made.stop_hub()
    return made


def differing(place: Deployment, *words: str) -> tuple[int, list[dict[str, object]]]:
    made = place.azalai("agreement", "diff", "--json", *words)
    return made.returncode, json.loads(made.stdout)


def test_a_day_after_the_end(place: Deployment) -> None:
    """Both records are there and would no longer be covered; on the last day nothing differs."""
    assert differing(place, "--on", "2029-12-31") == (0, [])
    code, found = differing(place, "--on", "2030-01-01")
    assert code == 1
    assert [(d["effect"], d["has"], d["count"], d["after"]) for d in found] == [
        ("sharing_would_end", True, 2, "azalai/no_agreement")
    ]


def test_a_narrower_document_and_one_with_fewer_fields(place: Deployment, tmp_path: Path) -> None:
    """The document takes the place of the one of its name; exactly what differs is counted."""
    text = agreement().replace("version: 1", "version: 2", 1)
    narrower = tmp_path / "narrower.yaml"
    narrower.write_text(text.replace("at least 24", "at least 36"))
    code, found = differing(place, str(narrower))
    assert code == 1
    assert [(d["effect"], d["count"]) for d in found] == [("sharing_would_end", 1)]
    fewer = tmp_path / "fewer.yaml"
    without = "    without: [ person.description.marks ]\n"
    fewer.write_text(text.replace(", description", "").replace(without, ""))
    code, found = differing(place, str(fewer))
    assert code == 1
    assert {d["effect"] for d in found} == {"fields_change"}
    assert all("-person.description" in str(d["fields"]) for d in found)


def test_wrong_words_are_told(place: Deployment) -> None:
    """A day that is none, nothing to compare, a document with mistakes: exit 2, no traceback."""
    for words in (("--on", "01/01/2030"), (), (str(DOCUMENTS / "ner_fpr_wanted.yaml"),)):
        made = place.azalai("agreement", "diff", *words)
        assert made.returncode == 2, made.stdout
        assert "Traceback" not in made.stderr
