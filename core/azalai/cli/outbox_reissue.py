"""`azalai outbox reissue`: what was sent, sent again in new bytes; first what it would be."""

from typing import Annotated

import typer

from azalai.app import App
from azalai.cli.deployment import Config, actor, deployment, table
from azalai.cli.options import Reason
from azalai.cli.speech import say
from azalai.pipeline.reissue_plan import Plan


def outbox_reissue(
    destination: Annotated[
        str | None,
        typer.Option("--destination", help=say("À ce destinataire.", "To this destination.")),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping",
            help=say("nom@version : refuser toute autre.", "name@version: refuse any other."),
        ),
    ] = None,
    they_lost_it: Annotated[
        bool,
        typer.Option(
            "--they-lost-it",
            help=say(
                "En création : il a perdu ce qu'il avait.", "As create: they lost what they had."
            ),
        ),
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help=say("De ce genre de fiche.", "Of this kind of record.")),
    ] = None,
    feed: Annotated[
        str | None, typer.Option("--feed", help=say("De ce flux.", "Of this feed."))
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help=say("Un jour : pris ce jour ou après.", "A day: taken on it or later.")
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", help=say("Un jour : pris ce jour ou avant.", "A day: taken by it.")
        ),
    ] = None,
    reason: Reason = "",
    with_values: Annotated[
        bool,
        typer.Option(
            "--with-values",
            help=say(
                "Montrer ce qui diffère : données personnelles.",
                "Show what differs: personal data.",
            ),
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=say("Montrer, ne demander à personne.", "Show, ask nobody.")
        ),
    ] = False,
    pause: Annotated[
        bool,
        typer.Option(
            "--pause", help=say("Arrêter ce qui est en cours.", "Stop what is under way.")
        ),
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help=say("Laisser continuer.", "Let it go on."))
    ] = False,
    listed: Annotated[
        bool, typer.Option("--list", help=say("Ce qui est en cours.", "What is under way."))
    ] = False,
    config: Config = None,
) -> None:
    """Send again, by today's mapping and agreements: new bytes, new keys, the next version.

    Shows what it would be, then asks for a second person (exit 4). What is new overtakes it. To
    repeat the same bytes: `outbox repeat`.
    """
    from azalai.app import reissue_act
    from azalai.app.acts import REISSUE
    from azalai.cli.second_person import ask_for
    from azalai.errors import StopError
    from azalai.pipeline.reissue_plan import plan
    from azalai.store import reissue_rows

    with deployment(config) as app:
        if pause or resume or listed:
            _under_way(app, destination, pause=pause, resume=resume)
            return
        if destination is None:
            raise StopError("say where: --destination", fr="dites où : --destination")
        route = reissue_act.route_of(app, destination, mapping)
        filters = {"kind": kind, "feed": feed, "since": _day(app, since),
                   "until": _day(app, until, after=True)}  # fmt: skip
        last = reissue_rows.newest(app.store.db, destination)
        found = plan(app.store, app.routes(), route, last, filters)
        took = _time(app, destination, found.made)
        _tell(found, took, with_values=with_values)
        if dry_run or not found.made:
            raise typer.Exit(0)
        if not reason:
            raise StopError("say why: --reason; or only look: --dry-run",
                            fr="dites pourquoi : --reason ; ou regardez seulement : --dry-run")  # fmt: skip
        raise typer.Exit(ask_for(app, REISSUE, {
            "destination": destination, "mapping": mapping, "lost": they_lost_it, "last": last,
            "filters": filters, "count": found.made, "hours": took, "reason": reason,
        }))  # fmt: skip


def _day(app: App, text: str | None, *, after: bool = False) -> str | None:
    from azalai.app.reissue_act import day
    from azalai.errors import StopError

    try:
        return day(app, text, after=after)
    except ValueError:
        raise StopError(f"{text}: not a day", fr=f"{text} : ce n'est pas un jour",
                        hint="write it as 2027-01-01", hint_fr="écrivez 2027-01-01") from None  # fmt: skip


def _time(app: App, destination: str, count: int) -> str:
    from azalai.app.reissue_act import hours

    found = hours(app, destination, count)
    if found is None:
        return say("aucun débit n'est fixé", "no rate is set")
    return say(f"{found:.1f} h au débit et aux heures de ce destinataire",
               f"{found:.1f} h at this destination's rate and windows")  # fmt: skip


def _tell(found: Plan, took: str, *, with_values: bool) -> None:
    print(say(f"{found.made} message(s) seraient refaits, {found.differ} de contenu différent ; "
              f"{found.size} octets ; {took}",
              f"{found.made} message(s) would be made anew, {found.differ} of other content; "
              f"{found.size} bytes; {took}"))  # fmt: skip
    why = {
        "in_motion": say("pas de version en vigueur à dire, ou en cours de radiation",
                         "no version in force to be told, or being taken back"),
        "withheld": say("non autorisés par les accords d'aujourd'hui",
                        "not allowed by today's agreements"),
        "no_place": say("sans place dans le message", "without a place in the message"),
        "unreadable": say("dont l'envoi d'origine ne s'ouvre pas",
                          "whose original does not open"),
    }  # fmt: skip
    for code, count in found.left_out.items():
        print(f"  {count} {why[code]}")
    for element, count in found.elements.most_common():
        print(f"  {element}: {count}")
    for number, changes in found.pairs:
        shown = [f"{name}: {was!r} → {will!r}" if with_values else name
                 for name, was, will in changes]  # fmt: skip
        print(f"  {say('envoi', 'delivery')} {number}: " + ", ".join(shown))


def _under_way(app: App, destination: str | None, *, pause: bool, resume: bool) -> None:
    """Pause, resume or list."""
    from azalai.errors import StopError
    from azalai.store import reissue_rows

    if pause and resume:
        raise StopError("say one of --pause and --resume", fr="dites --pause ou --resume")
    found = [one for one in reissue_rows.every(app.store.db)
             if destination in (None, one.destination)]  # fmt: skip
    if not found:
        print(say("aucun renvoi en cours", "no reissue is under way"))
        return
    if pause or resume:
        with app.store.write() as tx:
            for one in found:
                reissue_rows.set_state(tx, one, "paused" if pause else "going")
                tx.log("act", actor=actor(), act="reissue_paused" if pause else "reissue_resumed",
                       subject=f"destination/{one.destination}", request=one.request)  # fmt: skip
    state = {"going": say("en cours", "going"), "paused": say("en pause", "paused")}
    table([say("renvoi", "reissue"), say("destinataire", "destination"), say("état", "state"),
           say("refaits", "made"), say("laissés", "left out"), say("depuis", "since")],
          [[one.id, one.destination, state[one.state], one.made, one.left_out, one.at]
           for one in reissue_rows.every(app.store.db)])  # fmt: skip
