"""What the store keeps of witnesses, on both engines: seals folded, never the one that is needed."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from azalai.errors import NotFoundError
from azalai.ledger import Checkpoint
from azalai.ledger.cosignature import Cosignature, CosigningKey
from azalai.store import Store, witness_rows
from outbox_rig import FixedClock, new_store

KEYS = [
    CosigningKey(f"w{n}", Ed25519PrivateKey.from_private_bytes(bytes([n + 1]) * 32))
    for n in range(2)
]
SEEN = Checkpoint("partner.example/log", 5, bytes(32))


@pytest.fixture
def store(tmp_path: Path, engine: str) -> Store:
    del engine
    return new_store(tmp_path, FixedClock())


def sizes(store: Store) -> list[int]:
    found = [witness_rows.seal(store.db, "one_seal", size=size) for size in range(2000)]
    return [one.size for one in found if one is not None]


def cosignature(number: int, size: int) -> Cosignature:
    text = Checkpoint("our.example/log", size, bytes(32)).text
    return Cosignature(
        KEYS[number].cosigner, 1_795_500_000, KEYS[number].cosign(text, 1_795_500_000)
    )


def test_seals_are_folded(store: Store) -> None:
    """Kept: what enough cosigned, the newest of each witness, the first that waits, the newest, and
    what stands in a file; a thousand checkpoints leave a handful."""
    for size in range(1, 1001):
        with store.write() as tx:
            witness_rows.add_seal(tx, size, b"note", kept=size == 40)
            if size == 10:
                witness_rows.cosign(tx, size, "a", cosignature(0, size))
                assert witness_rows.meet(tx, size)
                assert not witness_rows.meet(tx, size)
            if size == 500:
                witness_rows.cosign(tx, size, "b", cosignature(1, size))
            witness_rows.fold(tx)
    met, first = (witness_rows.seal(store.db, name) for name in ("met_seal", "first_unmet"))

    assert sizes(store) == [10, 11, 40, 500, 1000]
    assert met is not None
    assert (met.size, met.met) == (10, True)
    assert first is not None
    assert first.size == 11
    with store.write() as tx:
        witness_rows.meet(tx, 1000)
        witness_rows.fold(tx)
    assert sizes(store) == [40, 500, 1000]
    assert witness_rows.seal(store.db, "first_unmet") is None
    assert [row[0] for row in witness_rows.lines_of(store.db, 500)] == ["b"]
    assert witness_rows.lines_of(store.db, 10) == []


def test_what_a_witness_said(store: Store) -> None:
    """The last answer stands for the ones before it."""
    assert witness_rows.told(store.db, "k") is None
    for size, answer in ((0, "connect"), (7, "cosigned")):
        with store.write() as tx:
            witness_rows.put_told(tx, "k", size, answer)
    found = witness_rows.told(store.db, "k")

    assert found is not None
    assert (found.size, found.answer, found.asked_at[:4]) == (7, "cosigned", "2026")


def test_what_was_cosigned_of_a_log(store: Store) -> None:
    """The latest by size, every root of the last thousand."""
    for size in (5, 9, 7):
        with store.write() as tx:
            seen = Checkpoint(SEEN.origin, size, bytes([size]) * 32)
            witness_rows.put_witnessed(tx, seen, b"note %d" % size)
    found = witness_rows.latest(store.db, SEEN.origin)

    assert found is not None
    assert found[:3] == (9, bytes([9]) * 32, b"note 9")
    assert witness_rows.root_of(store.db, SEEN.origin, 5) == bytes([5]) * 32
    assert witness_rows.root_of(store.db, SEEN.origin, 6) is None
    assert witness_rows.latest(store.db, "other.example/log") is None


def test_a_view_is_entered_once_and_settled_once(store: Store) -> None:
    """Its entry, then the entry of who has seen to it."""
    with store.write() as tx:
        assert witness_rows.add_view(tx, "fork", SEEN, b"note", "w1")
        assert not witness_rows.add_view(tx, "fork", SEEN, b"note", "w2")
        assert witness_rows.add_view(tx, "rollback", SEEN, b"note", "w2")
    first, second = witness_rows.open_views(store.db)
    with store.write() as tx:
        witness_rows.settle(tx, first.id, "os/chef", "")
    with store.write() as tx, pytest.raises(NotFoundError):
        witness_rows.settle(tx, first.id, "os/chef", "")

    assert (first.kind, first.told_by, second.kind) == ("fork", "w1", "rollback")
    assert [one.id for one in witness_rows.open_views(store.db)] == [second.id]
    assert store.ledger.head().size == 3


def test_a_prefix_of_the_entries_goes(store: Store) -> None:
    """And what is left begins there."""
    with store.write() as tx:
        for number in range(20):
            tx.log("act", actor="os/test", act="noted", number=number)
    assert witness_rows.pruned_until(store.db) == 0
    for until in (3, 8):
        with store.write() as tx:
            witness_rows.prune(tx, until)

    assert witness_rows.pruned_until(store.db) == 8
    assert [index for index, _ in store.ledger.entries(0, 20)] == list(range(8, 20))
    assert store.ledger.head().size == 20


def test_a_time_beyond_all_years(store: Store) -> None:
    """A witness may say any 63-bit number."""
    with store.write() as tx:
        witness_rows.add_seal(tx, 3, b"note")
        witness_rows.cosign(tx, 3, "a", Cosignature(KEYS[0].cosigner, 2**63 - 1, "line"))

    assert witness_rows.lines_of(store.db, 3)[0][2].startswith("9999-12-31")
