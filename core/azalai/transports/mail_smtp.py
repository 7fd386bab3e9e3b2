"""One SMTP session (RFC 5321) under TLS, and what its answers mean for a message."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from azalai.errors import DestinationDownError
from azalai.plugin.transport import Deferred, HandedOver, Refused, Unknown
from azalai.transports import tls

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\d)")
_TOO_LARGE = ("5.2.3", "5.3.4")
_DETAIL_MAX = 2000
EXCHANGE = 2
"""The greeting, or one mail, takes at most as many times `timeout_s` in all."""
_LOST = "lost_after_data"

Judged = HandedOver | Deferred | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over. `name` is what we call ourselves in EHLO; `password` is read by
    the caller; `timeout_s` bounds each answer."""

    host: str
    port: int
    tls: Literal["starttls", "implicit"]
    ca: Path
    name: str
    timeout_s: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)


class Session:
    """A session that is ready to take mail. DestinationDownError if there can be none."""

    def __init__(self, server: Server) -> None:
        self._smtp = _connected(server)
        self._most_s = server.timeout_s * EXCHANGE
        self.alive = True
        if self._smtp.sock is not None:  # the last dot does not wait for what went before it
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def carry(self, sender: str, recipient: str, mail: bytes) -> Judged:
        """Hand over one mail; `HandedOver(None)` when the server has taken it.

        DestinationDownError if it did not and the message is not to blame; `Unknown` if it may
        have: then, and after an error, the session is over.
        """
        with _cut_after(self._smtp, self._most_s):
            return self._carry(sender, recipient, mail)

    def _carry(self, sender: str, recipient: str, mail: bytes) -> Judged:
        size = f" SIZE={len(mail)}" if self._smtp.has_extn("size") else ""
        for command in (f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>"):
            code, text = self._say(command)
            if code // 100 != 2:
                return self._not_begun(code, text)
        code, text = self._say("DATA")
        if code != 354:
            return self._not_begun(code, text)
        try:  # the dot that ends the mail goes alone: if this fails, it never left
            self._smtp.send(re.sub(rb"(?m)^\.", b"..", mail))
        except (smtplib.SMTPException, OSError) as err:
            self._end()
            raise DestinationDownError("connection_lost") from err
        return self._ended()

    def answers(self) -> bool:
        """Whether it still answers."""
        return self._say("NOOP")[0] == 250

    def close(self) -> None:
        """Say good-bye if the session still lives."""
        if self.alive:
            with suppress(smtplib.SMTPException, OSError):  # it is over either way
                self._smtp.docmd("QUIT")
        self._end()

    def _ended(self) -> Judged:
        """Send the final dot. What is lost from here on may have arrived (RFC 5321, 4.5.3.2.6)."""
        try:
            self._smtp.send(b".\r\n")
            code, text = self._smtp.getreply()
        except (smtplib.SMTPException, OSError):
            self._end()
            return Unknown(_LOST)
        if code == 250:
            return HandedOver()
        if code // 100 == 4:
            return Deferred(_reason(code, text))
        if code // 100 == 5:
            return Refused(_reason(code, text), _words(text))
        self._end()
        return Unknown(_LOST)

    def _not_begun(self, code: int, text: bytes) -> Judged:
        """A command before the mail itself was not taken: nothing of the message was seen but its
        size, so only its size can be the message's fault."""
        if code == 421 or code // 100 not in (4, 5):
            self._end()
            raise DestinationDownError(_reason(code, text))
        if self._say("RSET")[0] != 250:
            self._end()
        if code // 100 == 4:
            return Deferred(_reason(code, text))
        if code == 552 or _enhanced(text) in _TOO_LARGE:
            return Refused(_reason(code, text), _words(text))
        self.close()
        raise DestinationDownError(_reason(code, text))

    def _say(self, command: str) -> tuple[int, bytes]:
        try:
            return self._smtp.docmd(command)
        except (smtplib.SMTPException, OSError) as err:
            self._end()
            raise DestinationDownError("connection_lost") from err

    def _end(self) -> None:
        self.alive = False
        self._smtp.close()


def _connected(server: Server) -> smtplib.SMTP:
    """Greeted under TLS, checked against the server's own authority and name."""
    try:
        context = tls.trusting(server.ca)
    except OSError as err:
        raise DestinationDownError("tls_files") from err
    smtp = (
        smtplib.SMTP(local_hostname=server.name, timeout=server.timeout_s)
        if server.tls == "starttls"
        else smtplib.SMTP_SSL(local_hostname=server.name, timeout=server.timeout_s, context=context)
    )
    # The name that TLS checks; only its __init__ sets it, and that would greet without a deadline.
    smtp._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        with _cut_after(smtp, server.timeout_s * EXCHANGE):
            _open(smtp, server, context)
    except smtplib.SMTPAuthenticationError as err:
        smtp.close()
        raise DestinationDownError(f"smtp_auth_{err.smtp_code}") from err
    except (smtplib.SMTPException, OSError, ValueError) as err:
        smtp.close()
        raise DestinationDownError(_unreached(err)) from err
    return smtp


def _open(smtp: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    code, text = smtp.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    if server.tls == "starttls":
        _greet(smtp)
        smtp.starttls(context=context)
    _greet(smtp)
    if server.username is not None:
        smtp.login(server.username, server.password or "")


@contextmanager
def _cut_after(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Cut the link if what is done inside takes longer: no timeout sees an answer that drips."""

    def cut() -> None:
        if smtp.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _greet(smtp: smtplib.SMTP) -> None:
    code, text = smtp.ehlo()
    if code != 250:
        raise smtplib.SMTPResponseException(code, text)


def _unreached(err: Exception) -> str:
    """Why there is no session, as a code."""
    if isinstance(err, smtplib.SMTPNotSupportedError):  # nothing leaves without it
        return "smtp_no_auth" if "AUTH" in str(err) else "smtp_no_tls"
    if isinstance(err, smtplib.SMTPResponseException):
        return f"smtp_{err.smtp_code}"
    return tls.failure(err) or "connect"


def _enhanced(text: bytes) -> str | None:
    found = _ENHANCED.match(text.decode("ascii", "replace"))
    return found[1] if found else None


def _reason(code: int, text: bytes) -> str:
    """The enhanced status code (RFC 3463) where there is one, else the reply code."""
    return f"smtp_{_enhanced(text) or code}"


def _words(text: bytes) -> str:
    return text.decode("utf-8", "replace")[:_DETAIL_MAX]
