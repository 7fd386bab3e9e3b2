"""`azalai ledger search`: entries by the facts that stand in them."""

import json
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.speech import language, say


def search(
    reason: Annotated[
        str,
        typer.Option(
            "--reason", help=say("Pourquoi : c'est gardé scellé.", "Why: it is kept sealed.")
        ),
    ],
    record: Annotated[
        list[str] | None,
        typer.Option(
            "--record",
            help=say("La clé d'une fiche, ou son pseudonyme.", "A record's key or pseudonym."),
        ),
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", help=say("Un numéro d'affaire ou de mandat.", "A case or warrant number.")
        ),
    ] = None,
    destination: Annotated[
        str | None, typer.Option("--destination", help=say("Un destinataire.", "A destination."))
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(
            "--outcome", help=say("delivered (reçu), refused (refusé), …", "delivered, refused, …")
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option("--rule", help=say("Une règle d'un accord.", "An agreement's rule.")),
    ] = None,
    by: Annotated[str | None, typer.Option("--actor", help=say("Qui a agi.", "Who acted."))] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--type",
            help=say("recorded (fiche inscrite), sending (envoi), …", "recorded, sending, …"),
        ),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help=say("Premier jour.", "First day."))
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help=say("Dernier jour, inclus.", "Last day, included."))
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Entries by record, case, destination, outcome, rule, actor or days. Exit 1 if none is found.

    The search itself is entered first. Numbers are compared without spaces, slashes and case.
    """
    from dataclasses import replace

    from azalai.evidence import asking, searching
    from azalai.evidence.verifier import entry_lines

    with deployment(config) as app:
        records = asking.records(app.store, record or [], case)
        start, end = asking.days(first, last, app.settings.time_zone)
        wanted = replace(
            asking.wanted(app.store, records, case, (start, end)),
            destination=destination, outcome=outcome, rule=rule, actor=by, kind=kind,
        )  # fmt: skip
        found = 0
        for index, _, entry in searching.search(app.store, wanted, actor(), reason):
            found += 1
            if as_json:
                line = json.dumps({"index": index, **entry}, ensure_ascii=False)
                print(f"{'[' if found == 1 else ','}{line}")
            else:
                print("\n".join(entry_lines(index, entry, language())))
    if as_json:
        print("]" if found else "[]")
    elif not found:
        print(say(asking.NOTHING.fr, asking.NOTHING.en))
    raise typer.Exit(0 if found else 1)
