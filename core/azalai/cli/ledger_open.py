"""`azalai ledger open`: what an entry's commitment stands for."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.given import at_hand, write_private
from azalai.cli.options import Reason
from azalai.cli.speech import language, say


def open_entry(
    index: int,
    reason: Reason,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            help=say(
                "Les octets exacts, lisibles de leur seul propriétaire.",
                "The exact bytes, for their owner only.",
            ),
        ),
    ] = None,
    config: Config = None,
) -> None:
    """What an entry stands for: the record, the message or the receipt. Personal data.

    The ledger says who looked, before anything is opened.
    """
    from azalai.evidence.revealing import reveal

    with deployment(config) as app:
        found = reveal(app.store, index, actor(), reason)
    print(f"{found.record_key}: {found.what.say(language())}")
    if out is not None:
        with at_hand(out):
            write_private(out, found.data)
        print(say(f"{len(found.data)} octets : {out}", f"{len(found.data)} bytes: {out}"))
        return
    try:
        print(found.data.decode("utf-8"))
    except UnicodeDecodeError:
        print(say(f"{len(found.data)} octets qui ne sont pas du texte : -o FICHIER",
                  f"{len(found.data)} bytes that are not text: -o FILE"))  # fmt: skip
