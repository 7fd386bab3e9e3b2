"""`azalai report subject`: what was disclosed about one person; a prompt asks."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli import person_asked
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.report_options import Lang, Only, Out, give
from azalai.cli.speech import say


def subject(
    out: Out,
    given: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help=say("Un fichier de lignes « nom: … » (- : entrée).", "A file of lines `name: …`."),
        ),
    ] = None,
    lang: Lang = "",
    only: Only = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """All that was disclosed about one person: two documents.

    Name, birth and documents are asked for, or read from a file (--input), never given as
    arguments. Homonyms are listed to be told apart; the act is entered with its reason. Exit 1 if
    no record is found or chosen.
    """
    from azalai.app import reporting
    from azalai.evidence.consulting import consulted
    from azalai.reports import one_person, request
    from azalai.reports.person_search import candidates

    wanted = person_asked.request(given)
    with deployment(config) as app:
        found = candidates(app.store, wanted.asked)
        seen = [one.record.pseudonym for one in found]
        note = consulted(app.store, actor(), "search_by_person", request.sealed(wanted), seen)
        chosen = person_asked.chosen(found, wanted, asks=given is None)
        aside = [one for one in found if one not in chosen]
        resting = reporting.basis(app, actor())
        made = one_person.collect(resting, wanted.asked, chosen, aside, note[:8])
        give(app, resting,
             lambda one: [one_person.page(resting, made, one, reader)
                          for reader in ("person", "internal")],
             out, lang, only, as_json=as_json, purpose="report_subject", reason=wanted.reason,
             pseudonyms=[one.record.pseudonym for one in chosen], search=note)  # fmt: skip
    raise typer.Exit(0 if chosen else 1)
