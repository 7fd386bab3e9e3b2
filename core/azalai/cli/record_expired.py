"""`azalai record expired`: records whose expiry or review day has passed."""

from datetime import date
from typing import Annotated

import typer

from azalai.cli.deployment import Config, actor, deployment, table
from azalai.cli.speech import say
from azalai.store.past_rows import What


def expired(
    recall: Annotated[
        bool,
        typer.Option(
            "--recall", help=say("Les radier là où elles sont.", "Cancel them where they are.")
        ),
    ] = False,
    keep_until: Annotated[
        str | None,
        typer.Option(
            "--keep-until",
            help=say("Un jour ; la question revient après.", "A day; asked again after it."),
        ),
    ] = None,
    review: Annotated[
        bool,
        typer.Option(
            "--review",
            help=say(
                "Celles à réviser, non celles qui ont expiré.",
                "Those to be reviewed, not those that expired.",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Compter seulement.", "Only count."))
    ] = False,
    config: Config = None,
) -> None:
    """Records in force whose expiry or review day has passed and that wait for a decision, by the
    day that found them. Exit 1 if some still wait."""
    from azalai.errors import StopError
    from azalai.pipeline import expiring
    from azalai.store import past_rows

    if recall and keep_until is not None:
        raise StopError("say --recall or --keep-until", fr="dites --recall ou --keep-until")
    what: What = "review_overdue" if review else "expired"
    with deployment(config) as app:
        found = past_rows.asked(app.store.db)
        waiting = sum(row[3] for row in found if row[0] == what)
        if not recall and keep_until is None:
            names = {"expired": say("expirée", "expired"),
                     "review_overdue": say("à revoir", "to be reviewed")}  # fmt: skip
            table([say("échéance", "what"), say("constaté le", "found on"), say("genre", "kind"),
                   say("fiches", "records")], [[names[row[0]], *row[1:]] for row in found])  # fmt: skip
            raise typer.Exit(1 if found else 0)
        until = (
            None if keep_until is None else later(keep_until, app.clock().date(), "--keep-until")
        )
        if dry_run:
            print(say(f"essai : {waiting} fiche(s) attendent cette décision, rien n'est changé",
                      f"dry run: {waiting} record(s) wait for this decision, nothing is changed"))  # fmt: skip
        elif until is None:
            done = expiring.recall_expired(app.store, app.routes(), what, actor())
            print(say(f"{done} fiche(s) radiée(s) là où elles sont",
                      f"{done} record(s) recalled where they are"))  # fmt: skip
        else:
            done = expiring.keep_expired(app.store, what, until, actor())
            print(say(f"{done} fiche(s) gardée(s) jusqu'au {until}",
                      f"{done} record(s) kept until {until}"))  # fmt: skip


def later(text: str, today: date, option: str) -> date:
    """A day that is to come. StopError names the option."""
    from azalai.errors import StopError

    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = today
    if found <= today:
        raise StopError(f"{option} {text}: not a day to come",
                        fr=f"{option} {text} : ce n'est pas un jour à venir",
                        hint="write it as 2027-01-01", hint_fr="écrivez 2027-01-01")  # fmt: skip
    return found
