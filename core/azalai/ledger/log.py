"""The append-only log over a storage: append, checkpoint, proofs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from azalai.clock import format_instant, parse_instant
from azalai.errors import NotFoundError, VerificationError
from azalai.ledger import merkle
from azalai.ledger.checkpoint import Checkpoint, sign_checkpoint
from azalai.ledger.entries import clock_entry, encode
from azalai.ledger.note import Signer
from azalai.ledger.proof import Proof
from azalai.ledger.storage import Head, LedgerStorage
from azalai.ledger.tiles import HEIGHT, WIDTH, width_at

CLOCK_JUMP_S = 60
"""Seconds that a clock may go back without a `clock` entry: what NTP corrects is far less."""


def append(storage: LedgerStorage, entries: Sequence[Mapping[str, Any]], now: datetime) -> range:
    """Append entries as the last step of the caller's transaction; their indexes.

    Every entry gets `time` = the later of `now` and the last entry's, so times never go back.
    When `now` is more than 60 s before the clock's own reading at the last append, a `clock` entry
    goes first, once for each such jump, and is not in the range given back: from there until the
    clock has caught up the times stand still, and the entry says by how much they are wrong. A
    clock that went *forward* cannot be told from a quiet night; when it is set right again it goes
    back, and that is recorded.

    LedgerEntryError if an entry is not fit, VerificationError if the stored head or a partial tile
    is damaged: nothing may be committed then.
    """
    if not entries:
        return range(0)
    head = storage.head()
    reading = format_instant(now)
    time = max(reading, head.last_time or reading)
    jump = _jump(head, now, reading)
    data = [encode({**made, "time": time}) for made in [*jump, *entries]]
    storage.add_entries(head.size, data)
    frontier = _add_leaves(storage, head, merkle.leaf_hashes(data))
    end = head.size + len(data)
    storage.set_head(Head(end, frontier, time, reading))
    return range(head.size + len(jump), end)


def make_checkpoint(
    storage: LedgerStorage, signer: Signer, origin: str | None = None,
    beside: Sequence[Signer] = (), extensions: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """The signed checkpoint of the log as it stands; `origin` is the key's name unless given,
    `beside` are other keys of the log that sign it too, `extensions` are lines that it carries.

    `keeper.publish` is what makes a checkpoint that may leave the node.
    """
    head = storage.head()
    root = merkle.root_of(head.frontier)
    made = Checkpoint(origin or signer.name, head.size, root, tuple(extensions))
    return sign_checkpoint(made, signer, *beside)


def prove_inclusion(storage: LedgerStorage, index: int, size: int) -> list[bytes]:
    """The hashes that lead from entry `index` to the root of the first `size` entries.

    NotFoundError if the log is not that long, VerificationError if a tile is missing or cut.
    """
    _reach(storage, size)
    if not 0 <= index < size:
        raise NotFoundError(f"no ledger entry {index} among the first {size}",
                            fr=f"pas d'inscription {index} parmi les {size} premières")  # fmt: skip
    return merkle.inclusion_proof(tile_reader(storage, size), index, size)


def prove_consistency(storage: LedgerStorage, first: int, second: int) -> list[bytes]:
    """The hashes that show the log of `second` entries to extend the log of `first`.

    Errors as `prove_inclusion`.
    """
    _reach(storage, second)
    if not 0 <= first <= second:
        raise NotFoundError(f"no ledger of {first} entries within {second}")
    return merkle.consistency_proof(tile_reader(storage, second), first, second)


def make_proof(storage: LedgerStorage, index: int, checkpoint: bytes, size: int) -> Proof:
    """One entry's evidence under a signed checkpoint of `size` entries (C2SP tlog-proof)."""
    return Proof(index, tuple(prove_inclusion(storage, index, size)), checkpoint)


def root_at(storage: LedgerStorage, size: int) -> bytes:
    """The root of the first `size` entries, from the tiles. Errors as `prove_inclusion`."""
    _reach(storage, size)
    return merkle.root_at(tile_reader(storage, size), size)


def tile_reader(storage: LedgerStorage, size: int) -> merkle.HashReader:
    """Reads nodes from the tiles of a log of `size` entries, each tile once.

    The reader raises VerificationError if a tile is missing or too short.
    """
    read: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        height = level % HEIGHT
        number, place = divmod(index << height, WIDTH)
        key = (level // HEIGHT, number)
        if key not in read:
            read[key] = _tile(storage, key, width_at(size, *key))
        start = place * merkle.HASH_SIZE
        return _fold(read[key][start : start + (merkle.HASH_SIZE << height)])

    return node


def _jump(head: Head, now: datetime, reading: str) -> list[dict[str, Any]]:
    if head.last_clock is None or reading >= head.last_clock:
        return []
    behind = int((parse_instant(head.last_clock) - now).total_seconds())
    return [clock_entry(reading, behind)] if behind > CLOCK_JUMP_S else []


def _add_leaves(storage: LedgerStorage, head: Head, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """Write the tiles that the leaves touch; the new frontier."""
    frontier = list(head.frontier)
    if len(frontier) != head.size.bit_count():
        raise VerificationError("the frontier does not fit the size", where="head")
    completed = merkle.extend(frontier, head.size, leaves)
    for level, hashes in enumerate(completed[::HEIGHT]):
        _extend_tiles(storage, level, head.size, hashes)
    return tuple(frontier)


def _extend_tiles(storage: LedgerStorage, level: int, size: int, hashes: Sequence[bytes]) -> None:
    number, used = divmod(size >> HEIGHT * level, WIDTH)
    before = _tile(storage, (level, number), used) if used else b""
    data = before + b"".join(hashes)
    full = WIDTH * merkle.HASH_SIZE
    for start in range(0, len(data), full):
        storage.put_tile(level, number + start // full, data[start : start + full])


def _tile(storage: LedgerStorage, place: tuple[int, int], width: int) -> bytes:
    """A tile's first `width` hashes: a stored tile may be wider than an earlier log's."""
    data = storage.tile(*place)
    size = width * merkle.HASH_SIZE
    if data is None or len(data) < size:
        raise VerificationError("missing or too short", where=f"tile {place[0]}/{place[1]}")
    return data[:size]


def _fold(hashes: bytes) -> bytes:
    """The root over a power of two of hashes."""
    size = merkle.HASH_SIZE
    level = [hashes[start : start + size] for start in range(0, len(hashes), size)]
    while len(level) > 1:
        level = [
            merkle.node_hash(left, right)
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def _reach(storage: LedgerStorage, size: int) -> None:
    if size > storage.head().size:
        raise NotFoundError(f"the ledger does not hold {size} entries")
