"""What a day brings of itself: agreements that end, days that pass, what is sent again."""

from zoneinfo import ZoneInfo

from azalai.app import App, erasing_act, manifests
from azalai.app.leave import leave
from azalai.pipeline import reissuing
from azalai.pipeline.ending import look_for_ends
from azalai.pipeline.expiring import look_for_past_dates
from azalai.store import Store, marking


def look(app: App, store: Store) -> int:
    """Do what is due of it, by a clock that is trusted only; how much. Cheap where nothing is."""
    now = app.clock()
    if leave(store, now).what != "all":
        return 0
    routes, today = app.routes(), now.astimezone(ZoneInfo(app.settings.time_zone)).date()
    manifests.look(app, store, today)
    done = look_for_ends(store, routes)
    done += look_for_past_dates(store, routes, today, app.settings.expired)
    done += marking.step(store)
    done += erasing_act.look_for_due(app, store, today)
    return done + reissuing.step(store, routes)
