"""Sealing: one random key a record, wrapped; AES-256-GCM bound to the row it stands in."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from azalai import system_words
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
    return hmac.digest(commitment_key(key), data, "sha256").hex()


def _aad(bound: tuple[object, ...]) -> bytes:
    return "\x1f".join(map(str, bound)).encode()


@lru_cache(maxsize=4096)
def commitment_key(key: bytes) -> bytes:
    """What commitments are made with: HKDF-SHA-256 (RFC 5869, no salt) of the record's data key;
    one block, which is all of a key of 32 bytes."""
    extracted = hmac.digest(bytes(KEY_BYTES), key, "sha256")
    return hmac.digest(extracted, b"azalai commitment v1\x01", "sha256")


class Keyring:
    """The key-encryption keys and what they open. Lives in memory only.

    One key wraps: the one that opens the store's index key. While a rotation goes on there are two;
    `read` gives those that are at hand, and is asked again when none of the known ones opens.
    """

    def __init__(self, read: Callable[[], Sequence[bytes]]) -> None:
        self._read = read
        self._keks = tuple(read())
        self._index = b""
        self._wrapped = b""

    @property
    def kek(self) -> bytes:
        """The key that wraps."""
        return self._keks[0]

    def new_index(self) -> bytes:
        """A fresh index key, wrapped: made once, when the store is made."""
        index = secrets.token_bytes(KEY_BYTES)
        self._index, self._wrapped = index, seal(self.kek, index, "index")
        return self._wrapped

    def index_under(self, kek: bytes) -> bytes:
        """The store's index key wrapped anew, under `kek`: from then on that key wraps."""
        return seal(kek, self._index, "index")

    def settle(self, wrapped: bytes) -> None:
        """Take the store's index key and the key that wraps, where another took its place.

        SealError where no key at hand opens it: it is another store's, or was rotated away.
        """
        if wrapped == self._wrapped:
            return
        if self._wrapped or not self._opens(wrapped):
            self._keks = tuple(self._read())
            if not self._opens(wrapped):
                raise SealError("no key at hand opens this store: it is another store's, or was "
                                "rotated away")  # fmt: skip
        self._wrapped = wrapped

    def _opens(self, wrapped: bytes) -> bool:
        for kek in self._keks:
            try:
                self._index = unseal(kek, wrapped, "index")
            except SealError:
                continue
            self._keks = (kek, *(other for other in self._keks if other != kek))
            return True
        return False

    def new_key(self, pseudonym: str) -> tuple[bytes, bytes]:
        """A fresh data key, plain and wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, seal(self.kek, key, "key", pseudonym)

    def unwrap(self, wrapped: bytes, pseudonym: str) -> bytes:
        """A record's data key. SealError where no key at hand opens it."""
        return self._found(wrapped, pseudonym)[0]

    def rewrap(self, wrapped: bytes, pseudonym: str) -> bytes | None:
        """The same data key under the key that wraps now; None where it is. SealError."""
        key, kek = self._found(wrapped, pseudonym)
        return None if kek == self.kek else seal(self.kek, key, "key", pseudonym)

    def _found(self, wrapped: bytes, pseudonym: str) -> tuple[bytes, bytes]:
        for kek in self._keks:
            try:
                return unseal(kek, wrapped, "key", pseudonym), kek
            except SealError:
                continue
        for kek in self._read():
            if kek not in self._keks:
                self._keks = (*self._keks, kek)
                return self._found(wrapped, pseudonym)
        raise SealError("a sealed value of key does not open: it was changed")

    def lookup(self, text: str) -> bytes:
        """What a key is found by: HMAC-SHA-256 under the index key."""
        return hmac.digest(self._index, text.encode(), "sha256")


def kek_name(kek: bytes) -> str:
    """What a key-encryption key is called: 8 hex digits that say nothing of it."""
    return hmac.new(kek, b"azalai kek name v1", hashlib.sha256).hexdigest()[:8]


def create_kek(path: Path) -> bytes:
    """Write a new key-encryption key, mode 0600, and give it. FileExistsError if there is one."""
    kek = secrets.token_bytes(KEY_BYTES)
    write_kek(path, kek)
    return kek


def write_kek(path: Path, kek: bytes) -> None:
    """Write a key-encryption key to a new file, mode 0600, durable. FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(kek.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def load_kek(path: Path) -> Keyring:
    """The key-encryption key of one file. ConfigurationError as `read_kek`."""
    return Keyring(lambda: [read_kek(path)])


def read_kek(path: Path, *, private: bool = True) -> bytes:
    """Read a key-encryption key. ConfigurationError if it is missing, open to others (where it must
    be `private`) or short."""
    try:
        mode = path.stat().st_mode
        text = path.read_text().strip()
    except OSError as err:
        fr, en = system_words.said(err)
        raise ConfigurationError(
            f"the key-encryption key {path} cannot be read: {en}",
            hint="without it no payload opens: put the copy of the key sheet back",
            fr=f"la clé maîtresse {path} ne se lit pas : {fr}",
            hint_fr="sans elle aucune fiche ne s'ouvre : remettez la copie en place",
        ) from err
    if private and mode & 0o077:
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
    return kek
