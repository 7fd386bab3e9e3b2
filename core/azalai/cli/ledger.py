"""`azalai ledger`: evidence."""

import json
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, deployment
from azalai.cli.speech import language, say

app = typer.Typer(no_args_is_help=True, help="Evidence.")


@app.command("verify")
def ledger_verify(config: Config = None, as_json: Json = False) -> None:
    """Check everything: entries, tiles, head, checkpoint. Exit 3 and where, if it does not hold."""
    from azalai.ledger import keeper, keys
    from azalai.ledger.verify import verify

    with deployment(config) as app:
        note = keeper.read(app.settings.state / "checkpoint")
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        with app.store.read():
            verdict = verify(app.store.ledger, note or b"", [key])
        if as_json:
            print(json.dumps({"size": verdict.size, "verified": verdict.ok,
                              "findings": [{"where": f.where, "what": f.what.en}
                                           for f in verdict.findings]}))  # fmt: skip
        else:
            for finding in verdict.findings:
                print(f"{finding.where}: {finding.what.say(language())}")
            verdict_text = say("vérifié", "verified") if verdict.ok else say("NON vérifié",
                                                                             "NOT verified")  # fmt: skip
            print(f"{verdict.size} {say('inscriptions', 'entries')}: {verdict_text}")
            for limit in verdict.limits:
                print(f"  {limit.say(language())}")
        raise typer.Exit(0 if verdict.ok else 3)


@app.command("checkpoint")
def ledger_checkpoint(config: Config = None) -> None:
    """Sign a checkpoint now and print it."""
    with deployment(config) as app:
        print(app.publish_locked().decode(), end="")


@app.command("prove")
def ledger_prove(
    index: int,
    out: Annotated[Path, typer.Option("-o", help="The proof's file.")],
    config: Config = None,
) -> None:
    """One entry's evidence as a tlog-proof file."""
    from azalai.ledger import make_proof, proof

    with deployment(config) as app:
        note = app.publish_locked()
        with app.store.read():
            made = make_proof(app.store.ledger, index, note, app.store.ledger.head().size)
        out.write_bytes(proof.format_proof(made))
        print(out)
