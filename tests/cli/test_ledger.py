"""`azalai ledger`: export, card, search and verification as an auditor types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from azalai.app import opened
from azalai.cli import app
from azalai.cli.init import init
from azalai.errors import AzalaiError, NotFoundError, StopError, VerificationError
from azalai.store import record_rows
from azalai.store.record_rows import NewVersion

RECORD = "NER-PN/personnes/FICTIF-1"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment without destinations, with one record that was delivered."""
    monkeypatch.setenv("AZALAI_LANGUAGE", "en")
    init(tmp_path / "here", quiet=True)
    file = tmp_path / "here" / "azalai.yaml"
    with opened(file) as made, made.store.write() as tx:
        record = record_rows.find_or_add(tx, RECORD, "ner", "WantedPerson")
        body = b'{"number":"M1/20"}'
        version, commitment = record_rows.add_version(tx, record, NewVersion(body, body))
        tx.db.do("records", "set_head", id=record.id, head=version, in_force=1)
        tx.log("recorded", pseudonym=record.pseudonym, version=version, run=0, decisions=[],
               operation="assert", commitment=commitment)  # fmt: skip
        tx.log("outcome", pseudonym=record.pseudonym, version=version, destination="regional",
               attempt=1, outcome="delivered")  # fmt: skip
    return file


def azalai(config: Path, *words: str) -> Result:
    done = CliRunner().invoke(app, ["ledger", *words, "--config", str(config)])
    if isinstance(done.exception, AzalaiError):
        raise done.exception
    return done


