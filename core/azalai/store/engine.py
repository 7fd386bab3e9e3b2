"""What a database engine does for the rooms of the store: SQLite and PostgreSQL alike."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

Row = tuple[Any, ...]
META_BYTES = frozenset({"index_key", "purpose", "disk_probe"})
"""The values of the table `meta` that are bytes; the others are texts."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a PostgreSQL store is: libpq's address, without the password, and the password."""

    conninfo: str
    password: str | None = None


class Engine(Protocol):
    """One connection, for one thread. Statements are named: `sql/<room>.sql`, with `:name` values.

    Every method raises a StoreError whose class says what the caller does next. `place` names the
    database to a person; `shared` says whether other machines may have it open too.
    """

    @property
    def place(self) -> str:
        """The file, or the server and the name: never a password."""
        ...

    @property
    def shared(self) -> bool:
        """Whether daemons of other machines may work on it at the same time."""
        ...

    def another(self) -> "Engine":
        """A second connection to the same database."""
        ...

    def close(self) -> None:
        """Close the connection; may be called again."""
        ...

    def copy(self, path: Path) -> None:
        """Write all that is committed to a new SQLite file, while others read and write."""
        ...

    def sweep(self) -> bool:
        """Have deleted rows leave the files as far as the engine can; False: try again later."""
        ...

    def rows(self, room: str, name: str, /, **values: Any) -> list[Row]:
        """All rows of one named statement."""
        ...

    def each(self, room: str, name: str, /, **values: Any) -> Iterator[Row]:
        """The rows of one named statement, one by one; memory does not grow with them."""
        ...

    def row(self, room: str, name: str, /, **values: Any) -> Row | None:
        """The first row, or None."""
        ...

    def do(self, room: str, name: str, /, **values: Any) -> int:
        """Run a statement that changes rows; how many it changed."""
        ...

    def do_many(self, room: str, name: str, values: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows of positional values."""
        ...

    def add_many(self, room: str, name: str, values: Sequence[Sequence[Any]]) -> list[int]:
        """Insert many rows of positional values into a table whose rows the database numbers;
        their numbers, in the same order."""
        ...

    @property
    def last_id(self) -> int:
        """The row id of the last insert."""
        ...

    def transaction(self, *, beside: bool = False) -> AbstractContextManager[None]:
        """A write transaction; rolled back whole if anything is raised inside.

        It is alone, but for others that are `beside`: those lock each row that they read to change.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """A read transaction: all that is read inside is of one moment."""
        ...
