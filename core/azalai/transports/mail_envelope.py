"""The S/MIME envelope (RFC 8551): a part signed, then encrypted, inside a mail that tells nothing."""

import re
from base64 import encodebytes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message as MimeMessage
from email.utils import format_datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from azalai.errors import CmsError
from azalai.transports import cms
from azalai.transports.cms_certificates import SIZE_MAX, PrivateKey, reading

SUBJECT = "Azalai"
"""Every mail's subject, whatever it carries."""
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}")
_ENVELOPE = 'application/pkcs7-mime; smime-type={kind}; name="smime.p7m"'
_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True, slots=True)
class Identity:
    """One end of the channel: its certificate and the key of it."""

    certificate: x509.Certificate
    key: PrivateKey


@dataclass(frozen=True, slots=True)
class Part:
    """What is signed and encrypted: a body, its media type, and header lines of our own (ASCII,
    one line each)."""

    body: bytes
    media_type: str
    headers: Mapping[str, str]
    file_name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope held: the body, the inner header lines by lower-case name, and the signed
    data (DER), which alone proves who signed what."""

    body: bytes
    headers: Mapping[str, str]
    signed: bytes


@dataclass(frozen=True, slots=True)
class Outside:
    """What anybody on the way can read: from whom, to whom, when, which mail, how urgent."""

    sender: str
    recipient: str
    message_id: str
    at: datetime
    priority: int = 5


def load_certificate(path: Path) -> x509.Certificate:
    """A PEM certificate. OSError or ValueError."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def load_identity(certificate: Path, key: Path) -> Identity:
    """A PEM certificate and its key, RSA or EC, without a password. OSError or ValueError."""
    try:
        loaded = load_pem_private_key(key.read_bytes(), None)
    except (TypeError, UnsupportedAlgorithm) as err:  # under a password: nobody is there to type it
        raise ValueError("a key that cannot be used") from err
    if not isinstance(loaded, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("an RSA or EC key")  # noqa: TRY004 (the file's contents, no argument)
    return Identity(load_certificate(certificate), loaded)


def seal(part: Part, us: Identity, recipient: x509.Certificate, outside: Outside) -> bytes:
    """A whole mail, made anew at every attempt. CmsError if a certificate does not hold at
    `outside.at`, or may not be used so."""
    signed = cms.sign(_part(part), us.certificate, us.key, outside.at)
    inside = _mime(signed, "signed-data", [])
    return _mime(cms.encrypt(inside, recipient, outside.at), "authEnveloped-data", [
        ("From", outside.sender),
        ("To", outside.recipient),
        ("Date", format_datetime(outside.at)),
        ("Message-ID", outside.message_id),
        ("Subject", SUBJECT),
        *_priority(outside.priority),
        ("MIME-Version", "1.0"),
    ])  # fmt: skip


def unseal(
    mail: bytes, us: Identity, trusted: Sequence[x509.Certificate], at: datetime
) -> Opened:  # fmt: skip
    """Open and verify a mail that was sealed for us by one of `trusted`.

    CmsError, whatever the bytes are: `not_smime`, or a reason of `cms.decrypt` or `cms.verify`.
    """
    inside = cms.decrypt(_payload(mail), us.certificate, us.key)
    signed = _payload(inside)
    content = cms.verify(signed, trusted, at)
    with reading("malformed"):
        part = message_from_bytes(content)
        headers = {name.lower(): str(value) for name, value in part.items()}
        return Opened(_decoded(part), headers, signed)


def header(mail: bytes, name: str) -> str:
    """One outer header line, empty if it is not there: nobody vouches for it."""
    with reading("malformed"):
        return str(message_from_bytes(mail).get(name, ""))


def _part(part: Part) -> bytes:
    lines = [
        *part.headers.items(),
        ("Content-Type", f'{part.media_type}; name="{part.file_name}"'),
        ("Content-Disposition", f'attachment; filename="{part.file_name}"'),
        ("Content-Transfer-Encoding", "base64"),
    ]
    return _lines(lines) + b"\r\n" + _base64(part.body)


def _mime(der: bytes, kind: str, lines: Sequence[tuple[str, str]]) -> bytes:
    last = [
        ("Content-Type", _ENVELOPE.format(kind=kind)),
        ("Content-Disposition", 'attachment; filename="smime.p7m"'),
        ("Content-Transfer-Encoding", "base64"),
    ]
    return _lines([*lines, *last]) + b"\r\n" + _base64(der)


def _lines(lines: Sequence[tuple[str, str]]) -> bytes:
    """Header lines. ValueError for a value that would begin another line or is not ASCII."""
    for name, value in lines:
        if not value.isascii() or not value.isprintable():
            raise ValueError(f"a header line {name} that is not plain ASCII")
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode("ascii")


def _base64(data: bytes) -> bytes:
    return encodebytes(data).replace(b"\n", b"\r\n")


def _priority(priority: int) -> list[tuple[str, str]]:
    """Ours counts from 0, the most urgent; mail says it in words (RFC 2156, and as mailers do)."""
    number, word = (1, "high") if priority <= 2 else (3, "normal") if priority <= 6 else (5, "low")
    return [("X-Priority", str(number)), ("Importance", word)]


def _payload(mail: bytes) -> bytes:
    """The DER inside an S/MIME entity."""
    if len(mail) > SIZE_MAX:
        raise CmsError("too_large")
    with reading("malformed"):
        found = message_from_bytes(mail)
        if found.get_content_type() not in _TYPES:
            raise CmsError("not_smime")
        return _decoded(found)


def _decoded(part: MimeMessage) -> bytes:
    decoded = part.get_payload(decode=True)
    if not isinstance(decoded, bytes):
        raise CmsError("not_smime")
    return decoded
