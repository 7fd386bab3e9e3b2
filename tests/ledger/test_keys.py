"""The log's key: its owner's only, never replaced, loaded only whole."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from azalai.errors import ConfigurationError
from azalai.ledger import keys, open_checkpoint
from azalai.ledger.checkpoint import Checkpoint, sign_checkpoint

NAME = "ledger.example/test"


def test_create_then_load(tmp_path: Path) -> None:
    """What the created key signs, the loaded vkey verifies, and the reverse."""
    path = tmp_path / "keys" / "ledger.pem"
    made = keys.create(path, NAME)
    loaded = keys.load(path)
    note = sign_checkpoint(Checkpoint(NAME, 0, bytes(32)), made)

    assert note == sign_checkpoint(Checkpoint(NAME, 0, bytes(32)), loaded)
    assert open_checkpoint(note, [keys.load_vkey(keys.vkey_path(path))], NAME).size == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----\n")


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    """A second creation fails and leaves the first key."""
    path = tmp_path / "ledger.pem"
    keys.create(path, NAME)
    before = path.read_bytes()

    with pytest.raises(FileExistsError):
        keys.create(path, NAME)
    assert path.read_bytes() == before


def test_what_does_not_load(tmp_path: Path) -> None:
    """Missing, open to others, another algorithm, another key's vkey, garbage."""
    path, other = tmp_path / "ledger.pem", tmp_path / "other.pem"
    with pytest.raises(ConfigurationError):
        keys.load(path)
    keys.create(path, NAME)
    keys.create(other, NAME)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="others may read"):
        keys.load(path)
    path.chmod(0o600)
    vkey = keys.vkey_path(path).read_bytes()
    keys.vkey_path(path).write_bytes(keys.vkey_path(other).read_bytes())
    with pytest.raises(ConfigurationError, match="public half"):
        keys.load(path)
    keys.vkey_path(path).write_bytes(vkey)
    keys.load(path)
    wrong = Ed448PrivateKey.generate()
    for data in (
        b"garbage",
        wrong.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ):
        path.write_bytes(data)
        with pytest.raises(ConfigurationError):
            keys.load(path)


def test_a_name_that_no_key_may_have(tmp_path: Path) -> None:
    """Nothing is written for it."""
    with pytest.raises(ConfigurationError):
        keys.create(tmp_path / "ledger.pem", "two words")
    assert list(tmp_path.iterdir()) == []
