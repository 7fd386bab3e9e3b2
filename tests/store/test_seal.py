"""Sealed values open only in their row and under their key."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import ConfigurationError, RunnerBusyError, SealError
from azalai.store import open_store, runner_lock
from azalai.store.seal import commit, commitment_key, create_kek, load_kek, seal, unseal
from outbox_rig import FixedClock, new_store

KEY = bytes(range(32))


def test_opens_in_its_row_only() -> None:
    """Bound to table, pseudonym and the rest: moved to another row it does not open."""
    sealed = seal(KEY, b"FICTIF", "deliveries", "p", 1)

    assert unseal(KEY, sealed, "deliveries", "p", 1) == b"FICTIF"
    with pytest.raises(SealError):
        unseal(KEY, sealed, "deliveries", "p", 2)


@pytest.mark.parametrize("at", [0, 11, 12, 17, -1])
def test_one_changed_bit_does_not_open(at: int) -> None:
    """Nonce, ciphertext and tag are all covered."""
    sealed = bytearray(seal(KEY, b"FICTIF", "x"))
    sealed[at] ^= 1

    with pytest.raises(SealError):
        unseal(KEY, bytes(sealed), "x")


@given(st.binary(min_size=32, max_size=32))
def test_the_commitment_key_is_hkdf(key: bytes) -> None:
    """RFC 5869 with SHA-256 and no salt, as another implementation makes it."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"azalai commitment v1").derive(key)

    assert commitment_key(key) == derived


def test_commitment_needs_the_key() -> None:
    """The same bytes under another record's key give another commitment."""
    assert commit(KEY, b"a") != commit(KEY[::-1], b"a")


def test_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    """A key-encryption key that others can read stops the start."""
    create_kek(tmp_path / "kek")
    (tmp_path / "kek").chmod(0o644)

    with pytest.raises(ConfigurationError, match="read by others"):
        load_kek(tmp_path / "kek")


def test_foreign_key_does_not_open_the_store(tmp_path: Path) -> None:
    """A store opened with another store's key says so at once."""
    clock = FixedClock()
    new_store(tmp_path, clock).close()
    create_kek(tmp_path / "other")

    with pytest.raises(SealError):
        open_store(tmp_path / "state" / "azalai.db", load_kek(tmp_path / "other"), clock)


def test_second_runner_is_refused_and_named(tmp_path: Path) -> None:
    """The lock names its holder, and is free again after a clean end."""
    lock = tmp_path / "store.lock"
    with runner_lock.hold(lock, "run") as unclean:
        assert not unclean
        with pytest.raises(RunnerBusyError, match="run, process"), runner_lock.hold(lock, "daemon"):
            pass
    with runner_lock.hold(lock, "run") as unclean:
        assert not unclean


def test_unclean_stop_is_told(tmp_path: Path) -> None:
    """What a killed runner left in the lock file is noticed."""
    (tmp_path / "store.lock").write_text("run, process 1\n")

    with runner_lock.hold(tmp_path / "store.lock", "run") as unclean:
        assert unclean
