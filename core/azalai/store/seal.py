"""Sealing: one random key a record, wrapped; AES-256-GCM bound to the row it stands in."""

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from azalai.errors import ConfigurationError, SealError

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: 96 random bits, one key a record


def seal(key: bytes, plain: bytes, *bound: object) -> bytes:
    """AES-256-GCM: nonce, then ciphertext and tag. `bound` names the row: table, pseudonym, ..."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, _aad(bound))


def unseal(key: bytes, sealed: bytes, *bound: object) -> bytes:
    """The reverse. SealError if a byte of it or of the row that it is bound to was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _aad(bound))
    except (InvalidTag, ValueError) as err:
        raise SealError(f"a sealed value of {bound[0]} does not open: it was changed") from err


def commit(key: bytes, data: bytes) -> str:
    """A commitment: HMAC-SHA-256 of the exact bytes under the record's commitment key, in hex."""
    return hmac.new(commitment_key(key), data, hashlib.sha256).hexdigest()


def _aad(bound: tuple[object, ...]) -> bytes:
    return "\x1f".join(str(part) for part in bound).encode()


@lru_cache(maxsize=4096)
def commitment_key(key: bytes) -> bytes:
    """What commitments are made with: HKDF-SHA-256 (RFC 5869) of the record's data key."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"azalai commitment v1").derive(key)


class Keyring:
    """The key-encryption key and what it opens. Lives in memory only."""

    def __init__(self, kek: bytes) -> None:
        self._kek = kek
        self._index = b""

    def new_index(self) -> bytes:
        """A fresh index key, wrapped: made once, when the store is made."""
        index = secrets.token_bytes(KEY_BYTES)
        self._index = index
        return seal(self._kek, index, "index")

    def open_index(self, wrapped: bytes) -> None:
        """Take the store's index key. SealError where the key file is another store's."""
        self._index = unseal(self._kek, wrapped, "index")

    def new_key(self, pseudonym: str) -> tuple[bytes, bytes]:
        """A fresh data key, plain and wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, seal(self._kek, key, "key", pseudonym)

    def unwrap(self, wrapped: bytes, pseudonym: str) -> bytes:
        """A record's data key."""
        return unseal(self._kek, wrapped, "key", pseudonym)

    def lookup(self, text: str) -> bytes:
        """What a key is found by: HMAC-SHA-256 under the index key."""
        return hmac.new(self._index, text.encode(), hashlib.sha256).digest()


def create_kek(path: Path) -> None:
    """Write a new key-encryption key, mode 0600. FileExistsError if there is one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def load_kek(path: Path) -> Keyring:
    """Read the key-encryption key. ConfigurationError if it is missing, open to others or short."""
    try:
        mode = path.stat().st_mode
        text = path.read_text().strip()
    except OSError as err:
        raise ConfigurationError(
            f"the key-encryption key {path} cannot be read: {err.strerror}",
            hint="without it no payload opens: put the copy of the key sheet back",
            fr=f"la clé maîtresse {path} ne se lit pas : {err.strerror}",
            hint_fr="sans elle aucune fiche ne s'ouvre : remettez la copie en place",
        ) from err
    if mode & 0o077:
        raise ConfigurationError(f"{path} can be read by others", hint=f"chmod 600 {path}",
                                 fr=f"d'autres comptes lisent {path}")  # fmt: skip
    try:
        kek = bytes.fromhex(text)
    except ValueError as err:
        raise ConfigurationError(f"{path} is not a key file of ours",
                                 fr=f"{path} n'est pas un fichier de clé d'Azalai") from err  # fmt: skip
    if len(kek) != KEY_BYTES:
        raise ConfigurationError(f"{path} is not a key of {KEY_BYTES} bytes",
                                 fr=f"{path} n'est pas une clé de {KEY_BYTES} octets")  # fmt: skip
    return Keyring(kek)
