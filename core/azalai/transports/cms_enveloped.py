"""CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), to one recipient."""

import os
from datetime import datetime
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from azalai.errors import CmsError
from azalai.transports import cms_agreement
from azalai.transports.cms_certificates import (
    SIZE_MAX,
    PrivateKey,
    check,
    is_named_by,
    named,
    reading,
)

RECIPIENTS_MAX = 64
_KEY, _NONCE, _TAG = 32, 12, 16  # bytes
_AES_256_GCM = "2.16.840.1.101.3.4.1.46"
_SET = b"\x31"
_OAEP_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 (a mask here, no digest: the default of RFC 8017)
    "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip

_OAEP_SHA256 = cms.KeyEncryptionAlgorithm({"algorithm": "rsaes_oaep", "parameters": {
    "hash_algorithm": {"algorithm": "sha256"},
    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
}}).dump()  # fmt: skip
"""Made once: it takes longer than the encryption."""


def encrypt(content: bytes, recipient: x509.Certificate, at: datetime) -> bytes:
    """DER of a ContentInfo with AuthEnvelopedData that only `recipient`'s key opens.

    The content key goes under RSAES-OAEP with SHA-256 (RFC 3560), or ephemeral-static ECDH
    (RFC 5753). CmsError if the certificate does not hold at `at` or may not be encrypted to.
    """
    public = check(recipient, "recipient", at)
    key, nonce = os.urandom(_KEY), os.urandom(_NONCE)
    if isinstance(public, rsa.RSAPublicKey):
        info = cms.RecipientInfo({"ktri": _transported(key, public, named(recipient))})
    else:
        info = cms.RecipientInfo({"kari": cms_agreement.wrap(key, public, named(recipient))})
    sealed = AESGCM(key).encrypt(nonce, content, None)
    enveloped = cms.AuthEnvelopedData({
        "version": "v0",
        "recipient_infos": [info],
        "auth_encrypted_content_info": {
            "content_type": "data",
            "content_encryption_algorithm": {
                "algorithm": _AES_256_GCM, "parameters": core.Any(_gcm_parameters(nonce)),
            },
            "encrypted_content": sealed[:-_TAG],
        },
        "mac": sealed[-_TAG:],
    })  # fmt: skip
    return bytes(cms.ContentInfo({
        "content_type": "authenticated_enveloped_data", "content": enveloped,
    }).dump())  # fmt: skip


def decrypt(der: bytes, certificate: x509.Certificate, key: PrivateKey) -> bytes:
    """The content that was encrypted to our certificate, an expired one too: what came is ours.

    CmsError, whatever the bytes are: `malformed`, `not_authenticated` (anything but AES-256-GCM:
    an unauthenticated envelope can be changed unseen), `not_for_us`, `not_opened`.
    """
    if len(der) > SIZE_MAX:
        raise CmsError("too_large")
    with reading("malformed"):
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "authenticated_enveloped_data":
            raise CmsError("not_authenticated")
        enveloped = info["content"]
        held = enveloped["auth_encrypted_content_info"]
        nonce = _nonce(held["content_encryption_algorithm"])
        tag = enveloped["mac"].native
        if len(tag) != _TAG or isinstance(held["encrypted_content"], core.Void):
            raise CmsError("not_authenticated")
        attributes = enveloped["auth_attrs"]
        bound = None if isinstance(attributes, core.Void) else _SET + attributes.dump()[1:]
        wrapped = _our_part(enveloped["recipient_infos"], certificate)
        sealed = bytes(held["encrypted_content"]) + tag
    try:  # one answer for every failure below: which step failed must not be told
        with reading("not_opened"):
            return AESGCM(_content_key(wrapped, key)).decrypt(nonce, sealed, bound)
    except InvalidTag as err:
        raise CmsError("not_opened") from err


def _transported(key: bytes, public: rsa.RSAPublicKey, whose: Any) -> dict[str, Any]:
    wrapped = public.encrypt(
        key, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    )
    return {
        "version": "v0",
        "rid": cms.RecipientIdentifier({"issuer_and_serial_number": whose}),
        "key_encryption_algorithm": cms.KeyEncryptionAlgorithm.load(_OAEP_SHA256),
        "encrypted_key": wrapped,
    }  # fmt: skip


def _gcm_parameters(nonce: bytes) -> core.Asn1Value:
    """GCMParameters ::= SEQUENCE { aes-nonce OCTET STRING, aes-ICVlen INTEGER DEFAULT 12 }."""
    inside = core.OctetString(nonce).dump() + core.Integer(_TAG).dump()
    return core.Sequence.load(bytes([0x30, len(inside)]) + inside)


def _nonce(algorithm: Any) -> bytes:
    if algorithm["algorithm"].dotted != _AES_256_GCM:
        raise CmsError("not_authenticated")
    parameters = core.Sequence.load(algorithm["parameters"].dump(), strict=True)
    nonce, size = parameters[0].native, parameters[1].native  # without a size it is 12: too short
    if len(nonce) != _NONCE or size != _TAG:
        raise CmsError("not_authenticated")
    return bytes(nonce)


def _our_part(infos: Any, certificate: x509.Certificate) -> Any:
    """The RecipientInfo (transport), or (KeyAgreeRecipientInfo, wrapped key), that is for us."""
    if len(infos) > RECIPIENTS_MAX:
        raise CmsError("too_many_recipients")
    for info in infos:
        if info.name == "ktri" and is_named_by(certificate, info.chosen["rid"]):
            return info.chosen
        if info.name == "kari":
            for one in info.chosen["recipient_encrypted_keys"]:
                if is_named_by(certificate, one["rid"]):
                    return info.chosen, one["encrypted_key"].native
    raise CmsError("not_for_us")


def _content_key(wrapped: Any, key: PrivateKey) -> bytes:
    if isinstance(wrapped, tuple):
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise CmsError("not_opened")
        return cms_agreement.unwrap(wrapped[0], wrapped[1], key)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CmsError("not_opened")
    algorithm = wrapped["key_encryption_algorithm"]
    if algorithm["algorithm"].native == "rsaes_oaep":
        return key.decrypt(wrapped["encrypted_key"].native, _oaep(algorithm["parameters"]))
    return key.decrypt(wrapped["encrypted_key"].native, padding.PKCS1v15())


def _oaep(parameters: Any) -> padding.OAEP:
    ours = _OAEP_HASHES[parameters["hash_algorithm"]["algorithm"].native]
    mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
    return padding.OAEP(padding.MGF1(_OAEP_HASHES[mask]), ours, None)
