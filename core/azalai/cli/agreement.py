"""`azalai agreement`: check agreements, run their examples."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import language, say

app = typer.Typer(no_args_is_help=True, help="Agreements: check them, run their examples.")
Files = Annotated[
    list[Path] | None, typer.Argument(help="Agreement documents; none: those of the deployment.")
]


def _files(given: list[Path] | None, config: Path | None) -> list[Path]:
    """The named documents, or the configuration's."""
    from azalai import settings

    if given:
        return given
    found = settings.load(settings.find(config))
    return sorted(found.path(found.agreements).glob("*.yaml"))


@app.command("check")
def agreement_check(files: Files = None, config: Config = None) -> None:
    """Everything that is wrong in agreements, at once. Exit 2 if something is."""
    from azalai.agreements import load_agreement
    from azalai.documents import Problem, render
    from azalai.errors import DocumentError

    problems: list[Problem] = []
    documents = _files(files, config)
    for file in documents:
        try:
            load_agreement(file, destinations=None)
        except DocumentError as err:
            problems += [p for p in err.problems if isinstance(p, Problem)]
    if problems:
        print(render(problems, language()))
    print(say(f"{len(documents)} accord(s), {len(problems)} faute(s)",
              f"{len(documents)} agreement(s), {len(problems)} mistake(s)"))  # fmt: skip
    raise typer.Exit(2 if problems else 0)


@app.command("test")
def agreement_test(files: Files = None, config: Config = None) -> None:
    """Run the examples in agreements. Exit 1 if one fails."""
    from azalai.agreements import run_examples

    failed = 0
    for file in _files(files, config):
        for result in run_examples(file):
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{file.name}: {mark}: {result.case}")
    raise typer.Exit(1 if failed else 0)
