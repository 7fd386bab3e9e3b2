"""Options that mean the same in several commands."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import say

Reason = Annotated[
    str, typer.Option("--reason", help=say("Pourquoi ; gardé scellé.", "Why; kept sealed."))
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("Montrer seulement.", "Show only."))]
FirstDay = Annotated[
    str | None,
    typer.Option("--from", help=say("Premier jour, 2026-11-24.", "First day, 2026-11-24.")),
]
LastDay = Annotated[
    str | None, typer.Option("--to", help=say("Dernier jour, inclus.", "Last day, included."))
]
Records = Annotated[
    list[str] | None,
    typer.Option(
        "--record",
        help=say("La clé d'une fiche, ou son pseudonyme.", "A record's key or pseudonym."),
    ),
]
Case = Annotated[
    str | None,
    typer.Option(
        "--case",
        help=say("Un numéro d'affaire, de mandat ou de PV.", "A case, warrant or report number."),
    ),
]
Destination = Annotated[
    str | None, typer.Option("--destination", help=say("Un destinataire.", "A destination."))
]
ByPerson = Annotated[
    bool,
    typer.Option(
        "--person",
        help=say("Par personne : demandé à l'écran.", "By person: asked for at a prompt."),
    ),
]
PersonFile = Annotated[
    Path | None,
    typer.Option(
        "--input",
        help=say(
            "Avec --person : un fichier de lignes « nom: … » (- : entrée).",
            "With --person: a file of lines `name: …` (-: standard input).",
        ),
    ),
]
