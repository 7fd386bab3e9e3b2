"""Who is looked for, asked at a prompt or read from a file, and which of those found it is."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from azalai.app import App
from azalai.cli.deployment import actor, table
from azalai.cli.given import at_hand
from azalai.cli.speech import language, say
from azalai.errors import StopError
from azalai.reports.person_search import Candidate, Seen
from azalai.reports.request import Request
from azalai.store import Store
from azalai.store.record_rows import RecordRow

LISTED_MAX = 100


def request(given: Path | None, reason: str | None = None) -> Request:
    """The request, asked for at the terminal, or read from a file (`-`: standard input). `reason`,
    where it is given already. StopError."""
    from azalai.reports import request as requests

    said = {} if reason is None else {"reason": [reason]}
    if given is None:
        return requests.made(_asked(asks_why=reason is None) | said, None)
    return requests.read(_text(given), said)


def _asked(*, asks_why: bool) -> dict[str, list[str]]:
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
        *((("reason", say("Motif", "Reason")),) if asks_why else ()),
    )  # fmt: skip
    found = {}
    for key, question in questions:
        said = str(typer.prompt(question, default="", show_default=False))
        parts = said.split(";") if key in ("names", "documents") else [said]
        found[key] = [part.strip() for part in parts if part.strip()]
    return found


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


def meant(app: App, given: Path | None, reason: str, purpose: str) -> list[RecordRow]:
    """The records that a person says are the one who is looked for. The look is entered first, as
    `purpose`: whose records were looked at and how many, and nothing of what was asked. StopError."""
    from azalai.evidence.consulting import consulted
    from azalai.reports.person_search import candidates
    from azalai.reports.request import sealed

    wanted = request(given, reason)
    found = candidates(app.store, wanted.asked)
    consulted(app.store, actor(), purpose, sealed(wanted),
              [one.record.pseudonym for one in found], count=len(found))  # fmt: skip
    picked = chosen(found, wanted, asks=given is None)
    if not picked:
        print(limits(app.store), file=sys.stderr)
    return [one.record for one in picked]


def chosen(found: Sequence[Candidate], wanted: Request, *, asks: bool) -> list[Candidate]:
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
        for at, one in enumerate(found[:LISTED_MAX], 1)
    ]  # fmt: skip
    table([say("n°", "no."), say("pseudonyme", "pseudonym"), say("genre", "kind"),
           say("qualité", "role"), say("nom", "name"), say("naissance", "birth"),
           say("lieu", "place"), say("documents", "documents"),
           say("rapprochement", "match")], rows)  # fmt: skip
    for at, one in enumerate(found[:LISTED_MAX], 1):
        for line in _facts(one.best):
            print(f"  {at}  {clean(line)}")
    if more := len(found) - len(rows):
        print(say(f"{more} autre(s), moins proche(s) : dites-en plus, la naissance ou un document",
                  f"{more} more, less close: say more, the birth date or a document"))  # fmt: skip


def limits(store: Store) -> str:
    """What a search by person cannot know, for whoever reads that nothing was found."""
    from azalai.evidence.asking import NOTHING
    from azalai.reports.person_search import SPELLINGS
    from azalai.reports.replay import time_of
    from azalai.store import erasing, person_rows

    first = store.ledger.entry(0) if store.ledger.head().size else None
    since = "-" if first is None else time_of(first)[:10]
    gone, _, _ = erasing.counts(store.db)
    closed = person_rows.unopened(store.db, store.keys)
    return "\n".join([
        say(NOTHING.fr, NOTHING.en), str(getattr(SPELLINGS, language())),
        say(f"Ce registre commence le {since}. {gone} fiche(s) effacée(s) : une fiche effacée ne peut "
            "plus être retrouvée par le nom, c'est le but de l'effacement.",
            f"This ledger begins on {since}. {gone} record(s) erased: an erased record can no longer "
            "be found by name, that is what erasing is for."),
        *([say(f"{closed} fiche(s) ne s'ouvrent pas et n'ont pas été cherchées : azalai store check",
               f"{closed} record(s) do not open and were not searched: azalai store check")]
          if closed else []),
    ])  # fmt: skip


def _facts(seen: Seen) -> Iterator[str]:
    """What agrees and what differs, for whoever decides: nobody else's words."""
    compared = seen.compared
    alike = [one if one == other else f"{one} ~ {other}" for one, other in compared.alike]
    if alike:
        yield say("s'accordent : ", "agree: ") + ", ".join(alike)
    if compared.missing:
        yield say("pas dans la fiche : ", "not in the record: ") + ", ".join(compared.missing)
    if compared.beyond:
        yield say("en plus dans la fiche : ", "more in the record: ") + ", ".join(compared.beyond)
