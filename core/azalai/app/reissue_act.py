"""The act of sending again in new bytes: what two people stand behind, and its beginning."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from azalai.app import App, loading
from azalai.app.approving import Agreed, Foreseen
from azalai.clock import format_instant
from azalai.delivery import pace
from azalai.documents import Text
from azalai.errors import ApprovalError
from azalai.pipeline.routing import Route
from azalai.store import Transaction, notes, reissue_rows


def route_of(app: App, destination: str, mapping: str | None) -> Route:
    """The destination's route. ConfigurationError; ApprovalError where `mapping` (`name@version`) is
    not one that renders its messages today."""
    loading.refuse_unknown(app.settings, destination)
    route = next(r for r in app.routes().routes if r.facts.name == destination)
    known = labels(app, destination)
    if mapping is not None and mapping not in known:
        raise ApprovalError(f"{mapping} is not in force at {destination}",
                            fr=f"{mapping} n'est pas en vigueur chez {destination}",
                            hint=", ".join(known), hint_fr=", ".join(known))  # fmt: skip
    return route


def labels(app: App, destination: str) -> list[str]:
    """The outbound mappings in force there, as `name@version`."""
    return sorted({f"{m.name}@{m.version}" for m in app.outbound[destination].values()})


def foresee(app: App, arguments: Mapping[str, Any]) -> Foreseen:
    """What will be sent again: bound to the mappings and agreements in force, and to the last
    delivery that counts. ApprovalError while another one goes to the same destination."""
    destination = arguments["destination"]
    route_of(app, destination, arguments.get("mapping"))
    if any(one.destination == destination for one in reissue_rows.every(app.store.db)):
        raise ApprovalError(
            f"one is under way at {destination} already",
            fr=f"un renvoi vers {destination} est déjà en cours",
            hint="azalai outbox reissue --list", hint_fr="azalai outbox reissue --list")  # fmt: skip
    digests = {f"{m.name}@{m.version}": m.digest for m in app.outbound[destination].values()}
    how = "create" if arguments["lost"] else "update"
    used = ", ".join(labels(app, destination))
    lines = [
        Text(f"renvoi à {destination} de {arguments['count']} fiche(s), en {how}, par {used} : "
             f"nouveau contenu, nouvelle clé ; {arguments['hours']}",
             f"{arguments['count']} record(s) sent again to {destination}, as {how}, by {used}: "
             f"new bytes, new keys; {arguments['hours']}"),
        Text(f"motif : {arguments['reason']}", f"reason: {arguments['reason']}"),
    ]  # fmt: skip
    touched = {"destination": destination, "mappings": digests, "rules": app.rules.digest}
    return Foreseen([touched], lines)


def begin(
    tx: Transaction, _app: App, arguments: Mapping[str, Any], agreed: Agreed
) -> Sequence[Text]:
    """Begin it: made by the daemon, or the next `run`, in commits of 200."""
    destination = arguments["destination"]
    reissue_rows.add(tx, destination, agreed.request, arguments["last"], arguments["filters"],
                     lost=arguments["lost"])  # fmt: skip
    subject = f"destination/{destination}"
    tx.log("act", actor=agreed.asked_by, second=agreed.agreed_by, act="reissue_begun",
           subject=subject, request=agreed.request, count=arguments["count"],
           note=notes.keep(tx, subject, arguments["reason"]))  # fmt: skip
    return [Text(f"renvoi à {destination} commencé ; « azalai outbox reissue --pause » l'arrête",
                 f"reissue to {destination} begun; `azalai outbox reissue --pause` stops it")]  # fmt: skip


def hours(app: App, destination: str, count: int) -> float | None:
    """How many hours `count` messages take at the destination's rate and in its windows; None
    where it has no rate."""
    given = app.settings.destinations[destination]
    if given.rate_per_minute is None:
        return None
    zone = ZoneInfo(app.settings.time_zone)
    midnight = datetime.combine(date(2001, 1, 1), time(), zone)
    quarters = [midnight + timedelta(minutes=15 * n) for n in range(96)]
    share = sum(pace.open_now(given.windows, zone, at) for at in quarters) / len(quarters)
    return count / given.rate_per_minute / 60 / max(share, 1 / 96)


def day(app: App, text: str | None, *, after: bool = False) -> str | None:
    """The first instant of a day, or the first after it, in the deployment's time zone. ValueError."""
    if text is None:
        return None
    at = datetime.combine(date.fromisoformat(text), time(), ZoneInfo(app.settings.time_zone))
    return format_instant(at + timedelta(days=1) if after else at)
