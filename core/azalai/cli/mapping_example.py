"""`azalai mapping example`: one line of a file as an example in which everything is invented."""

from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli.speech import language, say


def example(
    mapping: Annotated[
        Path, typer.Argument(help=say("Un document de correspondance.", "A mapping document."))
    ],
    file: Annotated[
        Path,
        typer.Argument(
            help=say(
                "Un fichier qu'elle lit ; pour une sortante, une correspondance entrante.",
                "A file that it reads; for an outbound one, an inbound mapping.",
            )
        ),
    ],
    line: Annotated[
        int | None,
        typer.Option(
            "--line", min=1, help=say("Où la fiche commence.", "Where the record begins.")
        ),
    ] = None,
    case: Annotated[
        str, typer.Option("--case", help=say("Ce que l'exemple montre.", "What the example shows."))
    ] = "",
    of: Annotated[
        str,
        typer.Option(
            "--of",
            help=say("L'exemple entrant dont partir.", "The inbound example to begin with."),
        ),
    ] = "",
    operation: Annotated[
        str,
        typer.Option(
            "--operation",
            help=say("Sortante : create, update, cancel.", "Outbound: create, update, cancel."),
        ),
    ] = "create",
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help=say(
                "Montrer sa fiche, demander, l'écrire.", "Show its record, ask, write it down."
            ),
        ),
    ] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes", help=say("Avec --accept : ne pas demander.", "With --accept: do not ask.")
        ),
    ] = False,
) -> None:
    """Print the record at a line as an example, every value replaced by an invented one of the
    same shape: another each time. No value of the file is shown.

    Of an outbound mapping: the message that an example of an inbound one becomes (`--of`).
    `--accept` writes it with its expected result into the mapping's *.examples.yaml.
    """
    from azalai import documents
    from azalai.app.example_writing import write
    from azalai.errors import StopError

    for given in (mapping, file):
        if not given.is_file():
            raise StopError(f"{given}: no such file", fr=f"{given} : ce fichier n'existe pas")
    outbound = documents.read(mapping).root.text("direction") == "out"
    made = (
        _message(mapping, file, of, case or of, operation)
        if outbound
        else _record(mapping, file, line, case)
    )
    print("examples:")
    print(made.block(), end="")
    if made.said is not None:
        label = say("sans place : ", "no place: ") if outbound else say("non traduite : ",
                                                                        "not translated: ")  # fmt: skip
        print(label + made.said.say(language()))
    if not accept:
        return
    if not yes and not typer.confirm(
        say("Est-ce le résultat attendu ? L'écrire", "Is this the result expected? Write it")
    ):
        print(say("rien n'est écrit", "nothing is written"))
        raise typer.Exit(1)
    target = write(mapping, made)
    print(say(f"écrit dans {target}", f"written into {target}"))
    print(say(f"À faire : azalai mapping test {mapping}", f"To do: azalai mapping test {mapping}"))


def _record(mapping: Path, file: Path, line: int | None, case: str) -> Any:
    from azalai.app.mapping_examples import invented
    from azalai.errors import StopError

    if line is None:
        raise StopError("say which record: --line", fr="dites quelle fiche : --line")
    return invented(mapping, file, line, case or say(f"ligne {line}", f"line {line}"))


def _message(mapping: Path, inbound: Path, of: str, case: str, operation: str) -> Any:
    from azalai.app.outbound_made import made_from
    from azalai.errors import StopError

    if not of:
        raise StopError(
            "say which example of the inbound mapping: --of",
            fr="dites quel exemple de la correspondance entrante : --of",
            hint=f"azalai mapping test {inbound} lists them",
            hint_fr=f"azalai mapping test {inbound} les montre",
        )
    return made_from(mapping, inbound, of, case, operation)
