"""What a pass of `run` says before it reads and after it has sent."""

from azalai.app import App
from azalai.cli.speech import say
from azalai.documents import Text


def begin_pass(app: App, actor: str, *, unclean: bool, quiet: bool) -> None:
    """Under the runner lock, before anything is read: the ledger is what its checkpoint says, the
    ballast is in its place, what was being sent is to be asked."""
    from azalai.delivery import recovery
    from azalai.store import disk, samples

    app.publish_locked()
    if unclean:
        recovery.begin(app.store, app.clock())
    disk.make_ballast(app.settings.state, app.settings.ballast_mib << 20)
    samples.keep_disk(app.store, app.settings.state, app.clock())
    app.enter_into_force(actor)
    for sender in app.senders().values():
        sender.recover(app.clock())
    line = recovery.told_at_start(app.store, app.settings.time_zone, unclean=unclean)
    if line is not None and not quiet:
        print(say(*line))


def end_pass(app: App, *, quiet: bool) -> bool:
    """Say what became of what an unclean stop left, and why nothing leaves; True if nothing does."""
    from azalai.app.leave import leave
    from azalai.delivery import recovery
    from azalai.store import raw_rows

    raw_rows.prune(app.store, app.settings.keep_raw)
    ended = recovery.tell_end(app.store)
    if ended is not None and not quiet:
        print(say(*recovery.sentence(ended, app.settings.time_zone)))
    what, why = leave(app.store, app.clock())
    if what != "all" and not quiet:
        print(stopped_by(why))
    return what != "all"


def stopped_by(why: str) -> str:
    """Why nothing, or only recalls, leave this node."""
    return say(*_STOPPED[why])


_STOPPED = {
    "clock_not_trusted": Text(
        "horloge non fiable : rien n'est envoyé ; azalai status",
        "the clock is not trusted: nothing is sent; azalai status"),
    "instance_unpacked": Text(
        "base reprise d'un autre serveur : rien n'est envoyé avant qu'une personne dise que l'ancien "
        'est arrêté ; azalai move confirm --reason "…"',
        "store taken over from another server: nothing is sent before a person says that the old one "
        'is off; azalai move confirm --reason "…"'),
    "instance_elsewhere": Text(
        "cette base a travaillé sur une autre machine ou dans un autre dossier : rien n'est envoyé "
        "d'ici ; si l'autre est arrêtée pour de bon : azalai move confirm --reason \"…\"",
        "this store has worked on another machine or in another folder: nothing is sent from here; "
        'if the other is off for good: azalai move confirm --reason "…"'),
    "instance_forked": Text(
        "un témoin connaît une autre suite de ce registre : une autre copie travaille ; rien n'est "
        "envoyé d'ici ; azalai ledger verify, puis azalai move confirm --reason \"…\"",
        "a witness knows another continuation of this ledger: another copy works; nothing is sent "
        'from here; azalai ledger verify, then azalai move confirm --reason "…"'),
    "instance_retired": Text(
        "base emballée pour un autre serveur : elle ne travaille plus ici",
        "store packed for another server: it works here no more"),
    "recovering": Text(
        "base restaurée : seules les radiations partent ; azalai store restore --resume",
        "restored store: only recalls leave; azalai store restore --resume"),
}  # fmt: skip
