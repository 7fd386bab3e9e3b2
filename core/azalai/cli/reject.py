"""`azalai reject`: what could not be translated."""

import json
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.speech import language, say

app = typer.Typer(no_args_is_help=True, help="What could not be translated.")


@app.command("list")
def reject_list(
    name: Annotated[str | None, typer.Option("--feed")] = None,
    most: Annotated[int, typer.Option("--most")] = 100,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """What could not be translated: where, which rule, why, what to do. Never the value."""
    from dataclasses import asdict

    from azalai.store.run_rows import reject_of

    with deployment(config) as app:
        rows = app.store.db.rows("runs", "rejects", feed=name, run=None, most=most)
        found = [reject_of(row) for row in rows]
        if as_json:
            print(json.dumps([asdict(r) for r in found], ensure_ascii=False))
            return
        for r in found:
            place = f"{say('ligne', 'line')} {r.line}" if r.line else f"{r.part or r.number}"
            column = f", {say('colonne', 'column')} {r.column}" if r.column else ""
            print(f"{r.id}  {r.feed} {say('passe', 'run')} {r.run}, {place}{column}  "
                  f"[{r.disposition}] {r.code} {r.rule}")  # fmt: skip
            print(f"     {r.what.say(language())}")
            if r.todo.fr:
                print(f"     {say('À faire', 'To do')} : {r.todo.say(language())}")


@app.command("show")
def reject_show(number: int, config: Config = None) -> None:
    """A raw record with its values: personal data, and the ledger says who looked."""
    from azalai.errors import NotFoundError
    from azalai.store.run_rows import open_reject

    with deployment(config) as app:
        opened = open_reject(app.store.db, app.store.keys, number)
        if opened is None:
            raise NotFoundError(say(f"aucune fiche non traduite {number}", f"no reject {number}"))
        with app.store.write() as tx:
            tx.log("consulted", actor=actor(), purpose="correction", subject=f"reject/{number}")
        found, raw = opened
        print(f"{found.code} {found.rule}: {found.what.say(language())}")
        print(json.dumps(json.loads(raw), ensure_ascii=False, indent=2))
