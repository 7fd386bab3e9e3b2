"""The ledger's storage Protocol on the store's tables."""

from collections.abc import Iterator, Sequence

from azalai.ledger import Head
from azalai.store.engine import Engine

_HASH = 32


class LedgerRows:
    """`ledger.LedgerStorage` inside the caller's transaction."""

    def __init__(self, database: Engine) -> None:
        self._db = database

    def head(self) -> Head:
        """The head; the caller's BEGIN IMMEDIATE locks it."""
        row = self._db.row("ledger", "head")
        if row is None:
            return Head()
        size, packed, last_time, last_clock = row
        frontier = tuple(packed[at : at + _HASH] for at in range(0, len(packed), _HASH))
        return Head(size, frontier, last_time, last_clock)

    def set_head(self, head: Head) -> None:
        """Replace the head."""
        self._db.do("ledger", "set_head", size=head.size, frontier=b"".join(head.frontier),
                    last_time=head.last_time, last_clock=head.last_clock)  # fmt: skip

    def add_entries(self, first: int, entries: Sequence[bytes]) -> None:
        """Add entries at `first`, `first` + 1, ..."""
        self._db.do_many("ledger", "add", [(first + i, data) for i, data in enumerate(entries)])

    def entry(self, index: int) -> bytes | None:
        """One entry's bytes, or None."""
        row = self._db.row("ledger", "entry", idx=index)
        return None if row is None else _bytes(row[0])

    def entries(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """The entries with first <= index < last."""
        return (
            (index, data if type(data) is bytes else _bytes(data))
            for index, data in self._db.each("ledger", "entries", first=first, last=last)
        )

    def tile(self, level: int, number: int) -> bytes | None:
        """One tile's hashes, or None."""
        row = self._db.row("ledger", "tile", level=level, number=number)
        return None if row is None else _bytes(row[0])

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        """Add or widen a tile."""
        self._db.do("ledger", "put_tile", level=level, number=number, data=data)


def _bytes(value: bytes | str) -> bytes:
    """A column's bytes; text where somebody edited the table: the verification must see it."""
    return value.encode() if isinstance(value, str) else bytes(value)
