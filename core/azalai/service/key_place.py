"""How the daemon has the master key: it reads it, or waits for a person and holds it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from azalai import logs
from azalai import settings as configuration
from azalai.app.key_room import KeyRoom
from azalai.service import notify
from azalai.service.key_holder import KeyHolder, serving
from azalai.service.watch import Watch

LOOK_S = 0.5


class KeyPlace:
    """One daemon's way to its key. `changed` is called when a person has locked it."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._holder: KeyHolder | None = None

    @property
    def forgotten(self) -> bool:
        """Whether a person had it forget the key."""
        return self._holder is not None and self._holder.forgotten.is_set()

    @property
    def read(self) -> Callable[[], list[bytes]] | None:
        """Gives the keys that it holds; None where whoever opens the store reads them itself."""
        return None if self._holder is None else self._holder.read

    @contextmanager
    def at_hand(self, file: Path) -> Iterator[None]:
        """Until the end: hold the key for the commands too, where they cannot read it themselves."""
        settings = configuration.load(file)
        if settings.start == "unattended" and settings.kek_credential is None:
            yield
            return
        self._holder = KeyHolder(self._changed)
        if settings.kek_credential is not None:
            self._holder.hold(KeyRoom(settings).read())
        with serving(self._holder, settings.state):
            yield

    def waited(self, watch: Watch) -> bool:
        """Wait until the key is there; False if told to stop first."""
        holder = self._holder
        if holder is None or holder.unlocked.is_set():
            return True
        logs.get().warning("key.awaited")
        notify.tell("READY=1", "STATUS=waits for azalai key unlock")
        while not holder.unlocked.wait(LOOK_S):
            notify.tell("WATCHDOG=1")
            if watch.stop.is_set():
                return False
        return True

    def begin_anew(self) -> NoReturn:
        """Begin again as a new program in this process: nothing of the key is left in its memory."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (our own words)
