"""`azalai store backup|restore`: a copy in one file, and the way back from it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.given import at_hand
from azalai.cli.options import Reason
from azalai.cli.speech import say

Target = Annotated[
    Path, typer.Argument(help=say("Un dossier, ou un nouveau fichier.", "A folder, or a new file."))
]
File = Annotated[Path | None, typer.Argument(help=say("Une sauvegarde.", "A backup."))]


def store_backup(target: Target, config: Config = None, as_json: Json = False) -> None:
    """Copy the database and its checkpoint into one file, while the daemon works. Never the master
    key: keep a copy of it elsewhere."""
    from azalai.app.backing_up import DATABASE, backup

    with deployment(config) as app, at_hand(target):
        path, found = backup(app, target)
        with app.store.write() as tx:  # a copy of everything is somewhere else now
            tx.log("act", actor=actor(), act="backed_up", size=found.size,
                   digest=found.files[DATABASE])  # fmt: skip
        if as_json:
            print(json.dumps({"path": str(path), **asdict(found)}))
            return
        print(say(f"{path} : {found.size} inscriptions. La clé maîtresse n'y est pas : gardez-la "
                  "ailleurs.",
                  f"{path}: {found.size} entries. The master key is not in it: keep it "
                  "elsewhere."))  # fmt: skip


def store_restore(
    file: File = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help=say("Par-dessus la base qui est là.", "Over the store there is.")
        ),
    ] = False,
    reason: Reason = "",
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help=say(
                "Finir la reprise, une fois qu'il n'y a plus rien à savoir.",
                "End recovering, once nothing is left to be known.",
            ),
        ),
    ] = False,
    erased: Annotated[
        Path | None,
        typer.Option("--erased", help=say("Une liste des fiches effacées (state/erased).",
                                          "A list of erased records (state/erased).")),
    ] = None,
    nothing_erased: Annotated[
        bool,
        typer.Option("--nothing-erased", help=say("Rien n'a jamais été effacé.",
                                                  "Nothing was ever erased.")),
    ] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Put a backup back. Only recalls leave until it is known what was sent since: destinations are
    asked by `run` or the daemon, the rest is listed; then `--resume`."""
    from azalai.errors import StopError

    if resume == (file is not None):
        raise StopError("either a FILE or --resume", fr="ou bien un FICHIER, ou bien --resume")
    if resume:
        _resume(config, as_json=as_json)
    elif file is not None:
        lists = {"erased": erased, "nothing_erased": nothing_erased}
        _restore(config, file, {"replace": replace, "reason": reason, **lists}, as_json=as_json)


def _restore(config: Path | None, file: Path, given: dict[str, Any], *, as_json: bool) -> None:
    from azalai import settings as configuration
    from azalai.app.persons import who
    from azalai.app.restoring import restore
    from azalai.clock import now

    settings = configuration.load(configuration.find(config))
    done = restore(settings, file, who(settings.accounts).actor, now, **given)
    if as_json:
        print(json.dumps({"made_at": done.backup.made_at, "size": done.backup.size,
                          "seen_size": done.seen_size, "asked": done.asked,
                          "aside": None if done.aside is None else str(done.aside)}))  # fmt: skip
        return
    print(say(f"restaurée : {done.backup.size} inscriptions, du {done.backup.made_at} ; le dernier "
              f"scellé d'ici en avait {done.seen_size}",
              f"restored: {done.backup.size} entries, of {done.backup.made_at}; the last checkpoint "
              f"here had {done.seen_size}"))  # fmt: skip
    print(say(f"{done.asked} envoi(s) sont peut-être partis depuis : azalai run, puis azalai store "
              "restore --resume. D'ici là, seules les radiations partent.",
              f"{done.asked} send(s) may have left since: azalai run, then azalai store restore "
              "--resume. Until then only recalls leave."))  # fmt: skip
    if done.aside is not None:
        print(say(f"ce qui était là : {done.aside}", f"what was there: {done.aside}"))


def _resume(config: Path | None, *, as_json: bool) -> None:
    from azalai.store import restored

    with deployment(config) as app:
        if not restored.is_recovering(app.store):
            print(json.dumps({"left": [], "over": True}) if as_json else
                  say("rien à reprendre : aucune restauration n'est en cours",
                      "nothing to resume: no restore is under way"))  # fmt: skip
            return
        restored.step(app.store, app.clock())
        over = restored.end(app.store, actor())
        left = restored.left(app.store)
        if as_json:
            print(json.dumps({"left": [asdict(one) for one in left], "over": over}))
        for one in [] if as_json else left:
            print(
                f"{one.delivery}  {one.destination}  {one.pseudonym}  {_todo(one.state, one.delivery)}"
            )
        if over and not as_json:
            print(say("tout est connu : les envois reprennent", "all is known: sending goes on"))
    raise typer.Exit(0 if over else 1)


def _todo(state: str, delivery: int) -> str:
    if state == "held":
        return say(f"ne peut être demandé : azalai outbox release {delivery} (renvoyer) ou drop",
                   f"cannot be asked: azalai outbox release {delivery} (send again) or drop")  # fmt: skip
    return say("à demander encore : azalai run", "to be asked still: azalai run")
