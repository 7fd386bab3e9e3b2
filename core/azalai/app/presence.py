"""A process at work on a store: alone on a file, one of several on a server."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import azalai
from azalai import logs
from azalai.app import App, instance
from azalai.errors import StopError, StoreError
from azalai.store import nodes, runner_lock

FOLD_S = 30.0


@contextmanager
def at_work(app: App, work: str) -> Iterator[bool]:
    """Be at work until the end; yields True if the last runner did not end cleanly.

    On a file: the runner lock, RunnerBusyError where another holds it, StopError where the store was
    packed for another server. On a server any number of
    processes may: each shows a sign of life, and who shows none loses what it had taken.
    """
    if not app.store.db.shared:
        with runner_lock.hold(app.settings.state / "store.lock", work) as unclean:
            instance.settle(app.store, app.settings)
            yield unclean
        return
    presence = _Presence(app, work)
    presence.start()
    try:
        yield False
    finally:
        presence.end()


class _Presence(threading.Thread):
    """The signs of life of this process, on a store of its own."""

    def __init__(self, app: App, work: str) -> None:
        super().__init__(name="presence", daemon=True)
        self._store = app.store.another()
        self._node = app.settings.node_name
        self._work = work
        self._ended = threading.Event()
        self._folded = 0.0
        self._instance = f"{self._node}/{os.getpid()}/{secrets.token_hex(4)}"
        self._see()
        app.store.holder = self._instance

    def run(self) -> None:
        """Until the end; a server that does not answer is tried again."""
        while not self._ended.wait(nodes.RENEW_S):
            try:
                self._see()
                self._folded += nodes.RENEW_S
                if self._folded >= FOLD_S:
                    self._store.db.do("runs", "fold_counters")
                    self._folded = 0.0
            except (StoreError, StopError) as err:
                logs.get().warning("store.busy", name=self.name, error=type(err).__name__)

    def end(self) -> None:
        """Stop, and leave what was taken to the others."""
        self._ended.set()
        self.join(nodes.LEASE_S)
        with closing(self._store):
            try:
                nodes.leave(self._store, self._instance)
            except StoreError as err:
                logs.get().warning("store.busy", name=self.name, error=type(err).__name__)

    def _see(self) -> None:
        nodes.see(self._store, self._instance, self._node, self._work, azalai.__version__)
