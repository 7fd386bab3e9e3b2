"""How this node is: daemon, clock, disk, certificates, what an unclean stop left, what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from azalai.app import App, certificates, clock_trust
from azalai.app.checking import WARN_BEFORE
from azalai.app.clock_trust import Verdict
from azalai.app.leave import Leave, leave
from azalai.clock import parse_instant
from azalai.delivery import recovery
from azalai.delivery.recovery import Recovery
from azalai.store import disk, nodes, runner_lock, samples
from azalai.store.disk import Room
from azalai.store.lingering import Lingering, lingering

RECOVERY_SHOWN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Node:
    """The state of one node. `runner` names who holds the store, None for nobody; `candidates` are
    what the time could be, where the clock is not trusted; `days` is how long the disk lasts, None
    where that is not known; `ending` is the next certificate's end, whose, its file; `catching_up`
    is the minutes until each destination has what waits for it (None: not known)."""

    runner: str | None
    clock: Verdict
    candidates: Mapping[str, datetime]
    leave: Leave
    room: Room | None
    days: int | None
    ending: tuple[datetime, str, Path] | None
    recovery: Recovery | None
    catching_up: Mapping[str, int | None]
    lingering: Lingering | None

    @property
    def low(self) -> bool:
        """Whether the disk is to be seen to."""
        return self.room is not None and disk.low(self.room, self.days)


def look(app: App) -> Node:
    """Look at everything that is not a record."""
    now, settings = app.clock(), app.settings
    clock = clock_trust.verdict(app.store, now)
    try:
        room, days = samples.disk(app.store, settings.state)
    except OSError:
        room, days = None, None
    return Node(
        _runner(app), clock,
        {} if clock.trusted else clock_trust.candidates(app.store, settings),
        leave(app.store, now), room, days,
        certificates.next_end(settings.destinations, settings.path),
        _recent(recovery.last(app.store), now), _catching_up(app), lingering(app.store),
    )  # fmt: skip


def _runner(app: App) -> str | None:
    """Who is at work: the holder of the runner lock, or the processes alive on a server."""
    if not app.store.db.shared:
        return runner_lock.holder(app.settings.state / "store.lock")
    alive = [f"{one.work}, {one.node}" for one in nodes.every(app.store) if one.alive]
    return " ; ".join(alive) or None


def as_values(node: Node, now: datetime) -> dict[str, Any]:
    """The same for machines."""
    end, again = node.ending, node.recovery
    return {
        "runner": node.runner, "leaves": node.leave.what, "why": node.leave.why,
        "clock": {"trusted": node.clock.trusted, "cause": node.clock.cause,
                  "behind_s": node.clock.behind_s, "far_s": node.clock.far_s,
                  "candidates": {k: v.isoformat() for k, v in node.candidates.items()}},
        "disk": None if node.room is None else {
            "free": node.room.free, "total": node.room.total, "days_left": node.days,
            "low": node.low},
        "next_certificate": None if end is None else {
            "destination": end[1], "ends": end[0].isoformat(), "soon": soon(node, now)},
        "recovery": None if again is None else {
            "stopped_at": again.stopped_at, "batches": [list(b) for b in again.batches],
            "asked": dict(again.found)},
        "minutes_to_catch_up": dict(node.catching_up),
        "lingering": None if node.lingering is None else asdict(node.lingering),
    }  # fmt: skip


def soon(node: Node, now: datetime) -> bool:
    """Whether a certificate ends soon enough to be told."""
    return node.ending is not None and node.ending[0] - now < WARN_BEFORE


def _recent(found: Recovery | None, now: datetime) -> Recovery | None:
    if found is None:
        return None
    old = now - parse_instant(found.started_at) > RECOVERY_SHOWN
    return None if old and found.over else found


def _catching_up(app: App) -> dict[str, int | None]:
    """For each destination with something waiting: at the pace that was seen or that is allowed."""
    found: dict[str, int | None] = {}
    for name, given in app.settings.destinations.items():
        row: Sequence[Any] | None = app.store.db.row("deliveries", "waits", destination=name)
        waiting = int(row[0]) if row else 0
        if waiting:
            seen = samples.pace(app.store, name)
            paces = [p for p in (seen, given.rate_per_minute) if p]
            found[name] = ceil(waiting / min(paces)) if paces else None
    return found
