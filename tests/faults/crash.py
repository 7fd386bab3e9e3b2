"""A process that stops anywhere: between two statements, around a commit, in the middle of a send."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from azalai.ledger import keeper
from azalai.store.database import Database

NAMES = ("statement", "before_commit", "committed", "sending", "arriving", "sent", "asking",
         "receipt_taken", "before_checkpoint", "checkpoint_written")  # fmt: skip


class Crash(BaseException):
    """The process is gone: nothing may catch this but who starts the next one."""


class Points:
    """Counts the points that are passed; crashes at the one it was `armed` for, once."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._name: str | None = None

    def arm(self, after: int, name: str | None = None) -> None:
        """Crash at the `after`-th point from now, of this name if there is one."""
        self._left, self._name = after, name

    def disarm(self) -> None:
        self._left = None

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """What is done inside passes no point: it is the observer's."""
        left, self._left = self._left, None
        try:
            yield
        finally:
            self._left = left

    def at(self, name: str) -> None:
        if self._left is None or self._name not in (None, name):
            return
        self._left -= 1
        if self._left <= 0:
            self._left = None
            raise Crash(name)


@contextmanager
def watched(points: Points) -> Iterator[None]:
    """Every store of this process passes `points`: at each statement, before and after each
    commit, before and after the checkpoint's file is replaced."""
    transaction, run, write = Database.transaction, Database._run, keeper.write

    @contextmanager
    def watched_transaction(self: Database, *, beside: bool = False) -> Iterator[None]:
        with transaction(self, beside=beside):
            yield
            points.at("before_commit")
        points.at("committed")

    def watched_run(self: Database, sql: str, values: dict[str, Any]) -> Any:
        points.at("statement")
        return run(self, sql, values)

    def watched_write(path: Path, note: bytes) -> None:
        points.at("before_checkpoint")
        write(path, note)
        points.at("checkpoint_written")

    Database.transaction = watched_transaction  # type: ignore[method-assign]
    Database._run = watched_run  # type: ignore[method-assign]
    keeper.write = watched_write
    try:
        yield
    finally:
        Database.transaction, Database._run = transaction, run  # type: ignore[method-assign]
        keeper.write = write
