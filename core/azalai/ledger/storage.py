"""What the ledger needs of a store: the head, the entries and the tiles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """The log's present end: one row, locked for the length of an append.

    `frontier` has one hash for each bit set in `size`, the biggest node first; `last_time` is the
    last entry's time and `last_clock` what the machine's clock read at the last append (RFC 3339,
    microseconds, Z), both None for an empty log.
    """

    size: int = 0
    frontier: tuple[bytes, ...] = ()
    last_time: str | None = None
    last_clock: str | None = None


class LedgerStorage(Protocol):
    """Where the log lies. Every call is made inside the caller's open transaction.

    Nothing is durable before the caller commits; nothing here commits or rolls back. For an append
    the transaction is a writing one and `head` must lock the head row until its end.
    """

    def head(self) -> Head:
        """The head; `Head()` for a log that holds nothing yet."""
        ...

    def set_head(self, head: Head) -> None:
        """Replace the head."""
        ...

    def add_entries(self, first: int, entries: Sequence[bytes]) -> None:
        """Add entries at `first`, `first` + 1, ...; an index that is taken is an error."""
        ...

    def entry(self, index: int) -> bytes | None:
        """One entry's bytes, or None."""
        ...

    def entries(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """The entries that are there with first <= index < last, by index."""
        ...

    def tile(self, level: int, number: int) -> bytes | None:
        """One tile's hashes, 32 bytes each, up to 256 of them; None if it is not there."""
        ...

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        """Add a tile or replace it by a wider one."""
        ...
