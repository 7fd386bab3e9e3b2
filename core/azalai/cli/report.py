"""`azalai report`: signed pages in French, English and Arabic, as PDF and CSV."""

from typing import Annotated

import typer

from azalai.cli import report_subject, report_verify
from azalai.cli.commands import noun
from azalai.cli.deployment import Config, Json, actor, deployment
from azalai.cli.help_pages import command
from azalai.cli.options import FirstDay, LastDay, Reason
from azalai.cli.report_options import Lang, Only, Out, give, period
from azalai.cli.speech import say
from azalai.errors import StopError

app = noun("report")
Day = Annotated[
    str | None,
    typer.Argument(help=say("Un jour, 2026-11-24 ; sinon aujourd'hui.", "A day; else today.")),
]
Destination = Annotated[
    str, typer.Option("--destination", help=say("Un destinataire.", "A destination."))
]


@command(
    app,
    "conservation",
    fr="""L'état de conservation : les deux équations, et trois comptes qui doivent être le même.

    Un jour passé : l'état à la fin de ce jour, par le registre seul. Code 1 si une égalité ne
    tient pas.""",
)
def conservation(
    out: Out, day: Day = None, lang: Lang = "", only: Only = "", as_json: Json = False,
    config: Config = None,
) -> None:  # fmt: skip
    """The conservation statement: both equations, and three counts that must be one.

    A past day: the state at its end, by the ledger alone. Exit 1 if an equality does not hold.
    """
    from azalai.app import reporting
    from azalai.reports import statement

    with deployment(config) as opened:
        resting = reporting.basis(opened, actor())
        first, _, between = period(opened, day, day)
        past = first < reporting.today(opened)
        with opened.store.read():
            found = statement.collect(resting, first, between[1] if past else None)
        give(opened, resting, lambda one: [statement.page(resting, found, one)], out, lang, only,
             as_json=as_json, purpose="report_conservation")  # fmt: skip
    raise typer.Exit(1 if found.broken else 0)


@command(
    app,
    "delivery",
    fr="""« Nous ne l'avons jamais reçue » : une fiche et un destinataire sur une page.

    Chaque tentative, ce qui a été répondu, la preuve de réception, les inscriptions.""",
)
def delivery(
    key: str, out: Out,
    to: Annotated[str, typer.Option("--to", help=say("Le destinataire.", "The destination."))],
    reason: Reason = "", lang: Lang = "", only: Only = "", as_json: Json = False,
    config: Config = None,
) -> None:  # fmt: skip
    """Answer "we never got it": one record and one destination on a page.

    Every attempt, what was answered, the evidence of receipt, the entries.
    """
    from azalai.app import reporting
    from azalai.reports import one_delivery
    from azalai.store import record_rows

    with deployment(config) as opened:
        record = record_rows.find_any(opened.store.db, opened.store.keys, key)
        known = {name for (name,) in opened.store.db.rows("deliveries", "destinations_of",
                                                          record=record.id)}  # fmt: skip
        if to not in known | opened.settings.destinations.keys():
            names = ", ".join(sorted(known | opened.settings.destinations.keys()))
            raise StopError(f"no destination {to}", fr=f"aucun destinataire {to}",
                            hint=f"destinations: {names}", hint_fr=f"destinataires : {names}")  # fmt: skip
        resting = reporting.basis(opened, actor())
        found = one_delivery.collect(resting, record, to)
        give(opened, resting, lambda one: [one_delivery.page(resting, found, one)], out, lang, only,
             as_json=as_json, purpose="report_delivery", reason=reason,
             pseudonyms=[record.pseudonym], destination=to)  # fmt: skip


@command(
    app,
    "bordereau",
    fr="""Ce qui a été envoyé, à qui, sur une période (aujourd'hui sinon) ou pour un lot (--run).

    Pseudonymes, numéros de procédure et de mandat, règle et base légale, issue, inscriptions.""",
)
def bordereau(
    out: Out, first: FirstDay = None, last: LastDay = None,
    run: Annotated[
        int, typer.Option("--run", min=0, help=say("Le numéro d'un lot.", "A batch's number."))
    ] = 0,
    destination: Destination = "", reason: Reason = "", lang: Lang = "", only: Only = "",
    as_json: Json = False, config: Config = None,
) -> None:  # fmt: skip
    """What was sent, to whom, in a period (today if none) or for one batch (--run).

    Pseudonyms, case and warrant numbers, rule and legal basis, outcome, entries.
    """
    from azalai.app import reporting
    from azalai.reports import register

    if run and (first or last):
        raise StopError("--run or days, one of them", fr="--run ou des jours, l'un des deux")
    with deployment(config) as opened:
        start, end, between = period(opened, first, last)
        _known(opened.settings.destinations, destination)
        resting = reporting.basis(opened, actor())
        found = register.collect(resting, start, end, between, run=run, destination=destination)
        give(opened, resting, lambda one: [register.page(resting, found, one)], out, lang, only,
             as_json=as_json, purpose="report_bordereau", reason=reason,
             pseudonyms=sorted(found.about))  # fmt: skip


