"""`azalai translate`."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import say


def translate(
    mapping: Annotated[
        Path, typer.Argument(help=say("Un document de correspondance.", "A mapping document."))
    ],
    inputs: Annotated[
        list[Path], typer.Argument(help=say("Les fichiers à lire.", "Files to read."))
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", help=say("Les fiches, un JSON par ligne.", "Records, one JSON a line.")),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help=say("Ce qui a échoué.", "What failed."))
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            "--also",
            help=say(
                "Une autre correspondance du même fichier : son autre feuille, son autre segment.",
                "Another mapping of the same file: its other sheet, segment.",
            ),
        ),
    ] = None,
    with_values: Annotated[
        bool,
        typer.Option(
            "--with-values",
            help=say(
                "Les rejets avec leurs valeurs (données personnelles).",
                "Rejects with their values (personal data).",
            ),
        ),
    ] = False,
    processes: Annotated[
        int,
        typer.Option(
            "--processes",
            min=1,
            max=64,
            help=say(
                "Processus qui se partagent un grand fichier.", "Children that share a large file."
            ),
        ),
    ] = 1,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help=say(
                "L'adresse de chaque valeur : cellule, règle, code, champ.",
                "The address of every value: cell, rule, code, field.",
            ),
        ),
    ] = False,
    line: Annotated[
        int | None,
        typer.Option(
            "--line",
            min=1,
            help=say(
                "Avec --explain : cette fiche, à lire.", "With --explain: this record, to be read."
            ),
        ),
    ] = None,
) -> None:
    """Translate files without a store; counts at the end. Exit 1 if anything was not translated.

    Exit 1 on a finding too: a feed would hold the file. `--explain` translates nothing: it says
    where every value comes from, one JSON a record, or one record for people with `--line N`.
    """
    import os

    from azalai import forks
    from azalai.errors import ConfigurationError

    for given in (mapping, *(also or ()), *inputs):
        _is_a_file(given)
    forks.prepare()  # it loads beside us
    if explain:
        from azalai.cli import explaining

        raise typer.Exit(explaining.tell(mapping, inputs, out, line, with_values=with_values))
    from azalai.cli import translated
    from azalai.mapping import Declared, load_inbound
    from azalai.translate import FeedPlan, translate_file

    plan = FeedPlan(
        (mapping, *(also or ())), Declared("LOCAL", "UTO", "local", "test", "translate")
    )
    troubled = lost = False
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with (
        os.fdopen(os.open(out or os.devnull, flags, 0o600), "wb") as good,
        os.fdopen(os.open(rejects or os.devnull, flags, 0o600), "wb") as bad,
    ):
        for file in inputs:
            try:
                counts = translate_file(
                    plan, file, good, bad, with_values=with_values, processes=processes
                )
            except ConfigurationError:
                for path in plan.mappings:
                    load_inbound(path)  # raises with every mistake, not with their number
                raise
            translated.tell(file, counts)
            lost = lost or counts.read != counts.translated
            troubled = troubled or bool(counts.findings) or counts.error is not None
    if lost and rejects is None:
        print(say("  où et pourquoi des fiches ne sont pas traduites : --rejects FICHIER",
                  "  where and why records were not translated: --rejects FILE"))  # fmt: skip
    raise typer.Exit(1 if troubled or lost else 0)


def _is_a_file(given: Path) -> None:
    from azalai.errors import StopError

    if given.is_dir():
        raise StopError(f"{given}: a folder; name its files",
                        fr=f"{given} : c'est un dossier ; nommez ses fichiers")  # fmt: skip
    if not given.is_file():
        raise StopError(f"{given}: no such file", fr=f"{given} : ce fichier n'existe pas")
