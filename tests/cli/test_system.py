"""`azalai system`: shows what it does; without rights it does nothing and says so."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = "language: fr\norigin: azalai.invalid/essai\n"


def azalai(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "azalai", "system", *words], text=True,
                          capture_output=True, check=False)  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> str:
    file = tmp_path / "azalai.yaml"
    file.write_text(CONFIG)
    return str(file)


def test_into_an_image_and_out_again(config: str, tmp_path: Path) -> None:
    image = tmp_path / "image"
    done = azalai("install", "--root", str(image), "--config", config, "--user", "essai")
    file = image / "etc/systemd/system/azalai.service"
    assert done.returncode == 0, done.stderr
    assert str(file) in done.stdout
    assert "User=essai" in file.read_text()
    assert azalai("remove", "--root", str(image), "--dry-run").returncode == 0
    assert file.exists()
    assert azalai("remove", "--root", str(image)).returncode == 0

    assert not file.exists()


def test_a_dry_run_shows_all_steps(config: str) -> None:
    done = azalai("install", "--dry-run", "--config", config, "--user", "essai-fictif")

    assert done.returncode == 0, done.stderr
    assert "useradd --system" in done.stdout
    assert "chown -R essai-fictif:" in done.stdout
    assert "NoNewPrivileges=yes" in done.stdout


def test_a_wrong_account_name_is_refused(config: str, tmp_path: Path) -> None:
    words = ("install", "--root", str(tmp_path), "--config", config, "--user")
    done = azalai(*words, "root\nExecStartPre=+/bin/true")

    assert done.returncode == 2
    assert "compte" in done.stderr


def test_without_root_it_says_so(config: str) -> None:
    """Exit 2, what to do, nothing done."""
    program = "import os; os.geteuid = lambda: 65534; from azalai.cli import main; main()"
    words = [sys.executable, "-c", program, "system", "install", "--config", config]
    done = subprocess.run(words, text=True, capture_output=True, check=False)

    assert done.returncode == 2, done.stdout
    assert "root" in done.stderr
    assert "--root" in done.stderr
    assert done.stdout == ""
