"""A receipt's signature: Ed25519 over its key, the body's digest and its instant."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from azalai.errors import ConfigurationError


class Checker:
    """Checks receipts against the destination's key; without a key, takes them as they are (the
    link is authenticated, the receipt proves nothing to a third party then)."""

    def __init__(self, file: Path | None) -> None:
        self._key = None if file is None else _load(file)

    def holds(self, receipt: Mapping[str, Any]) -> bool:
        """Whether the destination signed exactly this receipt (RFC 8032)."""
        if self._key is None:
            return True
        try:
            signature = bytes.fromhex(str(receipt.get("signature")))
            self._key.verify(signature, signed_bytes(receipt))
        except (InvalidSignature, ValueError):
            return False
        return True


def signed_bytes(receipt: Mapping[str, Any]) -> bytes:
    """What a receipt's signature is over: three lines."""
    return "\n".join(str(receipt.get(part)) for part in ("key", "sha256", "at")).encode()


def _load(file: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as err:
        raise ConfigurationError("the destination's receipt key cannot be read", source=str(file),
                                 fr="la clé des accusés du destinataire ne se lit pas") from err  # fmt: skip
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationError("not an Ed25519 public key", source=str(file),
                                 fr="ce n'est pas une clé publique Ed25519")  # fmt: skip
    return key
