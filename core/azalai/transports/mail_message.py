"""A message as the part that a mail carries, and back: both ends of the profile read this.

The body is a MIME attachment under these header lines, signed and encrypted with it:

    Azalai-Message-Key: <the idempotency key>    Azalai-Operation: create | update | cancel
    Azalai-Kind: <the record's kind>             Azalai-To: <whom it is meant for>

Outside stands a Message-ID that is the same at every attempt and does not tell the key.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from azalai.errors import CmsError
from azalai.plugin.transport import Message
from azalai.transports.mail_envelope import Opened, Part

KEY, OPERATION, KIND, TO = "Azalai-Message-Key", "Azalai-Operation", "Azalai-Kind", "Azalai-To"
OPERATIONS = ("create", "update", "cancel")
_FILE = "message.xml"
_KEY = re.compile(r"[!-~]{1,128}")
_KIND = re.compile(r"[A-Za-z]{1,64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}(?:; charset=[a-z0-9-]{1,40})?")


@dataclass(frozen=True, slots=True)
class Received:
    """A message as its receiver reads it."""

    key: str
    operation: str
    kind: str
    to: str
    body: bytes


def message_id(key: str, sender: str) -> str:
    """`<32 hex digits@domain of the sender>` (RFC 5322, section 3.6.4), from the key by SHA-256:
    a key is 128 random bits, so nobody gets it back."""
    digest = sha256(b"azalai/message-id/" + key.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.partition('@')[2]}>"


def fits(message: Message) -> bool:
    """Whether header lines can carry its key, kind and media type."""
    return bool(_KEY.fullmatch(message.key) and _KIND.fullmatch(message.kind)
                and _MEDIA_TYPE.fullmatch(message.media_type))  # fmt: skip


def to_part(message: Message, recipient: str) -> Part:
    """The part to be signed and encrypted; `recipient` stands inside, so that nobody can pass
    the signed part on to another as if it were meant for them."""
    return Part(message.body, message.media_type, {
        KEY: message.key, OPERATION: message.operation, KIND: message.kind, TO: recipient,
    }, _FILE)  # fmt: skip


def from_part(opened: Opened) -> Received:
    """CmsError `not_a_message` if a header line is missing or is none of ours."""
    key, operation, kind, to = (
        opened.headers.get(name.lower(), "") for name in (KEY, OPERATION, KIND, TO)
    )
    if not _KEY.fullmatch(key) or operation not in OPERATIONS:
        raise CmsError("not_a_message")
    return Received(key, operation, kind, to, opened.body)
