"""TLS as a client: our CA only, our certificate, its dates; failures as short codes."""

import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from azalai.errors import DestinationDownError

# Alerts by which a server says that it does not take our certificate. In TLS 1.3 they come after
# our side believes that the handshake is over (RFC 8446, section 4.4.2.4).
_CERTIFICATE_ALERTS = (
    "CERTIFICATE_REQUIRED", "UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN", "UNSUPPORTED_CERTIFICATE", "ACCESS_DENIED",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """The files of one mutual TLS link: the destination's CA, our certificate chain and its key."""

    ca: Path
    certificate: Path
    key: Path

    def stamp(self) -> tuple[tuple[int, int], ...]:
        """Changes when a file does. OSError if one cannot be read."""
        stats = [path.stat() for path in (self.ca, self.certificate, self.key)]
        return tuple((s.st_mtime_ns, s.st_size) for s in stats)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a certificate holds, both included (RFC 5280, section 4.1.2.5)."""

    not_before: datetime
    not_after: datetime

    def check(self, at: datetime) -> None:
        """DestinationDownError `tls_certificate_expired` or `tls_certificate_not_yet_valid`."""
        if at > self.not_after:
            raise DestinationDownError("tls_certificate_expired")
        if at < self.not_before:
            raise DestinationDownError("tls_certificate_not_yet_valid")


def validity(identity: Identity) -> Validity:
    """The dates of our own certificate; OSError or ValueError if it cannot be read."""
    certificate = x509.load_pem_x509_certificate(identity.certificate.read_bytes())
    return Validity(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def trusting(ca: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer, trusting `ca` and nothing else, checking chain and host name.

    OSError (ssl.SSLError among them) if the file is missing or is not what it should be.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks chain and host name
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cafile=str(ca))
    return context


def client_context(identity: Identity) -> ssl.SSLContext:
    """As `trusting` the identity's own authority, presenting our certificate.

    OSError (ssl.SSLError among them) if a file is missing or is not what it should be.
    """
    context = trusting(identity.ca)
    # A password callback that gives none: an encrypted key must fail here, not ask a terminal.
    context.load_cert_chain(str(identity.certificate), str(identity.key), password=lambda: "")
    return context


def failure(err: BaseException) -> str | None:
    """`tls_server_certificate`, `tls_client_certificate`, `tls` or `name`, from what lies under
    `err`; None if it was none of these."""
    for cause in _causes(err):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "tls_server_certificate"
        if refuses_us(cause):
            return "tls_client_certificate"
        if isinstance(cause, ssl.SSLError):
            return "tls"
        if isinstance(cause, socket.gaierror):
            return "name"
    return None


def refuses_us(cause: BaseException) -> bool:
    """Whether this is the server's alert that it does not take our certificate."""
    reason = cause.reason if isinstance(cause, ssl.SSLError) else None
    return bool(reason) and "ALERT" in str(reason) and str(reason).endswith(_CERTIFICATE_ALERTS)


def _causes(err: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = err
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found
