"""`azalai reconcile`, `azalai ledger manifest`: what both sides say of the same days."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli import words
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.given import at_hand
from azalai.cli.speech import say
from azalai.store.manifest_rows import Line

SHOWN = 20


def reconcile(
    files: Annotated[
        list[Path],
        typer.Argument(help=say("Leurs manifestes.", "Their manifests.")),
    ],
    trust: Annotated[
        Path | None,
        typer.Option("--trust", help=say("Un fichier avec leur clé (vkey).",
                                         "A file with their key (vkey).")),
    ] = None,
    unanchored: Annotated[
        bool,
        typer.Option("--unanchored", help=say("Sans vérifier qui l'a signé.",
                                              "Without knowing who signed it.")),
    ] = False,
    destination: Annotated[
        str | None,
        typer.Option("--destination", help=say("S'ils l'appellent autrement.",
                                               "Where they call it otherwise.")),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """What is missing on which side, by numbers and digests. Exit 1 where the two differ, 3 where a
    manifest does not verify."""
    from azalai.app import reconciling
    from azalai.errors import StopError
    from azalai.ledger import keys

    if (trust is None) != unanchored:
        raise StopError("--trust FILE, or --unanchored", fr="--trust FICHIER, ou --unanchored")
    known = [] if trust is None else [keys.load_vkey(trust)]
    with deployment(config) as app, at_hand(files[0]):
        found = reconciling.reconcile(app, files, known, destination, actor())
    if as_json:
        print(json.dumps(asdict(found) | {"agree": found.agree}))
        raise typer.Exit(0 if found.agree else 1)
    if unanchored:
        print(say("NON ANCRÉ : qui a signé ces manifestes n'est pas vérifié",
                  "UNANCHORED: who signed these manifests is not verified"))  # fmt: skip
    print(say(f"{found.destination}, du {found.first} au {found.last} : {found.both} message(s) des "
              f"deux côtés, {found.not_taken} finis ici sans acceptation",
              f"{found.destination}, {found.first} to {found.last}: {found.both} message(s) on both "
              f"sides, {found.not_taken} ended here without acceptance"))  # fmt: skip
    _tell(say("envoyés, et absents chez eux", "sent, and not theirs"), found.missing)
    _tell(say("des deux dernières heures, peut-être dans leur manifeste suivant",
              "of the last two hours, perhaps in their next manifest"), found.late)  # fmt: skip
    _tell(say("reçus chez eux, pas encore connus ici", "theirs, and not known here yet"),
          found.ahead)  # fmt: skip
    if found.unknown:
        print(say(f"reçus chez eux, jamais envoyés d'ici : {len(found.unknown)}",
                  f"received there, never sent from here: {len(found.unknown)}"))  # fmt: skip
        for digest in found.unknown[:SHOWN]:
            print(f"  {digest}")
    print(say("Ne dit rien du contenu, ni de ce qu'ils en ont fait ensuite.",
              "Says nothing of contents, nor of what they did with them since."))  # fmt: skip
    raise typer.Exit(0 if found.agree else 1)


def _tell(what: str, lines: Sequence[Line]) -> None:
    if not lines:
        return
    print(say(f"{what} : {len(lines)}", f"{what}: {len(lines)}"))
    for one in lines[:SHOWN]:
        state = words.word(one.state or "")
        print(say(f"  n° {one.sequence}  envoi {one.delivery}  {one.pseudonym}  {state}",
                  f"  no. {one.sequence}  delivery {one.delivery}  {one.pseudonym}  {state}"))  # fmt: skip
    if len(lines) > SHOWN:
        print(say("  … tout : --json", "  … all: --json"))


def ledger_manifest(
    destination: Annotated[str, typer.Argument(help=say("Le destinataire.", "The destination."))],
    day: Annotated[
        str | None,
        typer.Option("--day", help=say("AAAA-MM-JJ ; sinon hier.", "YYYY-MM-DD; else yesterday.")),
    ] = None,
    config: Config = None,
) -> None:
    """Write the signed manifest of a day: numbers, operations, digests of what was first sent."""
    from datetime import date, timedelta
    from zoneinfo import ZoneInfo

    from azalai.app import loading, manifests
    from azalai.errors import StopError

    with deployment(config) as app:
        loading.refuse_unknown(app.settings, destination)
        today = app.clock().astimezone(ZoneInfo(app.settings.time_zone)).date()
        try:
            wanted = today - timedelta(days=1) if day is None else date.fromisoformat(day)
        except ValueError as err:
            raise StopError(f"{day}: no day, as 2026-11-24",
                            fr=f"{day} : pas un jour, comme 2026-11-24") from err  # fmt: skip
        if wanted > today:
            raise StopError("a day to come", fr="un jour à venir")
        path, made = manifests.write(app, app.store, destination, wanted)
    print(say(f"{path} : {made.count} message(s), n° {made.first} à {made.last}",
              f"{path}: {made.count} message(s), no. {made.first} to {made.last}"))  # fmt: skip
    if wanted == today:
        print(say("le jour n'est pas fini : le manifeste n'est pas le dernier",
                  "the day is not over: this manifest is not the last one"))  # fmt: skip
