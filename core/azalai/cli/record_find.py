"""`azalai record find`: records by a number, or by a person asked for at a prompt."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import record_erase
from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.options import ByPerson, PersonFile
from azalai.cli.speech import say
from azalai.errors import StopError
from azalai.store.record_rows import RecordRow


def find(
    number: Annotated[
        str | None,
        typer.Argument(help=say("Mandat, affaire, PV ou numéro local.",
                                "A warrant, case, report or local number.")),
    ] = None,
    person: ByPerson = False,
    given: PersonFile = None,
    reason: Annotated[
        str, typer.Option("--reason", help=say("Pourquoi (avec --person) ; gardé scellé.",
                                               "Why (with --person); kept sealed."))
    ] = "",
    config: Config = None,
) -> None:  # fmt: skip
    """Records with a warrant, case, report or local number; spaces, slashes and case are ignored.

    --person: name, birth and documents are asked for at the screen, or read from a file, never given
    as arguments; you say which of those found it is. The ledger says who searched. Exit 1 if none.
    Their entries in the ledger: `azalai ledger search --person`.
    """
    if person == (number is not None) or (given is not None and not person):
        raise StopError("either a number, or --person", fr="ou bien un numéro, ou bien --person")
    if person and not reason:
        raise StopError("this is entered in the ledger: --reason", fr="cela se consigne : --reason")
    with deployment(config) as app:
        found = _numbered(app, number) if number is not None else _meant(app, given, reason)
        for one in found:
            force = say("en vigueur", "in force") if one.in_force else say("retirée", "withdrawn")
            print(f"{one.record_key()}  {one.pseudonym}  {one.kind}  {force}"
                  f"{record_erase.kept(app, one)}")  # fmt: skip
    raise typer.Exit(0 if found else 1)


def _numbered(app: App, number: str) -> list[RecordRow]:
    from azalai.pipeline.finding import by_number

    found = by_number(app.store, number)
    with app.store.write() as tx:
        tx.log("consulted", actor=actor(), purpose="search_by_number",
               pseudonyms=[one.pseudonym for one in found[:1000]])  # fmt: skip
    if not found:
        print(say("aucune fiche avec ce numéro dans cette base",
                  "no record with this number in this store"))  # fmt: skip
    return found


def _meant(app: App, given: Path | None, reason: str) -> list[RecordRow]:
    from azalai.cli import person_asked

    return person_asked.meant(app, given, reason, "search_by_person")
