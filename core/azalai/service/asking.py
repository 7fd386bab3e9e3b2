"""The daemon's duty towards witnesses: after a checkpoint, ask them; tell when they are late."""

from collections.abc import Callable

from azalai.app import App, cosigned
from azalai.app.asking_witnesses import ask
from azalai.service.post import Duty
from azalai.store import Store

ASK_S = 60.0
"""As often as a checkpoint is published."""


class Asking:
    """Asks every witness that has an address; who cosigned this checkpoint is left in peace."""

    def __init__(self, app: App, go_on: Callable[[], bool]) -> None:
        self._app = app
        self._go_on = go_on

    def begin(self, store: Store) -> Duty:
        """The duty on a store of the thread."""
        return lambda: self._step(store)

    def _step(self, store: Store) -> float:
        ask(self._app, store, go_on=self._go_on)
        cosigned.tell_late(self._app, store)
        return ASK_S
