"""Carry messages to destinations: one file a protocol, chosen by what a destination has."""

from collections.abc import Callable
from pathlib import Path

from azalai.errors import ConfigurationError
from azalai.plugin.transport import Transport
from azalai.settings import DestinationSettings, MailDestination
from azalai.transports.https import HttpsSettings, HttpsTransport

__all__ = ["connect"]


def connect(given: DestinationSettings, path: Callable[[str], Path]) -> Transport:
    """The link of one destination; `path` makes a configured path absolute.

    ConfigurationError where a certificate or a key cannot be read.
    """
    if isinstance(given, MailDestination):
        raise ConfigurationError("no mail transport yet")
    return HttpsTransport(HttpsSettings(
        url=given.url, ca=path(given.ca), certificate=path(given.certificate),
        key=path(given.key), timeout_s=given.timeout_s, batch=given.batch,
        deduplicates_for_s=given.deduplicates_for_s,
        receipt_key=None if given.receipt_key is None else path(given.receipt_key),
    ))  # fmt: skip
