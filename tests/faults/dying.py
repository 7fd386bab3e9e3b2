"""`python dying.py FILE STEPS`: open a store, and die by SIGKILL after so many of SQLite's steps.

With `STEPS` 0 the store is opened whole. Exit 0 when it was.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import apsw

from azalai.store.database import Database


class Dying(apsw.Connection):
    """A connection that counts the steps of all its statements."""

    left = 0

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        if Dying.left:
            self.set_progress_handler(self._step, 5)

    def _step(self) -> bool:
        Dying.left -= 1
        if Dying.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return False


if __name__ == "__main__":
    Dying.left = int(sys.argv[2])
    apsw.Connection = Dying  # type: ignore[misc, assignment]
    Database(Path(sys.argv[1])).close()
