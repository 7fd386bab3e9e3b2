"""`azalai demo`: three national feeds to a real receiver with faults, ending in one table."""

import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli.speech import say

FEEDS = {
    "bfa_wanted": ("bfa_police", "personnes.csv"),
    "ner_objects": ("ner_police", "objets.txt"),
    "mli_cases": ("mli_police", "procedures.xml"),
}
FAULTS = ("lose=10%", "429=5%", "503=3%", "reset=3%", "refuse=1%")
SEED = 7
START_S = 20.0


def demo(
    records: Annotated[int, typer.Option("--records", min=1, help="Raw records a feed.")] = 500,
    folder: Annotated[Path, typer.Option("--dir", help="Where all of it is written.")] = Path(
        "demo"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """The main job on invented data: read, translate, decide, deliver through faults, prove.

    Exit 0 when both conservation equations and the ledger hold.
    """
    config = folder / "config" / "azalai.yaml"
    hub = folder / "wapis"
    if not config.exists():
        _write(folder, records)
    command = simulator(hub)
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 (our own words)
    try:
        _await(hub)
        found = _run(config)
    finally:
        running.terminate()
        running.wait(10)
    found["simulators"] = [{"name": "wapis", "dir": str(hub), "command": _shown(hub)}]
    _add_receiver(found, hub)
    if as_json:
        print(json.dumps(found))
    else:
        _tell(found, config)
    held = found["conservation"]["ok"] and found["ledger"]["verified"]
    raise typer.Exit(0 if held else 1)


def simulator(hub: Path) -> list[str]:
    """The command that starts the demo's receiver, on its own port with its certificates."""
    words = [w for fault in FAULTS for w in ("--fault", fault)]
    port = (hub / "listen").read_text()
    return [sys.executable, "-m", "azalai", "simulate", "wapis", "--dir", str(hub),
            "--port", port, "--seed", str(SEED), *words]  # fmt: skip


def _shown(hub: Path) -> str:
    import shlex

    return shlex.join(["azalai", *simulator(hub)[3:]])


def _write(folder: Path, records: int) -> None:
    """A deployment of its own: keys, agreements, invented inputs, the receiver's certificates."""
    from azalai import paths
    from azalai.cli.init import init
    from azalai.simulate import certificates
    from azalai.simulate.samples import write_feed

    place, hub = folder / "config", folder / "wapis"
    init(place, quiet=True)
    for agreement in sorted((paths.config() / "agreements").glob("*.yaml")):
        shutil.copy(agreement, place / "agreements")
    certificates.make(hub)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (hub / "listen").write_text(str(port))
    for name, (connector, file) in FEEDS.items():
        write_feed(connector, folder / "incoming" / name / file, records, SEED)
    (place / "azalai.yaml").write_text(_configuration(port), encoding="utf-8")


def _configuration(port: int) -> str:
    feeds = "".join(
        f"  {name}:\n    connector: {connector}\n    folder: ../incoming/{name}\n"
        f"    pattern: '*{Path(file).suffix}'\n"
        for name, (connector, file) in FEEDS.items()
    )
    return f"""\
# Démonstration : données inventées, destinataire simulé.
language: fr
mark: test
origin: azalai.invalid/demo
held_at_first: no                 # la démonstration n'attend personne
feeds:
{feeds}destinations:
  regional:
    connector: wapis
    url: https://127.0.0.1:{port}
    ca: ../wapis/ca.pem
    certificate: ../wapis/client.pem
    key: ../wapis/client.key
    states: [ UTO ]
    batch: 20
"""


def _await(hub: Path) -> None:
    from azalai.errors import StopError

    port = int((hub / "listen").read_text())
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise StopError(say("le simulateur ne démarre pas", "the simulator does not start"))


def _run(config: Path) -> dict[str, Any]:
    from azalai import reports
    from azalai.app import opened
    from azalai.cli.running import run_pass
    from azalai.ledger import keeper, keys

    with opened(config) as app:
        run_pass(app, list(app.settings.feeds), 240, quiet=True)
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        note = keeper.read(app.settings.state / "checkpoint") or b""
        return {
            "feeds": reports.feeds(app.store, list(app.settings.feeds)),
            "destinations": reports.destinations(app.store, list(app.settings.destinations)),
            "conservation": reports.conservation(app.store),
            "ledger": reports.ledger(app.store, note, [key]),
        }


def _add_receiver(found: dict[str, Any], hub: Path) -> None:
    from azalai.simulate.received import counts

    seen = counts(hub)
    for row in found["destinations"]:
        row["duplicates_at_receiver"] = seen.second_effects
        row["repeats_deduplicated"] = seen.times - seen.received


def _tell(found: dict[str, Any], config: Path) -> None:
    from azalai.cli.running import figures

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
