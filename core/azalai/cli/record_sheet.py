"""`azalai record sheet`: the notice of lifting, to be printed, faxed and read by telephone."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.given import at_hand, write_private
from azalai.cli.speech import say


def sheet(
    key: str,
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            help=say("Un dossier, créé s'il n'existe pas.", "A folder, made if it is not there."),
        ),
    ],
    config: Config = None,
) -> None:
    """The notice that a record, or one of its warrants, was lifted: who was told, who has confirmed.

    FR, EN and AR on one A4 page to be printed (HTML) and as signed text, mode 0600; the files' names
    say nothing of the person. `ledger verify --note FILE` checks the text.
    """
    from azalai.canonical import digest
    from azalai.evidence import sheet as pages
    from azalai.evidence.lifting import sheet_of
    from azalai.ledger import ring
    from azalai.store import record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        made = sheet_of(app.store, found, f"{app.settings.origin} / {actor()}")
        signed = pages.text(made, ring.current(app.settings.path(app.settings.ledger_key)))
        with app.store.write() as tx:
            tx.log("consulted", actor=actor(), purpose="notice_of_lifting",
                   pseudonym=found.pseudonym, digest=digest(signed))  # fmt: skip
        name = f"levee-{found.pseudonym[:12]}-{app.clock():%Y%m%dT%H%M%SZ}"
        with at_hand(out):
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            for suffix, data in (("txt", signed), ("html", pages.page(made, signed))):
                write_private(out / f"{name}.{suffix}", data)
                print(out / f"{name}.{suffix}")
        for destination in pages.by_voice(made):
            print(
                say(
                    f"à prévenir de vive voix : {destination}",
                    f"to be told by voice: {destination}",
                )
            )
