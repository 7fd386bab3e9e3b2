"""`azalai ledger search`: entries by the facts that stand in them."""

import json
import sys
from contextlib import nullcontext, redirect_stdout
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.options import (
    ByPerson,
    Case,
    Destination,
    FirstDay,
    LastDay,
    PersonFile,
    Reason,
    Records,
)
from azalai.cli.speech import language, say
from azalai.errors import StopError


def search(
    reason: Reason,
    record: Records = None,
    case: Case = None,
    destination: Destination = None,
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
    first: FirstDay = None,
    last: LastDay = None,
    person: ByPerson = False,
    given: PersonFile = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Entries by record, case, destination, outcome, rule, actor or days. Exit 1 if none is found.

    The search itself is entered first. Numbers are compared without spaces, slashes and case.

    --person: name, birth and documents are asked for, or read from a file (--input), never given as
    arguments. The records that may be meant are shown with what agrees and what differs; you say
    which they are.
    """  # fmt: skip
    from dataclasses import replace

    from azalai.cli import person_asked
    from azalai.evidence import asking, searching
    from azalai.evidence.verifier import entry_lines

    if given is not None and not person:
        raise StopError("--input goes with --person", fr="--input va avec --person")
    asking.known(outcome, kind)
    with deployment(config) as app:
        records = asking.records(app.store, record or [], case)
        if person:
            with redirect_stdout(sys.stderr) if as_json else nullcontext():
                meant = person_asked.meant(app, given, reason, "ledger_search_by_person")
            records = [*(records or []), *meant]
            if not records:
                if as_json:
                    print("[]")
                raise typer.Exit(1)
        start, end = asking.days(first, last, app.settings.time_zone)
        wanted = replace(
            asking.wanted(app.store, records, case, (start, end), record or []),
            destination=destination, outcome=outcome, rule=rule, actor=by, kind=kind,
        )  # fmt: skip
        found, place = 0, destination in (None, *app.settings.destinations)
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
        if not place:
            print(say(f"« {destination} » n'est pas un destinataire de la configuration.",
                      f"`{destination}` is no destination of the configuration."))  # fmt: skip
        print(say(asking.NOTHING.fr, asking.NOTHING.en))
    raise typer.Exit(0 if found else 1)
