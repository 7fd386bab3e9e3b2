"""`azalai agreement`: check agreements, run their examples."""

from pathlib import Path

import typer

from azalai.cli.speech import language, say

app = typer.Typer(no_args_is_help=True, help="Agreements: check them, run their examples.")


@app.command("check")
def agreement_check(files: list[Path]) -> None:
    """Everything that is wrong in agreements, at once. Exit 2 if something is."""
    from azalai.agreements import load_agreement
    from azalai.documents import Problem, render
    from azalai.errors import DocumentError

    problems: list[Problem] = []
    for file in files:
        try:
            load_agreement(file, destinations=None)
        except DocumentError as err:
            problems += [p for p in err.problems if isinstance(p, Problem)]
    if problems:
        print(render(problems, language()))
    print(say(f"{len(files)} accord(s), {len(problems)} faute(s)",
              f"{len(files)} agreement(s), {len(problems)} mistake(s)"))  # fmt: skip
    raise typer.Exit(2 if problems else 0)


@app.command("test")
def agreement_test(files: list[Path]) -> None:
    """Run the examples in agreements. Exit 1 if one fails."""
    from azalai.agreements import run_examples

    failed = 0
    for file in files:
        for result in run_examples(file):
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{file.name}: {mark}: {result.case}")
    raise typer.Exit(1 if failed else 0)
