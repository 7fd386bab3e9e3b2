"""CMS SignedData (RFC 5652, section 5): made with our key, verified against pinned signers."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from azalai.errors import CmsError
from azalai.transports.cms_certificates import (
    SIZE_MAX,
    PrivateKey,
    PublicKey,
    check,
    is_named_by,
    named,
    reading,
)

SIGNERS_MAX = 8
_DATA = "1.2.840.113549.1.7.1"
_SET = b"\x31"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip


def sign(content: bytes, certificate: x509.Certificate, key: PrivateKey, at: datetime) -> bytes:
    """DER of a ContentInfo with SignedData: SHA-256, our certificate and `content` included.

    RSA with PKCS #1 v1.5, or ECDSA (RFC 5754). CmsError if the certificate does not hold at `at`
    or may not sign, or if the key is not its key.
    """
    if check(certificate, "signer", at).public_numbers() != key.public_key().public_numbers():
        raise CmsError("signer_key_of_another_certificate")
    ours = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    attributes = cms.CMSAttributes([
        {"type": "content_type", "values": ["data"]},
        {"type": "signing_time", "values": [cms.Time({"utc_time": at.replace(microsecond=0)})]},
        {"type": "message_digest", "values": [_digest(content, hashes.SHA256())]},
    ])  # fmt: skip
    to_sign = attributes.dump()
    if isinstance(key, rsa.RSAPrivateKey):
        algorithm = "rsassa_pkcs1v15"
        signature = key.sign(to_sign, padding.PKCS1v15(), hashes.SHA256())
    else:
        algorithm = "sha256_ecdsa"
        signature = key.sign(to_sign, ec.ECDSA(hashes.SHA256()))
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": named(certificate)}),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": algorithm},
        "signature": signature,
    }  # fmt: skip
    signed = cms.SignedData({
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data", "content": content},
        "certificates": [cms.CertificateChoices({"certificate": ours})],
        "signer_infos": [signer],
    })  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def verify(der: bytes, trusted: Sequence[x509.Certificate], at: datetime) -> bytes:
    """The signed content, if every signer is one of `trusted` and every signature holds at `at`.

    `trusted` are the signers' own certificates, not authorities; certificates inside the message
    count for nothing. CmsError, whatever the bytes are: `malformed`, `not_signed`, `detached`,
    `foreign_signer`, `no_signed_attributes`, `digest_differs`, `signature_differs`,
    `algorithm`, `signer_certificate_...`.
    """
    if len(der) > SIZE_MAX:
        raise CmsError("too_large")
    with reading("malformed"):
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "signed_data":
            raise CmsError("not_signed")
        signed = info["content"]
        held = signed["encap_content_info"]
        if held["content_type"].dotted != _DATA:
            raise CmsError("not_data")
        if isinstance(held["content"], core.Void):
            raise CmsError("detached")
        content = bytes(held["content"])
        signers = list(signed["signer_infos"])
        if not signers:
            raise CmsError("not_signed")
        if len(signers) > SIGNERS_MAX:
            raise CmsError("too_many_signers")
        for signer in signers:
            _verify_one(signer, content, trusted, at)
    return content


def _verify_one(
    signer: Any, content: bytes, trusted: Sequence[x509.Certificate], at: datetime
) -> None:
    certificate = next((c for c in trusted if is_named_by(c, signer["sid"])), None)
    if certificate is None:
        raise CmsError("foreign_signer")
    key = check(certificate, "signer", at)
    digest = _HASHES.get(str(signer["digest_algorithm"]["algorithm"].native))
    if digest is None:
        raise CmsError("algorithm")
    attributes = signer["signed_attrs"]
    if isinstance(attributes, core.Void):
        raise CmsError("no_signed_attributes")
    if _only(attributes, "content_type").dotted != _DATA:
        raise CmsError("not_data")
    told = _only(attributes, "message_digest").native
    if not hmac.compare_digest(told, _digest(content, digest)):
        raise CmsError("digest_differs")
    # The signature is over the attributes as a SET OF, not under their implicit tag (5.4).
    signed = _SET + attributes.dump()[1:]
    try:
        _verify_signature(key, signer["signature"].native, signed, digest,
                          signer["signature_algorithm"])  # fmt: skip
    except InvalidSignature as err:
        raise CmsError("signature_differs") from err


def _only(attributes: Any, wanted: str) -> Any:
    """The one value of the one attribute of this type; none, or more, is refused (11.1, 11.2)."""
    found = [a["values"] for a in attributes if a["type"].native == wanted]
    if len(found) != 1 or len(found[0]) != 1:
        raise CmsError("no_signed_attributes")
    return found[0][0]


def _verify_signature(
    key: PublicKey, signature: bytes, data: bytes, digest: hashes.HashAlgorithm, algorithm: Any
) -> None:
    name = str(algorithm["algorithm"].native)
    if isinstance(key, ec.EllipticCurvePublicKey):
        if name != f"{digest.name}_ecdsa":
            raise CmsError("algorithm")
        key.verify(signature, data, ec.ECDSA(digest))
    elif name in ("rsassa_pkcs1v15", f"{digest.name}_rsa"):
        key.verify(signature, data, padding.PKCS1v15(), digest)
    elif name == "rsassa_pss":
        salt = _pss_salt(algorithm["parameters"], digest.name)
        key.verify(signature, data, padding.PSS(padding.MGF1(digest), salt), digest)
    else:
        raise CmsError("algorithm")


def _pss_salt(parameters: Any, digest: str) -> int:
    """The salt's length, if both hashes are the digest's (RFC 4056, section 3)."""
    ours = parameters["hash_algorithm"]["algorithm"].native
    mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    if (ours, mask) != (digest, digest):
        raise CmsError("algorithm")
    return int(parameters["salt_length"].native)


def _digest(content: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(content)
    return made.finalize()
