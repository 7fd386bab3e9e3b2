"""`azalai connector list`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import say

app = typer.Typer(no_args_is_help=True, help="Connectors: the systems that we know.")


@app.command("list")
def list_(
    deployment: Annotated[
        Path | None, typer.Option("--dir", help="A deployment folder, which wins file by file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """All connectors that are found, without importing any code of theirs."""
    from azalai.plugin.registry import find

    found = find(deployment)
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


@app.command("test")
def conform(
    names: Annotated[list[str] | None, typer.Argument(help="Connectors; none: all.")] = None,
    deployment: Annotated[Path | None, typer.Option("--dir")] = None,
) -> None:
    """Run the conformance suite on connectors. Exit 1 if one fails."""
    from azalai.plugin.registry import find
    from azalai.testing import conformance

    failed = 0
    for name, connector in find(deployment).items():
        if names and name not in names:
            continue
        for result in conformance.check(connector):
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{name}: {mark}: {result.promise}{': ' + result.why if result.why else ''}")
    raise typer.Exit(1 if failed else 0)
