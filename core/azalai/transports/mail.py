"""Signed and encrypted mail: handed over by SMTP, closed by a signed receipt in a Maildir."""

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509

from azalai import logs
from azalai.errors import CmsError, ConfigurationError, DestinationDownError
from azalai.plugin.transport import (
    Answer,
    Deferred,
    Delivered,
    HandedOver,
    Health,
    Limits,
    Message,
    NoAnswer,
    Outcome,
    Refused,
)
from azalai.transports import cms_certificates, mail_envelope, mail_message, mail_receipt
from azalai.transports.mail_envelope import Identity, Outside
from azalai.transports.mail_smtp import Server, Session

MAILS_A_SESSION = 50
RECEIPTS_AT_ONCE = 500
BODIES_MAX = 8_000_000


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One destination by mail. `certificate` and `key` sign what we send and open the receipts;
    `receipts` is the Maildir that they fall into, `receipt_signer` the one who signs them.
    `deduplicates_for_s` is how long the receiver remembers a key, 0 if it does not."""

    server: str
    port: int
    tls: Literal["starttls", "implicit"]
    ca: Path
    sender: str
    recipient: str
    certificate: Path
    key: Path
    recipient_certificate: Path
    receipts: Path
    receipt_signer: Path
    receipt_within_s: int = 86_400
    timeout_s: int = 30
    username: str | None = None
    password_file: Path | None = None
    deduplicates_for_s: int = 0


@dataclass(frozen=True, slots=True)
class _Ends:
    """Us and whom we write to, both good for today."""

    us: Identity
    recipient: x509.Certificate


class MailTransport:
    """`plugin.Transport` by mail. A server's 250 is `HandedOver`, never `Delivered`: only a
    receipt that the receiver signed, for this key, is its word. One message is one mail."""

    def __init__(self, settings: MailSettings) -> None:
        for address in (settings.sender, settings.recipient):
            if not mail_envelope.ADDRESS.fullmatch(address):
                raise ConfigurationError("sender and recipient are addresses such as a@b.example",
                                         fr="sender et recipient sont des adresses, comme a@b.example")  # fmt: skip
        self.limits = Limits(MAILS_A_SESSION, BODIES_MAX, can_ask=False,
                             deduplicates_for_s=settings.deduplicates_for_s,
                             gives_receipt=True)  # fmt: skip
        self._settings = settings
        self._session: Session | None = None
        self._said: set[tuple[str, str]] = set()

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """See `Transport.send`: what was handed over before the server went away stays so, and
        the rest is deferred."""
        ends = self._ends(datetime.now(UTC))
        outcomes: list[Outcome] = []
        try:
            outcomes.extend(self._send(message, ends) for message in messages)
        except DestinationDownError as down:
            if not outcomes:
                raise
            left = len(messages) - len(outcomes)
            outcomes += [Deferred(down.reason)] * left
        finally:
            self.close()
        return outcomes

    def ask(self, keys: Sequence[str]) -> Sequence[Answer]:
        """See `Transport.ask`: by mail nobody can be asked."""
        return [NoAnswer("mail_cannot_ask")] * len(keys)

    def receipts(self) -> Iterator[tuple[str, Outcome]]:
        """See `Transport.receipts`. What is forged, stripped, foreign or unreadable closes
        nothing: it goes to `cur/`, flagged, and is logged as `receipt.refused`."""
        mails = list(mail_receipt.arrived(self._settings.receipts, RECEIPTS_AT_ONCE))
        opener = self._opener() if mails else None
        if opener is None:
            return
        for path in mails:
            try:
                found = _receipt(path, *opener)
            except OSError:
                continue  # gone, or not for us to read: the probe looks at the folder
            except CmsError as err:
                logs.get().warning("receipt.refused", reason=err.reason)
                self._settle(path, refused=True)
                continue
            yield found
            self._settle(path)

    def probe(self) -> Health:
        """See `Transport.probe`; also whether receipts can be read."""
        try:
            self._ends(datetime.now(UTC))
            session = Session(self._server())
        except DestinationDownError as down:
            return Health(ok=False, reason=down.reason)
        try:
            answers = session.answers()
        except DestinationDownError as down:
            return Health(ok=False, reason=down.reason)
        finally:
            session.close()
        if not (self._settings.receipts / "new").is_dir():
            return Health(ok=False, reason="receipts_folder")
        if self._opener() is None:
            return Health(ok=False, reason="receipt_signer")
        return Health(answers, "" if answers else "no_answer")

    def close(self) -> None:
        """See `Transport.close`."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _send(self, message: Message, ends: _Ends) -> Outcome:
        if not mail_message.fits(message):
            return Refused("key_unfit")
        given, at = self._settings, datetime.now(UTC)
        outside = Outside(given.sender, given.recipient,
                          mail_message.message_id(message.key, given.sender), at,
                          message.priority)  # fmt: skip
        part = mail_message.to_part(message, given.recipient)
        try:
            mail = mail_envelope.seal(part, ends.us, ends.recipient, outside)
        except CmsError as err:
            raise DestinationDownError(err.reason) from err
        if self._session is None or not self._session.alive:
            self._session = Session(self._server())
        outcome = self._session.carry(given.sender, given.recipient, mail)
        if isinstance(outcome, HandedOver):
            return HandedOver(at + timedelta(seconds=given.receipt_within_s))
        return outcome

    def _ends(self, at: datetime) -> _Ends:
        """Read anew at each call, so renewed files count; checked before a byte leaves."""
        given = self._settings
        try:
            us = mail_envelope.load_identity(given.certificate, given.key)
            recipient = mail_envelope.load_certificate(given.recipient_certificate)
            cms_certificates.check(us.certificate, "signer", at)
            cms_certificates.check(recipient, "recipient", at)
        except (OSError, ValueError) as err:
            raise DestinationDownError("mail_files") from err
        except CmsError as err:
            raise DestinationDownError(err.reason) from err
        return _Ends(us, recipient)

    def _server(self) -> Server:
        given, password = self._settings, None
        try:
            if given.password_file is not None:
                password = given.password_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as err:
            raise DestinationDownError("mail_files") from err
        return Server(given.server, given.port, given.tls, given.ca,
                      given.sender.partition("@")[2], given.timeout_s, given.username,
                      password)  # fmt: skip

    def _settle(self, path: Path, *, refused: bool = False) -> None:
        try:
            mail_receipt.settle(path, refused=refused)
        except OSError as err:
            self._say("receipt.not_settled", errno.errorcode.get(err.errno or 0, "os"))

    def _opener(self) -> tuple[Identity, x509.Certificate] | None:
        """What opens and verifies receipts; None if it cannot be had today: they stay in `new/`."""
        given, reason = self._settings, ""
        try:
            us = mail_envelope.load_identity(given.certificate, given.key)
            signer = mail_envelope.load_certificate(given.receipt_signer)
            cms_certificates.check(signer, "signer", datetime.now(UTC))
        except (OSError, ValueError):
            reason = "mail_files"
        except CmsError as err:
            reason = f"receipt_{err.reason}"
        if reason:
            self._say("receipt.not_read", reason)
            return None
        return us, signer

    def _say(self, event: str, reason: str) -> None:
        """What goes on until someone mends it is told once, not each second."""
        if (event, reason) not in self._said:
            self._said.add((event, reason))
            logs.get().error(event, reason=reason)


def _receipt(path: Path, us: Identity, signer: x509.Certificate) -> tuple[str, Outcome]:
    """What one mail says. CmsError if it is not to be believed, or says nothing."""
    opened = mail_envelope.unseal(mail_receipt.read(path), us, [signer], datetime.now(UTC))
    receipt = mail_receipt.parse(opened.body)
    if receipt.status == "accepted":
        return receipt.key, Delivered(opened.signed, receipt.sha256)
    return receipt.key, Refused(receipt.reason or "refused", sha256=receipt.sha256)
