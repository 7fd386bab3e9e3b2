"""What `status` says of the node itself: a line each, then what is to be done about it."""

from datetime import datetime

from azalai.app.node import Node
from azalai.cli import passing
from azalai.cli.speech import say
from azalai.store.lingering import Lingering

GIB = 1 << 30


def lines(node: Node, now: datetime, zone: str) -> list[str]:
    """Daemon, clock, disk, next certificate, catching up, the last unclean stop."""
    from azalai.delivery import recovery

    told = [_runner(node), _clock(node)]
    if node.room is not None:
        told.append(_disk(node))
    if node.ending is not None:
        when, name, _ = node.ending
        days = (when - now).days
        told.append(say(f"certificats : le premier finit le {when.date()} ({name}, {days} jours)",
                        f"certificates: the first ends on {when.date()} ({name}, {days} days)"))  # fmt: skip
    for name, minutes in node.catching_up.items():
        told.append(_catching_up(name, minutes))
    if node.recovery is not None:
        told.append(say(*recovery.sentence(node.recovery, zone)))
    return told


def todo(node: Node, now: datetime) -> list[str]:
    """What a person must do for the node, the most urgent first."""
    from azalai.app import clock_trust
    from azalai.app.node import soon

    found = [] if node.leave.what == "all" else [passing.stopped_by(node.leave.why)]
    if not node.clock.trusted:
        found += [f"  {name} : {at:%Y-%m-%d %H:%M:%S} UTC" for name, at in node.candidates.items()]
        if (at := clock_trust.best(dict(node.candidates))) is not None:
            found.append(f"  {clock_trust.line(at)}")
        found.append(say("  l'horloge est juste, c'est le registre qui avance : azalai system "
                         'clock-is-right --reason "…"',
                         "  the clock is right, the ledger is ahead: azalai system clock-is-right "
                         '--reason "…"'))  # fmt: skip
    if node.low:
        found.append(say("disque presque plein : azalai store usage, puis azalai store prune "
                         "--dry-run", "the disk is nearly full: azalai store usage, then azalai "
                         "store prune --dry-run"))  # fmt: skip
    if node.lingering is not None:
        found.append(_lingering(node.lingering))
    if soon(node, now):
        found.append(say("un certificat finit bientôt : azalai check",
                         "a certificate ends soon: azalai check"))  # fmt: skip
    return found


def _runner(node: Node) -> str:
    if node.runner is None:
        return say("démon : arrêté", "daemon: not running")
    return say(f"démon : en marche ({node.runner})", f"daemon: running ({node.runner})")


def _clock(node: Node) -> str:
    if node.clock.trusted:
        return say("horloge : sûre", "clock: trusted")
    if node.clock.cause == "peers":
        return say(f"horloge : non fiable, à {abs(node.clock.far_s)} s de celle des destinataires",
                   f"clock: not trusted, {abs(node.clock.far_s)} s away from the destinations'")  # fmt: skip
    return say(f"horloge : non fiable, {node.clock.behind_s} s avant la dernière inscription du "
               "registre", f"clock: not trusted, {node.clock.behind_s} s before the ledger's last "
               "entry")  # fmt: skip


def _disk(node: Node) -> str:
    if node.room is None:
        return ""
    share, free = round(100 * node.room.share), node.room.free / GIB
    days_fr = "" if node.days is None else f", {node.days} jours au rythme vu"
    days_en = "" if node.days is None else f", {node.days} days at the growth seen"
    return say(f"disque : {share} % libres ({free:.1f} Gio){days_fr}",
               f"disk: {share} % free ({free:.1f} GiB){days_en}")  # fmt: skip


def _lingering(found: Lingering) -> str:
    if found.open_s:
        return say(f"une transaction de la base est ouverte depuis {found.open_s // 60} min : "
                   "terminez la session qui la tient (pg_stat_activity)",
                   f"a transaction of the store has been open for {found.open_s // 60} min: end the "
                   "session that holds it (pg_stat_activity)")  # fmt: skip
    size = found.wal >> 20
    return say(f"le journal de la base a {size} Mio : un lecteur le retient ; fermez l'outil qui lit "
               "la base (fuser state/azalai.db)",
               f"the store's log has {size} MiB: a reader keeps it; close the tool that reads the "
               "store (fuser state/azalai.db)")  # fmt: skip


def _catching_up(name: str, minutes: int | None) -> str:
    if minutes is None:
        return say(f"{name} : temps pour rattraper inconnu encore",
                   f"{name}: time to catch up not known yet")  # fmt: skip
    return say(f"{name} : rattrapé dans {minutes} min", f"{name}: caught up in {minutes} min")
