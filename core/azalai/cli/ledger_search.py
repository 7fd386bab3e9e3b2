"""`azalai ledger search`: entries by the facts that stand in them."""

import json
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.speech import language, say
from azalai.errors import StopError
from azalai.store.record_rows import RecordRow


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
    person: Annotated[
        bool,
        typer.Option(
            "--person",
            help=say("Par personne : demandé à l'écran.", "By person: asked for at a prompt."),
        ),
    ] = False,
    given: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help=say(
                "Avec --person : un fichier de lignes « nom: … » (- : entrée).",
                "With --person: a file of lines `name: …` (-: standard input).",
            ),
        ),
    ] = None,
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

    from azalai.evidence import asking, searching
    from azalai.evidence.verifier import entry_lines

    if given is not None and not person:
        raise StopError("--input goes with --person", fr="--input va avec --person")
    asking.known(outcome, kind)
    with deployment(config) as app:
        records = asking.records(app.store, record or [], case)
        if person:
            records = [*(records or []), *_meant(app, given, reason, as_json=as_json)]
            if not records:
                raise typer.Exit(1)
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


def _meant(app: App, given: Path | None, reason: str, *, as_json: bool) -> list[RecordRow]:
    """The records that a person says are the one who is looked for; the look is entered first, with
    whose records were looked at and how many, and nothing of what was asked."""
    from azalai.cli import person_asked
    from azalai.evidence.consulting import consulted
    from azalai.reports.person_search import candidates
    from azalai.reports.request import sealed

    wanted = person_asked.request(given, reason)
    found = candidates(app.store, wanted.asked)
    consulted(app.store, actor(), "ledger_search_by_person", sealed(wanted),
              [one.record.pseudonym for one in found], count=len(found))  # fmt: skip
    aside = redirect_stdout(sys.stderr) if as_json else nullcontext()
    with aside:
        chosen = person_asked.chosen(found, wanted, asks=given is None)
    if as_json and not chosen:
        print("[]")
    if not chosen:
        print(person_asked.limits(app.store), file=sys.stderr)
    return [one.record for one in chosen]
