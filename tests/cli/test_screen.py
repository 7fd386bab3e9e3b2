"""A terminal is commanded by nobody's file; a pipe gets what stands there."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from azalai.cli.screen import plain

MAPPING = """\
mapping: essai
version: 1
kind: ReportedVehicle
register: vehicules
owner: Service fictif
file:
  format: delimited
  encoding: utf-8
columns:
  num:    required
  plaque: required
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  num
  vehicle.registration: plaque
  reason:               plaque
lifecycle:
  file_holds: changes
"""


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x07", "\r", "\x9b1m", "\u202e", "\u2066", "\x7f", "\u2028"]
)
def test_what_commands_a_terminal_is_shown_by_its_number(text: str) -> None:
    assert plain(f"a{text}b") == f"a\\u{ord(text[0]):04x}{text[1:]}b"


def test_ordinary_texts_stay() -> None:
    text = "é\tœ’\u00a0« خيال\u200fكيلو » \u202f12\n"

    assert plain(text) == text


def test_preview_on_a_terminal(tmp_path: Path) -> None:
    """What a value says to a screen is seen, not done; tests a real terminal."""
    (tmp_path / "m.yaml").write_text(MAPPING)
    (tmp_path / "f.csv").write_bytes("num;plaque\n1;A\u202eB\n2;\x1b]0,X\x07\n".encode())
    command = [sys.executable, "-m", "azalai", "mapping", "preview", "m.yaml", "f.csv"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, cwd=tmp_path, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65_536):
            said += piece
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(ours)
        process.wait()
    shown = said.decode()

    assert "A\\u202eB" in shown
    assert "\\u001b]0" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
