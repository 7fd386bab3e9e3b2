"""`azalai store convert`: from the file to a PostgreSQL server."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import say


def store_convert(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help=say("postgresql://utilisateur@machine/base", "postgresql://user@host/database"),
        ),
    ],
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            help=say("Un fichier qui contient le mot de passe.", "A file that holds the password."),
        ),
    ] = None,
    config: Config = None,
) -> None:
    """Copy the store to a server, and compare every table; the file stays as it is."""
    import os

    from pydantic import ValidationError

    from azalai import settings
    from azalai.app import converting

    given = settings.load(settings.find(config))
    os.environ.setdefault("AZALAI_LANGUAGE", given.language)
    try:
        server = converting.address_of(to, password_file)
    except ValidationError as err:
        raise typer.BadParameter(str(err.errors()[0]["msg"]), param_hint="--to") from err
    made = converting.convert(given, server)
    rows = sum(one.rows for one in made.tables)
    print(say(f"{len(made.tables)} tables, {rows} lignes copiées et comparées ; les deux équations "
              f"tiennent ; registre : {made.size} entrées, même racine {made.root[:16]}…",
              f"{len(made.tables)} tables, {rows} rows copied and compared; both equations hold; "
              f"ledger: {made.size} entries, the same root {made.root[:16]}…"))  # fmt: skip
    print(say("À faire : dans azalai.yaml,", "To do: in azalai.yaml,"))
    print(f"  store:\n    url: '{to}'\n    folder: {given.state}")
    if password_file is not None:
        print(f"    password: {{file: {password_file}}}")
    print(say("L'ancien fichier reste intact ; ne lancez plus rien dessus.",
              "The old file is as it was; run nothing on it any more."))  # fmt: skip
