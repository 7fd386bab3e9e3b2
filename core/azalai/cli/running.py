"""`azalai run`."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import typer

from azalai.app import App
from azalai.cli import rehearsal, words
from azalai.cli.deployment import Config, actor, deployment
from azalai.cli.passing import begin_pass, end_pass
from azalai.cli.speech import say
from azalai.errors import DiskError, InputError
from azalai.pipeline.reading import Passed


def run(
    feeds: Annotated[
        list[str] | None, typer.Argument(help=say("Des flux ; aucun : tous.", "Feeds; none: all."))
    ] = None,
    until_idle: Annotated[
        bool,
        typer.Option(
            "--until-idle", help=say("Jusqu'à ce que rien ne bouge plus.", "Until nothing moves.")
        ),
    ] = False,
    timeout: Annotated[
        int,
        typer.Option(
            "--timeout", help=say("Secondes, avec --until-idle.", "Seconds, with --until-idle.")
        ),
    ] = 600,
    rehearse: Annotated[
        bool,
        typer.Option(
            "--rehearse",
            help=say(
                "Dire ce qu'une passe ferait ; ne rien envoyer ni garder.",
                "Say what a pass would do; send and keep nothing.",
            ),
        ),
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
    from azalai.app.presence import at_work

    with at_work(app, "azalai run") as unclean:
        begin_pass(app, actor(), unclean=unclean, quiet=quiet)
        attention = _read_what_fits(app, feeds, quiet=quiet)
        app.publish_locked()
        until = app.clock() + timedelta(seconds=timeout_s) if timeout_s else None
        idle = carry(app, until, None if quiet else _outages(app))
        app.publish_locked()
        down = not quiet and _tell_down(app)
        stopped = end_pass(app, quiet=quiet)
    return idle and not attention and not down and not stopped


def _read_what_fits(app: App, feeds: list[str], *, quiet: bool) -> bool:
    """Read the feeds; on a full disk stop reading, and give the ballast back for the rest."""
    from azalai.service.watch import is_failing
    from azalai.store import disk

    try:
        return _read_all(app, feeds, quiet=quiet)
    except DiskError as err:
        if is_failing(err) or not disk.free_ballast(app.settings.state):
            raise
        with app.store.write() as tx:
            tx.log("act", actor="azalai/run", act="intake_stopped", reason="disk_full")
        print(say("disque plein : plus rien n'est lu ; ce qui est prêt part encore. Libérez de la "
                  "place : azalai store usage",
                  "the disk is full: nothing more is read; what is ready still leaves. Make room: "
                  "azalai store usage"))  # fmt: skip
        return True


def _read_all(app: App, names: list[str], *, quiet: bool) -> bool:
    attention = False
    for name in names:
        if not quiet:
            attention = _tell_hold(app, name) or attention
        try:
            passed = _read_alone(app, name)
        except InputError as err:
            print(say(f"{name} : {err.code}: {err.what[0]}", f"{name}: {err.code}: {err.what[1]}"))
            if err.todo[0]:
                print(say(f"  À faire : {err.todo[0]}", f"  To do: {err.todo[1]}"))
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


def _read_alone(app: App, name: str) -> list[Passed]:
    """Read a feed, unless another node is reading it or its files lie on another node."""
    from azalai.pipeline.reading import read_feed
    from azalai.store import nodes

    elsewhere = app.settings.feeds[name].node if name in app.settings.feeds else None
    feed = app.feed(name)
    if elsewhere not in (None, app.settings.node_name) or not nodes.take_feed(app.store, name):
        print(say(f"{name} : lu par un autre nœud, pas ici",
                  f"{name}: read by another node, not here"))  # fmt: skip
        return []
    passed = read_feed(app.store, feed, app.routes)
    nodes.free_feed(app.store, name)
    return passed


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
    from azalai.cli import losses
    from azalai.cli.speech import language
    from azalai.store import run_rows

    run = run_rows.get(app.store.db, number)
    if run is None:
        return
    print(f"{name} : {say('passe', 'run')} {number} {words.run_state(run.state)}"
          f"{words.in_brackets(run.counts)}")  # fmt: skip
    for finding in run.findings:
        print(f"  {finding['code']}: {finding[language()]}")
        if finding["todo_" + language()]:
            print(f"      {say('À faire', 'To do')} : {finding['todo_' + language()]}")
    losses.tell(app, number)


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
