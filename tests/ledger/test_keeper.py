"""The kept checkpoint: durable, and a node never runs behind or beside it."""

from copy import deepcopy
from pathlib import Path

import pytest

from azalai.errors import VerificationError
from azalai.ledger import Head, append, entry, keeper, make_checkpoint
from ledger_storages import NOW, MemoryStorage, fill, signer

KEY = signer()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "checkpoint"


def test_publish_follows_the_log(path: Path) -> None:
    """The first one makes the file, each next one extends it, an equal one leaves it alone."""
    storage = MemoryStorage()
    assert keeper.read(path) is None
    for size in (0, 3, 255, 1, 1, 700):
        fill(storage, size)
        note = keeper.publish(path, storage, KEY)

        assert keeper.read(path) == note == make_checkpoint(storage, KEY)
    written = path.stat().st_ino
    keeper.publish(path, storage, KEY)
    assert path.stat().st_ino == written
    assert [one.name for one in path.parent.iterdir()] == ["checkpoint"]


def test_behind_is_refused_with_both_sizes(path: Path) -> None:
    """Yesterday's copy of the database is restored."""
    storage = MemoryStorage()
    fill(storage, 300)
    old = deepcopy(storage)
    fill(storage, 50)
    note = keeper.publish(path, storage, KEY)

    with pytest.raises(VerificationError, match=r"behind.* 350 entries, the ledger 300"):
        keeper.publish(path, old, KEY)
    assert keeper.read(path) == note


@pytest.mark.parametrize("more", [0, 1, 300])
def test_beside_is_refused_with_both_sizes(path: Path, more: int) -> None:
    """Two copies went on separately: equal or greater size, another past."""
    storage = MemoryStorage()
    fill(storage, 300)
    fork = deepcopy(storage)
    fill(storage, 1)
    append(fork, [entry("act", actor="test-account", act="other")], NOW)
    fill(fork, more)
    note = keeper.publish(path, storage, KEY)

    with pytest.raises(VerificationError, match=rf"beside.* 301 .* {301 + more}"):
        keeper.publish(path, fork, KEY)
    assert keeper.read(path) == note


def test_a_head_that_its_tiles_do_not_give_is_refused(path: Path) -> None:
    """A checkpoint is never signed over a head that was edited."""
    storage = MemoryStorage()
    fill(storage, 300)
    keeper.publish(path, storage, KEY)
    storage.end = Head(300, (bytes(32), *storage.end.frontier[1:]), storage.end.last_time)

    with pytest.raises(VerificationError, match="head"):
        keeper.publish(path, storage, KEY)


def test_a_file_that_we_did_not_sign_is_refused(path: Path) -> None:
    """An edited, foreign or torn file stops the node; an earlier key's is known by name."""
    storage = MemoryStorage()
    fill(storage, 5)
    note = keeper.publish(path, storage, KEY)
    for bad in (note[:-10], b"", note.replace(b"\n5\n", b"\n4\n"), b"\xff"):
        path.write_bytes(bad)
        with pytest.raises(VerificationError):
            keeper.publish(path, storage, KEY)
    path.write_bytes(note)
    new = signer(seed=9)
    with pytest.raises(VerificationError):
        keeper.publish(path, storage, new)
    assert keeper.publish(path, storage, new, [KEY.verifier]) == make_checkpoint(storage, new)


def test_a_failed_write_leaves_the_old_note(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk refuses the fsync: old note, no left-over, nothing published."""
    storage = MemoryStorage()
    fill(storage, 5)
    note = keeper.publish(path, storage, KEY)
    fill(storage, 5)

    def refuse(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="Input/output"):
        keeper.publish(path, storage, KEY)

    assert keeper.read(path) == note
    assert [one.name for one in path.parent.iterdir()] == ["checkpoint"]
