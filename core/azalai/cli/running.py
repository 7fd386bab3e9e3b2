"""`azalai run`."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import rehearsal, words
from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.speech import say
from azalai.errors import InputError


def run(
    feeds: Annotated[list[str] | None, typer.Argument(help="Feeds; none: all.")] = None,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="Until nothing moves.")] = False,
    timeout: Annotated[int, typer.Option("--timeout", help="Seconds, with --until-idle.")] = 600,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Say what a pass would do; send and keep nothing.")
    ] = False,
    config: Config = None,
) -> None:
    """One pass: read the feeds, then send what is due. Exit 1 if something needs attention."""
    with deployment(config) as app:
        if rehearse:
            raise typer.Exit(rehearsal.tell(app, feeds or list(app.settings.feeds)))
        before = _kept(app)
        quiet_end = run_pass(app, feeds or list(app.settings.feeds), timeout if until_idle else 0)
        left = {what: n - before[what] for what, n in _kept(app).items() if n > before[what]}
        if left:
            told = ", ".join(f"{words.word(what)} {n}" for what, n in left.items())
            print(say(f"Cette passe laisse : {told}. « azalai status » dit quoi faire.",
                      f"This pass left: {told}. `azalai status` says what to do."))  # fmt: skip
        raise typer.Exit(0 if quiet_end and not left else 1)


def run_pass(app: App, feeds: list[str], timeout_s: int, *, quiet: bool = False) -> bool:
    """Under the runner lock: recover, read the feeds, send. True if nothing was held and nothing
    is left moving."""
    from azalai.app.carrying import carry
    from azalai.store import runner_lock

    with runner_lock.hold(app.settings.state / "store.lock", "azalai run") as unclean:
        app.publish_locked()
        app.enter_into_force(actor())
        redone = sum(s.recover(app.clock()) for s in app.senders().values())
        if unclean and not quiet:
            print(say(f"Reprise après arrêt brutal : {redone} envoi(s) à l'issue inconnue, le "
                      "destinataire sera interrogé ; rien à faire.",
                      f"Restart after an unclean stop: {redone} send(s) of unknown outcome, the "
                      "destination is asked; nothing to do."))  # fmt: skip
        attention = _read_all(app, feeds, quiet=quiet)
        app.publish_locked()
        until = app.clock() + timedelta(seconds=timeout_s) if timeout_s else None
        idle = carry(app, until, None if quiet else _outages(app))
        app.publish_locked()
        down = not quiet and _tell_down(app)
    return idle and not attention and not down


def _read_all(app: App, names: list[str], *, quiet: bool) -> bool:
    from azalai.pipeline.reading import read_feed

    attention = False
    for name in names:
        if not quiet:
            attention = _tell_hold(app, name) or attention
        try:
            passed = read_feed(app.store, app.feed(name), app.routes)
        except InputError as err:
            print(f"{name}: {err}")
            attention = True
            continue
        if not quiet and (known := sum(one.state == "known" for one in passed)):
            print(say(f"{name} : {known} fichier(s) déjà lu(s), non repris",
                      f"{name}: {known} file(s) read before, not read again"))  # fmt: skip
        for one in passed:
            if one.state != "known" and not quiet:
                _tell_run(app, name, one.run)
            attention = attention or one.state == "held"
    return attention


def _tell_hold(app: App, name: str) -> bool:
    """Say why a feed takes no file: a run of it is held, or a person holds the feed."""
    held = app.store.db.row("runs", "held_of_feed", feed=name)
    stopped = app.store.db.row("runs", "feed_held", feed=name)
    if held is not None:
        print(say(f"{name} : passe {held[0]} retenue, les fichiers suivants attendent : "
                  f"azalai feed show {name}",
                  f"{name}: run {held[0]} is held, later files wait: azalai feed show {name}"))  # fmt: skip
    elif stopped and stopped[0]:
        print(say(f"{name} : flux retenu par une personne : azalai feed release {name}",
                  f"{name}: held by a person: azalai feed release {name}"))  # fmt: skip
    return held is not None or bool(stopped and stopped[0])


def _tell_run(app: App, name: str, number: int) -> None:
    """One run: its state, its counts, what holds it, in the words of whoever runs it."""
    from azalai.cli.speech import language
    from azalai.store import run_rows

    run = run_rows.get(app.store.db, number)
    if run is None:
        return
    print(f"{name} : {say('passe', 'run')} {number} {words.run_state(run.state)} "
          f"({words.counts(run.counts)})")  # fmt: skip
    for finding in run.findings:
        print(f"  {finding['code']}: {finding[language()]}")
        if finding["todo_" + language()]:
            print(f"      {say('À faire', 'To do')} : {finding['todo_' + language()]}")


def _outages(app: App) -> Callable[[], None]:
    """Says once of each outage, while one waits, that it is there and when it is tried again."""
    from azalai.store import destination_rows

    told: set[tuple[str, str | None]] = set()

    def tell() -> None:
        for name in app.settings.destinations:
            state = destination_rows.get(app.store.db, name)
            if state.breaker == "open" and (name, state.down_since) not in told:
                told.add((name, state.down_since))
                print(say(f"{name} : injoignable : {words.reason(state.reason)} ; nouvel essai à "
                          f"{state.open_until}, et ainsi de suite",
                          f"{name}: not reachable: {words.reason(state.reason)}; tried again at "
                          f"{state.open_until}, and so on"), flush=True)  # fmt: skip

    return tell


def _tell_down(app: App) -> bool:
    """Name each destination that cannot be reached; True if there is one."""
    from azalai.store import destination_rows

    down = False
    for name in app.settings.destinations:
        state = destination_rows.get(app.store.db, name)
        if state.breaker == "open":
            down = True
            why = words.reason(state.reason)
            print(say(f"{name} : destinataire injoignable depuis {state.down_since} : {why} ; "
                      "rien n'est perdu, les envois attendent.",
                      f"{name}: destination down since {state.down_since}: {why}; "
                      "nothing is lost, the deliveries wait."))  # fmt: skip
    return down


def _kept(app: App) -> Counter[str]:
    """What a person has to look at: what was not translated, what is held, refused, given up."""
    from azalai import reports

    found: Counter[str] = Counter()
    for _, disposition, number in app.store.db.rows("runs", "reject_counts"):
        found[disposition] += number
    for row in reports.destinations(app.store, []):
        for state in ("held", "refused", "given_up"):
            found[state] += row[state]
    return found
