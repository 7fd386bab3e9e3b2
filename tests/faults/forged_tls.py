"""Certificates and servers that a careful client does not talk to, one of each kind."""

import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    certificate: x509.Certificate
    key: _Key

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        pem, key = folder / f"{name}.pem", folder / f"{name}.key"
        pem.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return pem, key


def issue(
    issuer: Issued | None = None, *, authority: bool = False, first: int = -1, last: int = 30,
    host: str = "127.0.0.1", use: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    key: _Key | None = None,
) -> Issued:  # fmt: skip
    """A certificate valid from `first` to `last` (days from today), signed by `issuer`."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, f"FICTIF {x509.random_serial_number()}")]
    )
    by = issuer.certificate.subject if issuer else name
    signer = issuer.key if issuer else own
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(by).public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=first)).not_valid_after(now + timedelta(days=last))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
    )  # fmt: skip
    if not authority:
        built = built.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    return Issued(built.sign(signer, hashes.SHA256()), own)


def weak_key() -> rsa.RSAPrivateKey:
    """Of 1,024 bits: two thousand is the least that is taken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rsa.generate_private_key(65_537, 1024)


def serving(folder: Path, certificate: Issued, clients: Issued | None = None) -> ssl.SSLContext:
    """A server's context with this certificate; with `clients`, it wants theirs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem, key = certificate.write(folder, "forged")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(pem, key)
    if clients is not None:
        clients.write(folder, "clients")
        context.load_verify_locations(folder / "clients.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def outdated(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same server, which speaks TLS 1.1 and no newer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
