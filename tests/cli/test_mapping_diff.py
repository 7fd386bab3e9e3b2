"""`mapping diff`: addresses, fields and destinations; never a value, never a key."""

import json
import shutil
from pathlib import Path

import pytest

from azalai.app import opened
from azalai.store import record_rows
from deployment_rig import HEADER, Deployment, agreement, row

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """One deployment that has read a file, of which two records wait; nothing here changes it."""
    made = Deployment(tmp_path_factory.mktemp("template") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    made.stop_hub()
    rows = [row(1), row(2, nationalite="Syldave"), row(3, nationalite="Bordure"), row(4)]
    text = "\n".join([HEADER, *rows, ""])
    (made.folder / "incoming" / "a.csv").write_bytes(text.encode("iso-8859-1"))
    made.azalai("run")
    shutil.copytree(made.folder / "mappings" / "essai_police", made.folder / "next")
    shutil.copytree(made.folder / "mappings" / "essai_police", made.folder / "warn")
    codes = made.folder / "next" / "codes" / "nationalites.csv"
    codes.write_bytes(codes.read_bytes() + b"Syldave;UTO;;;fictif\n")
    other = made.folder / "warn" / "ner_fpr_wanted.yaml"
    other.write_text(other.read_text().replace("  measure:             arrest ",
                                               "  measure:             warn "))  # fmt: skip
    return made


def mapping(place: Deployment, folder: str) -> str:
    return str(place.folder / folder / "ner_fpr_wanted.yaml")


def test_what_waits_is_compared_without_a_file(place: Deployment) -> None:
    """A code that is added: the one record that it releases, and who would get it."""
    made = place.azalai("mapping", "diff", mapping(place, "mappings/essai_police"),
                        mapping(place, "next"), "--feed", "essai")  # fmt: skip

    assert made.returncode == 1, made.stderr
    assert "essai ligne 3: en attente → traduite" in made.stdout
    assert made.stdout.count("essai ligne") == 1
    assert "regional: aucune fiche → partagée" in made.stdout
    assert "4 fiche(s) comparée(s), 1 de sens changé" in made.stdout
    assert "Syldave" not in made.stdout
    assert "FPR-" not in made.stdout


def test_decisions_change_with_the_meaning(place: Deployment) -> None:
    """No agreement covers a warning: what was shared would no longer be."""
    made = place.azalai(
        "mapping", "diff", mapping(place, "mappings/essai_police"), mapping(place, "warn"),
        str(place.folder / "incoming" / "a.csv"), "--feed", "essai", "--json",
    )  # fmt: skip
    found = json.loads(made.stdout)

    assert made.returncode == 1
    assert found["fields"] == {"measure": 2}
    assert [one["line"] for one in found["records"]] == [2, 5]
    assert found["decisions"] == [
        {"destination": "regional", "before": "share", "after": "withhold", "records": 2}
    ]


def test_a_changed_code_list_names_exactly_the_records_of_another_meaning(
    place: Deployment,
) -> None:
    """From what the store kept, the file long gone: each record by its pseudonym, its field, and
    what its destination gets; no other record is named."""
    shutil.copytree(place.folder / "mappings" / "essai_police", place.folder / "other")
    codes = place.folder / "other" / "codes" / "nationalites.csv"
    text = codes.read_text("utf-8-sig")
    assert "Belge;BEL" in text
    codes.write_text(text.replace("Belge;BEL", "Belge;NLD"), "utf-8")
    file = place.folder / "incoming" / "b.csv"
    rows = [row(1), row(4, nationalite="Belge"), row(5, nationalite="Belge"), row(6)]
    file.write_bytes("\n".join([HEADER, *rows, ""]).encode("iso-8859-1"))
    place.azalai("run")
    file.unlink()

    made = place.azalai("mapping", "diff", mapping(place, "mappings/essai_police"),
                        mapping(place, "other"), "--feed", "essai", "--json")  # fmt: skip
    found = json.loads(made.stdout)
    keys = {}
    with opened(place.folder / "azalai.yaml") as app:
        for one in found["records"]:
            keys[record_rows.find_any(app.store.db, app.store.keys, one["pseudonym"]).record_key()
                 ] = (one["line"], one["changes"])  # fmt: skip

    assert keys == {
        "ESSAI-PN/personnes/FPR-00000004": (3, {"person.nationalities": "changed"}),
        "ESSAI-PN/personnes/FPR-00000005": (4, {"person.nationalities": "changed"}),
    }
    assert found["compared"] == 6  # four in force, two that wait


def test_no_difference_is_exit_0_and_nothing_to_compare_is_2(place: Deployment) -> None:
    """Without a feed: on a file, with the lists that lie beside each version."""
    same = mapping(place, "mappings/essai_police")
    made = place.azalai("mapping", "diff", same, same, str(place.folder / "incoming" / "a.csv"))
    assert made.returncode == 0, made.stderr
    assert "4 fiche(s) comparée(s), 0 de sens changé" in made.stdout

    assert place.azalai("mapping", "diff", same, same).returncode == 2
    assert place.azalai("mapping", "diff", same, same, "absent.csv").returncode == 2
    assert place.azalai("mapping", "diff", same, same, "--feed", "autre").returncode == 2
