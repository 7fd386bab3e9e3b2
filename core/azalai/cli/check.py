"""`azalai check`: everything that is wrong with a deployment, at once."""

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import language, say


def check(config: Config = None) -> None:
    """Everything wrong at once, warnings too. Exit 2: something is to be mended; 1: only warnings."""
    from azalai.app import cosigned, key_care, opened
    from azalai.app.checking import check as complaints
    from azalai.cli.witness_words import state_lines
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
    wrong, late = sum(not p.warning for p in found), 0
    if not wrong:
        with opened(file) as app:
            app.publish_locked()  # VerificationError: the ledger is not what its checkpoint says
            state = cosigned.look(app)
            if state is not None and (state.late or state.views):
                print("\n".join(state_lines(state, app.clock())))
                late = 1
            for line in key_care.todo(app):
                print(line.say(language()))
                late = 1
    print(say(f"{file} : {wrong} faute(s), {len(found) - wrong} avertissement(s)",
              f"{file}: {wrong} mistake(s), {len(found) - wrong} warning(s)"))  # fmt: skip
    raise typer.Exit(2 if wrong else int(bool(found or late)))
