"""`python killed.py POINT N COMMAND…`: azalai, killed with SIGKILL at the N-th passing of a point.

The product knows nothing of this: named functions are wrapped in the child before it starts.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from azalai.delivery import receipts, turn
from azalai.ledger import keeper
from azalai.pipeline import gate, intake
from azalai.sources.folder import Folder
from azalai.store.database import Database
from azalai.transports.https import HttpsTransport
from azalai.transports.mail import MailTransport

AROUND: dict[str, tuple[Any, str]] = {
    "claim": (turn.Worker, "_claim"),
    "https_send": (HttpsTransport, "send"),
    "https_ask": (HttpsTransport, "ask"),
    "mail_send": (MailTransport, "send"),
    "outcomes": (turn, "apply_outcomes"),
    "answers": (turn, "apply_answers"),
    "receipt": (receipts, "apply_receipt"),
    "recover": (turn.Worker, "recover"),
    "again": (turn.Worker, "_wake"),
    "batch": (intake, "take"),
    "settle": (gate, "settle"),
    "enforce": (gate, "enforce"),
    "done": (Folder, "done"),
    "checkpoint": (keeper, "write"),
}
POINTS = [f"{when}_{name}" for name in (*AROUND, "commit") for when in ("before", "after")]


class _Counting:
    def __init__(self, point: str, number: int) -> None:
        self._point, self._left = point, number

    def passed(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _around(owner: Any, name: str, point: str, counting: _Counting) -> None:
    inner: Callable[..., Any] = getattr(owner, name)

    def wrapped(*given: Any, **named: Any) -> Any:
        counting.passed(f"before_{point}")
        result = inner(*given, **named)
        counting.passed(f"after_{point}")
        return result

    setattr(owner, name, wrapped)


def _commits(counting: _Counting) -> None:
    inner = Database.transaction

    @contextmanager
    def transaction(self: Database, *, beside: bool = False) -> Iterator[None]:
        with inner(self, beside=beside):
            yield
            counting.passed("before_commit")
        counting.passed("after_commit")

    Database.transaction = transaction  # type: ignore[method-assign]


def main() -> None:
    point, number, *words = sys.argv[1:]
    counting = _Counting(point, int(number))
    _commits(counting)
    for name, (owner, function) in AROUND.items():
        _around(owner, function, name, counting)
    sys.argv = ["azalai", *words]
    from azalai.cli import main as azalai

    azalai()


if __name__ == "__main__":
    main()
