"""`azalai status`: the state now, and the lines to type next."""

import json
from typing import Annotated, Any

import typer

from azalai.app import App
from azalai.cli import status_node, status_nodes, words
from azalai.cli.deployment import Config, Json, deployment, table
from azalai.cli.speech import language, say


def status(
    config: Config = None,
    as_json: Json = False,
    short: Annotated[
        bool,
        typer.Option(
            "--short", help=say("Seulement ce qui est à faire.", "Only what is to be done.")
        ),
    ] = False,
) -> None:
    """The state now, and the lines to type next."""
    from azalai import reports
    from azalai.app import cosigned, key_care, node
    from azalai.cli import witness_words
    from azalai.store import nodes

    with deployment(config) as app:
        now, here = app.clock(), node.look(app)
        seals = cosigned.look(app)
        feeds = reports.feeds(app.store, list(app.settings.feeds))
        destinations = reports.destinations(app.store, list(app.settings.destinations))
        waiting = app.store.db.rows("runs", "waiting")
        recalls = app.store.db.rows("deliveries", "recalls_open")
        settled = len(app.store.db.rows("deliveries", "recalls_settled"))
        if as_json:
            print(json.dumps({"training": app.settings.training, "start": app.settings.start,
                              "feeds": feeds, "destinations": destinations,
                              "conservation": reports.conservation(app.store),
                              "held_runs": [r[0] for r in waiting],
                              "open_recalls": len(recalls), "settled_recalls": settled,
                              "node": node.as_values(here, now),
                              "witnesses": cosigned.as_values(seals) if seals else None,
                              "nodes": status_nodes.as_values(nodes.every(app.store))}))  # fmt: skip
            return
        if app.settings.training:
            print(say("FORMATION, données inventées", "TRAINING, invented data"), end="\n\n")
        if not short:
            figures(feeds, destinations)
            print()
            status_nodes.show(nodes.every(app.store))
            told = [witness_words.quorum_line(seals, now)] if seals and seals.least else []
            if app.settings.start == "attended":
                told.insert(0, say("démarrage : après chacun, une personne tape azalai key unlock",
                                   "start: after each a person types azalai key unlock"))  # fmt: skip
            print(*status_node.lines(here, now, app.settings.time_zone), *told, "", sep="\n")
        if settled:
            print(say(f"{settled} radiation(s) closes sans confirmation : azalai recall list",
                      f"{settled} recall(s) ended without confirmation: azalai recall list"),
                  end="\n\n")  # fmt: skip
        todo = [
            *status_node.todo(here, now),
            *witness_words.todo(seals),
            *_links(app),
            *_todo(app, destinations, waiting, len(recalls)),
            *(one.say(language()) for one in key_care.daily(app)),
        ]
        print("\n".join(todo) if todo else say("Rien à faire.", "Nothing to do."))


def _todo(
    app: App, destinations: list[dict[str, Any]],
    waiting: list[tuple[Any, ...]], recalls: int,
) -> list[str]:  # fmt: skip
    """What waits for a person: the fact, then the command that shows or ends it."""
    from azalai.pipeline.ending import asked_for
    from azalai.pipeline.owing import never_decided
    from azalai.store import delivery_rows, link_rows, past_rows, request_rows

    todo = [f"azalai feed show {row[1]}" for row in waiting if row[3] == "held"]
    if any(row["held"] for row in destinations):
        todo.append("azalai outbox list --state held")
    for name in app.settings.feeds:
        stopped = app.store.db.row("runs", "feed_held", feed=name)
        if stopped and stopped[0]:
            todo.append(say(f"{name} : flux retenu par une personne : azalai feed release {name}",
                            f"{name}: held by a person: azalai feed release {name}"))  # fmt: skip
    kept = {disposition for _, disposition, _ in app.store.db.rows("runs", "reject_counts")}
    if kept & {"rejected", "unreadable"}:
        todo.append("azalai reject list")
    if "parked" in kept:
        todo.append("azalai code list")
    if recalls:
        todo.append(say(f"{recalls} radiation(s) non confirmée(s) : azalai recall list",
                        f"{recalls} recall(s) not confirmed: azalai recall list"))  # fmt: skip
    asked = [one for one in request_rows.every(app.store.db) if one.state_at(app.clock()) == "open"]
    if asked:
        todo.append(say(f"{len(asked)} demande(s) attendent une deuxième personne : azalai approve "
                        "list", f"{len(asked)} request(s) wait for a second person: azalai approve "
                        "list"))  # fmt: skip
    if doubles := len(link_rows.possible(app.store.db)):
        todo.append(say(f"{doubles} doublon(s) possible(s) : azalai record same",
                        f"{doubles} possible duplicate(s): azalai record same"))  # fmt: skip
    todo += [_ended(ident, count) for ident, count in asked_for(app.store).items()]
    if past := sum(row[3] for row in past_rows.asked(app.store.db)):
        todo.append(say(f"{past} fiche(s) ont passé leur échéance : azalai record expired",
                        f"{past} record(s) are past their day: azalai record expired"))  # fmt: skip
    todo += [_late(name, count) for name, count in delivery_rows.late_receipts(app.store.db)]
    todo += _passed_on(app)
    return todo + [_were_here(name, here) for name in app.settings.destinations
                   if (here := never_decided(app.store, name))]  # fmt: skip


