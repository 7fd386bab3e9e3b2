"""A server moves once: the old one starts no more, the new one sends when a person says so."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from azalai.app.key_box import close_box, open_box
from azalai.errors import ConfigurationError, VerificationError
from azalai.evidence import verifier
from daemon_rig import DOCUMENTS
from deployment_rig import Deployment, agreement, row, write

PHRASE = "quatre mots fictifs assez longs"
WHY = ("--reason", "nouveau serveur FICTIF")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    (tmp_path / "phrase").write_text(PHRASE + "\n")
    yield made
    made.stop_hub()


def packed(place: Deployment, tmp_path: Path) -> CompletedProcess[str]:
    return place.azalai("move", "pack", str(tmp_path / "stick"), *WHY,
                        "--passphrase-file", str(tmp_path / "phrase"), "--json")  # fmt: skip


def unpacked(place: Deployment, tmp_path: Path, **changed: str) -> CompletedProcess[str]:
    given = {"keys": str(tmp_path / "keys.box"), "phrase": str(tmp_path / "phrase")} | changed
    return place.azalai("move", "unpack", str(tmp_path / "stick"), str(tmp_path / "new"), *WHY,
                        "--keys", given["keys"], "--passphrase-file", given["phrase"])  # fmt: skip


def at(place: Deployment, folder: Path) -> Deployment:
    """The same deployment in another folder, its receiver where it was."""
    made = Deployment.__new__(Deployment)
    made.__dict__ |= place.__dict__ | {"folder": folder}
    return made


def test_a_server_moves(place: Deployment, tmp_path: Path) -> None:
    """Sent before the move and after it: each record once. The old server starts no more; the new
    one sends nothing before a person confirms; both ledgers verify, one history goes on."""
    write(place.folder, "a.csv", [row(n) for n in range(4)])
    assert place.azalai("run", "--until-idle", "--timeout", "30").returncode == 0
    done = packed(place, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["left"] == {"essai": 1}
    stick = tmp_path / "stick"
    kek = (place.folder / "keys" / "kek").read_bytes().strip()
    assert all(kek not in path.read_bytes() for path in stick.iterdir())
    (stick / "keys.box").rename(tmp_path / "keys.box")

    refused = place.azalai("run")
    assert refused.returncode == 2
    assert "move confirm" in refused.stderr

    done = unpacked(place, tmp_path)
    assert done.returncode == 0, done.stderr
    new = at(place, tmp_path / "new")
    (new.folder / "incoming").mkdir()
    write(new.folder, "b.csv", [row(n) for n in range(4, 7)])
    held = new.azalai("run", "--until-idle", "--timeout", "3")
    assert held.returncode == 1
    assert "move confirm" in new.azalai("status").stdout
    assert len(place.received()) == 4
    done = new.azalai("move", "confirm", *WHY, "--json")
    assert json.loads(done.stdout)["epoch"] == 3
    assert new.azalai("run", "--until-idle", "--timeout", "30").returncode == 0
    assert [times for _, _, times in place.received()] == [1] * 7
    assert new.azalai("ledger", "verify").returncode == 0
    assert new.azalai("store", "check").returncode == 0
    assert place.azalai("ledger", "verify").returncode == 0


def test_what_was_changed_is_not_unpacked(place: Deployment, tmp_path: Path) -> None:
    """Another passphrase, a changed document, backup or manifest: exit 3, nothing is left."""
    write(place.folder, "a.csv", [row(n) for n in range(2)])
    place.azalai("run", "--until-idle", "--timeout", "30")
    assert packed(place, tmp_path).returncode == 0
    stick = tmp_path / "stick"
    (stick / "keys.box").rename(tmp_path / "keys.box")
    (tmp_path / "other").write_text("une autre phrase fictive")
    assert unpacked(place, tmp_path, phrase=str(tmp_path / "other")).returncode == 3
    for name in ["documents.tar", "manifest", next(stick.glob("azalai-backup-*")).name]:
        data = (stick / name).read_bytes()
        (stick / name).write_bytes(data[:-700] + bytes([data[-700] ^ 1]) + data[-699:])
        assert unpacked(place, tmp_path).returncode == 3, name
        assert not (tmp_path / "new").exists()
        (stick / name).write_bytes(data)
    assert unpacked(place, tmp_path).returncode == 0


def test_a_copied_folder_does_not_send(place: Deployment, tmp_path: Path) -> None:
    """A copy beside the original: whichever starts elsewhere than it worked sends nothing."""
    write(place.folder, "a.csv", [row(n) for n in range(2)])
    assert place.azalai("run", "--until-idle", "--timeout", "30").returncode == 0
    shutil.copytree(place.folder, tmp_path / "copy")
    copy = at(place, tmp_path / "copy")
    write(copy.folder, "b.csv", [row(n) for n in range(2, 4)])
    assert copy.azalai("run", "--until-idle", "--timeout", "3").returncode == 1
    assert len(place.received()) == 2
    assert "autre dossier" in copy.azalai("status").stdout
    assert place.azalai("run", "--until-idle", "--timeout", "30").returncode == 0


def test_the_key_box_opens_with_its_phrase_only() -> None:
    """Every byte counts; a short passphrase is refused."""
    box = close_box(PHRASE, {"keys/kek": b"FICTIF"})
    assert open_box(PHRASE, box) == {"keys/kek": b"FICTIF"}
    for place in (0, 20, len(box) - 1):
        with pytest.raises(VerificationError):
            open_box(PHRASE, box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :])
    with pytest.raises(VerificationError):
        open_box(PHRASE + "x", box)
    with pytest.raises(ConfigurationError):
        close_box("court", {})


def test_checkpoints_say_which_copy_signs(place: Deployment, tmp_path: Path) -> None:
    """The number stays, the epoch grows; the auditor's own program takes such a checkpoint."""
    write(place.folder, "a.csv", [row(n) for n in range(2)])
    place.azalai("run", "--until-idle", "--timeout", "30")
    first = (place.folder / "state" / "checkpoint").read_text().split("\n")[3]
    assert first.startswith("azalai instance ")
    assert first.endswith(" epoch 1")
    assert place.azalai("store", "backup", str(tmp_path / "b.tar")).returncode == 0
    assert (
        place.azalai("store", "restore", str(tmp_path / "b.tar"), "--replace", *WHY).returncode == 0
    )
    place.azalai("run", "--until-idle", "--timeout", "30")
    second = (place.folder / "state" / "checkpoint").read_text().split("\n")[3]
    assert second == first.replace("epoch 1", "epoch 2")
    assert place.azalai("ledger", "export", str(tmp_path / "out")).returncode == 0
    key = (place.folder / "keys" / "ledger.vkey").read_text().strip()
    done = subprocess.run([sys.executable, str(Path(verifier.__file__)),
                           str(tmp_path / "out"), "--vkey", key], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
