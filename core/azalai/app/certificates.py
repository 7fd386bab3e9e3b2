"""The files of a destination's link: there, readable, within their dates, halves of one pair."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from azalai.documents import NOTHING, Text
from azalai.settings import DestinationSettings

CERTIFICATES = ("ca", "certificate", "recipient_certificate", "receipt_signer")

Wrong = tuple[str, Text, Text, bool]
"""A setting's name, what is wrong with its file, what to do, whether it only warns."""


def wrong(
    given: DestinationSettings, path: Callable[[str], Path], at: datetime, soon: timedelta
) -> Iterator[Wrong]:
    """All that is wrong with the certificates and the key of one destination."""
    for name in CERTIFICATES:
        if hasattr(given, name):
            yield from _certificate(name, path(getattr(given, name)), at, soon)
    yield from _key(path(given.key), path(given.certificate))


def next_end(
    destinations: Mapping[str, DestinationSettings], path: Callable[[str], Path]
) -> tuple[datetime, str, Path] | None:
    """Of all certificates in use that can be read, the first to end: when, whose, its file."""
    found = []
    for name, given in destinations.items():
        for setting in CERTIFICATES:
            if hasattr(given, setting):
                file = path(getattr(given, setting))
                with suppress(OSError, ValueError):
                    read = x509.load_pem_x509_certificates(file.read_bytes())
                    found += [(c.not_valid_after_utc, name, file) for c in read]
    return min(found, default=None)


def _certificate(name: str, file: Path, at: datetime, soon: timedelta) -> Iterator[Wrong]:
    try:
        found = x509.load_pem_x509_certificates(file.read_bytes())
    except OSError:
        yield _missing(name, file)
        return
    except ValueError:
        yield (name, Text(f"{file} n'est pas un certificat PEM", f"{file} is no PEM certificate"),
               NOTHING, False)  # fmt: skip
        return
    ends = min(c.not_valid_after_utc for c in found)
    day = ends.date().isoformat()
    ask = Text("demandez-en un nouveau au destinataire.", "ask the destination for a new one.")
    if at > ends:
        yield name, Text(f"{file} a expiré le {day}", f"{file} expired on {day}"), ask, False
    elif max(c.not_valid_before_utc for c in found) > at:
        yield (name, Text(f"{file} n'est pas encore valable", f"{file} is not valid yet"),
               NOTHING, False)  # fmt: skip
    elif at + soon > ends:
        yield name, Text(f"{file} expire le {day}", f"{file} expires on {day}"), ask, True


def _key(file: Path, certificate: Path) -> Iterator[Wrong]:
    try:
        mode = file.stat().st_mode
        key = load_pem_private_key(file.read_bytes(), password=None)
    except OSError:
        yield _missing("key", file)
        return
    except (ValueError, TypeError, UnsupportedAlgorithm):
        yield ("key", Text(f"{file} n'est pas une clé PEM sans mot de passe",
                           f"{file} is no PEM key without a password"), NOTHING, False)  # fmt: skip
        return
    if mode & 0o077:
        yield ("key", Text(f"d'autres comptes lisent {file}", f"other accounts can read {file}"),
               Text(f"chmod 600 {file}", f"chmod 600 {file}"), False)  # fmt: skip
    try:
        ours = x509.load_pem_x509_certificates(certificate.read_bytes())[0].public_key()
    except (OSError, ValueError):
        return  # told of the certificate itself
    spki = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if ours.public_bytes(*spki) != key.public_key().public_bytes(*spki):
        yield ("key", Text(f"{file} n'est pas la clé de {certificate}",
                           f"{file} is not the key of {certificate}"), NOTHING, False)  # fmt: skip


def _missing(name: str, file: Path) -> Wrong:
    return (name, Text(f"{file} n'existe pas ou ne se lit pas", f"{file} is missing or unreadable"),
            Text("mettez le fichier en place, ou corrigez la ligne.",
                 "put the file there, or mend the line."), False)  # fmt: skip
