"""The ledger's storage for tests: in memory, and on SQLite through apsw."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.ledger import Head, LedgerStorage, Signer, append, entry

NOW = datetime(2027, 3, 5, 8, 0, tzinfo=UTC)


class MemoryStorage:
    """Dicts; open to every insider's edit."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.end = Head()
        self.tile_writes = 0

    def head(self) -> Head:
        return self.end

    def set_head(self, head: Head) -> None:
        self.end = head

    def add_entries(self, first: int, entries: Sequence[bytes]) -> None:
        for index, data in enumerate(entries, first):
            assert index not in self.rows
            self.rows[index] = data

    def entry(self, index: int) -> bytes | None:
        return self.rows.get(index)

    def entries(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        for index in range(first, last):
            if index in self.rows:
                yield index, self.rows[index]

    def tile(self, level: int, number: int) -> bytes | None:
        return self.tiles.get((level, number))

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        self.tile_writes += 1
        self.tiles[level, number] = data


class SqlStorage:
    """Three tables; the head is one row."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        connection.execute(
            "create table if not exists head(one integer primary key check(one = 1), size integer,"
            " frontier blob, last_time text, last_clock text) strict;"
            "create table if not exists entry(position integer primary key, data blob) strict;"
            "create table if not exists tile(level integer, number integer, data blob,"
            " primary key(level, number)) strict, without rowid"
        )

    def head(self) -> Head:
        row: Any = self.connection.execute(
            "select size, frontier, last_time, last_clock from head"
        ).fetchone()
        if row is None:
            return Head()
        size, frontier, last_time, last_clock = row
        hashes = tuple(frontier[start : start + 32] for start in range(0, len(frontier), 32))
        return Head(size, hashes, last_time, last_clock)

    def set_head(self, head: Head) -> None:
        self.connection.execute(
            "insert or replace into head values(1, ?, ?, ?, ?)",
            (head.size, b"".join(head.frontier), head.last_time, head.last_clock),
        )

    def add_entries(self, first: int, entries: Sequence[bytes]) -> None:
        self.connection.executemany("insert into entry values(?, ?)", enumerate(entries, first))

    def entry(self, index: int) -> bytes | None:
        row: Any = self.connection.execute(
            "select data from entry where position = ?", (index,)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def entries(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        rows: Any = self.connection.execute(
            "select position, data from entry where position >= ? and position < ?"
            " order by position",
            (first, last),
        )
        yield from rows

    def tile(self, level: int, number: int) -> bytes | None:
        row: Any = self.connection.execute(
            "select data from tile where level = ? and number = ?", (level, number)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def put_tile(self, level: int, number: int, data: bytes) -> None:
        self.connection.execute(
            "insert or replace into tile values(?, ?, ?)", (level, number, data)
        )


def act(number: int) -> dict[str, Any]:
    """An invented entry, unlike every other number's."""
    return entry("act", actor="test-account", act="noted", number=number)


def fill(storage: LedgerStorage, count: int, *, batch: int = 500) -> None:
    """Append `count` invented entries."""
    first = storage.head().size
    for start in range(first, first + count, batch):
        end = min(start + batch, first + count)
        append(storage, [act(number) for number in range(start, end)], NOW)


def signer(name: str = "ledger.example/test", seed: int = 1) -> Signer:
    """A key that everyone knows: for tests only."""
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))
