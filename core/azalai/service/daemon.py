"""The main thread: start, watch, reload, stop. It does no work of its own."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from azalai import logs
from azalai.app.presence import at_work
from azalai.clock import Clock, now
from azalai.delivery import recovery
from azalai.documents import Problem, Text
from azalai.errors import (
    AzalaiError,
    ConfigurationError,
    DocumentError,
    StoreBusyError,
    StoreError,
    VerificationError,
)
from azalai.pipeline.configured import reload_asked
from azalai.service import notify
from azalai.service.crew import Crew
from azalai.service.disk_care import DiskCare
from azalai.service.health import Health
from azalai.service.key_place import KeyPlace
from azalai.service.watch import Watch
from azalai.translate import prepare

NAME = "azalai daemon"
TICK_S = 1.0
FIXED = ("store", "kek", "kek_credential", "start", "ledger_key", "origin", "health", "training")
"""Settings that a running daemon cannot change: it holds the lock and the address they name."""
DONE, FAILED, UNVERIFIED = 0, 1, 3


class Daemon:
    """One configuration file at work until SIGTERM or SIGINT; SIGHUP reads it again.

    `tell` shows a person one line; `actor` is the account that the ledger names.
    """

    def __init__(
        self, file: Path, tell: Callable[[Text], None], actor: str, clock: Clock = now,
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self._file = file
        self._tell = tell
        self._actor = actor
        self._clock = clock
        self._watch = watch or Watch()
        self._wake = threading.Event()
        self._watch.woken = self._wake.set
        self._reload = threading.Event()
        self._disk = DiskCare(self._watch)
        self._asked = ""
        self._crew: Crew | None = None
        self._key = KeyPlace(self._wake.set)

    def run(self) -> int:
        """Work until told to stop; the exit code.

        StopError if the configuration does not check or another runner holds the store;
        VerificationError if the ledger is not what its checkpoint says: then nothing was started.
        """
        prepare()
        with self._signals(), self._key.at_hand(self._file):
            if not self._key.waited(self._watch):
                return DONE  # told to stop before a person came
            crew = self._crew = Crew.make(self._file, self._clock, self._watch, self._key.read)
            try:
                with at_work(crew.app, NAME) as unclean:
                    code = self._held(unclean=unclean)
            finally:
                if self._crew is not None:
                    self._crew.close()
        if self._locked():
            self._key.begin_anew()
        return code

    def _held(self, *, unclean: bool) -> int:
        crew = self._running()
        app = crew.app
        self._disk.begin(app)
        redone = self._recovered(crew, unclean=unclean)
        line = recovery.told_at_start(app.store, app.settings.time_zone, unclean=unclean)
        if line is not None:
            self._tell(line)
            logs.get().warning("runner.unclean_stop", count=redone)
        health = None if app.settings.health is None else Health(app.settings.health, self.parts)
        try:
            self._asked = reload_asked(app.store)
            crew.start()
            self._ready()
            self._watch_over()
            return self._stop()
        finally:
            if health is not None:
                health.close()

    def _recovered(self, crew: Crew, *, unclean: bool) -> int:
        """Before anything starts: the ledger is what its checkpoint says, what was being sent is
        to be asked, the configuration is logged. How many sends. Waits for a full disk."""
        app = crew.app
        while True:
            try:
                app.publish_locked()
                if unclean:
                    recovery.begin(app.store, self._clock())
                redone = sum(s.recover(self._clock()) for s in app.senders().values())
                app.enter_into_force(self._actor, always=True)
            except StoreBusyError as err:  # the server was lost, or another node holds it
                if self._watch.stop.is_set():
                    raise
                logs.get().warning("store.busy", name=NAME, error=type(err).__name__)
                self._wake.wait(TICK_S)
            except (AzalaiError, OSError) as err:
                if not self._watch.trouble(err) or self._watch.fatal or self._watch.stop.is_set():
                    raise
                notify.tell("STATUS=the disk is full", "EXTEND_TIMEOUT_USEC=120000000")
                self._wake.wait(self._watch.disk_pause_s)
            else:
                self._watch.room_again()
                return redone

    def parts(self) -> Mapping[str, bool]:
        """What `/ready` tells: each part, and whether it is well."""
        crew, watch = self._crew, self._watch
        going = watch.fatal is None and not watch.stop.is_set()
        return {
            "store": going and not watch.full.is_set(),
            "intake": not watch.degraded.is_set(),
            "threads": going and crew is not None and crew.alive(),
            "checkpoint": watch.checkpoint,
        }

    def _running(self) -> Crew:
        if self._crew is None:
            raise ConfigurationError("nothing is running")
        return self._crew

    def _ready(self) -> None:
        settings = self._running().app.settings
        count = f"{len(settings.feeds)} feeds, {len(settings.destinations)} destinations"
        notify.tell("READY=1", f"STATUS={count}", f"MAINPID={os.getpid()}")
        logs.get().info("daemon.ready", counts={"feeds": len(settings.feeds),
                        "destinations": len(settings.destinations)}, pid=os.getpid())  # fmt: skip

    def _watch_over(self) -> None:
        """Until told to stop: reload when asked, try a full disk again, tell systemd we live."""
        while not self._over():
            self._wake.wait(TICK_S)
            self._wake.clear()
            if self._reload.is_set() or self._reload_asked():
                self._reload.clear()
                self._renew()
            self._disk.look(self._running().app)
            if self._running().alive():
                notify.tell("WATCHDOG=1")

    def _over(self) -> bool:
        """Whether it is told to stop, cannot go on, or no longer has the key."""
        watch = self._watch
        return watch.stop.is_set() or watch.fatal is not None or self._key.forgotten

    def _locked(self) -> bool:
        """Whether it ended because a person locked the key."""
        return self._key.forgotten and not self._watch.stop.is_set()

    def _reload_asked(self) -> bool:
        """Whether another command has changed a document since the last reading."""
        try:
            asked, self._asked = self._asked, reload_asked(self._running().app.store)
        except StoreError as err:
            self._watch.trouble(err)
            return False
        return asked != self._asked

    def _renew(self) -> None:
        """All or nothing: a configuration that does not check changes nothing."""
        notify.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        old = self._running()
        try:
            fresh = Crew.make(self._file, self._clock, self._watch, self._key.read)
            try:
                _refuse_fixed(old, fresh)
                changed = fresh.app.enter_into_force(self._actor)
            except Exception:
                fresh.close()
                raise
        except Exception as err:  # whatever it is, what was in force stays
            self._watch.trouble(err)
            _tell_refused(err)
            notify.tell("READY=1", "STATUS=configuration refused, the one before is in force")
            return
        old.end()
        while not old.join(TICK_S):
            notify.tell("WATCHDOG=1")  # what is being sent ends first, however long it takes
            if self._watch.stop.is_set():
                fresh.close()
                return
        old.close()
        self._crew = fresh
        fresh.start()
        logs.get().info("configuration.changed", count=len(changed))
        self._ready()

    def _stop(self) -> int:
        """Drain, publish, and say how it ended. What still sends when the time is over is left
        to the next start, which asks what became of it."""
        notify.tell("STOPPING=1")
        crew, fatal = self._running(), self._watch.fatal
        crew.end()
        drained = crew.join(crew.app.settings.drain_s)
        code = DONE if fatal is None else (
            UNVERIFIED if isinstance(fatal, VerificationError) else FAILED)  # fmt: skip
        if fatal is None:
            try:
                crew.app.publish_locked()
            except (AzalaiError, OSError) as err:
                logs.get().error("checkpoint.not_published", error=type(err).__name__)
                code = UNVERIFIED if isinstance(err, VerificationError) else FAILED
        logs.get().info("daemon.stopped", status=code, state="drained" if drained else "cut_off")
        if not drained and self._locked():
            self._key.begin_anew()
        if not drained:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # the lock file keeps our name: the next start knows
        return code

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT stop, SIGHUP reloads; only flags are set in a handler."""

        def stop(number: int, _: FrameType | None) -> None:
            del number
            self._watch.stop.set()
            self._wake.set()

        def reload(number: int, _: FrameType | None) -> None:
            del number
            self._reload.set()
            self._wake.set()

        wanted: dict[signal.Signals, Any] = {
            signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload,
        }  # fmt: skip
        before = {number: signal.signal(number, act) for number, act in wanted.items()}
        try:
            yield
        finally:
            for number, act in before.items():
                signal.signal(number, act)


def _refuse_fixed(old: Crew, fresh: Crew) -> None:
    """ConfigurationError where a setting changed that needs a new start."""
    before, after = old.app.settings, fresh.app.settings
    changed = [name for name in FIXED if getattr(before, name) != getattr(after, name)]
    if changed:
        names = ", ".join(changed)
        raise ConfigurationError(f"{names}: changed while the daemon runs; stop it and start it",
                                 fr=f"{names} : changé pendant la marche ; arrêtez puis "
                                 "relancez", source=after.source)  # fmt: skip


def _tell_refused(err: Exception) -> None:
    """Which documents and lines are wrong, without what stands there."""
    problems = err.problems if isinstance(err, DocumentError) else ()
    logs.get().error("configuration.refused", error=type(err).__name__, count=len(problems) or 1,
                     reason=str(err) if isinstance(err, ConfigurationError) else None)  # fmt: skip
    for problem in problems:
        if isinstance(problem, Problem):
            logs.get().error("configuration.mistake", name=problem.file, code=problem.code,
                             line=problem.place.line)  # fmt: skip
