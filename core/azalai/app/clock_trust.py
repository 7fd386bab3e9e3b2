"""Whether the machine's clock can be trusted: the ledger, files and peers are asked."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from azalai import logs
from azalai.clock import format_instant, parse_instant
from azalai.ledger.log import CLOCK_JUMP_S
from azalai.plugin.transport import Heard
from azalai.settings import Settings
from azalai.store import Store, notes
from azalai.store.run_rows import meta

PEER_FAR_S = 300
"""Seconds that a peer's `Date` may be away from our clock: minutes are a clock, not a network."""
PEER_KNOWN_S = 86_400.0
"""How long what a peer said is remembered, in seconds of this machine's uptime."""
_PEER, _PEER_END = "peer/", "peer0"
_STATE, _VOUCHED = "clock_state", "clock_vouched"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the clock is trusted, and if not, by what: `ledger` (it reads `behind_s` seconds
    before the last entry) or `peers` (none of them is within minutes; it is `far_s` ahead)."""

    trusted: bool
    cause: str = ""
    behind_s: int = 0
    far_s: int = 0


def judge(
    now: datetime, last: datetime | None, peers: Sequence[datetime], *, vouched: bool = False
) -> Verdict:
    """Judge the clock's reading by the last ledger entry and by what peers' clocks say now.

    One peer that agrees is enough: then a ledger that is ahead was written under a wrong clock. So
    is a person's word for the ledger as it stands (`vouched`).
    """
    far = [int((now - peer).total_seconds()) for peer in peers]
    if any(abs(seconds) <= PEER_FAR_S for seconds in far):
        return Verdict(trusted=True)
    behind = 0 if last is None else max(0, int((last - now).total_seconds()))
    if far:
        return Verdict(trusted=False, cause="peers", behind_s=behind, far_s=min(far, key=abs))
    if behind > CLOCK_JUMP_S and not vouched:
        return Verdict(trusted=False, cause="ledger", behind_s=behind)
    return Verdict(trusted=True)


def verdict(store: Store, now: datetime) -> Verdict:
    """The judgement on this store at `now`."""
    last = store.ledger.head().last_time
    vouched = meta(store.db, _VOUCHED)
    known = vouched is not None and last is not None and str(vouched) >= last
    return judge(now, None if last is None else parse_instant(last),
                 list(peers(store).values()), vouched=known)  # fmt: skip


def vouch(store: Store, actor: str, reason: str) -> None:
    """A person says that the clock is right: the ledger's last time was written under a wrong one."""
    with store.write() as tx:
        tx.log("act", actor=actor, act="clock_vouched", reason=notes.keep(tx, "clock", reason))
        last = store.ledger.head().last_time or tx.at
        tx.db.do("runs", "set_meta", name=_VOUCHED, value=max(last, tx.at))


def remember(store: Store, name: str, heard: Heard) -> None:
    """Keep what a peer's clock said where every process of this machine finds it."""
    value = {"date": format_instant(heard.date), "monotonic": heard.monotonic, "boot": _boot()}
    with store.write() as tx:
        tx.db.do("runs", "set_meta", name=_PEER + name, value=json.dumps(value))


def peers(store: Store) -> dict[str, datetime]:
    """What each peer's clock reads now, by what it said since this machine's start."""
    found = {}
    for name, value in store.db.rows("guards", "metas", first=_PEER, last=_PEER_END):
        said = json.loads(value)
        since = time.monotonic() - said["monotonic"]
        if said["boot"] == _boot() and 0 <= since <= PEER_KNOWN_S:
            passed = timedelta(seconds=since)
            found[name.removeprefix(_PEER)] = parse_instant(said["date"]) + passed
    return found


def note(store: Store, found: Verdict) -> None:
    """Log once that the clock is not trusted, and once that it is again: a `clock` entry each."""
    state = found.cause or "trusted"
    if (meta(store.db, _STATE) or "trusted") == state:
        return
    with store.write() as tx:
        if (meta(tx.db, _STATE) or "trusted") == state:
            return  # another thread has said it
        tx.db.do("runs", "set_meta", name=_STATE, value=state)
        tx.log("clock", clock=tx.at, behind_s=found.behind_s, far_s=found.far_s,
               state="trusted" if found.trusted else "not_trusted", cause=found.cause)  # fmt: skip
    if found.trusted:
        logs.get().info("clock.trusted")
    else:
        logs.get().error("clock.not_trusted", reason=found.cause, duration_s=found.behind_s)


def candidates(store: Store, settings: Settings) -> dict[str, datetime]:
    """What the time could be: `ledger`, `files` (the newest date of a file here), `peer …`."""
    found: dict[str, datetime] = {}
    if last := store.ledger.head().last_time:
        found["ledger"] = parse_instant(last)
    folders = [settings.folder, settings.state, *(settings.path(f.folder)
               for f in settings.feeds.values())]  # fmt: skip
    if dates := list(_dates(folders)):
        found["files"] = datetime.fromtimestamp(max(dates), UTC)
    found |= {f"peer {name}": at for name, at in peers(store).items()}
    return found


def best(found: dict[str, datetime]) -> datetime | None:
    """The likeliest: a peer's word, else the latest that something here was written."""
    told = sorted(at for name, at in found.items() if name.startswith("peer "))
    if told:
        return told[len(told) // 2]
    return max(found.values(), default=None)


def line(at: datetime) -> str:
    """What sets the clock: timedatectl(1)."""
    return ("timedatectl set-ntp false && timedatectl set-time "
            f"'{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC'")  # fmt: skip


def _dates(folders: Iterable[Path]) -> Iterable[float]:
    for folder in folders:
        try:
            yield from (path.stat().st_mtime for path in folder.iterdir() if path.is_file())
        except OSError:
            continue


@cache
def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""
