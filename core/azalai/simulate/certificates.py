"""A private authority and the certificates that it issues, for tests and the demo."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 365
_RSA_BITS = 3072
_Key = ec.EllipticCurvePrivateKey
_AnyKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Use = Literal["tls", "authority", "mail", "mail_rsa"]
"""`mail` signs and is encrypted to (P-256), `mail_rsa` too (RSA 3072)."""


def make(folder: Path) -> None:
    """Write `ca.pem`, `server.pem/.key`, `client.pem/.key` (P-256, keys 0600); keeps existing."""
    if (folder / "client.key").exists():
        return
    ca, authority = make_authority(folder)
    issue(folder, "server", ca, authority)
    issue(folder, "client", ca, authority)


def make_mail(folder: Path) -> None:
    """Write what two ends of a mail channel need; keeps existing.

    `ca.pem`, `server.pem/.key` (TLS), `sender.pem/.key` (who sends: signs, and receipts are
    encrypted to it), `recipient.pem/.key` (messages are encrypted to it), `receipts.pem/.key`
    (signs receipts), `foreign.pem/.key` (another authority's, signs what is not to be believed).
    """
    if (folder / "foreign.key").exists():
        return
    ca, authority = make_authority(folder)
    issue(folder, "server", ca, authority)
    issue(folder, "sender", ca, authority, use="mail")
    issue(folder, "recipient", ca, authority, use="mail_rsa")
    issue(folder, "receipts", ca, authority, use="mail")
    other = ec.generate_private_key(ec.SECP256R1())
    foreign = _certificate("Autorite ETRANGERE FICTIVE", other, None, other, _DAYS, "authority")
    issue(folder, "foreign", foreign, other, use="mail")


def make_authority(folder: Path) -> tuple[x509.Certificate, _Key]:
    """Write `ca.pem`; the certificate and its key, which is kept nowhere."""
    folder.mkdir(parents=True, exist_ok=True)
    authority = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Autorite FICTIVE", authority, None, authority, _DAYS, "authority")
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    return ca, authority


def issue(
    folder: Path, name: str, ca: x509.Certificate, authority: _Key, *, days: int = _DAYS,
    use: Use = "tls",
) -> None:  # fmt: skip
    """Write `<name>.pem` and `<name>.key`, issued by `ca`; `days` may be negative: expired."""
    key: _AnyKey = (
        rsa.generate_private_key(65_537, _RSA_BITS)
        if use == "mail_rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    certificate = _certificate(f"{name} FICTIF", key, ca, authority, days, use)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _certificate(
    name: str, key: _AnyKey, ca: x509.Certificate | None, signer: _Key, days: int, use: Use
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    begin = now - timedelta(days=1) + timedelta(days=min(days, 0))
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if ca is None else ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    for extension, critical in _uses(use):
        built = built.add_extension(extension, critical=critical)
    return built.sign(signer, hashes.SHA256())


def _uses(use: Use) -> list[tuple[x509.ExtensionType, bool]]:
    """Host names and purposes of a TLS certificate; key usage and purpose of the others."""
    if use == "tls":
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        return [(x509.SubjectAlternativeName(hosts), False), (x509.ExtendedKeyUsage(both), False)]
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=use == "authority", crl_sign=use == "authority",
        content_commitment=False, key_encipherment=use == "mail_rsa", data_encipherment=False,
        key_agreement=use == "mail", encipher_only=False, decipher_only=False,
    )  # fmt: skip
    if use == "authority":
        return [(usage, True)]
    return [(usage, True), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)]
