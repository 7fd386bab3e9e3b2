"""When a feed is read: `every 15 min`, or `cron 0 6 * * mon-fri`, in a time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SECONDS = {"s": 1, "min": 60, "h": 3600}
LONGEST_S = 31 * 86_400
_EVERY = re.compile(r"every (\d{1,7}) ?(s|min|h)")
_FIELD = re.compile(r"[0-9*,/-]+")
_DAYS = "mon|tue|wed|thu|fri|sat|sun"
_WEEKDAYS = re.compile(rf"\*|({_DAYS})(-({_DAYS}))?(,({_DAYS})(-({_DAYS}))?)*")


class Trigger(Protocol):
    """What computes due times (APScheduler's triggers)."""

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """The first due time at or after `now`."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as written; `every_s` seconds, or else the five fields of `cron`."""

    text: str
    every_s: int | None = None
    cron: str | None = None

    def slot(self, at: datetime) -> int:
        """The number of the due time that `at` belongs to: the same on every node."""
        return int(at.timestamp()) // (self.every_s or SECONDS["min"])

    def trigger(self, zone: str, since: datetime) -> Trigger:
        """What computes its due times in a time zone; intervals count from `since`."""
        from apscheduler.triggers.cron import CronTrigger
        from apscheduler.triggers.interval import IntervalTrigger

        if self.every_s is not None:
            made: Trigger = IntervalTrigger(
                seconds=self.every_s, start_date=since + timedelta(seconds=self.every_s),
                timezone=UTC,
            )  # fmt: skip
            return made
        minute, hour, day, month, weekday = (self.cron or "").split()
        cron: Trigger = CronTrigger(minute=minute, hour=hour, day=day, month=month,
                                    day_of_week=weekday, timezone=ZoneInfo(zone))  # fmt: skip
        return cron


def parse(text: object) -> Schedule:
    """A schedule from its text. ValueError says what is wrong and how it is written.

    Weekdays are names only: cron's 0 is Sunday, the scheduler's 0 is Monday, and nobody
    remembers which one a file was written for.
    """
    words = " ".join(text.split()) if isinstance(text, str) else ""
    if found := _EVERY.fullmatch(words):
        seconds = int(found[1]) * SECONDS[found[2]]
        if not 1 <= seconds <= LONGEST_S:
            raise ValueError("de 1 s à 31 jours, comme `every 15 min` / 1 s to 31 days, such as it")
        return Schedule(words, every_s=seconds)
    kind, _, rest = words.partition(" ")
    fields = rest.split()
    if kind != "cron" or len(fields) != 5:
        raise ValueError("`every 15 min` (s, min, h) ou / or `cron 0 6 * * mon-fri`")
    if not _WEEKDAYS.fullmatch(fields[4]):
        raise ValueError(
            "le jour de la semaine par son nom, `mon-fri`, `sun` ou `*` : un chiffre n'a pas le "
            "même sens partout / the weekday by name: numbers mean another day elsewhere"
        )
    if not all(_FIELD.fullmatch(field) for field in fields[:4]):
        raise ValueError("minute, heure / hour, jour / day, mois / month : 0, *, */5, 1-5, 1,3")
    made = Schedule(words, cron=rest)
    try:
        due = made.trigger("UTC", datetime.now(UTC)).get_next_fire_time(None, datetime.now(UTC))
    except ValueError as err:
        raise ValueError("minute 0-59, heure / hour 0-23, jour / day 1-31, mois / month 1-12, "
                         "mon-sun") from err  # fmt: skip
    if due is None:
        raise ValueError("un jour qui existe / a day that exists")
    return made
