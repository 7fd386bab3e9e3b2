"""`azalai mapping example`: one line of a file as an example in which everything is invented."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.speech import language, say


def example(
    mapping: Annotated[Path, typer.Argument(help="A mapping document.")],
    file: Annotated[Path, typer.Argument(help="A file that it reads.")],
    line: Annotated[int, typer.Option("--line", min=1, help="Where the record begins.")],
    case: Annotated[str, typer.Option("--case", help="What the example shows.")] = "",
    accept: Annotated[
        bool, typer.Option("--accept", help="Show its record, ask, write it down.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --accept: do not ask.")] = False,
) -> None:
    """Print the record at a line as an example, every value replaced by an invented one of the
    same shape: another each time. No value of the file is shown.

    `--accept` writes it with its expected result into the mapping's *.examples.yaml.
    """
    from azalai.app.mapping_examples import invented, write
    from azalai.errors import StopError
    from azalai.mapping import Translated

    for given in (mapping, file):
        if not given.is_file():
            raise StopError(f"{given}: no such file", fr=f"{given} : ce fichier n'existe pas")
    made = invented(mapping, file, line, case or say(f"ligne {line}", f"line {line}"))
    print("examples:")
    print(made.block(), end="")
    if not isinstance(made.result, Translated):
        print(say("non traduite : ", "not translated: ") + made.result.what.say(language()))
    if not accept:
        return
    if not yes and not typer.confirm(
        say("Est-ce la fiche attendue ? L'écrire", "Is this the record expected? Write it")
    ):
        print(say("rien n'est écrit", "nothing is written"))
        raise typer.Exit(1)
    target = write(mapping, made)
    print(say(f"écrit dans {target}", f"written into {target}"))
    print(say(f"À faire : azalai mapping test {mapping}", f"To do: azalai mapping test {mapping}"))
