"""`azalai recall`: cancellations that a holder has not confirmed."""

import json
from datetime import datetime

import typer

from azalai.cli.deployment import Config, Json, deployment, table
from azalai.cli.speech import say

app = typer.Typer(no_args_is_help=True, help="Recalls that are not confirmed.")


@app.command("list")
def recall_list(config: Config = None, as_json: Json = False) -> None:
    """Every open recall, the oldest first. Exit 1 if there is one: a person may still be wanted
    there."""
    from azalai.clock import parse_instant

    with deployment(config) as app:
        now = app.clock()
        found = [
            {"delivery": id_, "destination": destination, "record": pseudonym, "state": state,
             "reason": reason, "since": since, "hours": _hours(parse_instant(since), now)}
            for id_, destination, pseudonym, state, reason, since in
            app.store.db.rows("deliveries", "recalls_open")
        ]  # fmt: skip
    if as_json:
        print(json.dumps(found))
    elif not found:
        print(say("aucune radiation en attente", "no recall is open"))
    else:
        table([say("envoi", "delivery"), say("fiche", "record"), say("destinataire", "destination"),
               say("état", "state"), say("motif", "reason"), say("heures", "hours")],
              [[f["delivery"], f["record"], f["destination"], f["state"], f["reason"], f["hours"]]
               for f in found])  # fmt: skip
    raise typer.Exit(1 if found else 0)


def _hours(since: datetime, now: datetime) -> int:
    return int((now - since).total_seconds() // 3600)
