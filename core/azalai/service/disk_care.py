"""What the main thread does for the disk: notice, record, try again, verify, go on."""

import os
import time

from azalai import logs
from azalai.app import App
from azalai.errors import AzalaiError, StoreBrokenError, StoreError
from azalai.service.watch import Watch, is_disk
from azalai.store import disk, integrity
from azalai.store.lingering import lingering

PROBE_BYTES = 262_144
"""What a disk must take before work goes on: a few bytes may find room in the journal."""
MIB = 1 << 20
LINGER_LOOK_S = 30.0
ACTOR = "azalai/daemon"


class DiskCare:
    """Looks at the disk each second, for the daemon. Never raises for what the disk does."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._probed = 0.0
        self._size = 0
        self._recorded = False
        self._lingered = float("-inf")
        self._lingers = False

    def begin(self, app: App) -> None:
        """Put the ballast in its place, and say where it is to be found."""
        folder, size = app.settings.state, app.settings.ballast_mib * MIB
        self._watch.ballast = lambda: disk.free_ballast(folder)
        try:
            kept = disk.make_ballast(folder, size)
        except OSError as err:
            self._watch.trouble(err)
            return
        self._size = size if kept else 0
        if not kept:
            logs.get().warning("disk.no_ballast", size=size)

    def look(self, app: App) -> None:
        """One look: full and failing disks are tried again, a low one ends intake, room begins it
        anew."""
        if self._watch.full.is_set() or self._watch.suspect.is_set():
            self._try(app)
        elif time.monotonic() - self._lingered >= LINGER_LOOK_S:
            self._lingered = time.monotonic()
            self._look_for_readers(app)
        size = self._size
        try:
            free = disk.room(app.settings.state).free
        except OSError as err:
            self._watch.trouble(err)
            return
        if not self._watch.degraded.is_set():
            if free < size:
                self._watch.degraded.set()
                logs.get().error("store.no_intake", reason="disk_low", size=free)
        elif free >= 2 * size and not self._watch.full.is_set():
            self._resume(app, size)
        if self._watch.degraded.is_set() and not self._recorded:
            self._recorded = self._record(app, "intake_stopped")

    def _look_for_readers(self, app: App) -> None:
        """Say once that a reader of the store does not end, and once that it has."""
        try:
            found = lingering(app.store)
        except StoreError as err:
            self._watch.trouble(err)
            return
        if found is not None and not self._lingers:
            logs.get().error("store.reader_lingers", size=found.wal, duration_s=found.open_s)
        elif found is None and self._lingers:
            logs.get().info("store.reader_ended")
        self._lingers = found is not None

    def _resume(self, app: App, size: int) -> None:
        try:
            if not disk.make_ballast(app.settings.state, size):
                return
        except OSError as err:
            self._watch.trouble(err)
            return
        self._watch.degraded.clear()
        logs.get().info("store.intake_again")
        if self._recorded:
            self._record(app, "intake_resumed")
        self._recorded = False

    def _record(self, app: App, act: str) -> bool:
        """A ledger entry: what the ballast was kept for."""
        try:
            with app.store.write() as tx:
                tx.log("act", actor=ACTOR, act=act, reason="disk_full")
        except StoreError as err:
            self._watch.trouble(err)
            return False
        return True

    def _try(self, app: App) -> None:
        if time.monotonic() - self._probed < self._watch.disk_pause_s:
            return
        self._probed = time.monotonic()
        try:
            if self._watch.suspect.is_set():
                self._verify(app)
            for value in (os.urandom(PROBE_BYTES), b""):
                with app.store.write() as tx:
                    tx.db.do("runs", "set_meta", name="disk_probe", value=value)
        except (AzalaiError, OSError) as err:
            if not is_disk(err):
                self._watch.trouble(err)
            return
        self._watch.room_again()

    def _verify(self, app: App) -> None:
        """After a failed sync nothing that was read before counts: the store is opened anew, its
        pages are checked and the ledger is compared with its checkpoint."""
        app.store.reopen()
        if next(integrity.damaged(app.store), None) is not None:
            raise StoreBrokenError("the store is damaged after the disk failed",
                                   fr="la base est abîmée après une panne du disque")  # fmt: skip
        app.publish_locked()
        self._watch.suspect.clear()
        logs.get().warning("store.verified")
