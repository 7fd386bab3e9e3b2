"""`azalai ledger`: evidence."""

import json
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli import ledger_export, ledger_open, ledger_search
from azalai.cli.deployment import Config, Json, deployment
from azalai.cli.given import at_hand
from azalai.cli.speech import language, say

app = typer.Typer(no_args_is_help=True, help="Evidence.")
app.command("export")(ledger_export.export)
app.command("search")(ledger_search.search)
app.command("open")(ledger_open.open_entry)


@app.command("verify")
def ledger_verify(
    export: Annotated[Path | None, typer.Option("--export", help="An export or pack.")] = None,
    card: Annotated[Path | None, typer.Option("--card", help="The log's card.")] = None,
    earlier: Annotated[list[Path] | None, typer.Option("--earlier", help="Kept apart.")] = None,
    note: Annotated[Path | None, typer.Option("--note", help="A signed text of ours.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Check everything: entries, tiles, head, checkpoint. Exit 3 and where, if it does not hold.

    --export DIR: the same of an export or a pack, under this log's key or a card.
    --note FILE: that this log's key signed the text of a notice of lifting.
    """
    from azalai.ledger import keeper, keys
    from azalai.ledger.verify import verify

    if note is not None:
        _verify_note(note, config)
        return
    if export is not None:
        raise typer.Exit(_verify_export(export, card, earlier or [], config, as_json=as_json))
    with deployment(config) as app:
        last = keeper.read(app.settings.state / "checkpoint")
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        with app.store.read():
            others = [_read(path) for path in earlier or []]
            verdict = verify(app.store.ledger, last or b"", [key], earlier=others)
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


def _read(path: Path) -> bytes:
    with at_hand(path):
        return path.read_bytes()


def _verify_note(note: Path, config: Config) -> None:
    """VerificationError (exit 3) unless it is as it was signed."""
    from azalai.ledger import keys
    from azalai.ledger.note import open_note

    with deployment(config) as app:
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
    open_note(_read(note), [key])
    print(say(f"vérifié : signé par {key.name}", f"verified: signed by {key.name}"))


def _verify_export(
    export: Path, card: Path | None, earlier: list[Path], config: Path | None, *, as_json: bool
) -> int:
    """Run the program that goes with every export, with a key from outside of it."""
    from azalai.evidence import verifier
    from azalai.evidence.reading import read_all
    from azalai.ledger import keys

    if card is None:
        with deployment(config) as app:
            key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        anchor = ["--vkey", key.vkey]
    else:
        anchor = ["--card", str(card)]
    words = [str(export), *anchor, "--lang", language(), *(["--json"] if as_json else [])]
    words += [word for path in earlier for word in ("--earlier", str(path))]
    return verifier.main(words, read_all)


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
    from azalai.ledger import keys, make_proof, open_checkpoint, proof

    with deployment(config) as app:
        key = keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key)))
        note = app.publish_locked()
        with app.store.read():
            made = make_proof(app.store.ledger, index, note, open_checkpoint(note, [key]).size)
        with at_hand(out):
            out.write_bytes(proof.format_proof(made))
        print(out)


@app.command("card")
def ledger_card(
    out: Annotated[Path | None, typer.Option("-o", help="The card's file.")] = None,
    config: Config = None,
) -> None:
    """The log's key as words and digits, for the authority, the court and each partner."""
    from azalai.evidence.card import card
    from azalai.ledger import keys

    with deployment(config) as app:
        text = card(keys.load_vkey(keys.vkey_path(app.settings.path(app.settings.ledger_key))))
    if out is None:
        print(text, end="")
    else:
        with at_hand(out):
            out.write_text(text, encoding="utf-8")
        print(out)
