"""Carry messages to destinations: one file a protocol, chosen by what a destination has."""

from collections.abc import Callable
from pathlib import Path

from azalai.plugin.transport import Transport
from azalai.settings import DestinationSettings, HttpsDestination, MailDestination
from azalai.transports.https import HttpsSettings, HttpsTransport
from azalai.transports.mail import MailSettings, MailTransport

__all__ = ["connect"]


def connect(given: DestinationSettings, path: Callable[[str], Path]) -> Transport:
    """The link of one destination; `path` makes a configured path absolute.

    ConfigurationError where a key or an address is not what it should be; files that are missing
    are the destination's fault at the first send.
    """
    return _mail(given, path) if isinstance(given, MailDestination) else _https(given, path)


def _https(given: HttpsDestination, path: Callable[[str], Path]) -> Transport:
    return HttpsTransport(HttpsSettings(
        url=given.url, ca=path(given.ca), certificate=path(given.certificate),
        key=path(given.key), timeout_s=given.timeout_s, batch=given.batch,
        deduplicates_for_s=given.deduplicates_for_s,
        receipt_key=None if given.receipt_key is None else path(given.receipt_key),
        compress=given.compress == "gzip",
    ))  # fmt: skip


def _mail(given: MailDestination, path: Callable[[str], Path]) -> Transport:
    return MailTransport(MailSettings(
        server=given.server, port=given.port, tls=given.tls, ca=path(given.ca),
        sender=given.sender, recipient=given.recipient, certificate=path(given.certificate),
        key=path(given.key), recipient_certificate=path(given.recipient_certificate),
        receipts=path(given.receipts), receipt_signer=path(given.receipt_signer),
        receipt_within_s=given.receipt_within_s, timeout_s=given.timeout_s,
        username=given.username,
        password_file=None if given.password_file is None else path(given.password_file),
        deduplicates_for_s=given.deduplicates_for_s,
    ))  # fmt: skip
