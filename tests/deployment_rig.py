"""A deployment in a folder: own connector, own mapping, own agreement, a real receiver."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import apsw

from azalai import paths

ORIGIN = "azalai.invalid/essai"
CONFIG = """\
language: fr
mark: test
origin: azalai.invalid/essai
held_at_first: {held}
ballast_mib: 1
feeds:
  essai:
    connector: essai_police
    folder: incoming
    pattern: '*.csv'
destinations:
  regional:
    connector: wapis
    url: https://127.0.0.1:{port}
    ca: hub/ca.pem
    certificate: hub/client.pem
    key: hub/client.key
    states: [ UTO ]
    batch: 20
"""
CONNECTOR = """\
name: essai_police
version: "1"
direction: source
title: Police FICTIVE
country: NER
agency: Service FICTIF
system: ESSAI-PN
format: delimited
mappings:
  - ner_fpr_wanted
"""
HEADER = (
    "num_dossier;nom_prenoms;nom_naissance;alias;sexe;date_naissance;lieu_naissance;"
    "pays_naissance;nationalite;nationalite_2;type_document;num_document;pays_document;"
    "date_exp_document;code_infraction;date_infraction;num_mandat;date_mandat;autorite;"
    "peine_mois;taille_cm;yeux;cheveux;signes;date_maj"
)
EXPECT = "  records_min: 1000\n"


def row(number: int, **changes: str) -> str:
    """One invented row of the FPR-shaped file."""
    values = dict.fromkeys(HEADER.split(";"), "") | {
        "num_dossier": f"FPR-{number:08d}", "nom_prenoms": f"FICTIF{_letters(number)}, Kilo",
        "sexe": "M", "date_naissance": "00/00/1985", "nationalite": "Italienne",
        "code_infraction": "VOL-01", "num_mandat": f"M{number}/20", "date_mandat": "12/03/2020",
        "autorite": "TGI fictif", "peine_mois": "60",
    } | changes  # fmt: skip
    return ";".join(values.values())


def _letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def write(folder: Path, name: str, rows: list[str]) -> None:
    data = "\n".join([HEADER, *rows]) + "\n"
    (folder / "incoming" / name).write_bytes(data.encode("iso-8859-1"))


class Deployment:
    """A folder with everything in it, and the receiver's process."""

    def __init__(self, folder: Path, documents: Path, *, held: str = "no") -> None:
        self.folder, self._held = folder, held
        self.hub: subprocess.Popen[bytes] | None = None
        assert self.azalai("init", str(folder), "--origin", ORIGIN).returncode == 0
        connector = folder / "connectors" / "essai_police"
        connector.mkdir()
        (connector / "connector.yaml").write_text(CONNECTOR)
        mappings = folder / "mappings" / "essai_police"
        shutil.copytree(documents, mappings)
        mapping = mappings / "ner_fpr_wanted.yaml"
        text = mapping.read_text().replace(EXPECT, "  records_min: 1\n")
        for limit in ("rejects_max: 2 %", "new_max: 5 %", "changed_max: 10 %",
                      "withdrawn_max: 1 %"):  # fmt: skip
            text = text.replace(limit, limit.split(":", maxsplit=1)[0] + ": 100 %")
        mapping.write_text(text)

    def start_hub(self, *faults: str, port: int = 0) -> None:
        hub = self.folder / "hub"
        (hub / "port").unlink(missing_ok=True)
        words = [w for fault in faults for w in ("--fault", fault)]
        self.hub = subprocess.Popen(
            [sys.executable, "-m", "azalai", "simulate", "wapis", "--dir", str(hub),
             "--port", str(port), *words], stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(200):
            if (hub / "port").exists() and (hub / "port").read_text():
                break
            time.sleep(0.05)
        config = CONFIG.format(port=(hub / "port").read_text(), held=self._held)
        (self.folder / "azalai.yaml").write_text(config)

    def stop_hub(self) -> None:
        if self.hub is not None:
            self.hub.terminate()
            self.hub.wait(10)
            self.hub = None

    def agree(self, text: str) -> None:
        (self.folder / "agreements" / "essai.yaml").write_text(text)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "azalai", *words]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "AZALAI_CONFIG": str(self.folder / "azalai.yaml")}

    def azalai(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*words), capture_output=True, text=True,
                              env=self.environment(), check=False, timeout=120)  # fmt: skip

    def received(self) -> list[tuple[str, bytes, int]]:
        db = apsw.Connection(str(self.folder / "hub" / "received.db"))
        try:
            return list(db.execute("SELECT operation, body, times FROM received ORDER BY rowid"))
        finally:
            db.close()


def agreement(until: str = "2029-12-31") -> str:
    return f"""\
agreement: essai
version: 1
title: Partage FICTIF
reference: Accord fictif du 1er janvier 2026
owner: Direction FICTIVE
from_country: NER
destinations: [ regional ]
from: 2026-01-01
until: {until}
time_zone: Africa/Niamey
records_already_here: ask
when_it_ends: ask
share:
  - rule: P1
    what: WantedPerson
    if:
      measure: [ arrest ]
      offences.maximum_penalty_months: at least 24
    send: [ identity, documents, description, warrant, offences ]
    without: [ person.description.marks ]
    basis: art. 5
"""


PACKAGE_MAPPINGS = paths.mappings()
