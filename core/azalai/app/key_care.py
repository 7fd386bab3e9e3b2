"""What a person must still do for the master key and for what is kept: for `status` and `check`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from azalai.app import App, rotating
from azalai.clock import parse_instant
from azalai.documents import Text
from azalai.settings import Settings
from azalai.store import Store, key_rows
from azalai.store.key_rows import Outside
from azalai.store.seal import kek_name


def todo(app: App) -> list[Text]:
    """Each thing to do with the command that does it; nothing in training, where all is invented."""
    if app.settings.training:
        return []
    return [*uncopied(app), *daily(app)]


def uncopied(app: App) -> list[Text]:
    """That the key in force has no copy that was read back: `check` stays at 1 until then."""
    kek = kek_name(app.store.keys.kek)
    if app.settings.training or any(one.kek == kek and one.confirmed_at and not one.gone_at
                                    for one in key_rows.copies(app.store.db)):  # fmt: skip
        return []
    return [Text(f"aucune copie confirmée de la clé maîtresse {kek} : la perdre, c'est perdre les "
                 "fiches : azalai key copy -o FICHIER, puis --confirm",
                 f"no confirmed copy of the master key {kek}: losing it is losing the records: "
                 "azalai key copy -o FILE, then --confirm")]  # fmt: skip


def daily(app: App) -> list[Text]:
    """The rest, as `status` shows it."""
    return [*_of_the_key(app.store, app.settings, app.clock()), *_of_copies(app)]


def overdue(app: App) -> list[Outside]:
    """Copies outside the store that are older than they may be."""
    keep, now = app.settings.keep, app.clock()
    days = {"backup": keep.backups, "openings": keep.openings}
    found = []
    for one in key_rows.outside(app.store.db):
        most = days.get(one.what)
        if most is not None and now - parse_instant(one.made_at) > timedelta(days=most):
            found.append(one)
    return found


def _of_the_key(store: Store, settings: Settings, now: datetime) -> Iterator[Text]:
    kek = kek_name(store.keys.kek)
    rotation = rotating.under_way(store)
    if rotation is not None:
        yield Text(f"rotation de la clé maîtresse commencée le {rotation.since[:10]}, pas finie : "
                   "azalai key rotate",
                   f"rotation of the master key begun on {rotation.since[:10]}, not ended: azalai "
                   "key rotate")  # fmt: skip
    for one in key_rows.copies(store.db):
        if one.kek != kek and one.gone_at is None and rotation is None:
            yield Text(f"copie {one.id} de l'ancienne clé {one.kek} à détruire, puis : azalai key "
                       f"copy --destroyed {one.id} --reason …",
                       f"copy {one.id} of the former key {one.kek} is to be destroyed, then: azalai "
                       f"key copy --destroyed {one.id} --reason …")  # fmt: skip
    since = next((one.since for one in key_rows.keks(store.db) if one.kek == kek), None)
    if since is not None and now - parse_instant(since) > timedelta(days=settings.rotate_days):
        yield Text(f"la clé maîtresse a plus de {settings.rotate_days} jours : azalai key rotate",
                   f"the master key is older than {settings.rotate_days} days: azalai key rotate")  # fmt: skip


def _of_copies(app: App) -> Iterator[Text]:
    old = overdue(app)
    if old:
        yield Text(f"{len(old)} copie(s) hors de la base ont passé leur durée : azalai store prune",
                   f"{len(old)} copies outside the store are past their time: azalai store prune")  # fmt: skip
    due = sum(row[2] for row in app.store.db.rows("erasing", "asked"))
    if due:
        yield Text(f"{due} fiche(s) ont passé leur durée de conservation : azalai record due",
                   f"{due} record(s) are past the time they are kept: azalai record due")  # fmt: skip
