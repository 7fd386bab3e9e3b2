"""`azalai init`: how the daemon comes by its key is asked, or said, and written."""

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from azalai import settings
from azalai.app import checking, key_files, opened
from azalai.ledger import ring

PHRASE = "une phrase FICTIVE"


def init(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "azalai", "init", *words], input=given or "",
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip


def test_it_starts_by_itself_unless_said(tmp_path: Path) -> None:
    """Where nobody can be asked; the key is plain and the deployment opens."""
    done = init(str(tmp_path / "d"))

    assert done.returncode == 0
    assert settings.load(tmp_path / "d" / "azalai.yaml").start == "unattended"
    with opened(tmp_path / "d" / "azalai.yaml"):
        assert not key_files.is_sealed(tmp_path / "d" / "keys" / "kek")


def test_an_attended_start_has_a_passphrase_at_once(tmp_path: Path) -> None:
    """Written in the configuration; the key never lay in clear. Too short, none at all, or with
    --training: exit 2 and nothing is made."""
    done = init(str(tmp_path / "d"), "--start", "attended", given=PHRASE + "\n")
    refused = [
        init(str(tmp_path / "e"), "--start", "attended", given="court\n"),
        init(str(tmp_path / "e"), "--start", "attended"),
        init(str(tmp_path / "e"), "--start", "attended", "--training", given=PHRASE + "\n"),
        init(str(tmp_path / "e"), "--start", "jamais"),
        init(str(tmp_path / "e"), "--origin", "deux mots"),
        init(str(tmp_path / "e"), "--origin", "azalai.invalid/e", "--training"),
        init(str(tmp_path / "d"), "--start", "attended", given=PHRASE + "\n"),
    ]
    [kek] = key_files.sealed(tmp_path / "d" / "keys" / "kek", PHRASE)

    assert done.returncode == 0
    assert settings.load(tmp_path / "d" / "azalai.yaml").start == "attended"
    assert kek.hex().encode() not in (tmp_path / "d" / "keys" / "kek").read_bytes()
    assert [one.returncode for one in refused] == [2] * 7
    assert not (tmp_path / "e").exists()


@pytest.mark.parametrize(("said", "code", "written"), [
    ("", 0, "unattended"), ("jamais", 2, None),
])  # fmt: skip
def test_at_a_terminal_it_is_asked(
    tmp_path: Path, said: str, code: int, written: str | None
) -> None:
    """With one sentence on what each means; the default starts by itself."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{said}\n".encode())
    done = subprocess.run([sys.executable, "-m", "azalai", "init", str(tmp_path / "d")],
                          stdin=theirs, capture_output=True, text=True, check=False, timeout=60,
                          env={**os.environ, "AZALAI_LANGUAGE": "en"})  # fmt: skip
    os.close(ours)
    os.close(theirs)

    assert "After a power cut" in done.stdout
    assert done.returncode == code
    if written is not None:
        assert settings.load(tmp_path / "d" / "azalai.yaml").start == written


def test_the_log_has_one_name(tmp_path: Path) -> None:
    """Its key's and the configuration's are the same; `check` names the two where they are not."""
    place = tmp_path / "poste + frontière"
    init(str(place))
    file = place / "azalai.yaml"
    key = ring.current(place / "keys" / "ledger.pem")
    alike = checking.check(file, datetime.now(UTC))
    named = settings.load(file).origin
    file.write_text(file.read_text().replace(f"origin: {key.name}", "origin: azalai.invalid/autre"))
    [told] = [one for one in checking.check(file, datetime.now(UTC)) if one.code == "AZ-S032"]

    assert named == key.name == "azalai.invalid/poste---frontière"
    assert "AZ-S032" not in {one.code for one in alike}
    assert key.name in told.what.fr
