"""`azalai mapping check`: every mistake at once, and `--fix` for what is mechanical."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config
from azalai.cli.speech import language, say
from azalai.documents import Problem
from azalai.errors import ConfigurationError, DocumentError


def check(
    files: Annotated[
        list[Path], typer.Argument(help=say("Documents de correspondance.", "Mapping documents."), show_default=False)
    ],
    fix: Annotated[
        bool, typer.Option("--fix", help=say("Corriger ce qui n'a qu'une bonne réponse, et le montrer.", "Mend what has exactly one right answer, show it."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("Avec --fix : montrer, ne rien écrire.", "With --fix: show, write nothing."))
    ] = False,
    config: Config = None,
) -> None:  # fmt: skip
    """Everything that is wrong in mapping documents, at once. Exit 2 if something is.

    With a configuration an example whose key is in the store is a mistake too.
    """
    from azalai.documents import render

    for file in files if fix else ():
        _fix(file, dry_run=dry_run)
    problems = [problem for file in files for problem in [*_problems(file), *_real(file, config)]]
    if problems:
        print(render(problems, language()))
    wrong = sum(not p.warning for p in problems)
    print(say(f"{len(files)} correspondance(s), {wrong} faute(s)",
              f"{len(files)} mapping(s), {wrong} mistake(s)"))  # fmt: skip
    raise typer.Exit(2 if wrong else 0)


def _fix(file: Path, *, dry_run: bool) -> None:
    from azalai.app.accepting import write_whole
    from azalai.documents.mending import mended

    target = file.resolve()
    if not target.is_file():
        return  # said below, as for every file that does not read
    before = target.read_bytes()
    after = mended(before, file.name)
    if after == before:
        print(say(f"{file} : rien à réparer", f"{file}: nothing to mend"))
        return
    old, new = (data.decode("utf-8-sig").splitlines() for data in (before, after))
    print("\n".join(difflib.unified_diff(old, new, str(file), str(file), n=0, lineterm="")))
    if dry_run:
        print(say("essai : rien n'est écrit", "dry run: nothing is written"))
    else:
        write_whole(target, after)


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


def _real(file: Path, config: Path | None) -> list[Problem]:
    """Examples with a real key. Without a configuration there is nothing to compare with; one
    that was not named and does not open is told and keeps no author from working."""
    from azalai import documents, settings
    from azalai.app.mapping_examples import known
    from azalai.errors import AzalaiError

    try:
        root = documents.read(file).root
        if root.get("mapping") is None:
            return []
        place = settings.find(config)
    except (ConfigurationError, DocumentError):
        return []
    try:
        return known(file, place)
    except DocumentError:
        return []  # its mistakes are told by the check itself
    except AzalaiError as err:
        if config is not None:
            raise
        print(say(f"exemples non comparés à la base : {place} : {err}",
                  f"examples not compared with the store: {place}: {err}"))  # fmt: skip
        return []
