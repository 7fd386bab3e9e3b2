"""`azalai mapping activate`: a new version in force, after what it changes was shown."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, actor
from azalai.cli.speech import say


def activate(
    file: Annotated[
        Path,
        typer.Argument(
            help=say(
                "La nouvelle version ; ses listes sont à côté.",
                "The new version; its lists lie beside it.",
            )
        ),
    ],
    feed: Annotated[
        str | None,
        typer.Option("--feed", help=say("Le flux dont elle est.", "The feed that it is of.")),
    ] = None,
    destination: Annotated[
        str | None,
        typer.Option(
            "--destination",
            help=say(
                "Sortante : un destinataire qui l'emploie.", "Outbound: a destination that uses it."
            ),
        ),
    ] = None,
    on: Annotated[
        list[Path] | None,
        typer.Option(
            "--on",
            help=say(
                "Un fichier du flux, pour comparer aussi dessus.",
                "A file of the feed to compare on too.",
            ),
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=say("Pourquoi.", "Why."))] = "",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=say("Montrer, ne rien changer.", "Show, change nothing.")),
    ] = False,
    config: Config = None,
) -> None:
    """Put a new version of a mapping in force, with the code lists and examples beside it.

    It shows first whose meaning changes and what each destination gets by it: of the feed's kept
    raw records, and of the files given. Of an outbound mapping: which sent messages would differ;
    nothing is sent again, the line that does it is printed.
    """
    from azalai import documents
    from azalai.cli import mapping_messages
    from azalai.errors import StopError

    for path in (file, *(on or ())):
        if not path.is_file():
            raise StopError(f"{path}: no such file", fr=f"{path} : ce fichier n'existe pas")
    if documents.read(file).root.text("direction") == "out":
        mapping_messages.activate(file, destination, reason, config, dry_run=dry_run)
    elif feed is None:
        raise StopError(
            "say which feed it is of: --feed", fr="dites de quel flux elle est : --feed"
        )
    else:
        _inbound(file, feed, on or [], reason, config, dry_run=dry_run)


def _inbound(
    file: Path, feed: str, on: list[Path], reason: str, config: Path | None, *, dry_run: bool
) -> None:  # fmt: skip
    from azalai.app import activating, mapping_changes
    from azalai.cli.deployment import deployment
    from azalai.cli.mapping_diff import Told
    from azalai.cli.mapping_messages import show
    from azalai.pipeline.configured import ask_reload, put_in_force
    from azalai.translate.comparing import compare_file, compare_kept

    with deployment(config) as app:
        made = activating.prepare(app, feed, file)
        before, after = mapping_changes.plans(app, feed, made.before.path, file)
        told, decided = Told(as_json=False), mapping_changes.verdicts(app)
        kept = mapping_changes.kept(app, feed)
        names = mapping_changes.pseudonyms(app)
        told.take(feed, compare_kept(before, after, kept), decided, names)
        for path in on:
            told.take(path.name, compare_file(before, after, path), decided)
        told.end()
        show(made)
        if dry_run:
            print(say("essai : rien n'est écrit", "dry run: nothing is written"))
            return
        with app.store.write() as tx:
            activating.put_in_force(tx, made, actor(), reason, feed=feed)
            ask_reload(tx)
    with deployment(config) as app:  # with the mapping as it is now
        put_in_force(app.store, app.digests(), actor())
    print(say("en vigueur", "in force"))
