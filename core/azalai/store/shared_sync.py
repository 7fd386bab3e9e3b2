"""Brief writers of one process share the disk's sync: one waits for what comes right behind it."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from azalai.errors import StoreError
from azalai.store.database import Database
from azalai.store.turnstile import Turnstile


class Writers:
    """The queue of one process's writers to one file, and the commits whose sync is owed.

    A brief writer that another brief one waits behind commits without a sync, and returns only
    after a later commit's: in WAL mode the sync of one commit covers all that were before it. So
    nobody goes on before its own commit is on the disk, and a crash still leaves a prefix.
    """

    def __init__(self) -> None:
        self._queue = Turnstile()
        self._owed: list[Future[None]] = []

    @contextmanager
    def turn(self, database: Database, *, brief: bool) -> Iterator[None]:
        """Alone inside. Raises what the shared sync raised: the commit may be lost then."""
        mine: Future[None] | None = None
        with self._queue.passing(brief=brief):
            later = brief and self._queue.brief_is_next()
            database.sync_each_commit(not later)
            before = database.changes
            try:
                yield
            except BaseException as err:
                self._after_failure(database, err)
                raise
            if later:
                mine = Future()
                self._owed.append(mine)
            elif self._owed:
                self._settle(database, done=database.changes != before)
        if mine is not None:
            mine.result()

    def _after_failure(self, database: Database, err: BaseException) -> None:
        """Who is owed a sync gets it from the one behind, or now; never after a failed one, which
        may have dropped their pages."""
        if isinstance(err, StoreError) and type(err) is not StoreError:
            self._tell(err)
        elif self._owed and not self._queue.brief_is_next():
            self._settle(database, done=False)

    def _settle(self, database: Database, *, done: bool) -> None:
        try:
            if not done:
                database.sync()
        except StoreError as err:
            self._tell(err)
        else:
            self._tell(None)

    def _tell(self, err: Exception | None) -> None:
        owed, self._owed = self._owed, []
        for one in owed:
            if err is None:
                one.set_result(None)
            else:
                one.set_exception(err)
