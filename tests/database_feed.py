"""A deployment without destinations whose one feed is a database; all data are fictitious."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from azalai.cli import app

CONNECTOR = """\
name: uto_police
version: "1"
direction: source
title: Police FICTIVE
country: UTO
agency: Service FICTIF
system: UTO-PN
format: sql
mappings: [ vehicules ]
"""
MAPPING = """\
mapping: vehicules
version: 1
kind: ReportedVehicle
register: vehicules
owner: Service fictif
file:
  format: sql
{asked}
columns:
  id:      required
  plaque:  required
  code:    optional
  maj:     ignored, sert à l'ordre
  photo:   ignored, jamais lue
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  id
  vehicle.registration: plaque
  reason:               code
lifecycle:
  file_holds: {holds}
  missing_from_file: {missing}
  cancel_reason: not_stated
expect:
  new_max: no limit
  changed_max: no limit
  withdrawn_max: no limit
"""
FEED = """\
feeds:
  vehicules:
    connector: uto_police
    source:
      kind: sql
      url: '{url}'
      chunk: 3
{more}
"""


@dataclass
class Answer:
    """What a command printed and how it ended."""

    code: int
    text: str


class Feed:
    """`whole` asks for the table each time, otherwise a cursor on `maj` and `id`."""

    def __init__(self, folder: Path, url: str, *, whole: bool = True, more: str = "") -> None:
        self.folder = folder / "deployment"
        self.run("init", str(self.folder), bare=True)
        config = self.folder / "azalai.yaml"
        text = config.read_text("utf-8").replace("held_at_first: yes", "held_at_first: no ")
        config.write_text(text + FEED.format(url=url, more=more), "utf-8")
        connector = self.folder / "connectors" / "uto_police"
        connector.mkdir()
        (connector / "connector.yaml").write_text(CONNECTOR, "utf-8")
        self.mapping = self.folder / "mappings" / "uto_police" / "vehicules.yaml"
        self.mapping.parent.mkdir()
        asked = "  table: vehicules" + ("" if whole else "\n  cursor:\n    - maj\n    - id")
        self.write(asked, "everything" if whole else "changes", "withdraw" if whole else "keep")

    def write(self, asked: str, holds: str, missing: str) -> None:
        text = MAPPING.format(asked=asked, holds=holds, missing=missing)
        self.mapping.write_text(text, "utf-8")

    def run(self, *words: str, bare: bool = False) -> Answer:
        """A command as a person types it."""
        given: Sequence[str] = words if bare else (
            *words, "--config", str(self.folder / "azalai.yaml")
        )  # fmt: skip
        done = CliRunner().invoke(app, given)
        return Answer(done.exit_code, done.output + (repr(done.exception) if done.exception
                      and not isinstance(done.exception, SystemExit) else ""))  # fmt: skip