def verified(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The copy beside an export, run by itself; the pack's from next to it."""
    command = [sys.executable, "-I", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_from_the_export_to_the_auditor(config: Path, tmp_path: Path) -> None:
    """The folder, the card, and a Python that knows nothing of Azalai: 0, and 3 once changed."""
    folder, card = tmp_path / "usb", tmp_path / "card.txt"
    assert azalai(config, "card", "-o", str(card)).exit_code == 0
    told = json.loads(azalai(config, "export", str(folder), "--json").output)
    program = folder / "azalai-verify.py"
    good = verified(program, str(folder), "--card", str(card))
    words = card.read_text().split("words: ")[1].splitlines()[0]

    assert (told["entries"], told["size"]) == (3, 3)  # its own entry stands in it
    assert good.returncode == 0, good.stdout
    assert verified(program, str(folder), "--words", words).returncode == 0
    assert verified(program, str(folder)).returncode == 2
    assert azalai(config, "verify", "--export", str(folder)).exit_code == 0
    bundle = next((folder / "tile" / "entries").rglob("3"))
    bundle.write_bytes(bundle.read_bytes().replace(b"delivered", b"withheld!"))
    bad = verified(program, str(folder), "--card", str(card), "--lang", "en", "--json")
    assert bad.returncode == 3
    assert json.loads(bad.stdout)["findings"][0]["what"] == "does not go with entry 1"
    assert azalai(config, "verify", "--export", str(folder), "--card", str(card)).exit_code == 3


def test_an_earlier_checkpoint_is_kept_apart(config: Path, tmp_path: Path) -> None:
    """It is compared with the ledger itself and with an export."""
    kept, folder = tmp_path / "kept", tmp_path / "usb"
    kept.write_text(azalai(config, "checkpoint").output, encoding="utf-8")
    azalai(config, "search", "--reason", "essai FICTIF")
    azalai(config, "export", str(folder))

    assert azalai(config, "verify", "--earlier", str(kept)).exit_code == 0
    done = azalai(config, "verify", "--export", str(folder), "--earlier", str(kept))
    assert done.exit_code == 0
    kept.write_text(kept.read_text().replace("\n2\n", "\n1\n"))
    assert azalai(config, "verify", "--earlier", str(kept)).exit_code == 3
    done = azalai(config, "verify", "--export", str(folder), "--earlier", str(kept))
    assert done.exit_code == 3


def test_a_pack_for_a_case(config: Path, tmp_path: Path) -> None:
    """One file by a warrant's number; it says who only with --openings."""
    path, open_path = tmp_path / "one.azpack", tmp_path / "open.azpack"
    azalai(config, "export", "-o", str(path), "--case", "m 1-2020", "--reason", "requisition")
    words = ("-o", str(open_path), "--record", RECORD, "--openings", "--receipts", "--reason", "r")
    told = json.loads(azalai(config, "export", *words, "--json").output)

    assert b"FICTIF" not in path.read_bytes()
    assert told["entries"] == 4  # recorded, outcome, the first pack's entry, its own
    assert RECORD.encode() in open_path.read_bytes()
    for one in (path, open_path):
        assert azalai(config, "verify", "--export", str(one)).exit_code == 0
    done = azalai(config, "export", "-o", str(path), "--from", "2031-01-01", "--reason", "r")
    assert done.exit_code == 1
    assert "does not mean that nothing was ever sent" in done.output


def test_search(config: Path) -> None:
    """Found: the entry's facts. Not found: exit 1, and what that does not mean."""
    found = azalai(config, "search", "--record", RECORD, "--outcome", "delivered", "--json",
                   "--reason", "essai FICTIF")  # fmt: skip
    none = azalai(config, "search", "--destination", "nowhere", "--reason", "essai FICTIF")
    looked = azalai(config, "search", "--type", "consulted", "--reason", "essai FICTIF")

    assert [e["index"] for e in json.loads(found.output)] == [1]
    assert none.exit_code == 1
    assert "does not mean" in none.output
    assert "never sent" not in none.output
    assert looked.output.count("by_destination: nowhere") == 1
    assert "FICTIF" not in looked.output


def test_what_is_refused(config: Path, tmp_path: Path) -> None:
    """Wrong usage and another's folder: an error of ours, nothing written."""
    with pytest.raises(StopError):
        azalai(config, "export")
    with pytest.raises(StopError):
        azalai(config, "export", str(tmp_path / "x"), "--openings", "--reason", "r")
    with pytest.raises(NotFoundError):
        azalai(config, "export", "-o", str(tmp_path / "x"), "--record", "none", "--reason", "r")
    azalai(config, "export", str(tmp_path / "usb"))
    (tmp_path / "usb" / "checkpoint").write_text("other")
    with pytest.raises(VerificationError):
        azalai(config, "export", str(tmp_path / "usb"))

    for words in (("card", "-o"), ("prove", "0", "-o"), ("open", "0", "--reason", "r", "-o")):
        with pytest.raises(StopError):
            azalai(config, *words, str(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(StopError):
        azalai(config, "export", str(tmp_path / "file" / "x"))
    with pytest.raises(StopError):
        azalai(config, "verify", "--earlier", str(tmp_path / "none"))

    assert not (tmp_path / "x").exists()


def test_an_entry_is_opened(config: Path, tmp_path: Path) -> None:
    """On the screen, or as the exact bytes in a file for its owner; the ledger says who looked."""
    done = azalai(config, "open", "0", "--reason", "essai FICTIF")
    azalai(config, "open", "0", "--reason", "essai FICTIF", "-o", str(tmp_path / "bytes"))
    looked = azalai(config, "search", "--type", "consulted", "--reason", "essai FICTIF")

    assert RECORD in done.output
    assert '{"number":"M1/20"}' in done.output
    assert (tmp_path / "bytes").read_bytes() == b'{"number":"M1/20"}'
    assert (tmp_path / "bytes").stat().st_mode & 0o777 == 0o600
    assert looked.output.count("ledger_open") == 2


def test_one_entry_is_proven(config: Path, tmp_path: Path) -> None:
    """A C2SP tlog-proof under the checkpoint of that very moment."""
    assert azalai(config, "prove", "1", "-o", str(tmp_path / "p")).exit_code == 0
    text = (tmp_path / "p").read_text(encoding="utf-8")

    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 1\n")


def test_who_took_the_log_or_a_proof_is_entered(config: Path, tmp_path: Path) -> None:
    """Each is a consultation: who, which entry, the reason sealed; what failed took nothing."""
    azalai(config, "export", str(tmp_path / "usb"), "--reason", "essai FICTIF")
    azalai(config, "prove", "0", "-o", str(tmp_path / "p"))
    with pytest.raises(NotFoundError):
        azalai(config, "prove", "99", "-o", str(tmp_path / "q"))
    looked = azalai(config, "search", "--type", "consulted", "--json", "--reason", "r")
    export, proof = json.loads(looked.output)

    assert (export["index"], export["purpose"], len(export["note"])) == (2, "ledger_export", 64)
    assert (proof["purpose"], proof["entry"], proof["note"]) == ("ledger_prove", 0, "")
    assert {export["actor"][:3], proof["actor"][:3]} == {"os/"}
    assert "FICTIF" not in looked.output
