"""A content key for an EC recipient: ephemeral-static ECDH in CMS (RFC 5753, section 3.1)."""

from typing import Any

from asn1crypto import cms, core, keys, parser
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from azalai.errors import CmsError

_SHA256_KDF = "1.3.132.1.11.1"
_KDFS: dict[str, hashes.HashAlgorithm] = {  # dhSinglePass-stdDH-<hash>kdf-scheme
    "1.3.133.16.840.63.0.2": hashes.SHA1(),  # noqa: S303 (OpenSSL's default; a KDF, no digest)
    _SHA256_KDF: hashes.SHA256(),
    "1.3.132.1.11.2": hashes.SHA384(),
    "1.3.132.1.11.3": hashes.SHA512(),
}
_AES_256_WRAP = "2.16.840.1.101.3.4.1.45"
_KEK = 32


def wrap(key: bytes, public: ec.EllipticCurvePublicKey, whose: Any) -> dict[str, Any]:
    """The fields of a KeyAgreeRecipientInfo: `key` under AES-256 key wrap for `public`; `whose`
    is the recipient's IssuerAndSerialNumber."""
    ours = ec.generate_private_key(public.curve)
    spki = ours.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    wrapping = cms.KeyEncryptionAlgorithm({"algorithm": _AES_256_WRAP})
    kek = _derived(ours.exchange(ec.ECDH(), public), hashes.SHA256(), wrapping.dump(), None)
    return {
        "version": "v3",
        "originator": cms.OriginatorIdentifierOrKey({
            "originator_key": keys.PublicKeyInfo.load(spki)}),
        "key_encryption_algorithm": {"algorithm": _SHA256_KDF, "parameters": wrapping},
        "recipient_encrypted_keys": [{
            "rid": cms.KeyAgreementRecipientIdentifier({"issuer_and_serial_number": whose}),
            "encrypted_key": aes_key_wrap(kek, key),
        }],
    }  # fmt: skip


def unwrap(info: Any, encrypted: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The content key. Raises anything at all on foreign bytes: the caller reads them."""
    algorithm = info["key_encryption_algorithm"]
    digest = _KDFS[algorithm["algorithm"].dotted]
    if info["originator"].name != "originator_key":
        raise CmsError("not_opened")
    wrapping = algorithm["parameters"].dump()
    if cms.KeyEncryptionAlgorithm.load(wrapping)["algorithm"].dotted != _AES_256_WRAP:
        raise CmsError("not_opened")
    point = bytes(info["originator"].chosen["public_key"])
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, point)
    ukm = None if isinstance(info["ukm"], core.Void) else info["ukm"].native
    kek = _derived(key.exchange(ec.ECDH(), theirs), digest, wrapping, ukm)
    return aes_key_unwrap(kek, encrypted)


def _derived(
    secret: bytes, digest: hashes.HashAlgorithm, wrapping: bytes, ukm: bytes | None
) -> bytes:
    """The key-encryption key, ECC-CMS-SharedInfo as its information (RFC 5753, section 7.2)."""
    entity = b"" if ukm is None else parser.emit(2, 1, 0, core.OctetString(ukm).dump())
    bits = core.OctetString((_KEK * 8).to_bytes(4, "big")).dump()
    shared = parser.emit(0, 1, 16, wrapping + entity + parser.emit(2, 1, 2, bits))
    return X963KDF(digest, _KEK, shared).derive(secret)
