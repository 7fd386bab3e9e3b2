"""`azalai store`: whether what is kept still opens, balances and verifies."""

import json

import typer

from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, deployment
from azalai.cli.help_pages import command
from azalai.cli.speech import language, say
from azalai.cli.store_backup import store_backup, store_restore
from azalai.cli.store_convert import store_convert
from azalai.cli.store_room import store_prune, store_usage

app = noun("store")
command(
    app,
    "backup",
    fr="""Copier la base et son point de contrôle en un fichier, pendant que le service travaille.
    Jamais la clé maîtresse : gardez-en une copie ailleurs.""",
)(store_backup)
command(
    app,
    "restore",
    fr="""Remettre une sauvegarde. Seules les radiations partent tant qu'on ne sait pas ce qui a été
    envoyé depuis : `run` ou le service le demande aux destinataires, le reste est listé ; puis
    `--resume`.""",
)(store_restore)
command(app, "usage", fr="Ce qui prend de la place, et ce qu'il en reste.")(store_usage)
command(
    app,
    "prune",
    fr="""Enlever ce que les règles écrites laissent partir : restes d'un jour, bases remplacées
    depuis 30 jours.""",
)(store_prune)
command(
    app,
    "convert",
    fr="""Copier la base vers un serveur, et comparer chaque table ; le fichier reste tel quel.""",
)(store_convert)


@command(
    app,
    "check",
    fr="""Ouvrir chaque valeur scellée, recompter les deux équations, vérifier le registre. Code 3 si
    l'un échoue.""",
)
def store_check(config: Config = None, as_json: Json = False) -> None:
    """Open every sealed value, recount both equations, verify the ledger. Exit 3 if one fails."""
    from azalai import reports
    from azalai.ledger import keeper, ring
    from azalai.store import integrity

    with deployment(config) as app:
        with app.store.read():
            broken = list(integrity.broken(app.store))
        balance = reports.conservation(app.store)
        known = ring.verifiers(app.settings.path(app.settings.ledger_key))
        note = keeper.read(app.settings.state / "checkpoint") or b""
        verdict = reports.ledger(app.store, note, known)
    ok = not broken and balance["ok"] and verdict["verified"]
    if as_json:
        print(json.dumps({"ok": ok, "broken": broken, "conservation": balance, "ledger": verdict}))
    else:
        for where in broken:
            print(say(f"ne s'ouvre pas : {where}", f"does not open: {where}"))
        for one in balance["differences"]:
            print(f"{one['name']} : {one['equation']} : {one['left']} / {one['right']}")
        for finding in verdict["findings"]:
            print(f"{say('registre', 'ledger')} : {finding['where']} : {finding[language()]}")
        print(say("tout s'ouvre, les comptes tiennent, le registre est vérifié" if ok else
                  "la base n'est pas en ordre : rien ne doit partir avant de savoir pourquoi",
                  "all opens, the counts hold, the ledger is verified" if ok else
                  "the store is not in order: nothing should leave before it is known why"))  # fmt: skip
    raise typer.Exit(0 if ok else 3)
