"""`azalai mapping check|test FILE…`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import language, say
from azalai.documents import Problem
from azalai.errors import DocumentError

app = typer.Typer(no_args_is_help=True, help="Mappings: check them, run their examples.")
Files = Annotated[list[Path], typer.Argument(help="Mapping documents.", show_default=False)]


@app.command()
def check(files: Files) -> None:
    """Everything that is wrong in mapping documents, at once. Exit 2 if something is."""
    from azalai.documents import render

    problems = [problem for file in files for problem in _problems(file)]
    if problems:
        print(render(problems, language()))
    wrong = sum(not p.warning for p in problems)
    print(say(f"{len(files)} correspondance(s), {wrong} faute(s)",
              f"{len(files)} mapping(s), {wrong} mistake(s)"))  # fmt: skip
    raise typer.Exit(2 if wrong else 0)


@app.command()
def test(files: Files) -> None:
    """Run the examples beside mapping documents. Exit 1 if one fails or there is none."""
    from azalai.mapping import run_examples

    failed = ran = 0
    for file in files:
        for result in run_examples(file):
            ran += 1
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{file.name}: {mark}: {result.case}")
            if not result.ok:
                print("    " + result.message.say(language()))
    print(say(f"{ran} exemple(s), {failed} échec(s)", f"{ran} example(s), {failed} failed"))
    raise typer.Exit(1 if failed or not ran else 0)


def _problems(file: Path) -> list[Problem]:
    """A document's mistakes and warnings, whichever direction it has."""
    from azalai import documents
    from azalai.mapping import load_inbound, load_outbound

    try:
        root = documents.read(file).root
        if root.get("examples") is not None and root.get("mapping") is None:
            return []  # the examples beside a mapping: `mapping test` runs them
        outbound = root.text("direction") == "out"
        load: Callable[[Path], object] = load_outbound if outbound else load_inbound
        return list(getattr(load(file), "warnings", ()))
    except DocumentError as err:
        return [p for p in err.problems if isinstance(p, Problem)]
