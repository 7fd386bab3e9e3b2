"""`azalai key`: the master key: where it is, its passphrase, its rotation, its copies."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.app import App
from azalai.cli import key_copy
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.given import at_hand, write_private
from azalai.cli.help_pages import command
from azalai.cli.options import DryRun
from azalai.cli.passphrase import asked
from azalai.cli.speech import language, say

app = noun("key")
command(
    app,
    "copy",
    fr="""Faire une copie de la clé maîtresse, la confirmer en la relisant, dire qu'elle est détruite.

    -o FICHIER : une feuille à imprimer (mots et code QR), ou avec --sealed un fichier sous phrase
    secrète. --confirm relit une copie. --put-back FICHIER remet la clé d'une copie à sa place.""",
)(key_copy.key_copy)


@command(
    app, "list",
    fr="""La clé maîtresse et ses copies, les anciennes, ce qui est hors de la base. Code 1 si
    quelque chose est à faire.""",
)  # fmt: skip
def key_list(config: Config = None, as_json: Json = False) -> None:
    """The master key and its copies, former ones, what is outside the store. Exit 1 if something is
    to be done."""
    from azalai.app import key_care
    from azalai.app.key_room import KeyRoom

    with deployment(config) as opened:
        todo = key_care.todo(opened)
        found = _listed(opened, KeyRoom(opened.settings).form)
    if as_json:
        print(json.dumps(found | {"todo": [one.en for one in todo]}))
    else:
        print(say(f"clé maîtresse {found['key']}, {_FORMS[found['form']][0]}, démarrage "
                  f"{found['start']}, depuis le {found['since'][:10]}",
                  f"master key {found['key']}, {_FORMS[found['form']][1]}, start {found['start']}, "
                  f"since {found['since'][:10]}"))  # fmt: skip
        _show(found)
        for one in todo:
            print(one.say(language()))
    raise typer.Exit(1 if todo else 0)


_FORMS = {
    "file": ("dans un fichier", "in a file"),
    "sealed": ("sous une phrase secrète", "under a passphrase"),
    "credential": ("une accréditation systemd", "a systemd credential"),
}


def _listed(opened: App, form: str) -> dict[str, Any]:
    from azalai.store import erasing, key_rows
    from azalai.store.seal import kek_name

    kek, store = kek_name(opened.store.keys.kek), opened.store
    since = next((one.since for one in key_rows.keks(store.db) if one.kek == kek), "")
    erased, unrecoverable, stopped = erasing.counts(store.db)
    return {
        "key": kek, "form": form, "start": opened.settings.start, "since": since,
        "former": [{"key": one.kek, "since": one.since, "gone_at": one.gone_at}
                   for one in key_rows.keks(store.db) if one.kek != kek],
        "copies": [{"copy": one.id, "key": one.kek, "form": one.form, "made_at": one.made_at,
                    "confirmed_at": one.confirmed_at, "gone_at": one.gone_at}
                   for one in key_rows.copies(store.db)],
        "outside": [{"number": one.id, "what": one.what, "place": one.place, "key": one.kek,
                     "made_at": one.made_at} for one in key_rows.outside(store.db)],
        "erased": erased, "unrecoverable": unrecoverable, "stopped": stopped,
    }  # fmt: skip


def _show(found: dict[str, Any]) -> None:
    if found["copies"]:
        print()
        table([say("copie", "copy"), say("clé", "key"), say("forme", "form"), say("faite", "made"),
               say("confirmée", "confirmed"), say("détruite", "destroyed")],
              [[one["copy"], one["key"], one["form"], one["made_at"][:10],
                (one["confirmed_at"] or "-")[:10], (one["gone_at"] or "-")[:10]]
               for one in found["copies"]])  # fmt: skip
    if found["outside"]:
        print()
        table([say("n°", "no."), say("hors de la base", "outside"), say("clé", "key"),
               say("faite", "made"), say("où", "where")],
              [[one["number"], one["what"], one["key"], one["made_at"][:10], one["place"]]
               for one in found["outside"]])  # fmt: skip
    print(say(f"\neffacées : {found['erased']}, dont irrécupérables : {found['unrecoverable']} ; "
              f"ne rentrent plus : {found['stopped']}",
              f"\nerased: {found['erased']}, unrecoverable: {found['unrecoverable']}; kept out: "
              f"{found['stopped']}"))  # fmt: skip


@command(
    app, "lock",
    fr="""Le service oublie la clé à l'instant et attend une personne. La première fois, met le
    fichier de clé sous une phrase secrète (« start: attended »).""",
)  # fmt: skip
def key_lock(config: Config = None) -> None:
    """The daemon forgets the key at once and waits for a person. The first time, puts the key file
    under a passphrase (`start: attended`)."""
    from azalai.app import key_locking
    from azalai.clock import now

    room = _room(config)
    if room.form == "file":
        key_locking.must_start(room, "attended")
        key_locking.seal_up(room, asked(new=True), actor(), now)
        print(say("la clé est sous la phrase secrète : le service l'attend à chaque démarrage",
                  "the key is under the passphrase: the daemon waits for it at each start"))  # fmt: skip
        return
    with deployment(config) as opened:
        held = key_locking.lock(room, opened, actor())
    _told(held, "le service a oublié la clé ; azalai key unlock la lui rend",
          "the daemon has forgotten the key; azalai key unlock gives it back")  # fmt: skip


