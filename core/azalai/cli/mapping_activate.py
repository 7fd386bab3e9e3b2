"""`azalai mapping activate`: a new version in force, after what it changes was shown."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, actor
from azalai.cli.speech import say


def activate(
    file: Annotated[Path, typer.Argument(help="The new version; its lists lie beside it.")],
    feed: Annotated[str, typer.Option("--feed", help="The feed that it is of.")],
    on: Annotated[
        list[Path] | None, typer.Option("--on", help="A file of the feed to compare on too.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show, change nothing.")] = False,
    config: Config = None,
) -> None:
    """Put a new version of a mapping in force, with the code lists and examples beside it.

    It shows first whose meaning changes and what each destination gets by it: of the feed's kept
    raw records, and of the files given.
    """
    from azalai.app import activating, mapping_changes
    from azalai.cli.deployment import deployment
    from azalai.cli.mapping_diff import Told
    from azalai.errors import StopError
    from azalai.pipeline.configured import ask_reload, put_in_force
    from azalai.translate.comparing import compare_file, compare_kept

    for path in (file, *(on or ())):
        if not path.is_file():
            raise StopError(f"{path}: no such file", fr=f"{path} : ce fichier n'existe pas")
    with deployment(config) as app:
        made = activating.prepare(app, feed, file)
        before, after = mapping_changes.plans(app, feed, made.before.path, file)
        told, decided = Told(as_json=False), mapping_changes.verdicts(app)
        kept = mapping_changes.kept(app, feed)
        names = mapping_changes.pseudonyms(app)
        told.take(feed, compare_kept(before, after, kept), decided, names)
        for path in on or ():
            told.take(path.name, compare_file(before, after, path), decided)
        told.end()
        print(say(f"{made.before.label} → {made.after.label} : {made.ran} exemple(s) réussi(s)",
                  f"{made.before.label} → {made.after.label}: {made.ran} example(s) passed"))  # fmt: skip
        for target, _ in made.files:
            print(f"  {target}")
        if dry_run:
            print(say("essai : rien n'est écrit", "dry run: nothing is written"))
            return
        with app.store.write() as tx:
            activating.put_in_force(tx, made, feed, actor(), reason)
            ask_reload(tx)
    with deployment(config) as app:  # with the mapping as it is now
        put_in_force(app.store, app.digests(), actor())
    print(say("en vigueur", "in force"))
