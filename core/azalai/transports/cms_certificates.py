"""Whose certificate it is, whether it holds today, and what it may be used for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from asn1crypto import cms, core, parser
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from azalai.errors import CmsError

RSA_MIN_BITS = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
SIZE_MAX = 32_000_000
"""Bytes of one message that are looked at at all."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
Role = Literal["signer", "recipient"]


@contextmanager
def reading(reason: str) -> Iterator[None]:
    """Foreign bytes: whatever goes wrong while they are read is one error, `reason`."""
    try:
        yield
    except CmsError:
        raise
    except Exception as err:
        raise CmsError(reason) from err


def check(certificate: x509.Certificate, role: Role, at: datetime) -> PublicKey:
    """Its public key, if it holds at `at` and may sign (`signer`) or be encrypted to.

    CmsError `<role>_certificate_expired`, `..._not_yet_valid`, `..._usage`, `..._key` (RFC 8551,
    section 4.4: key usage and extended key usage where they are present).
    """
    with reading(f"{role}_certificate_key"):
        return _checked(certificate, role, at)


def _checked(certificate: x509.Certificate, role: Role, at: datetime) -> PublicKey:
    if at > certificate.not_valid_after_utc:
        raise CmsError(f"{role}_certificate_expired")
    if at < certificate.not_valid_before_utc:
        raise CmsError(f"{role}_certificate_not_yet_valid")
    key = certificate.public_key()
    strong_rsa = isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_MIN_BITS
    named_curve = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES)
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) or not (
        strong_rsa or named_curve
    ):
        raise CmsError(f"{role}_certificate_key")
    if not _may(certificate, role, key):
        raise CmsError(f"{role}_certificate_usage")
    return key


def named(certificate: x509.Certificate) -> Any:
    """Its IssuerAndSerialNumber (RFC 5652, section 10.2.4), from bytes: parsed by nobody."""
    serial = core.Integer(certificate.serial_number).dump()
    return cms.IssuerAndSerialNumber.load(
        parser.emit(0, 1, 16, certificate.issuer.public_bytes() + serial)
    )


def is_named_by(certificate: x509.Certificate, identifier: Any) -> bool:
    """Whether a SignerIdentifier or RecipientIdentifier (RFC 5652, sections 5.3 and 6.2.1) means
    this certificate: by issuer and serial number, or by subject key identifier."""
    if identifier.name == "issuer_and_serial_number":
        told = identifier.chosen
        return bool(told["serial_number"].native == certificate.serial_number
                    and told["issuer"].dump() == certificate.issuer.public_bytes())  # fmt: skip
    try:
        ours = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return False
    chosen = identifier.chosen
    if identifier.name == "r_key_id":  # key agreement has it one level deeper
        chosen = chosen[0]
    return bool(chosen.native == ours.value.digest)


def _may(certificate: x509.Certificate, role: Role, key: PublicKey) -> bool:
    extensions = certificate.extensions
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
        if role == "signer":
            fits = usage.digital_signature or usage.content_commitment
        elif isinstance(key, rsa.RSAPublicKey):
            fits = usage.key_encipherment
        else:
            fits = usage.key_agreement
    except x509.ExtensionNotFound:
        fits = True
    try:
        purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return fits
    wanted = (ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    return fits and any(purpose in wanted for purpose in purposes)
