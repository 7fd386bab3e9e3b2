"""`azalai store usage|prune`: what takes room, and what may go."""

import json
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.options import DryRun
from azalai.cli.speech import say
from azalai.documents import Text

_WORDS = {
    "values/versions": Text("fiches (scellées)", "records (sealed)"),
    "values/messages": Text("messages", "messages"),
    "values/receipts": Text("accusés", "receipts"),
    "values/raws": Text("fiches brutes", "raw records"),
    "values/rejects": Text("non traduites et en attente", "rejected and parked"),
    "values/ledger": Text("registre", "ledger"),
    "values/ledger_tiles": Text("registre, empreintes", "ledger, hashes"),
    "database": Text("la base, index compris", "the database, indexes included"),
    "write_ahead_log": Text("journal de la base", "the database's own log"),
    "ballast": Text("lest, rendu si le disque est plein", "ballast, given back on a full disk"),
    "spool": Text("fichiers en cours de lecture", "files being read"),
    "replaced_stores": Text("bases remplacées par une restauration", "stores that a restore replaced"),
    "incoming": Text("fichiers reçus", "files received"),
    "old_backup": Text("copie plus vieille que « keep: »", "copy older than `keep:`"),
    "leftover": Text("reste d'une lecture interrompue", "left by an interrupted reading"),
    "replaced_store": Text("base remplacée il y a plus de 30 jours",
                           "store replaced more than 30 days ago"),
}  # fmt: skip


def store_usage(config: Config = None, as_json: Json = False) -> None:
    """What takes room, and how much is left."""
    from azalai.app.room import usage
    from azalai.store import samples

    with deployment(config) as app:
        found = usage(app)
        room, days = samples.disk(app.store, app.settings.state)
    if as_json:
        print(json.dumps({"bytes": found, "free": room.free, "total": room.total,
                          "days_left": days}))  # fmt: skip
        return
    table([say("quoi", "what"), say("Mio", "MiB")],
          [[say(*_WORDS[name]), f"{size / (1 << 20):.1f}"] for name, size in found.items()])  # fmt: skip
    print(say(f"disque : {100 * room.share:.0f} % libres", f"disk: {100 * room.share:.0f} % free"))
    if days is not None:
        print(say(f"il dure {days} jours au rythme vu", f"{days} days at the growth seen"))


def _gone(number: int, config: Config) -> None:
    """A person says that a copy outside the store is no more. NotFoundError."""
    from azalai.errors import NotFoundError

    with deployment(config) as app, app.store.write() as tx:
        if not tx.db.do("keys", "outside_gone", id=number, at=tx.at, how="said"):
            raise NotFoundError(f"no copy {number} that is still there",
                                fr=f"aucune copie {number} encore là")  # fmt: skip
        tx.log("act", actor=actor(), act="copy_gone", copy=number)
    print(say(f"copie {number} : n'existe plus", f"copy {number}: is no more"))


def store_prune(
    dry_run: DryRun = False,
    gone: Annotated[
        int | None,
        typer.Option("--gone", help=say("Cette copie de « key list » n'existe plus.",
                                        "This copy of `key list` is no more.")),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Remove what the written rules let go of: leftovers of a day, replaced stores of 30 days,
    backups and openings past `keep:`."""
    from azalai.app.room import prunable, prune

    if gone is not None:
        _gone(gone, config)
        return
    with deployment(config) as app:
        app.store.db.sweep()
        found = prunable(app, app.clock())
        size = sum(one.size for one in found)
        if not dry_run:
            prune(app, actor(), found)
    if as_json:
        print(json.dumps({"removed": not dry_run, "bytes": size, "files": [
            {"path": str(one.path), "rule": one.rule, "bytes": one.size} for one in found]}))  # fmt: skip
        return
    for one in found:
        print(f"{one.path}  {say(*_WORDS[one.rule])}")
    print(say(f"{len(found)} à enlever, {size} octets" if dry_run else
              f"{len(found)} enlevé(s), {size} octets",
              f"{len(found)} to remove, {size} bytes" if dry_run else
              f"{len(found)} removed, {size} bytes"))  # fmt: skip
