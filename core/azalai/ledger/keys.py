"""The log's Ed25519 key in a file of its owner's only, and its public half beside it."""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from azalai.errors import ConfigurationError, VerificationError
from azalai.ledger.note import Signer, Verifier, is_name, parse_vkey

KEY_MODE = 0o600
VKEY_MODE = 0o644


def create(path: Path, name: str) -> Signer:
    """Make a key; write it to `path` (PEM, PKCS #8, mode 0600) and its vkey to `vkey_path`.

    `name` is the log's origin. Never replaces a key: FileExistsError. ConfigurationError for a
    name that no key may have.
    """
    if not is_name(name):
        raise ConfigurationError("a ledger's name has no spaces and no '+'", source=str(path))
    signer = Signer(name, create_private(path))
    _write_new(vkey_path(path), f"{signer.verifier.vkey}\n".encode(), VKEY_MODE)
    return signer


def create_private(path: Path) -> Ed25519PrivateKey:
    """Make a key and write it to `path` (PEM, PKCS #8, mode 0600). FileExistsError."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_new(path, pem, KEY_MODE)
    return key


def load(path: Path) -> Signer:
    """The key that `create` wrote, its name taken from the vkey beside it.

    ConfigurationError if a file is missing or not a key, if others may read the private one, or if
    the two are not halves of one key.
    """
    key = load_private(path)
    verifier = load_vkey(vkey_path(path))
    signer = Signer(verifier.name, key)
    if signer.verifier != verifier:
        raise ConfigurationError("not the public half of the key", source=str(vkey_path(path)))
    return signer


def load_private(path: Path) -> Ed25519PrivateKey:
    """An Ed25519 key from its PEM file. ConfigurationError if it is missing, no key, or readable
    by others."""
    try:
        mode = path.stat().st_mode
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as err:
        raise ConfigurationError("not a readable private key", source=str(path)) from err
    if mode & 0o077:
        raise ConfigurationError(
            "others may read the ledger's key", source=str(path), hint=f"chmod 600 {path}"
        )
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError("not an Ed25519 key", source=str(path))
    return key


def load_vkey(path: Path) -> Verifier:
    """The public key in a vkey file; ConfigurationError if there is none."""
    try:
        return parse_vkey(path.read_text(encoding="utf-8").removesuffix("\n"))
    except (OSError, UnicodeDecodeError, VerificationError) as err:
        raise ConfigurationError("not a readable verifier key", source=str(path),
                                 fr="pas une clé publique lisible (vkey)") from err  # fmt: skip


def vkey_path(path: Path) -> Path:
    """Where the public half of the key at `path` lies: the same name, ending in `.vkey`."""
    return path.with_suffix(".vkey")


def _write_new(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        os.fchmod(file.fileno(), mode)
        file.flush()
        os.fsync(file.fileno())
