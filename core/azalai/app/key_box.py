"""Keys that travel: one file under a passphrase."""

import base64
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from azalai.errors import ConfigurationError, VerificationError

HEADER = b"azalai keys v1\n"
SALT, NONCE, KEY = 16, 12, 32
COST, BLOCK, LANES = 1 << 16, 8, 1  # RFC 7914: 64 MiB for each guess
SHORTEST = 12
LONGEST = 4 << 20


def close_box(passphrase: str, files: dict[str, bytes]) -> bytes:
    """Files by name, sealed under a passphrase (scrypt, AES-256-GCM).

    ConfigurationError for a passphrase of fewer than 12 characters.
    """
    if len(passphrase) < SHORTEST:
        raise ConfigurationError(f"a passphrase has {SHORTEST} characters or more",
                                 fr=f"une phrase secrète a au moins {SHORTEST} caractères")  # fmt: skip
    plain = json.dumps({name: base64.b64encode(data).decode() for name, data in files.items()})
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, plain.encode(), HEADER)
    return HEADER + salt + nonce + sealed


def open_box(passphrase: str, box: bytes) -> dict[str, bytes]:
    """The reverse. VerificationError for another passphrase, a changed byte, another file."""
    if not box.startswith(HEADER) or len(box) > LONGEST:
        raise VerificationError("no key box of ours", where="keys")
    rest = box[len(HEADER) :]
    salt, nonce, sealed = rest[:SALT], rest[SALT : SALT + NONCE], rest[SALT + NONCE :]
    try:
        plain = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, HEADER)
    except (InvalidTag, ValueError) as err:
        raise VerificationError("another passphrase, or the box was changed",
                                where="keys") from err  # fmt: skip
    return {name: base64.b64decode(data) for name, data in json.loads(plain).items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt, KEY, COST, BLOCK, LANES).derive(passphrase.encode())
