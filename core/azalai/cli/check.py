"""`azalai check`: everything that is wrong with a deployment, at once."""

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import language, say


def check(config: Config = None) -> None:
    """Everything wrong at once, warnings too. Exit 2: something is to be mended; 1: only warnings."""
    from azalai.app import opened
    from azalai.app.checking import check as complaints
    from azalai.clock import now
    from azalai.documents import render
    from azalai.errors import ConfigurationError
    from azalai.settings import find

    file = find(config)
    if not file.is_file():
        raise ConfigurationError("no such file", fr="ce fichier n'existe pas", source=str(file))
    found = complaints(file, now())
    if found:
        print(render(found, language()))
    wrong = sum(not p.warning for p in found)
    if not wrong:
        with opened(file) as app:
            app.publish_locked()  # VerificationError: the ledger is not what its checkpoint says
    print(say(f"{file} : {wrong} faute(s), {len(found) - wrong} avertissement(s)",
              f"{file}: {wrong} mistake(s), {len(found) - wrong} warning(s)"))  # fmt: skip
    raise typer.Exit(2 if wrong else int(bool(found)))
