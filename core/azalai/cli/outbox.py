"""`azalai outbox`: deliveries."""

import json
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import words
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment, person, table
from azalai.cli.help_pages import command
from azalai.cli.options import Destination
from azalai.cli.outbox_reissue import outbox_reissue
from azalai.cli.speech import language, say
from azalai.store import Transaction
from azalai.store.delivery_rows import Delivery

app = noun("outbox")
command(
    app,
    "reissue",
    fr="""Envoyer de nouveau, selon la correspondance et les accords d'aujourd'hui : nouveaux octets,
    nouvelles clés, version suivante.

    Montre ce que ce serait, puis demande une deuxième personne (code 4). Ce qui est nouveau le
    dépasse. Pour répéter les mêmes octets : `outbox repeat`.""",
)(outbox_reissue)


@command(app, "list", fr="Les envois, du plus ancien au plus récent.")
def outbox_list(
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            help=say("Un état : due, delivered, refused, …", "A state: due, delivered, refused, …"),
        ),
    ] = None,
    destination: Destination = None,
    most: Annotated[
        int, typer.Option("--most", help=say("Combien au plus.", "How many at most."))
    ] = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Deliveries, oldest first."""
    from azalai.store import delivery_rows

    with deployment(config) as app:
        found = [delivery_rows.delivery_of(row) for row in app.store.db.rows(
            "deliveries", "list", destination=destination, state=state, record=None, most=most,
        )]  # fmt: skip
        if as_json:
            print(json.dumps([{"id": d.id, "record": d.pseudonym, "version": d.version,
                               "destination": d.destination, "operation": d.operation,
                               "state": d.state, "rule": d.rule, "attempts": d.attempts,
                               "reason": d.last_reason} for d in found]))  # fmt: skip
            return
        table(["id", say("fiche", "record"), "v", say("destinataire", "destination"),
               say("opération", "operation"), say("état", "state"), say("règle", "rule"),
               say("motif", "reason")],
              [[d.id, d.pseudonym, d.version, d.destination, words.word(d.operation),
                words.word(d.state), d.rule,
                d.last_reason or ""] for d in found])  # fmt: skip


@command(
    app,
    "show",
    fr="""Un envoi : décision, tentatives, ce qui a été demandé et répondu. Jamais son contenu.""",
)
def outbox_show(delivery: int, config: Config = None) -> None:
    """One delivery: decision, attempts, what was asked and answered. Never its contents."""
    from azalai.store import delivery_rows

    with deployment(config) as app:
        one = delivery_rows.get(app.store.db, delivery)
        shown = {
            say("envoi", "delivery"): one.id, say("fiche", "record"): one.pseudonym,
            say("genre", "kind"): one.kind, "version": one.version,
            say("destinataire", "destination"): one.destination, say("passe", "run"): one.run,
            say("opération", "operation"): words.word(one.operation),
            say("état", "state"): words.word(one.state), say("motif", "reason"): one.last_reason,
            say("règle", "rule"): one.rule, say("base légale", "basis"): one.basis,
            say("décision", "decision"): one.sentence.say(language()),
            say("champs", "fields"): ", ".join(one.fields),
            say("attend une personne", "asks a person"): one.ask_by,
            say("valable jusqu'à", "holds until"): one.holds_until,
            say("tentatives", "attempts"): one.attempts, say("à partir de", "due at"): one.due_at,
            say("premier envoi", "first sent"): one.first_sent_at,
            say("issue inconnue depuis", "unknown since"): one.unknown_since,
            say("remplace", "replaces"): one.replaces, say("empreinte", "commitment"):
            one.commitment, say("décidé le", "decided"): one.made_at,
            say("terminé le", "ended"): one.ended_at,
        }  # fmt: skip
        for name, value in shown.items():
            if value not in (None, ""):
                print(f"{name:<22} {value}")
        if one.attempts:
            _steps(app, one)


def _steps(app: App, one: Delivery) -> None:
    """What the ledger says of it, in its order."""
    from azalai.reports.transfers import steps_of
    from azalai.reports.words import word

    print()
    table([say("inscription", "entry"), say("heure", "time"), say("tentative", "attempt"),
           say("issue", "outcome"), say("motif", "reason")],
          [[step.index, step.at, step.attempt,
            words.word(step.outcome) if step.outcome else say("envoi commencé", "sending begun"),
            word(step.reason, language()) if step.reason else ""]
           for step in steps_of(app.store.ledger, one.id, one.pseudonym)])  # fmt: skip


@command(
    app,
    "release",
    fr="""Relâcher des envois retenus. Ce qui demande deux personnes devient une demande : code 4.""",
)
def outbox_release(deliveries: list[int], config: Config = None) -> None:
    """Release held deliveries. What needs two people becomes a request: exit 4."""
    from azalai.app.acts import RELEASE, two_people_release
    from azalai.cli.second_person import EXIT_WAITS, ask_for
    from azalai.store import delivery_rows

    with deployment(config) as app:
        two = [number for number in dict.fromkeys(deliveries)
               if (found := delivery_rows.get(app.store.db, number)).state == "held"
               and two_people_release(found)]  # fmt: skip
        for number in [n for n in deliveries if n not in two]:
            with app.store.write() as tx:
                print(f"{number}: {_released(tx, delivery_rows.get(tx.db, number))}")
        if two and not person().account:  # it waits all the same
            for number in two:
                print(f"{number}: {say('attend une double validation', 'waits for two people')}")
            print(say("À faire : ", "To do: ") + person().why.say(language()))
            raise typer.Exit(EXIT_WAITS)
        if two:
            raise typer.Exit(ask_for(app, RELEASE, {"deliveries": two}))


def _released(tx: Transaction, found: Delivery) -> str:
    """Release one, and say so, or why not."""
    from azalai.store import delivery_rows

    if found.state != "held":
        return f"{say('pas retenu', 'not held')} ({words.word(found.state)})"
    if found.last_reason == "seal_broken":
        return say("ne s’ouvre pas", "does not open")
    if found.last_reason in (delivery_rows.POSSIBLE_DUPLICATE, delivery_rows.LINKED_LIFTED):
        return say("attend une décision sur deux fiches : azalai record same",
                   "waits for a decision on two records: azalai record same")  # fmt: skip
    tx.log("released", subject=f"delivery/{found.id}", actor=actor(), pseudonym=found.pseudonym)
    delivery_rows.place(tx, found)
    return say("relâché", "released")


@command(
    app,
    "repeat",
    fr="""Envoyer de nouveau les mêmes octets sous la même clé : un récepteur qui les a le dit. Code 1
    si l'un ne peut l'être.""",
)
def outbox_repeat(deliveries: list[int], config: Config = None) -> None:
    """Send again the same bytes under the same key: a receiver that has them says so. Exit 1 if
    one cannot be."""
    from azalai.pipeline.repeating import repeat

    with deployment(config) as app:
        refused = repeat(app.store, app.routes(), deliveries, actor())
    for number, why in zip(deliveries, refused, strict=True):
        said = say("part de nouveau", "goes again") if why is None else why.say(language())
        print(f"{number} : {said}")
    raise typer.Exit(1 if any(refused) else 0)


@command(
    app,
    "owe",
    fr="""Devoir à un destinataire ce qui était là avant lui, ou avant un accord élargi, tel que
    permis aujourd'hui.""",
)
def outbox_owe(
    destination: str,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Compter seulement.", "Only count."))
    ] = False,
    config: Config = None,
) -> None:
    """Owe a destination what was here before it, or before a wider agreement, as allowed today."""
    from azalai.app import loading
    from azalai.pipeline.owing import owe

    with deployment(config) as app:
        loading.refuse_unknown(app.settings, destination)
        found = owe(app.store, app.routes(), destination, actor(), dry_run=dry_run)
    table([say("règle", "rule"), say("dues", "owed"), say("non autorisées", "not allowed")],
          [[rule, found.owed[rule], found.withheld[rule]]
           for rule in sorted({*found.owed, *found.withheld})])  # fmt: skip
    total = sum(found.owed.values())
    print(say(f"{total} fiche(s) seraient dues à {destination}",
              f"{total} record(s) would be owed to {destination}") if dry_run else
          say(f"{total} fiche(s) dues à {destination}",
              f"{total} record(s) owed to {destination}"))  # fmt: skip
