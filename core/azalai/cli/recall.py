"""`azalai recall`: cancellations that a holder has not confirmed."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.app import App
from azalai.cli import words
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, deployment, table
from azalai.cli.help_pages import command
from azalai.cli.options import Reason
from azalai.cli.speech import say

app = noun("recall")

To = Annotated[str, typer.Option("--to", help=say("Le destinataire.", "The destination."))]
_BANDS = ((24, "< 1 j", "< 1 d"), (168, "1-7 j", "1-7 d"), (720, "7-30 j", "7-30 d"))


@command(
    app,
    "list",
    fr="""Chaque radiation qui n'est pas confirmée, la plus ancienne d'abord, et leur âge par
    destinataire.

    Code 1 si l'une est ouverte : une personne y est peut-être encore recherchée. Celles que des
    personnes ont attestées ou abandonnées restent ici sous leur propre nom.""",
)
def recall_list(config: Config = None, as_json: Json = False) -> None:
    """Every recall that is not confirmed, the oldest first, and how old they are by destination.

    Exit 1 if one is open: a person may still be wanted there. Those that people attested or wrote
    off stay here under their own name.
    """
    with deployment(config) as app:
        found = _recalls(app)
    open_ones = [one for one in found if not one["settled"]]
    if as_json:
        print(json.dumps(found))
    elif not found:
        print(say("aucune radiation en attente", "no recall is open"))
    else:
        table([say("envoi", "delivery"), say("fiche", "record"), say("destinataire", "destination"),
               say("état", "state"), say("motif", "reason"), say("heures", "hours")],
              [[f["delivery"], f["record"], f["destination"], words.word(f["settled"] or f["state"]),
                f["reason"], f["hours"]] for f in found])  # fmt: skip
        _ages(found)
    raise typer.Exit(1 if open_ones else 0)


def _recalls(app: App) -> list[dict[str, Any]]:
    """Open ones, then those that ended without the destination's word; hours until now."""
    from azalai.clock import parse_instant

    now, made = app.clock(), []
    rows = [(*row[:4], "", *row[4:6]) for row in app.store.db.rows("deliveries", "recalls_open")]
    rows += [(*row[:3], "", row[3], *row[4:6])
             for row in app.store.db.rows("deliveries", "recalls_settled")]  # fmt: skip
    for number, destination, pseudonym, state, settled, reason, since in rows:
        made.append({"delivery": number, "destination": destination, "record": pseudonym,
                     "state": state, "settled": settled, "reason": reason, "since": since,
                     "hours": _hours(parse_instant(since), now)})  # fmt: skip
    return made


def _ages(found: Sequence[dict[str, Any]]) -> None:
    """By destination: how many are open in each band of age, the oldest, and what was settled."""
    print()
    rows = []
    for name in sorted({one["destination"] for one in found}):
        mine = [one for one in found if one["destination"] == name]
        hours = [one["hours"] for one in mine if not one["settled"]]
        bounds = [0, *(most for most, _, _ in _BANDS), 10**9]
        rows.append([name, *(sum(low <= h < high for h in hours)
                             for low, high in pairwise(bounds)),
                     max(hours, default=0),
                     *(sum(one["settled"] == how for one in mine)
                       for how in ("attested", "written_off"))])  # fmt: skip
    table([say("destinataire", "destination"), *(say(fr, en) for _, fr, en in _BANDS),
           say("> 30 j", "> 30 d"), say("plus ancienne (h)", "oldest (h)"),
           words.word("attested"), words.word("written_off")], rows)  # fmt: skip


@command(
    app,
    "attest",
    fr="""Le destinataire dit par écrit qu'il a retiré la fiche ; une deuxième personne accepte : code
    4.

    Le SHA-256 du fichier est gardé, pas le fichier. Cela ne compte jamais comme confirmé.""",
)
def recall_attest(
    key: str,
    to: To,
    paper: Annotated[
        Path,
        typer.Option(
            "--paper", help=say("La lettre ou le PV du partenaire.", "The partner's letter or PV.")
        ),
    ],
    reason: Reason = "",
    config: Config = None,
) -> None:
    """The destination says on paper that it took the record out; a second person agrees: exit 4.

    The file's SHA-256 is kept, not the file. It never counts as confirmed.
    """
    from azalai.app.acts import ATTEST
    from azalai.canonical import digest
    from azalai.cli.given import at_hand
    from azalai.errors import StopError

    with at_hand(paper):
        data = paper.read_bytes()
    if not data:
        raise StopError(f"{paper} is empty", fr=f"{paper} est vide")
    _ask(key, to, ATTEST, {"paper": digest(data), "reason": reason}, config)


@command(
    app,
    "write-off",
    fr="""Le destinataire ne pourra jamais confirmer (dissous, injoignable pour toujours) ; une
    deuxième personne accepte : code 4. Cela ne compte jamais comme confirmé.""",
)
def recall_write_off(key: str, to: To, reason: Reason, config: Config = None) -> None:
    """The destination can never confirm (dissolved, unreachable for good); a second person agrees:
    exit 4. It never counts as confirmed."""
    from azalai.app.acts import WRITE_OFF

    _ask(key, to, WRITE_OFF, {"reason": reason}, config)


def _ask(key: str, to: str, act: str, arguments: dict[str, str], config: Config) -> None:
    from azalai.cli.second_person import ask_for
    from azalai.store import record_rows

    with deployment(config) as app:
        found = record_rows.find_any(app.store.db, app.store.keys, key)
        asked = {"record": found.pseudonym, "destination": to, **arguments}
        raise typer.Exit(ask_for(app, act, asked))


def _hours(since: datetime, now: datetime) -> int:
    return int((now - since).total_seconds() // 3600)
