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
from azalai.cli.commands import noun
from azalai.cli.help_pages import command
from azalai.cli.speech import language, say

app = noun("mapping")
command(
    app,
    "new",
    fr="""Ébaucher une correspondance d'après un échantillon ; chaque supposition est marquée. Aucune
    valeur de l'échantillon n'y figure.

    Les valeurs distinctes des colonnes qui semblent des codes vont dans codes/*.csv à côté,
    chacune sans sa valeur commune : c'est à cela que servent les codes.""",
)(mapping_drafts.new)
command(
    app,
    "check",
    fr="""Tout ce qui est faux dans des correspondances, d'un coup. Code 2 s'il y a à corriger.

    Avec une configuration, un exemple dont la clé est dans la base est une faute aussi.""",
)(mapping_check.check)
command(
    app,
    "example",
    fr="""Afficher la fiche d'une ligne comme exemple, chaque valeur remplacée par une valeur inventée
    de même forme : une autre à chaque fois. Aucune valeur du fichier n'est montrée.

    D'une correspondance sortante : le message que devient un exemple d'une entrante (`--of`).
    `--accept` l'écrit avec son résultat attendu dans le *.examples.yaml de la correspondance.""",
)(mapping_example.example)
command(
    app,
    "preview",
    fr="""Les premières fiches côte à côte : colonne, valeur, puis champ, valeur. Code 1 si l'une
    échoue.

    Montre des données personnelles : pour qui a le fichier.""",
)(mapping_drafts.preview)
command(
    app,
    "diff",
    fr="""Les fiches, par leur adresse, et les champs dont le sens change entre deux versions d'une
    correspondance ou de ses listes. Code 1 s'il y en a.

    Avec `--feed`, aussi ce que chaque destinataire reçoit selon les accords d'aujourd'hui.
    D'une correspondance sortante : les éléments de ce qui a été envoyé qui différeraient, par
    destinataire. Aucune valeur n'est montrée.""",
)(mapping_diff.diff)
command(
    app,
    "activate",
    fr="""Mettre en vigueur une nouvelle version d'une correspondance, avec les listes de codes et les
    exemples qui sont à côté.

    Elle montre d'abord de qui le sens change et ce que chaque destinataire en reçoit : sur les
    fiches brutes gardées du flux, et sur les fichiers donnés. D'une correspondance sortante : quels
    messages envoyés différeraient ; rien n'est renvoyé, la ligne qui le fait est affichée.""",
)(mapping_activate.activate)
Files = Annotated[
    list[Path],
    typer.Argument(
        help=say("Documents de correspondance.", "Mapping documents."), show_default=False
    ),
]


@command(
    app,
    "test",
    fr="""Lancer les exemples à côté des correspondances. Code 1 si l'un échoue ou s'il n'y en a pas.""",
)
def test(files: Files) -> None:
    """Run the examples beside mapping documents. Exit 1 if one fails or there is none."""
    from azalai import documents
    from azalai.mapping import run_examples, run_outbound_examples

    failed = ran = 0
    lacking = False  # one without examples among several
    for file in files:
        root = documents.read(file).root
        if root.get("examples") is not None and root.get("mapping") is None:
            continue  # the examples beside one of the others
        outbound = root.text("direction") == "out"
        results = run_outbound_examples(file) if outbound else run_examples(file)
        ran += len(results)
        if not results:
            lacking = True
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
    raise typer.Exit(1 if failed or lacking or not ran else 0)


@command(
    app,
    "functions",
    fr="""Les étapes qu'une ligne de `record:` peut avoir : comment elles s'écrivent, ce qu'elles
    font.""",
)
def functions_list(
    name: Annotated[
        str | None,
        typer.Argument(help=say("L'une d'elles ; aucune : toutes.", "One of them; none: all.")),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=say("Pour les machines, en JSON.", "For machines."))
    ] = False,
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
