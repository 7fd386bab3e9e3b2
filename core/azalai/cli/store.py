"""`azalai store`: whether what is kept still opens, balances and verifies."""

import json

import typer

from azalai.cli.deployment import Config, Json, deployment
from azalai.cli.speech import language, say
from azalai.cli.store_backup import store_backup, store_restore
from azalai.cli.store_convert import store_convert
from azalai.cli.store_room import store_prune, store_usage

app = typer.Typer(no_args_is_help=True, help="The database.")
app.command("backup")(store_backup)
app.command("restore")(store_restore)
app.command("usage")(store_usage)
app.command("prune")(store_prune)
app.command("convert")(store_convert)


@app.command("check")
def store_check(config: Config = None, as_json: Json = False) -> None:
    """Open every sealed value, recount both equations, verify the ledger. Exit 3 if one fails."""
    from azalai import reports
    from azalai.ledger import keeper, keys
    from azalai.store import integrity

    with deployment(config) as app:
        with app.store.read():
            broken = list(integrity.broken(app.store))
        balance = reports.conservation(app.store)
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        note = keeper.read(app.settings.state / "checkpoint") or b""
        verdict = reports.ledger(app.store, note, [key])
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
