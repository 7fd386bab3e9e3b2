"""The systemd unit: hardened, complete, and good for any path."""

import shutil
import subprocess
from pathlib import Path

import pytest

from azalai import settings
from azalai.errors import ConfigurationError
from azalai.service import unit

CONFIG = """\
origin: azalai.invalid/essai
drain_s: 30
feeds:
  a:
    connector: x
    folder: arrivée 100%
    afterwards: move to done/
  b:
    connector: x
    folder: left
destinations: {}
"""


@pytest.fixture
def rendered(tmp_path: Path) -> str:
    (tmp_path / "azalai.yaml").write_text(CONFIG.replace("destinations: {}\n", ""))
    made = settings.load(tmp_path / "azalai.yaml")
    return unit.render(made, "essai", Path("/opt/azalai/bin/python"))


def test_it_names_account_configuration_and_what_is_written(rendered: str, tmp_path: Path) -> None:
    lines = rendered.splitlines()

    assert "User=essai" in lines
    assert f"ExecStart=/opt/azalai/bin/python -m azalai daemon --config {tmp_path}/azalai.yaml" in (
        lines
    )
    assert [one for one in lines if one.startswith("ReadWritePaths=")] == [
        f'ReadWritePaths="{tmp_path}/arrivée 100%%"', f"ReadWritePaths={tmp_path}/state",
    ]  # fmt: skip
    assert "TimeoutStopSec=50" in lines


@pytest.mark.parametrize(
    "line",
    ["Type=notify", "KillMode=mixed", "Restart=on-failure", "NoNewPrivileges=yes",
     "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "CapabilityBoundingSet=",
     "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "SystemCallFilter=@system-service",
     "MemoryDenyWriteExecute=yes", "LimitCORE=0", "UMask=0077",
     "RestartPreventExitStatus=2 3"],
)  # fmt: skip
def test_it_is_hardened(rendered: str, line: str) -> None:
    assert line in rendered.splitlines()


def test_a_path_that_a_unit_cannot_hold_is_refused(tmp_path: Path) -> None:
    """A line break would be a line of its own."""
    (tmp_path / "azalai.yaml").write_text(CONFIG.replace("destinations: {}\n", ""))
    made = settings.load(tmp_path / "azalai.yaml")
    with pytest.raises(ConfigurationError):
        unit.render(made, "essai", Path("/opt/x\nUser=root/python"))
    assert "/opt/$$x/python -m" in unit.render(made, "essai", Path("/opt/$x/python"))


def test_no_mark_of_the_template_is_left(rendered: str) -> None:
    assert not {f"@{w}@" for w in ("USER", "PYTHON", "CONFIG", "WRITES", "HOME", "STOP_S")} & {
        word for line in rendered.splitlines() for word in line.replace("=", " ").split()
    }


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_it(rendered: str, tmp_path: Path) -> None:
    """`verify` finds nothing in it; its exposure is counted low."""
    file = tmp_path / unit.NAME
    file.write_text(rendered.replace("/opt/azalai/bin/python", "/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", str(file)], check=False,
                              capture_output=True, text=True)  # fmt: skip
    assert unit.NAME not in verified.stderr
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager"]
    judged = subprocess.run([*words, str(file)], check=False, capture_output=True, text=True)

    assert "Overall exposure level" not in judged.stdout or judged.returncode == 0