@command(
    app,
    "holders",
    fr="""Qui détient encore une fiche, ou peut-être ; qui a confirmé sa radiation.""",
)
def holders(
    key: str, out: Out, reason: Reason = "", lang: Lang = "", only: Only = "",
    as_json: Json = False, config: Config = None,
) -> None:  # fmt: skip
    """Who still holds a record, or may; who confirmed its removal."""
    from azalai.app import reporting
    from azalai.reports import holding
    from azalai.store import record_rows

    with deployment(config) as opened:
        record = record_rows.find_any(opened.store.db, opened.store.keys, key)
        resting = reporting.basis(opened, actor())
        found = holding.collect(resting, record)
        give(opened, resting, lambda one: [holding.page(resting, found, one)], out, lang, only,
             as_json=as_json, purpose="report_holders", reason=reason,
             pseudonyms=[record.pseudonym])  # fmt: skip


@command(
    app,
    "day",
    fr="""Une journée : fichiers lus, envois, refus, retenues, actes et consultations.""",
)
def day(
    out: Out, which: Day = None, lang: Lang = "", only: Only = "", as_json: Json = False,
    config: Config = None,
) -> None:  # fmt: skip
    """One day: files read, deliveries, refusals, what is held, acts and consultations."""
    from azalai.app import reporting
    from azalai.reports import one_day

    with deployment(config) as opened:
        first, _, between = period(opened, which, which)
        resting = reporting.basis(opened, actor())
        found = one_day.collect(resting, first, between)
        give(opened, resting, lambda one: [one_day.page(resting, found, one)], out, lang, only,
             as_json=as_json, purpose="report_day")  # fmt: skip


@command(
    app,
    "agreement",
    fr="""L'usage d'un accord sur une période : décisions, envois, issues, par règle.

    NOM, ou NOM@VERSION pour une seule version du texte.""",
)
def agreement(
    name: Annotated[str, typer.Argument(help=say("Un accord.", "An agreement."))], out: Out, first: FirstDay = None, last: LastDay = None, lang: Lang = "", only: Only = "",
    as_json: Json = False, config: Config = None,
) -> None:  # fmt: skip
    """An agreement's use over a period: decisions, deliveries, outcomes, by rule.

    NAME, or NAME@VERSION for one version of the text.
    """
    from azalai.app import reporting
    from azalai.reports import agreement_use

    with deployment(config) as opened:
        start, end, between = period(opened, first, last)
        documents = [one for one in opened.rules.agreements if name in (one.name, one.ident)]
        resting = reporting.basis(opened, actor())
        found = agreement_use.collect(resting, name, start, end, between, documents)
        if not documents and not found.decided:
            names = ", ".join(sorted({one.name for one in opened.rules.agreements}))
            raise StopError(f"no agreement {name}, here or in the ledger of these days",
                            fr=f"aucun accord {name}, ni ici ni au registre de ces jours",
                            hint=f"agreements: {names}", hint_fr=f"accords : {names}")  # fmt: skip
        give(opened, resting, lambda one: [agreement_use.page(resting, found, one)], out, lang,
             only, as_json=as_json, purpose="report_agreement")  # fmt: skip


@command(
    app,
    "month",
    fr="""Un mois en chiffres et en tracés : volumes, délais, refus par motif.""",
)
def month(
    out: Out,
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="MONTH", help=say("Un mois, 2026-11 ; sinon celui-ci.", "A month; else this.")
        ),
    ] = None,
    lang: Lang = "", only: Only = "", as_json: Json = False, config: Config = None,
) -> None:  # fmt: skip
    """A month in figures and plots: volumes, delays, refusals by reason."""
    from azalai.app import reporting
    from azalai.reports import one_month

    with deployment(config) as opened:
        wanted = which or reporting.today(opened)[:7]
        try:
            days = one_month.days_of(wanted)
        except ValueError as err:
            raise StopError("a month is written 2026-11", fr="un mois s'écrit 2026-11") from err
        _, _, between = period(opened, days[0], days[-1])
        resting = reporting.basis(opened, actor())
        found = one_month.collect(resting, wanted, between)
        give(opened, resting, lambda one: [one_month.page(resting, found, one)], out, lang, only,
             as_json=as_json, purpose="report_month")  # fmt: skip


command(
    app,
    "subject",
    fr="""Tout ce qui a été communiqué au sujet d'une personne : deux documents.

    Nom, naissance et documents sont demandés, ou lus dans un fichier (--input), jamais donnés en
    argument. Les homonymes sont listés pour être distingués ; l'acte est inscrit avec son motif.
    Code 1 si aucune fiche n'est trouvée ou retenue.""",
)(report_subject.subject)
command(
    app,
    "verify",
    fr="""Qu'un rapport est bien celui que la clé du registre a signé, octet pour octet. Code 3 sinon.

    Hors ligne avec la carte du registre (--card) ; sans elle, avec la clé du déploiement.""",
)(report_verify.verify_report)


def _known(configured: object, destination: str) -> None:
    """StopError for a destination that is not configured."""
    names = list(configured) if isinstance(configured, dict) else []
    if destination and destination not in names:
        raise StopError(f"no destination {destination}", fr=f"aucun destinataire {destination}",
                        hint=f"destinations: {', '.join(names)}",
                        hint_fr=f"destinataires : {', '.join(names)}")  # fmt: skip
