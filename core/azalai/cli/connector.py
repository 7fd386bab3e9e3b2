"""`azalai connector list|test`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.commands import noun
from azalai.cli.deployment import Config
from azalai.cli.help_pages import command
from azalai.cli.speech import say

app = noun("connector")


Folder = Annotated[
    Path | None,
    typer.Option(
        "--dir",
        help=say(
            "Un dossier de déploiement, qui l'emporte fichier par fichier.",
            "A deployment folder, which wins file by file.",
        ),
    ),
]


def _folder(given: Path | None, config: Path | None) -> Path | None:
    """The deployment to look in: named, or that of the configuration, if there is one."""
    from azalai import settings
    from azalai.errors import ConfigurationError

    if given is not None:
        return given
    try:
        return settings.find(config).resolve().parent
    except ConfigurationError:
        return None


@command(app, "list", fr="Tous les connecteurs trouvés, sans charger de code à eux.")
def list_(
    deployment: Folder = None,
    config: Config = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Pour les machines, en JSON.", "For machines."))
    ] = False,
) -> None:
    """All connectors that are found, without importing any code of theirs."""
    from azalai.plugin.registry import find

    found = find(_folder(deployment, config))
    if as_json:
        rows = [{**c.manifest.model_dump(exclude_none=True), "origin": c.origin}
                for c in found.values()]  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for name, connector in found.items():
        manifest = connector.manifest
        way = (say("source", "source") if manifest.direction == "source"
               else say("destinataire", "destination"))  # fmt: skip
        place = manifest.country or manifest.organisation or ""
        print(f"{name:<16} {way:<13} {place:<8} {manifest.title}  ({connector.origin})")


@command(
    app,
    "test",
    fr="""Lancer les essais de conformité sur des connecteurs. Code 1 si l'un échoue, 2 si l'un est
    introuvable.""",
)
def conform(
    names: Annotated[
        list[str] | None,
        typer.Argument(help=say("Connecteurs ; aucun : tous.", "Connectors; none: all.")),
    ] = None,
    deployment: Folder = None,
    config: Config = None,
) -> None:
    """Run the conformance suite on connectors. Exit 1 if one fails, 2 if one is not found."""
    from azalai.errors import StopError
    from azalai.plugin.registry import find
    from azalai.testing import conformance

    found = find(_folder(deployment, config))
    for name in names or ():
        if name not in found:
            known = ", ".join(found)
            raise StopError(f"no connector {name}", fr=f"le connecteur {name} n'existe pas",
                            hint=f"--dir FOLDER or --config FILE says where yours lies; {known}",
                            hint_fr=f"--dir DOSSIER ou --config FICHIER dit où est le vôtre ; "
                            f"{known}")  # fmt: skip
    failed = 0
    for name in names or found:
        for result in conformance.check(found[name]):
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{name} : {mark}: {result.promise}{': ' + result.why if result.why else ''}")
    raise typer.Exit(1 if failed else 0)
