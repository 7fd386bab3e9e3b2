"""`azalai demo`: five national feeds to two real receivers with faults, ending in one table."""

import json
import shlex
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli.speech import say

FEEDS = {
    "bfa_wanted": ("bfa_police", "personnes.csv"),
    "ner_objects": ("ner_police", "objets.txt"),
    "mli_cases": ("mli_police", "procedures.xml"),
    "tcd_objects": ("tcd_police", "signalements.xlsx"),
    "mrt_records": ("mrt_police", "signalements.json"),
}
WAPIS_FAULTS = ("lose=10%", "429=5%", "503=3%", "reset=3%", "refuse=1%")
MAIL_FAULTS = ("lose=4%", "defer=4%", "no_receipt=3%", "wrong_signer=1%", "refuse=1%")
SEED = 7
ORIGIN = "azalai.invalid/demo"
TIMEOUT_S = 3600


def demo(
    records: Annotated[
        int,
        typer.Option(
            "--records", min=1, help=say("Fiches brutes par flux.", "Raw records a feed.")
        ),
    ] = 500,
    folder: Annotated[
        Path, typer.Option("--dir", help=say("Où tout est écrit.", "Where all of it is written."))
    ] = Path("demo"),
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Un objet JSON.", "One JSON object."))
    ] = False,
) -> None:
    """The main job on invented data: read, translate, decide, deliver through faults, prove.

    Exit 0 when both conservation equations and the ledger hold.
    """
    from azalai.errors import StopError
    from azalai.simulate import sides

    config = folder / "config" / "azalai.yaml"
    others = (
        sides.Side("regional", "wapis", folder / "wapis", WAPIS_FAULTS, SEED),
        sides.Side("interpol", "mail", folder / "interpol", MAIL_FAULTS, SEED),
    )
    if not config.exists():
        _write(folder, records, others)
    with sides.running(others) as all_listen:
        if not all_listen:
            raise StopError("a simulator does not start", fr="un simulateur ne démarre pas")
        found = _run(config)
    found["simulators"] = [
        {"name": side.name, "dir": str(side.folder),
         "command": shlex.join(["azalai", *side.words()])} for side in others
    ]  # fmt: skip
    _add_received(found, {side.name: side.folder for side in others})
    if as_json:
        print(json.dumps(found))
    else:
        _tell(found, config)
    held = found["conservation"]["ok"] and found["ledger"]["verified"]
    raise typer.Exit(0 if held else 1)


def _write(folder: Path, records: int, others: tuple[Any, ...]) -> None:
    """A deployment of its own: keys, agreements, invented inputs, the receivers' certificates."""
    from azalai import paths
    from azalai.cli.init import init
    from azalai.simulate import sides
    from azalai.simulate.samples import write_feed

    place = folder / "config"
    init(place, origin=ORIGIN, quiet=True)
    for agreement in sorted((paths.config() / "agreements").glob("*.yaml")):
        shutil.copy(agreement, place / "agreements")
    for side in others:
        sides.prepare(side)
    for name, (connector, file) in FEEDS.items():
        write_feed(connector, folder / "incoming" / name / file, records, SEED)
    blocks = "".join(sides.settings(side, f"../{side.folder.name}") for side in others)
    (place / "azalai.yaml").write_text(_configuration(blocks), encoding="utf-8")


def _configuration(destinations: str) -> str:
    feeds = "".join(
        f"  {name}:\n    connector: {connector}\n    folder: ../incoming/{name}\n"
        f"    pattern: '*{Path(file).suffix}'\n    schedule: every 1 min\n"
        for name, (connector, file) in FEEDS.items()
    )
    return f"""\
# Démonstration : données inventées, destinataires simulés.
language: fr
mark: test
origin: {ORIGIN}
held_at_first: no                 # la démonstration n'attend personne
feeds:
{feeds}destinations:
{destinations}"""


def _run(config: Path) -> dict[str, Any]:
    from azalai import reports
    from azalai.app import opened
    from azalai.cli.running import run_pass
    from azalai.ledger import keeper, ring

    with opened(config) as app:
        run_pass(app, list(app.settings.feeds), TIMEOUT_S, quiet=True)
        known = ring.verifiers(app.settings.path(app.settings.ledger_key))
        note = keeper.read(app.settings.state / "checkpoint") or b""
        return {
            "feeds": reports.feeds(app.store, list(app.settings.feeds)),
            "destinations": reports.destinations(app.store, list(app.settings.destinations)),
            "conservation": reports.conservation(app.store),
            "ledger": reports.ledger(app.store, note, known),
        }


def _add_received(found: dict[str, Any], folders: dict[str, Path]) -> None:
    from azalai.simulate.received import counts

    for row in found["destinations"]:
        seen = counts(folders[row["name"]])
        row["duplicates_at_receiver"] = seen.second_effects
        row["repeats_deduplicated"] = seen.times - seen.received


def _tell(found: dict[str, Any], config: Path) -> None:
    from azalai.cli.status import figures

    figures(found["feeds"], found["destinations"])
    balance = found["conservation"]
    print()
    print(say("lues = traduites + non traduites + en attente + verrouillées + illisibles",
              "read = translated + rejected + parked + locked + unreadable"))  # fmt: skip
    print(say("dus = reçus + refusés + abandonnés + annulés + retenus + en cours",
              "owed = delivered + refused + given up + withdrawn + held + open"))  # fmt: skip
    print(say("les deux équations tiennent", "both equations hold") if balance["ok"]
          else f"{balance['differences']}")  # fmt: skip
    ledger = found["ledger"]
    state = say("vérifié", "verified") if ledger["verified"] else say("NON vérifié", "NOT verified")
    print(say(f"registre : {ledger['size']} inscriptions, {state}",
              f"ledger: {ledger['size']} entries, {state}"))  # fmt: skip
    print()
    print(say("Pour regarder plus loin :", "To look further:"))
    for words in ("reject list", "outbox list --state held", "ledger verify"):
        print(f"  azalai {words} --config {config}")
