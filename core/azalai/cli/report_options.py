"""What every report's command takes, and what it does with the pages."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from azalai.app import App
from azalai.cli.deployment import actor
from azalai.cli.given import at_hand, write_private
from azalai.cli.speech import language, say
from azalai.errors import StopError
from azalai.reports.basis import Basis
from azalai.reports.page import Page

Out = Annotated[
    Path,
    typer.Option("-o", help=say("Un dossier, créé s'il manque.", "A folder, made if missing.")),
]
Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        help=say("fr, en, ar, ou all pour les trois.", "fr, en, ar, or all for the three."),
    ),
]
Only = Annotated[
    str,
    typer.Option("--only", help=say("pdf ou csv ; sinon les deux.", "pdf or csv; else both.")),
]


def formats(only: str) -> tuple[str, ...]:
    """The formats of `--only`. StopError."""
    from azalai.app.reporting import FORMATS

    if only and only not in FORMATS:
        raise StopError(f"--only {only}: pdf or csv", fr=f"--only {only} : pdf ou csv")
    return (only,) if only else FORMATS


def period(app: App, first: str | None, last: str | None) -> tuple[str, str, tuple[str, str]]:
    """Two days, today where none is given, and their first and last instants. StopError."""
    from azalai.app.reporting import today
    from azalai.evidence import asking

    start = first or last or today(app)
    end = last or (today(app) if first else start)
    between = asking.days(start, end, app.settings.time_zone)
    return start, end, (between[0] or "", between[1] or "")


def give(
    app: App, resting: Basis, pages: Callable[[str], Sequence[Page]], out: Path, lang: str,
    only: str, *, as_json: bool, purpose: str, reason: str = "", pseudonyms: Sequence[str] = (),
    **facts: Any,
) -> str:  # fmt: skip
    """Draw the pages in each language, enter who had them made, then write them, each with its
    signature, mode 0600; the commitment of the reason. Nothing is replaced."""
    from azalai.app import reporting
    from azalai.evidence.consulting import consulted, digests

    spoken = reporting.languages(lang, language())
    wanted = formats(only)
    made = dict(reporting.files(app, resting, [p for one in spoken for p in pages(one)], wanted))
    with at_hand(out):
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in made:
        if (out / name).exists():
            raise StopError(f"{out / name} is there already: nothing is replaced",
                            fr=f"{out / name} existe déjà : rien n'est remplacé",
                            hint="give another folder with -o",
                            hint_fr="donnez un autre dossier avec -o")  # fmt: skip
    note = consulted(app.store, actor(), purpose, reason, pseudonyms, digests(made), **facts)
    with at_hand(out):
        for name, data in made.items():
            write_private(out / name, data)
    if as_json:
        print(json.dumps({"files": [str(out / name) for name in made]}))
    else:
        for name in made:
            print(out / name)
    return note
