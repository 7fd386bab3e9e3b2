"""`azalai report subject`: what was disclosed about one person; a prompt asks."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from azalai.cli.deployment import Config, Json, actor, deployment, table
from azalai.cli.given import at_hand
from azalai.cli.report_options import Lang, Only, Out, give
from azalai.cli.speech import language, say
from azalai.errors import StopError
from azalai.reports.person_search import Candidate
from azalai.reports.request import Request


def subject(
    out: Out,
    given: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help=say("Un fichier de lignes « nom: … » (- : entrée).", "A file of lines `name: …`."),
        ),
    ] = None,
    lang: Lang = "",
    only: Only = "",
    as_json: Json = False,
    config: Config = None,
) -> None:
    """All that was disclosed about one person: two documents.

    Name, birth and documents are asked for, or read from a file (--input), never given as
    arguments. Homonyms are listed to be told apart; the act is entered with its reason. Exit 1 if
    no record is found or chosen.
    """
    from azalai.app import reporting
    from azalai.evidence.consulting import consulted
    from azalai.reports import one_person, request
    from azalai.reports.person_search import candidates

    wanted = _asked() if given is None else request.read(_text(given))
    with deployment(config) as app:
        found = candidates(app.store, wanted.asked)
        seen = [one.record.pseudonym for one in found]
        note = consulted(app.store, actor(), "search_by_person", request.sealed(wanted), seen)
        chosen = _chosen(found, wanted, asks=given is None)
        aside = [one for one in found if one not in chosen]
        resting = reporting.basis(app, actor())
        made = one_person.collect(resting, wanted.asked, chosen, aside, note[:8])
        give(app, resting,
             lambda one: [one_person.page(resting, made, one, reader)
                          for reader in ("person", "internal")],
             out, lang, only, as_json=as_json, purpose="report_subject", reason=wanted.reason,
             pseudonyms=[one.record.pseudonym for one in chosen], search=note)  # fmt: skip
    raise typer.Exit(0 if chosen else 1)


def _asked() -> Request:
    """The request, asked for at the terminal. StopError where there is none."""
    from azalai.reports import request

    if not sys.stdin.isatty():
        raise StopError("no terminal to ask at: --input FILE (- for standard input)",
                        fr="pas de terminal : --input FICHIER (- pour l'entrée standard)")  # fmt: skip
    questions = (
        ("names", say("Nom et prénoms (autres orthographes séparées par ;)",
                      "Name (other spellings after ;)")),
        ("birth", say("Naissance, 1985 ou 1985-12-31 (vide : inconnue)",
                      "Birth, 1985 or 1985-12-31 (empty: unknown)")),
        ("documents", say("Documents d'identité (séparés par ;)", "Identity documents (after ;)")),
        ("request", say("Référence de la demande", "Reference of the request")),
        ("reason", say("Motif", "Reason")),
    )  # fmt: skip
    found = {}
    for key, question in questions:
        said = str(typer.prompt(question, default="", show_default=False))
        parts = said.split(";") if key in ("names", "documents") else [said]
        found[key] = [part.strip() for part in parts if part.strip()]
    return request.made(found, None)


def _text(given: Path) -> str:
    """The file, or standard input. StopError."""
    from azalai.reports.request import SIZE_MAX

    with at_hand(given):
        if str(given) == "-":
            data = sys.stdin.buffer.read(SIZE_MAX + 1)
        else:
            with given.open("rb") as file:
                data = file.read(SIZE_MAX + 1)
    try:
        text = data.decode()
    except UnicodeDecodeError as err:
        raise StopError("not UTF-8", fr="pas en UTF-8") from err
    if len(data) > SIZE_MAX:
        raise StopError("too long for a request", fr="trop long pour une demande")
    return text


def _chosen(found: Sequence[Candidate], wanted: Request, *, asks: bool) -> list[Candidate]:
    """Which of the records found are the person's: a human says it, always. StopError where a
    file has not said it yet: it is told what to write."""
    from azalai.reports.request import NONE

    if not found:
        print(say("aucune fiche de cette base sous ces orthographes ; cela ne veut pas dire que rien"
                  " n'a été envoyé",
                  "no record of this store under these spellings; that does not mean that nothing"
                  " was ever sent"), file=sys.stderr)  # fmt: skip
        return []
    if asks:
        _list(found)
        said = str(typer.prompt(say("Lesquelles sont cette personne ? (1,3 ; 0 : aucune)",
                                    "Which are this person? (1,3; 0: none)")))  # fmt: skip
        return _numbered(found, said)
    if wanted.chosen is None:
        _list(found)
        raise StopError(
            "which are this person? nobody guesses: say it in the file",
            fr="lesquelles sont cette personne ? rien n'est deviné : dites-le dans le fichier",
            hint="a line `record: PSEUDONYM` for each, or `record: none`",
            hint_fr="une ligne « fiche: PSEUDONYME » pour chacune, ou « fiche: none »",
        )
    if tuple(wanted.chosen) == (NONE,):
        return []
    by_name = {one.record.pseudonym: one for one in found}
    if strange := [name for name in wanted.chosen if name not in by_name]:
        raise StopError(f"{len(strange)} of the records named are not among those found",
                        fr=f"{len(strange)} fiche(s) nommée(s) ne sont pas parmi celles trouvées")  # fmt: skip
    return [by_name[name] for name in dict.fromkeys(wanted.chosen)]


def _numbered(found: Sequence[Candidate], said: str) -> list[Candidate]:
    """Those that the numbers name. StopError for a number that is not in the list."""
    try:
        numbers = {int(part) for part in said.replace(" ", "").split(",") if part}
    except ValueError:
        numbers = {-1}
    if not numbers <= set(range(len(found) + 1)) or (0 in numbers and len(numbers) > 1):
        raise StopError("numbers of the list, separated by commas; 0 for none",
                        fr="des numéros de la liste, séparés par des virgules ; 0 pour aucune")  # fmt: skip
    return [one for at, one in enumerate(found, 1) if at in numbers]


def _list(found: Sequence[Candidate]) -> None:
    """What tells one from another, for whoever decides: personal data, on the screen only."""
    from azalai.reports.one_person import fits_of
    from azalai.reports.page import clean
    from azalai.reports.words import listed

    rows = [
        [at, one.record.pseudonym, listed("kind", one.record.kind, language()),
         listed("person_status", one.best.role, language()), clean(one.best.name),
         one.best.birth or "-", clean(one.best.place) or "-",
         clean(", ".join(one.best.documents)) or "-", fits_of(one.best, language())]
        for at, one in enumerate(found, 1)
    ]  # fmt: skip
    table([say("n°", "no."), say("pseudonyme", "pseudonym"), say("genre", "kind"),
           say("qualité", "role"), say("nom", "name"), say("naissance", "birth"),
           say("lieu", "place"), say("documents", "documents"),
           say("rapprochement", "match")], rows)  # fmt: skip
