"""`azalai ledger rotate|prune`: a new key for the log; old entries by the written policy."""

import json
import sys
from contextlib import nullcontext, redirect_stdout
from datetime import timedelta
from typing import Annotated

import typer

from azalai.app.pruning import Plan
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.options import DryRun, Reason
from azalai.cli.speech import say


def rotate(
    reason: Reason,
    overlap: Annotated[
        int,
        typer.Option(
            "--overlap", min=0, max=3650,
            help=say("Jours où l'ancienne clé signe encore à côté ; 0 : plus jamais.",
                     "Days for which the old key still signs beside it; 0: never again."),
        ),
    ] = 30,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:  # fmt: skip
    """A new key for the ledger. The old one signs beside it until the overlap ends.

    Two people, where the deployment knows them (exit 4). Then print the new card: azalai ledger card. A witness or partner needs the new key too.
    """
    from azalai.app import log_keys
    from azalai.cli.second_person import ask_for, must_ask

    with deployment(config) as app:
        if dry_run:
            print(say(f"une nouvelle clé signerait ; l'ancienne encore {overlap} jours",
                      f"a new key would sign; the old one for {overlap} more days"))  # fmt: skip
            return
        bound = log_keys.bound(app, overlap)
        if must_ask(app, log_keys.ACT, bound):
            raise typer.Exit(ask_for(app, log_keys.ACT, bound))
        made = log_keys.rotate(app, actor(), reason, timedelta(days=overlap))
    print(say(f"nouvelle clé : {made.made.vkey}\n  ({made.path} : gardez-en une copie)",
              f"new key: {made.made.vkey}\n  ({made.path}: keep a copy)"))  # fmt: skip
    print(say(f"ancienne clé : {made.old.vkey}\n  signe jusqu'au {made.until}",
              f"old key: {made.old.vkey}\n  signs until {made.until}"))  # fmt: skip
    print(say("À faire : azalai ledger card, pour l'autorité, le tribunal, les partenaires et les "
              "cosignataires.",
              "To do: azalai ledger card, for the authority, the court, the partners and the "
              "witnesses."))  # fmt: skip


def prune(
    reason: Reason,
    dry_run: DryRun = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Let go of the entries that the written policy no longer keeps; their hashes stay.

    Two people, where the deployment knows them (exit 4). Proofs of later entries and every
    checkpoint still verify. Needs `ledger_retention:`.
    """
    from azalai.app import approving, pruning
    from azalai.cli.second_person import EXIT_WAITS, ask_for

    with deployment(config) as app:
        found = pruning.plan(app)
        asks = not dry_run and found.until > found.first and approving.two_people(app)
        if asks:
            with redirect_stdout(sys.stderr) if as_json else nullcontext():
                ask_for(app, pruning.ACT, pruning.arguments(found, reason))
        elif not dry_run:
            pruning.prune(app, found, actor(), reason)
    if as_json:
        print(json.dumps({"first": found.first, "until": found.until, "before": found.before,
                          "removed": not (dry_run or asks)}))  # fmt: skip
    elif not asks:
        _tell(found, dry_run=dry_run)
    raise typer.Exit(EXIT_WAITS if asks else 0)


def _tell(found: Plan, *, dry_run: bool) -> None:
    if found.until == found.first:
        print(say(f"rien : aucun bloc de 256 inscriptions n'est d'avant le {found.before[:10]}",
                  f"nothing: no block of 256 entries is older than {found.before[:10]}"))  # fmt: skip
    else:
        said = say(f"inscriptions {found.first} à {found.until - 1}, jusqu'au "
                   f"{found.last_time[:10]}, selon {found.policy.policy}",
                   f"entries {found.first} to {found.until - 1}, up to {found.last_time[:10]}, by "
                   f"{found.policy.policy}")  # fmt: skip
        print(
            (say("à retirer : ", "to prune: ") if dry_run else say("retirées : ", "pruned: "))
            + said
        )
