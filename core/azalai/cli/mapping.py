"""`azalai mapping new|check|test|preview|diff|activate|functions`."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli import mapping_activate, mapping_diff, mapping_drafts
from azalai.cli.speech import language, say
from azalai.documents import Problem
from azalai.errors import DocumentError

app = typer.Typer(no_args_is_help=True, help="Mappings: check them, run their examples.")
app.command("new")(mapping_drafts.new)
app.command("preview")(mapping_drafts.preview)
app.command("diff")(mapping_diff.diff)
app.command("activate")(mapping_activate.activate)
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
    from azalai import documents
    from azalai.mapping import run_examples

    failed = ran = 0
    for file in files:
        if documents.read(file).root.text("direction") == "out":
            print(say(f"{file.name} : sortante, elle n'a pas d'exemples",
                      f"{file.name}: outbound, it has no examples"))  # fmt: skip
            continue
        results = run_examples(file)
        ran += len(results)
        if not results:
            beside = file.with_name(f"{file.stem}.examples.yaml")
            print(say(f"{file.name} : aucun exemple ; écrivez-en dans {beside.name}",
                      f"{file.name}: no example; write some in {beside.name}"))  # fmt: skip
        for result in results:
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{file.name} : {mark} : {result.case}")
            if not result.ok:
                print("    " + result.message.say(language()))
    print(say(f"{ran} exemple(s), {failed} échec(s)", f"{ran} example(s), {failed} failed"))
    raise typer.Exit(1 if failed or not ran else 0)


@app.command("functions")
def functions_list(
    name: Annotated[str | None, typer.Argument(help="One of them; none: all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """The steps that a line of `record:` can have: how they are written, what they do."""
    import json
    from dataclasses import asdict

    from azalai.errors import StopError
    from azalai.mapping import functions

    every = functions()
    found = [one for one in every if name in (None, one.name)]
    if not found:
        known = ", ".join(one.name for one in every)
        raise StopError(f"no step {name}", fr=f"aucun traitement {name}",
                        hint=f"there are: {known}", hint_fr=f"il y a : {known}")  # fmt: skip
    if as_json:
        shown = [asdict(one) | {"about": one.about._asdict()} for one in found]
        print(json.dumps(shown, ensure_ascii=False))
        return
    for one in found:
        print(f"{one.spelling:<30} {one.takes} → {one.gives}")
        print(f"    {one.about.say(language())}")
        print(f"    {one.example} : {one.example_in} → {one.example_out}")
        for more in one.more:
            print(f"    {more.step} : {' + '.join(more.cells)} → {more.gives}")


def _problems(file: Path) -> list[Problem]:
    """A document's mistakes and warnings, whichever direction it has."""
    from azalai import documents
    from azalai.mapping import load_inbound, load_outbound
    from azalai.translate.checking import file_problems

    try:
        root = documents.read(file).root
        if root.get("examples") is not None and root.get("mapping") is None:
            return []  # the examples beside a mapping: `mapping test` runs them
        if root.text("direction") == "out":
            return list(load_outbound(file).warnings)
        mapping = load_inbound(file)
        return [*mapping.warnings, *file_problems([mapping])]
    except DocumentError as err:
        return [p for p in err.problems if isinstance(p, Problem)]
