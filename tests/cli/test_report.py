"""`azalai report`: files signed, checked offline, entered in the ledger; wrong input is told."""

import stat
from pathlib import Path

import pytest

from azalai.app import opened
from azalai.cli.commands import load
from azalai.errors import AzalaiError, StopError, VerificationError
from azalai.evidence import verifier
from azalai.evidence.consulting import digests
from azalai.ledger.entries import decode
from azalai.store import notes
from deployment_rig import Deployment, agreement, row, write

DOCUMENTS = Path(__file__).parents[1] / "mapping" / "ner_fpr"
KEY = "ESSAI-PN/personnes/FPR-00000001"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    made = Deployment(tmp_path_factory.mktemp("rapports") / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    write(made.folder, "a.csv", [row(n) for n in range(3)])
    made.azalai("run", "--until-idle")
    made.stop_hub()
    return made


def entries(place: Deployment) -> list[dict[str, object]]:
    with opened(place.folder / "azalai.yaml") as app:
        size = app.store.ledger.head().size
        return [decode(data) for _, data in app.store.ledger.entries(0, size)]


def here(*words: str) -> int:
    """The command in this process; its exit code."""
    return int(load("report")([*words], standalone_mode=False, prog_name="azalai report") or 0)


def test_files_are_signed_private_and_entered(place: Deployment, tmp_path: Path) -> None:
    """Twelve files, of their owner only; the ledger has who, and their digests, before they are
    there; a second time nothing is replaced."""
    out = tmp_path / "o"
    done = place.azalai("report", "bordereau", "-o", str(out), "--lang", "all")
    names = sorted(path.name for path in out.iterdir())
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    entry = [one for one in entries(place) if one.get("purpose") == "report_bordereau"][-1]

    assert done.returncode == 0
    assert len(names) == 12
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert entry["disclosed"] == verifier.disclosed(digests(files).items())
    assert len(entry["pseudonyms"]) == 3  # type: ignore[arg-type]
    again = place.azalai("report", "bordereau", "-o", str(out), "--lang", "fr")
    assert (again.returncode, "rien n'est remplacé" in again.stderr) == (2, True)


def test_a_report_is_checked_with_the_card_alone(
    place: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Without any deployment: the card and the two files. A changed byte is refused."""
    out, card = tmp_path / "o", tmp_path / "carte.txt"
    place.azalai("ledger", "card", "-o", str(card))
    monkeypatch.setenv("AZALAI_CONFIG", str(place.folder / "azalai.yaml"))
    here("holders", KEY, "-o", str(out), "--only", "pdf")
    [file] = out.glob("*.pdf")
    assert here("verify", str(file)) == 0
    assert "bien un début du registre d'ici" in capsys.readouterr().out
    monkeypatch.setenv("AZALAI_CONFIG", str(tmp_path / "nowhere.yaml"))
    assert here("verify", str(file), "--card", str(card)) == 0
    assert "non que le registre disait" in capsys.readouterr().out
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(VerificationError, match="the file was changed") as told:
        here("verify", str(file), "--card", str(card))
    assert "le fichier a été changé" in told.value.said[0]


def test_wrong_input_is_told_and_writes_nothing(
    place: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mistake is told with what to write instead, and leaves no file."""
    monkeypatch.setenv("AZALAI_CONFIG", str(place.folder / "azalai.yaml"))
    out = tmp_path / "o"
    for words, said in (
        (("delivery", KEY, "--to", "nul"), "regional"),
        (("day", "24/11/2026"), "2026-11-24"), (("month", "2026"), "2026-11"),
        (("agreement", "nul"), "essai"), (("bordereau", "--run", "1", "--from", "2026-01-01"), "--run"),
        (("bordereau", "--from", "2026-02-01", "--to", "2026-01-01"), "--from"),
        (("conservation", "--lang", "de"), "ar"), (("day", "--only", "doc"), "csv"),
        (("subject",), "--input"), (("holders", "nul"), "fiche"),
        (("bordereau", "--destination", "nul"), "regional"),
    ):  # fmt: skip
        with pytest.raises(AzalaiError) as told:
            here(*words, "-o", str(out))
        assert said in told.value.said[0] + told.value.hint_said[0], words
    assert not out.exists()


def test_the_subject_is_chosen_by_a_person(
    place: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The first pass lists who was found and stops; the second writes two documents. The ledger
    has both, who was looked at, and the reason sealed; no name is in an argument or a file name."""
    asked, out = tmp_path / "demande.txt", tmp_path / "o"
    asked.write_text("nom: FICTIFB Kilo\nnaissance: 1985\nmotif: essai FICTIF\n")
    monkeypatch.setenv("AZALAI_CONFIG", str(place.folder / "azalai.yaml"))
    with pytest.raises(StopError, match="which are this person"):
        here("subject", "--input", str(asked), "-o", str(out))
    assert not out.exists()
    [line] = [one for one in capsys.readouterr().out.splitlines() if "FICTIFB" in one]
    pseudonym = line.split()[1]
    asked.write_text(asked.read_text() + f"fiche: {pseudonym}\n")
    assert here("subject", "--input", str(asked), "-o", str(out)) == 0
    names = sorted(path.name for path in out.iterdir())
    found = [
        one
        for one in entries(place)
        if one.get("purpose") in ("search_by_person", "report_subject")
    ]
    with opened(place.folder / "azalai.yaml") as app:
        kept = [text for _, text in notes.of(app.store, "ledger")]

    assert len(names) == 8
    assert not any("FICTIF" in name for name in names)
    assert [one["purpose"] for one in found] == ["search_by_person"] * 2 + ["report_subject"]
    assert found[-1]["pseudonyms"] == [pseudonym]
    assert "essai FICTIF" in kept
    assert not any("FICTIFB" in text for text in kept)
    asked.write_text("nom: Personne Autre\nmotif: essai\n")
    assert here("subject", "--input", str(asked), "-o", str(tmp_path / "p"), "--only", "csv") == 1
