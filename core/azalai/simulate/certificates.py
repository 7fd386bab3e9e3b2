"""A private authority, a server's and a client's certificate, for tests and the demo."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 365
_Key = ec.EllipticCurvePrivateKey


def make(folder: Path) -> None:
    """Write `ca.pem`, `server.pem/.key`, `client.pem/.key` (P-256, keys 0600); keeps existing."""
    if (folder / "client.key").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    authority = ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Autorite FICTIVE", authority, None, authority)
    (folder / "ca.pem").write_bytes(ca.public_bytes(Encoding.PEM))
    issue(folder, "server", ca, authority)
    issue(folder, "client", ca, authority)


def issue(
    folder: Path, name: str, ca: x509.Certificate, authority: _Key, *, days: int = _DAYS
) -> None:
    """Write `<name>.pem` and `<name>.key`, issued by `ca`; `days` may be negative: expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(f"{name} FICTIF", key, ca, authority, days)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(folder / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _certificate(
    name: str, key: _Key, ca: x509.Certificate | None, signer: _Key, days: int = _DAYS
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    begin = now - timedelta(days=1) + timedelta(days=min(days, 0))
    hosts = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
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
    if ca is None:
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        built = built.add_extension(usage, critical=True)
    else:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        built = built.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        built = built.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    return built.sign(signer, hashes.SHA256())
