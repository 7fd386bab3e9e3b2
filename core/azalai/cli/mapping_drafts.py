"""`azalai mapping new` and `preview`: a first draft, and what it makes of a file."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.cli.speech import language, say

_LEFT = 44  # columns of the screen for the raw side


def new(
    file: Annotated[
        Path,
        typer.Argument(
            help=say("Un échantillon des fichiers à venir.", "A sample of the files to come.")
        ),
    ],
    tables: Annotated[
        list[Path] | None,
        typer.Argument(help=say("Des tables à y joindre.", "Tables to be joined to it.")),
    ] = None,
    out: Annotated[
        Path, typer.Option("-o", help=say("Le dossier où écrire.", "The folder to write into."))
    ] = Path(),
    name: Annotated[
        str | None,
        typer.Option("--name", help=say("Le nom de la correspondance.", "The mapping's name.")),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help=say("Le genre de fiche.", "The kind of record."))
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            help=say("Son encodage, comme windows-1252.", "Its encoding, as windows-1252."),
        ),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help=say("Un signe, ou tab.", "One mark, or tab."))
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(
            "--part",
            help=say(
                "Une feuille, un type de segment, un élément ou un tableau.",
                "A sheet, segment type, element or array.",
            ),
        ),
    ] = None,
) -> None:
    """Draft a mapping from a sample; every guess is marked. No value of the sample is in it.

    The distinct values of code-like columns go into codes/*.csv beside it, each without its common
    value: they are what the codes are for.
    """
    from azalai.drafting import Wishes, drafted
    from azalai.errors import StopError

    name = name or re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_") or "brouillon"
    target = out / f"{name}.yaml"
    made = drafted(file, name, Wishes(kind, encoding, delimiter, part), language(),
                   beside=tables or ())  # fmt: skip
    stubs = {out / "codes" / stub: data for stub, data in made.stubs.items()}
    kept = [path for path in stubs if path.exists()]
    if target.exists():
        raise StopError(f"{target} is there already: nothing was written",
                        fr=f"{target} existe déjà : rien n'a été écrit",
                        hint="--name, or -o another folder",
                        hint_fr="--name, ou -o un autre dossier")  # fmt: skip
    (out / "codes").mkdir(parents=True, exist_ok=True)
    target.write_text(made.text, encoding="utf-8")
    for path, data in stubs.items():
        if path not in kept:
            path.write_bytes(data)
    _tell(made, target)
    if kept:
        names = ", ".join(path.name for path in kept)
        print(say(f"  déjà là, gardés tels quels : {names}", f"  there before, kept: {names}"))


def _tell(made: Any, target: Path) -> None:
    guesses = made.text.count("à vérifier / to check")
    print(say(f"{target} : {made.records} fiche(s) lue(s), genre {made.kind}, {guesses} point(s) "
              "à vérifier",
              f"{target}: {made.records} record(s) read, kind {made.kind}, {guesses} point(s) to "
              "check"))  # fmt: skip
    if made.trouble is not None:
        print(say("  attention : ", "  note: ") + made.trouble.say(language()))
    if made.coded:
        columns = ", ".join(made.coded)
        print(say(f"  codes/*.csv : les valeurs distinctes de {columns} y sont écrites ; aucune "
                  "autre valeur de l'échantillon. Ôtez ce qui nommerait une personne.",
                  f"  codes/*.csv: the distinct values of {columns} are written there; no other "
                  "value of the sample. Take out what would name a person."))  # fmt: skip
    print(say(f"À faire : vérifiez, puis « azalai mapping check {target} »",
              f"To do: check it, then `azalai mapping check {target}`"))  # fmt: skip


def preview(
    mapping: Annotated[
        Path, typer.Argument(help=say("Un document de correspondance.", "A mapping document."))
    ],
    file: Annotated[
        Path, typer.Argument(help=say("Un fichier qu'elle lit.", "A file that it reads."))
    ],
    most: Annotated[
        int, typer.Option("-n", min=1, max=500, help=say("Combien de fiches.", "How many records."))
    ] = 5,
    ruler: Annotated[
        bool,
        typer.Option(
            "--ruler",
            help=say("Les positions au-dessus de trois lignes.", "Positions over three lines."),
        ),
    ] = False,
) -> None:
    """The first records side by side: column, value, then field, value. Exit 1 if one fails.

    Shows personal data: it is for who has the file.
    """
    from azalai.errors import StopError
    from azalai.mapping import Declared, load_inbound
    from azalai.translate import FeedPlan
    from azalai.translate.preview import preview as previewed

    if not file.is_file():
        raise StopError(f"{file}: no such file", fr=f"{file} : ce fichier n'existe pas")
    loaded = load_inbound(mapping)
    if ruler:
        _ruler(file, loaded)
    plan = FeedPlan((mapping,), Declared("LOCAL", "UTO", "local", "test", "preview"))
    shown, findings, ended = previewed(loaded, plan, file, most)
    for one in shown:
        _show(one, {c.name: c.rule for c in loaded.columns})
    for finding in findings:
        _told(finding.code, finding.what.say(language()), finding.todo.say(language()))
    if ended is not None:
        _told(ended.code, say(*ended.what), say(*ended.todo))
    failed = ended is not None or any(one.state != "translated" for one in shown)
    raise typer.Exit(1 if failed else 0)


def _told(code: str, what: str, todo: str) -> None:
    print(f"{code}: {what}")
    if todo:
        print(f"  {say('À faire : ', 'To do: ')}{todo}")


def _show(one: Any, rules: dict[str, str]) -> None:
    line = f", {say('ligne', 'line')} {one.address.line}" if one.address.line else ""
    print(
        f"── {say('fiche', 'record')} {one.address.number}{line} {one.address.part or ''}".rstrip()
    )
    for (column, value), targets in one.columns:
        left = f"{column} = {value}"
        right = [f"{path} = {text}" for path, text in targets]
        if not right:
            ignored = rules.get(re.sub(r"\[\d+\]", "", column)) == "ignored"
            right = [say("(ignorée)", "(ignored)") if ignored else "·"] if value else ["·"]
        if one.at and column in one.at.split(", "):
            right = ["✗ " + one.why.say(language())]
        if len(left) > _LEFT:
            print(f"  {left}")
            left = ""
        for line in right:
            print(f"  {left:<{_LEFT}} → {line}")
            left = ""
    for path, text in one.declared:
        print(f"  {say('(déclaré)', '(declared)'):<{_LEFT}} → {path} = {text}")
    if one.why is not None:
        state = {"rejected": say("NON TRADUITE", "REJECTED"), "parked": say("EN ATTENTE", "PARKED"),
                 "unreadable": say("ILLISIBLE", "UNREADABLE")}[one.state]  # fmt: skip
        print(f"  ✗ {state} : {one.at or '-'} : {one.why.say(language())}")
        print(f"    {say('À faire : ', 'To do: ')}{one.todo.say(language())}")
    print()


def _ruler(file: Path, loaded: Any) -> None:
    """Positions over the first three lines, and under them where each column begins."""
    from itertools import islice

    from azalai.drafting import ruler

    encoding = loaded.shape.settings.get("encoding", "utf-8")
    with file.open("rb") as stream:
        lines = [line.decode(encoding, "replace").rstrip("\r\n") for line in
                 islice(iter(lambda: stream.readline(100_000), b""), 3)]  # fmt: skip
    print("\n".join(ruler(lines)))
    for segment, spans in loaded.shape.segments.items():
        marks = [" "] * max(last for _, last in spans.values())
        for first, last in spans.values():
            marks[first - 1 : last] = "├" + "─" * (last - first)
        print(f"{''.join(marks)}  {segment}")
    print()
