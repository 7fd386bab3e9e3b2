"""A witness over HTTP or HTTPS (C2SP tlog-witness), as its client: one question, bounded."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from azalai.errors import DestinationDownError
from azalai.transports import tls

ANSWER_MAX = 65_536
TIMEOUT_S = 8.0
WHOLE_S = 10.0
"""A witness that drips its answer is left after this long: with the connection, sooner than a
daemon that stops would cut its threads off (`drain_s`)."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a witness listens; for https the authority of its certificate, and our own if asked."""

    url: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, media type and body of an answer."""

    status: int
    kind: str
    body: bytes


def submit(link: Link, request: bytes) -> Reply:
    """`POST <url>/add-checkpoint`. DestinationDownError where no whole answer came; no redirect is
    followed."""
    return _exchange(link, "POST", "/add-checkpoint", request)


def latest(link: Link, origin_hash: str) -> Reply:
    """`GET <url>/<origin hash>/checkpoint`. As `submit`."""
    return _exchange(link, "GET", f"/{origin_hash}/checkpoint", None)


def _exchange(link: Link, method: str, path: str, body: bytes | None) -> Reply:
    url = urlsplit(link.url)
    try:
        with closing(_connection(link)) as connection, ExitStack() as answered:
            headers = {"Content-Type": "text/plain; charset=utf-8"} if body is not None else {}
            connection.connect()
            watch = threading.Timer(WHOLE_S, _cut, (connection.sock,))
            watch.daemon = True
            watch.start()
            answered.callback(watch.cancel)
            connection.request(method, url.path.rstrip("/") + path, body, headers)
            answer = connection.getresponse()
            kind = answer.headers.get("Content-Type", "")
            body = _bounded(answer.read1)
            if answer.length:  # so many bytes of what was announced did not come
                raise http.client.IncompleteRead(body, answer.length)
            return Reply(answer.status, kind, body)
    except (OSError, http.client.HTTPException, ValueError) as err:
        raise DestinationDownError(tls.failure(err) or _code(err)) from err


def _connection(link: Link) -> http.client.HTTPConnection:
    """OSError (ssl.SSLError among them) where a file is missing or is not what it should be."""
    url = urlsplit(link.url)
    host = url.hostname or ""
    if url.scheme != "https" or link.ca is None:
        return http.client.HTTPConnection(host, url.port or 80, timeout=TIMEOUT_S)
    if link.certificate is None or link.key is None:
        context: ssl.SSLContext = tls.trusting(link.ca)
    else:
        context = tls.client_context(tls.Identity(link.ca, link.certificate, link.key))
    return http.client.HTTPSConnection(host, url.port or 443, timeout=TIMEOUT_S, context=context)


def _bounded(read: Callable[[int], bytes]) -> bytes:
    received = bytearray()
    while part := read(8192):
        received += part
        if len(received) > ANSWER_MAX:
            raise ValueError("too long")
    return bytes(received)


def _cut(link: socket.socket) -> None:
    """The exchange takes too long: the thread that waits sees a link that was cut."""
    with suppress(OSError):
        socket.socket.shutdown(link, socket.SHUT_RDWR)


def _code(err: Exception) -> str:
    if isinstance(err, TimeoutError):
        return "read_timeout"
    if isinstance(err, ConnectionRefusedError):
        return "connect"
    return "answer_too_large" if isinstance(err, ValueError) else "no_answer"
