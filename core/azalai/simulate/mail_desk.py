"""What the mail simulator does with a mail: opens, verifies, checks, remembers, answers for it."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from lxml import etree

from azalai import paths
from azalai.errors import CmsError
from azalai.simulate.faults import Faults
from azalai.simulate.received import Received
from azalai.simulate.schemas import Schemas
from azalai.transports import mail_envelope, mail_message, mail_receipt
from azalai.transports.mail_envelope import Identity, Outside
from azalai.transports.mail_message import Received as Message
from azalai.transports.mail_receipt import Receipt

LATE_S = 2.0
"""Seconds until the good receipt follows, where the fault is that none came or a false one."""

_TAKEN = "250 2.0.0 taken"
_DEFERRED = "451 4.3.0 try later"


@dataclass(frozen=True, slots=True)
class Said:
    """The SMTP answer; `lost` if it is never heard: the connection is cut instead."""

    answer: str
    lost: bool = False


class Desk:
    """One receiver in a folder, with the certificates of `certificates.make_mail` in it."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        self._folder = folder
        self._faults = faults
        self._received = Received(folder / "received.db")
        self._schemas = Schemas(paths.mappings() / "interpol_mail")
        self._us = _identity(folder, "recipient")
        self._signer = _identity(folder, "receipts")
        self._stranger = _identity(folder, "foreign")
        self._sender = mail_envelope.load_certificate(folder / "sender.pem")
        self._times: Counter[str] = Counter()
        for name in ("sink", "late", "receipts/tmp", "receipts/new", "receipts/cur"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def take(self, mail: bytes, sender: str, recipient: str) -> Said:
        """One mail from `sender` to `recipient`; durable before it is answered."""
        outside = mail_envelope.header(mail, "Message-ID")
        self._times[outside] += 1
        attempt = f"{outside}/{self._times[outside]}"
        if self._faults.strikes("defer", attempt):
            return Said(_DEFERRED)
        try:
            opened = mail_envelope.unseal(mail, self._us, [self._sender], datetime.now(UTC))
            message = mail_message.from_part(opened)
        except CmsError as err:
            return Said(f"554 5.7.5 {err.reason}")
        if message.to != recipient:
            return Said("554 5.7.5 not_meant_for_here")
        if outside != mail_message.message_id(message.key, sender):
            return Said("554 5.6.0 message_id")
        _write(self._folder / "sink", f"{outside.strip('<>').split('@')[0]}-{time.time_ns()}.eml",
               mail)  # fmt: skip
        status, reason = self._judged(message, mail)
        receipt = Receipt(message.key, sha256(message.body).hexdigest(), status, reason,
                          datetime.now(UTC).isoformat(timespec="seconds"))  # fmt: skip
        self._answer_for(receipt, sender, recipient)
        return Said(_TAKEN, lost=self._faults.strikes("lose", attempt))

    def late(self) -> list[Path]:
        """Receipts that are kept back, the oldest first."""
        return sorted((self._folder / "late").iterdir())

    def deliver_late(self, receipt: Path) -> None:
        """Let a receipt that was kept back arrive."""
        receipt.rename(self._folder / "receipts" / "new" / receipt.name)

    def _judged(self, message: Message, mail: bytes) -> tuple[Literal["accepted", "refused"], str]:
        try:
            reference = self._schemas.reference(message.key, message.body)
        except (ValueError, KeyError, IndexError, etree.XMLSyntaxError):
            return "refused", "schema"
        if message.operation != "cancel" and self._faults.refuses(reference):
            return "refused", "not_accepted_here"
        status = self._received.add(message.key, message.operation, mail, reference, message.body)
        return ("refused", status) if status == "body-differs" else ("accepted", "")

    def _answer_for(self, receipt: Receipt, sender: str, recipient: str) -> None:
        """Write the signed receipt into the Maildir, unless a fault keeps it back."""
        strikes, key = self._faults.strikes, receipt.key
        if strikes("never_receipt", key):
            return
        new, folder = self._folder / "receipts" / "new", self._folder / "receipts" / "tmp"
        false, none = strikes("wrong_signer", key), strikes("no_receipt", key)
        if false:
            made = self._sealed(receipt, self._stranger, sender, recipient)
            _write(folder, _name(), made).rename(new / _name())
        made = self._sealed(receipt, self._signer, sender, recipient)
        if false or none:
            _write(self._folder / "late", _name(), made)
        else:
            _write(folder, _name(), made).rename(new / _name())

    def _sealed(self, receipt: Receipt, signer: Identity, sender: str, recipient: str) -> bytes:
        outside = Outside(recipient, sender, f"<{os.urandom(16).hex()}@{recipient.split('@')[1]}>",
                          datetime.now(UTC))  # fmt: skip
        return mail_envelope.seal(mail_receipt.to_part(receipt), signer, self._sender, outside)


def _identity(folder: Path, name: str) -> Identity:
    return mail_envelope.load_identity(folder / f"{name}.pem", folder / f"{name}.key")


def _name() -> str:
    """A Maildir name that sorts by time, without a host's name."""
    return f"{time.time_ns()}.{os.urandom(4).hex()}"


def _write(folder: Path, name: str, data: bytes) -> Path:
    """Write a file that is whole or absent under its name, and on the disk."""
    part = folder / f".{name}"
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return part.rename(folder / name)
