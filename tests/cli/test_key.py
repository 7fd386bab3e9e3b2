"""`azalai key`: copies that are read back, a passphrase, a daemon that waits and forgets."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from azalai.errors import VerificationError
from azalai.evidence import key_sheet
from azalai.store.seal import read_kek
from daemon_rig import DOCUMENTS, Running, configure, until
from deployment_rig import Deployment, agreement

PHRASE, OTHER = "une phrase fictive\n", "une autre phrase\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path / "d", DOCUMENTS)
    made.agree(agreement())
    made.start_hub()
    yield made
    made.stop_hub()


def typed(place: Deployment, given: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that is given a line on its standard input."""
    return subprocess.run(place.command(*words), input=given, capture_output=True, text=True,
                          env=place.environment(), check=False, timeout=120)  # fmt: skip


def test_words_and_code_give_the_key_back(tmp_path: Path) -> None:
    """Numbered words, the same without numbers or lines, the scanned code; one wrong word is told."""
    kek = bytes(range(32))
    page = key_sheet.page(kek, key_sheet.Sheet("azalai.invalid/essai", 1, "2026-11-24"))
    words = key_sheet.words_of(kek)

    assert key_sheet.read_back(page) == kek
    assert key_sheet.read_back(" ".join(words).upper()) == kek
    assert key_sheet.read_back(f"lu : {key_sheet.SCANNED}{kek.hex()}") == kek
    assert kek.hex() not in page
    words[3] = words[4]
    with pytest.raises(VerificationError):
        key_sheet.read_back(" ".join(words))


def test_check_waits_for_a_copy_that_was_read_back(place: Deployment, tmp_path: Path) -> None:
    """1 until then; another key's sheet confirms nothing; a lost key comes back from the sheet."""
    sheet = str(tmp_path / "feuille.txt")
    assert place.azalai("check").returncode == 1
    assert place.azalai("key", "copy", "-o", sheet).returncode == 0
    assert place.azalai("key", "copy", "-o", sheet).returncode == 2
    assert place.azalai("check").returncode == 1
    wrong = tmp_path / "autre.txt"
    wrong.write_text(" ".join(key_sheet.words_of(bytes(32))))
    assert place.azalai("key", "copy", "--confirm", "--from", str(wrong)).returncode == 3
    assert place.azalai("key", "copy", "--confirm", "--from", sheet).returncode == 0
    done = place.azalai("check")
    assert done.returncode == 0, done.stdout
    assert place.azalai("key", "list").returncode == 0
    (place.folder / "keys" / "kek").unlink()
    assert place.azalai("status").returncode == 2
    assert place.azalai("key", "copy", "--put-back", sheet).returncode == 0
    assert place.azalai("key", "copy", "--put-back", sheet).returncode == 2


def test_a_daemon_waits_for_a_person_and_forgets(place: Deployment) -> None:
    """Locked it opens nothing; unlocked commands work through it; a rotation goes through it; locked
    again it waits anew, in the same process. The key's file never has the key in clear."""
    kek = place.folder / "keys" / "kek"
    clear = read_kek(kek).hex().encode()
    configure(place, start="attended")
    assert place.azalai("status").returncode == 2  # not under a passphrase yet
    assert typed(place, "court\n", "key", "lock").returncode == 2
    assert typed(place, PHRASE, "key", "lock").returncode == 0
    assert clear not in kek.read_bytes()
    assert place.azalai("status").returncode == 2
    with Running(place, ready=False) as daemon:
        assert until(lambda: daemon.events("key.awaited"))
        assert typed(place, OTHER, "key", "unlock").returncode == 2
        assert typed(place, PHRASE, "key", "unlock").returncode == 0
        assert until(lambda: daemon.events("daemon.ready"))
        assert "après chacun, une personne tape" in place.azalai("status").stdout
        assert typed(place, PHRASE, "key", "rotate").returncode == 0
        assert json.loads(place.azalai("key", "list", "--json").stdout)["form"] == "sealed"
        assert place.azalai("key", "lock").returncode == 0
        assert until(lambda: len(daemon.events("key.awaited")) == 2)
        assert daemon.process.poll() is None
        assert place.azalai("status").returncode == 2
        assert typed(place, PHRASE, "key", "unlock").returncode == 0
        assert until(lambda: len(daemon.events("daemon.ready")) == 2)
        assert not daemon.events("runner.unclean_stop")
        assert daemon.stop() == 0
    file = place.folder / "azalai.yaml"
    file.write_text(file.read_text().replace("start: attended", "start: unattended"))
    assert typed(place, PHRASE, "key", "unlock", "--for-good").returncode == 0
    assert place.azalai("store", "check").returncode == 0


def test_a_credential_is_the_services_own(place: Deployment, tmp_path: Path) -> None:
    """The service reads it and serves the commands; without it they say so."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "azalai-kek").write_text(read_kek(place.folder / "keys" / "kek").hex())
    configure(place, kek_credential="azalai-kek")
    place.environment = lambda: {  # type: ignore[method-assign]
        **Deployment.environment(place), "CREDENTIALS_DIRECTORY": str(folder)}  # fmt: skip
    with Running(place):
        del place.environment
        assert place.azalai("status").returncode == 0
    assert place.azalai("status").returncode == 2