@command(
    app, "unlock",
    fr="""Ouvrir la clé sous phrase secrète pour le service. La phrase est tapée, ou lue d'une ligne
    en entrée ; jamais sur la ligne de commande.""",
)  # fmt: skip
def key_unlock(
    for_good: Annotated[
        bool,
        typer.Option("--for-good", help=say("Ôter la phrase secrète (« start: unattended »).",
                                            "Take the passphrase off (`start: unattended`).")),
    ] = False,
    config: Config = None,
) -> None:  # fmt: skip
    """Open the key under its passphrase for the daemon. The passphrase is typed, or read from a
    line piped in; never on the command line."""
    from azalai.app import key_locking
    from azalai.clock import now
    from azalai.errors import StopError

    room = _room(config)
    if room.form != "sealed":
        raise StopError("the key is under no passphrase",
                        fr="la clé n'est sous aucune phrase secrète")  # fmt: skip
    if for_good:
        key_locking.open_up(room, actor(), now)
        print(say("la clé est dans son fichier, sans phrase secrète",
                  "the key is in its file, without a passphrase"))  # fmt: skip
        return
    held = key_locking.unlock(room, actor(), now)
    _told(held, "le service a la clé", "the daemon has the key")


@command(
    app, "rotate",
    fr="""Changer la clé maîtresse : chaque clé de fiche est enveloppée à neuf, l'ancienne détruite.

    À deux personnes, si le déploiement les connaît (code 4). Rien n'est rechiffré. Coupée, la même
    commande reprend. Les sauvegardes d'avant ne s'ouvrent
    plus : --backup en fait une avant de détruire l'ancienne clé. Les fiches effacées d'avant
    deviennent irrécupérables quand les copies de l'ancienne clé sont détruites.""",
)  # fmt: skip
def key_rotate(
    backup: Annotated[
        Path | None,
        typer.Option("--backup", help=say("Un dossier, ou un nouveau fichier.",
                                          "A folder, or a new file.")),
    ] = None,
    nodes_have_it: Annotated[
        bool,
        typer.Option("--nodes-have-it", help=say("Les autres nœuds ont la nouvelle clé.",
                                                 "The other nodes have the new key.")),
    ] = False,
    dry_run: DryRun = False,
    config: Config = None,
) -> None:  # fmt: skip
    """Change the master key: every record's key is wrapped anew, the old one destroyed.

    Two people, where the deployment knows them (exit 4). Nothing is encrypted anew. Cut, the same
    command goes on. Earlier backups no longer open:
    --backup makes one before the old key is destroyed. What was erased before becomes unrecoverable
    once the copies of the old key are destroyed.
    """
    from azalai.app import backing_up, rotating
    from azalai.app.key_room import KeyRoom
    from azalai.cli.second_person import ask_for, must_ask

    with deployment(config) as opened:
        if dry_run:
            counts = opened.store.db.rows("keys", "wrapped_counts")
            print(say("à envelopper à neuf : ", "to be wrapped anew: ")
                  + ", ".join(f"{name} {count}" for name, count in counts))  # fmt: skip
            return
        room, bound = KeyRoom(opened.settings, asked), rotating.bound(opened)
        if must_ask(opened, rotating.ACT, bound) and rotating.begins(opened, room):
            raise typer.Exit(ask_for(opened, rotating.ACT, bound))
        done = rotating.rotate(
            opened, room, actor(), elsewhere=nodes_have_it,
            between=lambda: None if backup is None else backing_up.backup(opened, backup),
        )  # fmt: skip
        opened.publish_locked()
    if done.left:
        print(say("tout est enveloppé à neuf ; ôtez l'ancienne accréditation, redémarrez, puis "
                  "retapez azalai key rotate",
                  "all is wrapped anew; take the old credential away, restart, then type azalai key "
                  "rotate again"))  # fmt: skip
        raise typer.Exit(1)
    print(say(f"clé {done.old} → {done.new} : {done.rows} clés enveloppées à neuf, l'ancienne "
              f"détruite ; {done.unrecoverable} fiche(s) effacée(s) irrécupérable(s)",
              f"key {done.old} → {done.new}: {done.rows} keys wrapped anew, the old one destroyed; "
              f"{done.unrecoverable} erased record(s) unrecoverable"))  # fmt: skip
    print(say("Maintenant : azalai key copy -o FICHIER, et une sauvegarde (les anciennes ne "
              "s'ouvrent plus).",
              "Now: azalai key copy -o FILE, and a backup (earlier ones no longer open)."))  # fmt: skip


@command(
    app, "new",
    fr="""Écrire une nouvelle clé dans un fichier, pour en faire une accréditation systemd.""",
)  # fmt: skip
def key_new(
    out: Annotated[Path, typer.Option("-o", help=say("Un nouveau fichier.", "A new file."))],
) -> None:
    """Write a new key to a file, to make a systemd credential of it."""
    import secrets

    with at_hand(out):
        write_private(out, secrets.token_hex(32).encode() + b"\n")
    print(out)


def _room(config: Path | None) -> Any:
    from azalai import settings as configuration
    from azalai.app.key_room import KeyRoom
    from azalai.cli.deployment import remember_accounts

    settings = configuration.load(configuration.find(config))
    remember_accounts(settings)
    return KeyRoom(settings, asked)


def _told(held: str, fr: str, en: str) -> None:
    if held == "daemon":
        print(say(fr, en))
    else:
        print(say("aucun service n'est en marche : chaque commande demande la phrase secrète",
                  "no daemon runs: each command asks for the passphrase"))  # fmt: skip
