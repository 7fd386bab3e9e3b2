"""The log: appends are whole, cheap and dated; its tiles are the specification's."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from azalai.clock import format_instant
from azalai.errors import LedgerEntryError, NotFoundError, VerificationError
from azalai.ledger import Head, LedgerStorage, append, make_checkpoint, merkle, open_checkpoint
from azalai.ledger.entries import decode
from azalai.ledger.log import prove_consistency, prove_inclusion, root_at
from azalai.ledger.tiles import tiles_of
from azalai.ledger.verify import verify
from ledger_storages import NOW, MemoryStorage, SqlStorage, act, fill, signer

Make = Callable[[], LedgerStorage]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Each implementation of the storage, new."""

    def build() -> LedgerStorage:
        if request.param == "memory":
            return MemoryStorage()
        return SqlStorage(apsw.Connection(str(tmp_path / "ledger.db")))

    return build


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 513, 1000])
@pytest.mark.parametrize("batch", [1, 37, 500])
def test_append_makes_the_specifications_tiles(make: Make, size: int, batch: int) -> None:
    """Whatever the batches, tiles and root are those of the entries."""
    storage = make()
    fill(storage, size, batch=batch)
    leaves = [merkle.leaf_hash(data) for _, data in storage.entries(0, size)]
    stored = b"".join(storage.tile(0, tile.number) or b"" for tile in tiles_of(size, 0))

    assert len(leaves) == size
    assert stored == b"".join(leaves)
    assert storage.tile(0, -(-size // 256)) is None
    assert len(storage.tile(1, 0) or b"") == size // 256 * 32
    note = make_checkpoint(storage, signer())
    assert open_checkpoint(note, [signer().verifier]).root == root_at(storage, size)
    assert verify(storage, note, [signer().verifier]).ok


def test_beyond_the_second_level() -> None:
    """65,536 entries and three more: tiles at three levels, proofs through all of them."""
    storage = MemoryStorage()
    fill(storage, 65_539, batch=4000)
    note = make_checkpoint(storage, signer())
    head = storage.head()
    root = merkle.root_of(head.frontier)

    assert {place for place in storage.tiles if place[0]} == {(1, 0), (2, 0)}
    assert [len(storage.tiles[place]) // 32 for place in ((0, 256), (1, 0), (2, 0))] == [3, 256, 1]
    assert verify(storage, note, [signer().verifier]).ok
    for index in (0, 255, 256, 65_535, 65_536, 65_538):
        proof = prove_inclusion(storage, index, head.size)
        leaf = merkle.leaf_hash(storage.rows[index])
        merkle.verify_inclusion(leaf, index, head.size, proof, root)
    for first in (1, 255, 256, 257, 65_535, 65_536, 65_537):
        proof = prove_consistency(storage, first, head.size)
        merkle.verify_consistency(first, head.size, proof, root_at(storage, first), root)


def test_an_append_writes_only_the_tiles_it_touches() -> None:
    """One entry into 70,000 writes one tile, a full one its parent too."""
    storage = MemoryStorage()
    fill(storage, 70_000, batch=4000)
    storage.tile_writes = 0
    fill(storage, 1)
    one = storage.tile_writes
    fill(storage, 143)

    assert (one, storage.tile_writes - one) == (1, 2)


def test_500_entries_take_milliseconds() -> None:
    """The best of five batches; the bound is wide, for a busy machine."""
    storage = MemoryStorage()
    fill(storage, 1000)
    batch = [act(number) for number in range(500)]
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        append(storage, batch, NOW)
        best = min(best, time.perf_counter() - start)

    assert best < 0.025


def test_times_never_go_back() -> None:
    """A clock that goes back a little leaves the last time standing, without an entry."""
    storage = MemoryStorage()
    places = [
        append(storage, [act(number)], NOW + timedelta(seconds=offset))
        for number, offset in enumerate((0, 10, -40, 5, 30))
    ]
    times = [decode(storage.rows[index])["time"] for index in range(5)]

    assert places == [range(number, number + 1) for number in range(5)]
    assert times == [format_instant(NOW + timedelta(seconds=at)) for at in (0, 10, 10, 10, 30)]


def test_a_clock_that_jumps_back_is_recorded_once() -> None:
    """One `clock` entry a jump, not one an append while the clock is behind."""
    storage = MemoryStorage()
    append(storage, [act(0)], NOW)
    back = NOW - timedelta(hours=2)
    first = append(storage, [act(1), act(2)], back)
    second = append(storage, [act(3)], back + timedelta(seconds=5))
    said = decode(storage.rows[1])

    assert (first, second) == (range(2, 4), range(4, 5))
    assert said == {
        "type": "clock",
        "time": format_instant(NOW),
        "clock": format_instant(back),
        "behind_s": 7200,
    }


def test_a_quiet_night_is_no_jump() -> None:
    """A later clock adds nothing."""
    storage = MemoryStorage()
    append(storage, [act(0)], NOW)

    assert append(storage, [act(1)], NOW + timedelta(days=2)) == range(1, 2)


def test_nothing_is_written_for_an_unfit_entry() -> None:
    """One bad entry in a batch: no entry, no tile, no head."""
    storage = MemoryStorage()
    with pytest.raises(LedgerEntryError):
        append(storage, [act(0), {"type": "act"}], NOW)

    assert (storage.rows, storage.tiles, storage.end) == ({}, {}, Head())


def test_no_entries_touch_nothing() -> None:
    """An empty append does not even read the head."""
    storage = MemoryStorage()

    assert append(storage, [], NOW) == range(0)
    assert storage.end == Head()


def test_append_refuses_damaged_ground() -> None:
    """A lost partial tile or a frontier that does not fit stops the append."""
    storage = MemoryStorage()
    fill(storage, 3)
    tile = storage.tiles.pop((0, 0))
    with pytest.raises(VerificationError, match="tile 0/0"):
        append(storage, [act(0)], NOW)
    storage.tiles[0, 0] = tile
    storage.end = Head(4, storage.end.frontier, storage.end.last_time)
    with pytest.raises(VerificationError, match="head"):
        append(storage, [act(0)], NOW)


def test_proofs_beyond_the_log_are_not_found() -> None:
    """The log proves only what it holds."""
    storage = MemoryStorage()
    fill(storage, 5)
    for ask in (
        lambda: prove_inclusion(storage, 5, 5),
        lambda: prove_inclusion(storage, 0, 6),
        lambda: prove_consistency(storage, 4, 3),
        lambda: root_at(storage, 6),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_a_rolled_back_transaction_leaves_nothing(tmp_path: Path) -> None:
    """The ledger is part of the caller's transaction: no entry without its effect."""
    connection = apsw.Connection(str(tmp_path / "ledger.db"))
    storage = SqlStorage(connection)
    fill(storage, 300)
    before = make_checkpoint(storage, signer())
    connection.execute("begin immediate")
    fill(storage, 300)
    connection.execute("rollback")

    assert make_checkpoint(storage, signer()) == before
    assert verify(storage, before, [signer().verifier]).ok
