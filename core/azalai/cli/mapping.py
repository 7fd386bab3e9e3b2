"""`azalai mapping new|check|test|preview|example|diff|activate|functions`."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli import (
    mapping_activate,
    mapping_check,
    mapping_diff,
    mapping_drafts,
    mapping_example,
)
from azalai.cli.speech import language, say

app = typer.Typer(no_args_is_help=True, help="Mappings: check them, run their examples.")
app.command("new")(mapping_drafts.new)
app.command("check")(mapping_check.check)
app.command("example")(mapping_example.example)
app.command("preview")(mapping_drafts.preview)
app.command("diff")(mapping_diff.diff)
app.command("activate")(mapping_activate.activate)
Files = Annotated[list[Path], typer.Argument(help="Mapping documents.", show_default=False)]


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
