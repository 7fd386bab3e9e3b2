"""`azalai report verify`: a report's file against its signature, offline."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, deployment
from azalai.cli.given import at_hand
from azalai.cli.speech import say
from azalai.ledger import Verifier


def verify_report(
    file: Annotated[Path, typer.Argument(help=say("Le PDF ou le CSV.", "The PDF or CSV."))],
    sig: Annotated[
        Path | None,
        typer.Option("--sig", help=say("Sa signature ; sinon FICHIER.sig.", "Else FILE.sig.")),
    ] = None,
    card: Annotated[
        Path | None, typer.Option("--card", help=say("La carte du registre.", "The log's card."))
    ] = None,
    config: Config = None,
) -> None:
    """That a report is the one that the log's key signed, byte for byte. Exit 3 if not.

    Offline with the log's card (--card); without it, with the deployment's key.
    """
    from azalai.reports import signing

    note = sig or file.with_name(file.name + signing.SUFFIX)
    with at_hand(file):
        data, signature = file.read_bytes(), note.read_bytes()
    kept = False
    if card is not None:
        signed = signing.check(data, signature, _on_card(card))
    else:
        from azalai.ledger import ring

        with deployment(config) as app:
            dated = ring.dated(app.settings.path(app.settings.ledger_key))
            signed = signing.check(data, signature, {one.verifier: one.until for one in dated})
            kept = signing.in_log(app.store.ledger, signed)
    print(say(f"vérifié : {signed.file}, signé par {signed.origin} le {signed.made}",
              f"verified: {signed.file}, signed by {signed.origin} on {signed.made}"))  # fmt: skip
    print(say(f"repose sur le scellé de {signed.size} inscriptions, racine {signed.root}",
              f"rests on the checkpoint of {signed.size} entries, root {signed.root}"))  # fmt: skip
    if kept:
        print(say("ce scellé est bien un début du registre d'ici",
                  "that checkpoint is a beginning of the ledger here"))  # fmt: skip
    if signed.file != file.name:
        print(say(f"le fichier a changé de nom : il se nomme ici {file.name}",
                  f"the file was renamed: here it is {file.name}"))  # fmt: skip
    print(say("Cela prouve qui a signé cette page et qu'elle est entière, non que le registre disait"
              " vrai ni que rien n'a été fait sans inscription.",
              "This proves who signed this page and that it is whole, not that the ledger told the"
              " truth, nor that nothing was done without an entry."))  # fmt: skip


def _on_card(card: Path) -> dict[Verifier, str | None]:
    """The keys of a card, with their ends; VerificationError for one that bears no whole key."""
    from azalai.errors import VerificationError
    from azalai.evidence import verifier
    from azalai.ledger import parse_vkey

    with at_hand(card):
        text = card.read_bytes().decode(errors="replace")
    try:
        anchor = verifier.read_card(text)
    except verifier.Refused as err:
        raise VerificationError(err.said[1], where=str(card), fr=err.said[0]) from err
    if anchor.key is None:
        raise VerificationError("the card bears no whole key (its line `key:`)", where=str(card),
                                fr="la carte ne porte pas de clé entière (sa ligne « clé : »)")  # fmt: skip
    ended: dict[Verifier, str | None] = {parse_vkey(key.vkey): end for key, end in anchor.ended}
    return {**ended, parse_vkey(anchor.key.vkey): None}
