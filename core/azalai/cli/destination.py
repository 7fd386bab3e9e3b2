"""`azalai destination`: how the other side is, planned pauses, a stop in seconds."""

import json
from typing import Annotated, Any

import typer

from azalai.app import App, loading
from azalai.cli import words
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.help_pages import command
from azalai.cli.options import Reason
from azalai.cli.speech import say

app = noun("destination")
Name = Annotated[
    str,
    typer.Argument(help=say("Un destinataire de la configuration.", "A configured destination.")),
]


@command(
    app,
    "list",
    fr="""Chaque destinataire : joignable ou non, retenu ou non, ce qui attend et depuis quand.""",
)
def destination_list(config: Config = None, as_json: Json = False) -> None:
    """Every destination: reachable or not, held or not, what waits and since when."""
    with deployment(config) as app:
        found = [_facts(app, name) for name in app.settings.destinations]
    if as_json:
        print(json.dumps(found))
        return
    table([say("destinataire", "destination"), say("liaison", "link"), say("retenu", "held"),
           say("en attente", "waiting"), say("depuis", "since")],
          [[f["name"], _link(f), f["held"] or "", f["waiting"], f["oldest"] or ""]
           for f in found])  # fmt: skip


@command(
    app,
    "show",
    fr="Les réglages et l'état d'un destinataire. Les fichiers sont nommés, jamais montrés.",
)
def destination_show(name: Name, config: Config = None) -> None:
    """One destination's settings and state. Files are named, never shown."""
    from azalai.store import destination_rows

    with deployment(config) as app:
        loading.refuse_unknown(app.settings, name)
        for key, value in app.settings.destinations[name].model_dump().items():
            if value not in (None, ()):
                print(f"{key:<22} {', '.join(value) if isinstance(value, tuple) else value}")
        state = destination_rows.get(app.store.db, name)
        print(f"{say('liaison', 'link'):<22} {_link(_facts(app, name))}")
        if state.held:
            print(f"{say('retenu', 'held'):<22} {state.held}")


@command(
    app,
    "probe",
    fr="""S'il est joignable et prend notre certificat, maintenant. N'envoie aucune fiche. Code 1
    sinon.

    Un destinataire injoignable qui répond est réessayé aussitôt.""",
)
def destination_probe(name: Name, config: Config = None) -> None:
    """Whether it can be reached and takes our certificate, now. Sends no record. Exit 1 if not.

    A destination that was down and answers is tried again at once.
    """
    from dataclasses import replace

    from azalai.store import destination_rows

    with deployment(config) as app:
        loading.refuse_unknown(app.settings, name)
        health = app.transport(name).probe()
        if health.ok and destination_rows.get(app.store.db, name).open_until is not None:
            with app.store.write() as tx:
                state = destination_rows.get(tx.db, name)
                destination_rows.put(tx, name, replace(state, open_until=None))
        print(f"{name} : {say('joignable', 'reachable')}" if health.ok else
              f"{name} : {say('injoignable', 'not reachable')} : {words.reason(health.reason)}")  # fmt: skip
    raise typer.Exit(0 if health.ok else 1)


@command(
    app,
    "hold",
    fr="""Une pause prévue : rien de nouveau ne part avant le relâchement ; les radiations partent
    toujours.""",
)
def destination_hold(name: Name, reason: Reason, config: Config = None) -> None:
    """A planned pause: nothing new leaves until it is released; recalls still go."""
    _pause(name, "pause", reason, config)


@command(
    app,
    "stop",
    fr="""Arrêter en quelques secondes : ce qu'un envoi en cours tient s'achève, rien d'autre ne part
    que les radiations.""",
)
def destination_stop(name: Name, reason: Reason, config: Config = None) -> None:
    """Stop within seconds: what a running send holds is finished, nothing else leaves but
    recalls."""
    _pause(name, "stop", reason, config)


@command(
    app, "release", fr="Finir une pause ou un arrêt : ce qui attend part, le plus urgent d'abord."
)
def destination_release(name: Name, config: Config = None) -> None:
    """End a pause or a stop: what waits goes, the most urgent first."""
    from dataclasses import replace

    from azalai.store import destination_rows

    with deployment(config) as app:
        loading.refuse_unknown(app.settings, name)
        with app.store.write() as tx:
            state = destination_rows.get(tx.db, name)
            if state.held is None:
                print(f"{name} : {say('pas retenu', 'not held')}")
                return
            destination_rows.put(tx, name, replace(state, held=None))
            tx.log("released", subject=f"destination/{name}", actor=actor())
        print(f"{name} : {say('relâché', 'released')}")


def _pause(name: str, how: str, reason: str, config: Config) -> None:
    from dataclasses import replace

    from azalai.store import destination_rows, notes

    with deployment(config) as app:
        loading.refuse_unknown(app.settings, name)
        with app.store.write() as tx:
            state = destination_rows.get(tx.db, name)
            destination_rows.put(tx, name, replace(state, held=how))
            note = notes.keep(tx, f"destination/{name}", reason)
            tx.log("held", subject=f"destination/{name}", reason=how, actor=actor(), note=note)
        waiting = _facts(app, name)["waiting"]
        print(say(f"{name} : retenu ; {waiting} envois attendent, les radiations partent toujours.",
                  f"{name}: held; {waiting} deliveries wait, recalls still go."))  # fmt: skip
        print(f"azalai destination release {name}")


def _facts(app: App, name: str) -> dict[str, Any]:
    from azalai.store import destination_rows

    state = destination_rows.get(app.store.db, name)
    waiting = app.store.db.row("deliveries", "waits", destination=name) or (0, None)
    return {"name": name, "connector": app.settings.destinations[name].connector,
            "breaker": state.breaker, "reason": state.reason, "down_since": state.down_since,
            "held": state.held, "waiting": waiting[0], "oldest": waiting[1]}  # fmt: skip


def _link(facts: dict[str, Any]) -> str:
    if facts["breaker"] == "closed":
        return say("en ordre", "in order")
    why = words.reason(facts["reason"])
    return say(f"coupée depuis {facts['down_since']} : {why}",
               f"down since {facts['down_since']}: {why}")  # fmt: skip
