"""Daily manifests: what each destination was first sent on a day, signed, without contents."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from azalai.app import App
from azalai.clock import format_instant, parse_instant
from azalai.ledger import keys, manifest
from azalai.ledger.manifest import Manifest
from azalai.store import Store, manifest_rows
from azalai.store.run_rows import meta

FOLDER = "manifests"
_DONE = "manifests_until"


def look(app: App, store: Store, today: date) -> int:
    """Write the manifests of the days that are over and have none; how many. Cheap where none is."""
    done = meta(store.db, _DONE)
    yesterday = today - timedelta(days=1)
    if done is not None and str(done) >= yesterday.isoformat():
        return 0
    made = 0
    for destination in app.settings.destinations:
        day = _first(app, store, destination, None if done is None else str(done))
        while day is not None and day <= yesterday:
            write(app, store, destination, day)
            made += 1
            day += timedelta(days=1)
    with store.write() as tx:
        tx.db.do("runs", "set_meta", name=_DONE, value=yesterday.isoformat())
    return made


def write(app: App, store: Store, destination: str, day: date) -> tuple[Path, Manifest]:
    """Number what was sent until the end of a day and write that day's manifest into the state's
    folder; the same again for a day that has one."""
    zone = ZoneInfo(app.settings.time_zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    manifest_rows.number(store, destination, day.isoformat(), format_instant(end))
    lines = list(manifest_rows.of_day(store.db, destination, day.isoformat()))
    path = app.settings.state / FOLDER / destination / f"{day.isoformat()}.manifest"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = keys.load(app.settings.path(app.settings.ledger_key))
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as out:
        made = manifest.write(out, signer, (destination, "sent", day.isoformat(), str(zone)), lines)
    fresh.replace(path)
    return path, made


def _first(app: App, store: Store, destination: str, done: str | None) -> date | None:
    """The first day that needs a manifest; None before anything was sent."""
    sent = manifest_rows.first_sent(store.db, destination)
    if sent is None:
        return None
    day = parse_instant(sent).astimezone(ZoneInfo(app.settings.time_zone)).date()
    return day if done is None else max(day, date.fromisoformat(done) + timedelta(days=1))
