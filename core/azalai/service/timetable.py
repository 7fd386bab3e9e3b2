"""Due times of feeds: APScheduler with its jobs in memory; the schedules stand in the settings."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from azalai.schedule import Schedule


class Timetable:
    """Calls back at each due time. Several due times missed while the machine slept are one
    call, however late (`coalesce`, no `misfire_grace_time`)."""

    def __init__(self) -> None:
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # our own events say it
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def add(
        self, name: str, schedule: Schedule, zone: str, last: datetime | None, now: datetime,
        due: Callable[[], None],
    ) -> bool:  # fmt: skip
        """Call `due` at every due time of a feed; True if one was missed since `last`, when the
        feed was last read (an interval's first reading is due at once)."""
        trigger = schedule.trigger(zone, min(last or now, now))
        self._scheduler.add_job(due, trigger, id=name)
        if last is None:
            return schedule.every_s is not None
        missed = trigger.get_next_fire_time(None, last)
        return missed is not None and missed <= now

    def start(self) -> None:
        """Begin to call."""
        self._scheduler.start()

    def stop(self) -> None:
        """Call no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
