"""`azalai approve`: what waits for a second person."""

import json
from typing import Annotated

import typer

from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, deployment, person, table
from azalai.cli.help_pages import command
from azalai.cli.speech import language, say

app = noun("approve")

_STATES = {
    "open": ("attend", "waits"), "used": ("approuvée et faite", "agreed and done"),
    "refused": ("refusée", "refused"), "expired": ("expirée", "expired"),
    "changed": ("close, l'acte a changé", "over, the act has changed"),
    "cancelled": ("close, compte fermé", "over, account closed"),
}  # fmt: skip


@command(
    app, "list", fr="Les demandes, de la plus ancienne à la plus récente. Code 1 si l'une attend."
)
def approve_list(
    ended: Annotated[
        bool,
        typer.Option("--all", help=say("Celles qui sont closes aussi.", "Those that ended too.")),
    ] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Requests, oldest first. Exit 1 if one waits."""
    from azalai.app.approving import word_of
    from azalai.store import request_rows

    with deployment(config) as app:
        now = app.clock()
        found = [{"request": one.id, "act": one.act, "state": one.state_at(now),
                  "asked_by": one.asked_by, "expires_at": one.expires_at,
                  "ended_by": one.ended_by or "", "word": word_of(one.digest)}
                 for one in request_rows.every(app.store.db, ended=ended)]  # fmt: skip
    if not ended:
        found = [one for one in found if one["state"] == "open"]
    if as_json:
        print(json.dumps(found))
    elif not found:
        print(say("aucune demande n'attend", "no request waits"))
    else:
        table([say("demande", "request"), say("acte", "act"), say("état", "state"),
               say("faite par", "asked by"), say("jusqu'au", "until"), say("close par", "ended by"),
               say("mot", "word")],
              [[one["request"], one["act"], say(*_STATES[str(one["state"])]), one["asked_by"],
                one["expires_at"], one["ended_by"], one["word"]] for one in found])  # fmt: skip
    raise typer.Exit(1 if any(one["state"] == "open" for one in found) else 0)


@command(app, "show", fr="Ce qu'une demande ferait maintenant, et le mot à comparer de vive voix.")
def approve_show(request: int, config: Config = None) -> None:
    """What a request would do now, and the word to compare by voice."""
    from azalai.app import approving
    from azalai.app.acts import ACTS
    from azalai.store import request_rows

    with deployment(config) as app:
        one = request_rows.get(app.store.db, request)
        state = one.state_at(app.clock())
        print(f"{one.id}  {one.act}  {say(*_STATES[state])}  {one.asked_by}  {one.asked_at}")
        print(f"{say('mot', 'word')} : {approving.word_of(one.digest)}   SHA-256 {one.digest}")
        if state != "open":
            return
        now, same = approving.foreseen(app, ACTS, one)
        for line in now.lines if now else ():
            print(f"  {line.say(language())}")
        if not same:
            print(say("ce qu'elle ferait a changé : elle ne peut plus servir",
                      "what it would do has changed: it can no longer be used"))  # fmt: skip
            return
        print(say("d'accord :", "agree:"), f"azalai approve yes {one.id}")
        print(say("pas d'accord :", "refuse:"), f"azalai approve no {one.id}")


@command(
    app, "yes", fr="Accepter, et faire : une fois, tel que demandé, et jamais par qui a demandé."
)
def approve_yes(
    request: int,
    word: Annotated[
        str | None,
        typer.Option("--word", help=say("Tel qu'on vous l'a lu.", "As it was read to you.")),
    ] = None,
    config: Config = None,
) -> None:
    """Agree, and do it: once, as it was asked for, and never by who asked."""
    from azalai.app import approving
    from azalai.app.acts import ACTS

    with deployment(config) as app:
        for line in approving.yes(app, ACTS, request, person(), word):
            print(line.say(language()))


@command(app, "no", fr="Refuser une demande, ou retirer la sienne.")
def approve_no(
    request: int,
    reason: Annotated[
        str, typer.Option("--reason", help=say("Gardé scellé.", "Kept sealed."))
    ] = "",
    config: Config = None,
) -> None:
    """Refuse a request, or take one's own back."""
    from azalai.app import approving

    with deployment(config) as app:
        approving.no(app, request, person(), reason)
    print(say(f"demande {request} : refusée", f"request {request}: refused"))