def _ended(ident: str, count: int) -> str:
    name = ident.rpartition("@")[0]
    return say(f"accord {ident} terminé : {count} fiche(s) sont encore chez ses destinataires : "
               f"azalai agreement end {name} --recall --reason … (ou --keep)",
               f"agreement {ident} has ended: its destinations still have {count} record(s): "
               f"azalai agreement end {name} --recall --reason … (or --keep)")  # fmt: skip


def _passed_on(app: App) -> list[str]:
    """What hubs have by messages that do not name who has left since."""
    from azalai.app.loading import facts
    from azalai.pipeline.passing_on import passed_on_before

    lines = []
    for name, given in app.settings.destinations.items():
        gone, count = passed_on_before(app.store, facts(name, given))
        if count:
            who = ", ".join(gone)
            lines.append(say(
                f"{name} a encore {count} fiche(s) sans la restriction « pas pour {who} » : "
                f"azalai outbox reissue --destination {name} --reason …",
                f"{name} still has {count} record(s) without the restriction `not for {who}`: "
                f"azalai outbox reissue --destination {name} --reason …"))  # fmt: skip
    return lines


def _late(name: str, count: int) -> str:
    return say(f"{name} : {count} accusé(s) de réception en retard : "
               f"azalai outbox list --state awaiting --destination {name}",
               f"{name}: {count} receipt(s) late: "
               f"azalai outbox list --state awaiting --destination {name}")  # fmt: skip


def _were_here(name: str, count: int) -> str:
    return say(f"{count} fiche(s) étaient là avant {name} : azalai outbox owe {name} --dry-run",
               f"{count} record(s) were here before {name}: "
               f"azalai outbox owe {name} --dry-run")  # fmt: skip


def _links(app: App) -> list[str]:
    """Destinations that cannot be reached or that a person keeps back."""
    from azalai.store import destination_rows

    lines = []
    for name in app.settings.destinations:
        state = destination_rows.get(app.store.db, name)
        if state.breaker == "open":
            why = words.reason(state.reason)
            lines.append(say(f"{name} : injoignable depuis {state.down_since} : {why} ; "
                             "les envois attendent, rien n'est perdu",
                             f"{name}: not reachable since {state.down_since}: {why}; "
                             "deliveries wait, nothing is lost"))  # fmt: skip
        if state.held is not None:
            lines.append(say(f"{name} : retenu par une personne : azalai destination release "
                             f"{name}", f"{name}: held by a person: azalai destination release "
                             f"{name}"))  # fmt: skip
    return lines


def figures(feeds: list[dict[str, Any]], destinations: list[dict[str, Any]]) -> None:
    """The two tables that a person understands."""
    terms: tuple[str, ...] = ("read", "translated", "rejected", "parked", "locked", "unreadable")
    heads = [say("flux", "feed"), *(words.word(t) for t in terms)]
    table(heads, [[row["name"], *(row[t] for t in terms)] for row in feeds])
    print()
    terms = ("owed", "withheld", "delivered", "refused", "held", "given_up", "withdrawn", "open",
             "attempts")  # fmt: skip
    heads = [say("destinataire", "destination"), *(words.word(t) for t in terms)]
    table(heads, [[row["name"], *(row[t] for t in terms)] for row in destinations])
