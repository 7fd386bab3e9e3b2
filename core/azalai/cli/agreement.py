"""`azalai agreement`: list and check agreements, run their examples."""

from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.agreement_diff import agreement_diff
from azalai.cli.agreement_end import agreement_end
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, deployment, table
from azalai.cli.help_pages import command
from azalai.cli.speech import language, say

app = noun("agreement")
command(
    app,
    "diff",
    fr="""Ce qui a été envoyé et serait refusé, et l'inverse ; rien n'est changé.

    Chaque fiche en vigueur est décidée comme aujourd'hui et avec les nouveaux documents, à un
    jour donné. Code 1 si quelque chose diffère.""",
)(agreement_diff)
command(
    app,
    "end",
    fr="""Décider de ce que deviennent les fiches que des destinataires tiennent d'un accord qui a pris
    fin.

    Les radiations par la source et les corrections leur parviennent de toute façon.""",
)(agreement_end)
Files = Annotated[
    list[Path] | None,
    typer.Argument(
        help=say(
            "Documents d'accord ; aucun : ceux du déploiement.",
            "Agreement documents; none: those of the deployment.",
        )
    ),
]


def _files(given: list[Path] | None, config: Path | None) -> list[Path]:
    """The named documents, or the configuration's."""
    from azalai import settings

    if given:
        return given
    found = settings.load(settings.find(config))
    return sorted(found.path(found.agreements).glob("*.yaml"))


@command(app, "list", fr="Les accords du déploiement : leurs jours, et pour qui.")
def agreement_list(config: Config = None) -> None:
    """The agreements of the deployment: their days, and for whom."""
    with deployment(config) as opened:
        now = opened.clock()
        rows = [
            [one.ident, one.starts, one.until, one.zone, ", ".join(one.destinations),
             say("en vigueur", "in force") if one.in_force(now) else say("pas ce jour",
             "not this day"), one.title]
            for one in opened.rules.agreements
        ]  # fmt: skip
    heads = [say("accord", "agreement"), say("du", "from"), say("au", "until"),
             say("fuseau", "time zone"), say("destinataires", "destinations"),
             say("aujourd'hui", "today"), say("objet", "title")]  # fmt: skip
    table(heads, rows)


@command(
    app, "check", fr="Tout ce qui est faux dans des accords, d'un coup. Code 2 s'il y a à corriger."
)
def agreement_check(files: Files = None, config: Config = None) -> None:
    """Everything that is wrong in agreements, at once. Exit 2 if something is."""
    from azalai.agreements import load_agreement
    from azalai.documents import Problem, render
    from azalai.errors import DocumentError

    problems: list[Problem] = []
    documents = _files(files, config)
    for file in documents:
        try:
            load_agreement(file, destinations=None)
        except DocumentError as err:
            problems += [p for p in err.problems if isinstance(p, Problem)]
    if problems:
        print(render(problems, language()))
    print(say(f"{len(documents)} accord(s), {len(problems)} faute(s)",
              f"{len(documents)} agreement(s), {len(problems)} mistake(s)"))  # fmt: skip
    raise typer.Exit(2 if problems else 0)


@command(app, "test", fr="Lancer les exemples des accords. Code 1 si l'un échoue.")
def agreement_test(files: Files = None, config: Config = None) -> None:
    """Run the examples in agreements. Exit 1 if one fails."""
    from azalai.agreements import run_examples

    failed = 0
    for file in _files(files, config):
        for result in run_examples(file):
            failed += not result.ok
            mark = say("réussi", "passed") if result.ok else say("ÉCHEC", "FAILED")
            print(f"{file.name}: {mark}: {result.case}")
    raise typer.Exit(1 if failed else 0)
