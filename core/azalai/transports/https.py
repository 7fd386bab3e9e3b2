"""HTTPS with a client certificate, to the WAPIS-style profile (`wapis_profile`)."""

import gzip
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from azalai.errors import ConfigurationError, DestinationDownError
from azalai.plugin.transport import (
    Answer,
    Deferred,
    Health,
    Heard,
    Limits,
    Message,
    NoAnswer,
    Outcome,
    Refused,
    Unknown,
)
from azalai.transports import receipts, retry_after, tls, wapis_profile
from azalai.transports.deadline import Deadline

ANSWER_MAX = 4_000_000
CAP_S = 6 * 3600.0
OWN_FAULT = frozenset({401, 403, 404, 405, 410})
JUDGED = frozenset({400, 413, 422})
BATCH_REFUSED = "batch_refused"
CERTIFICATE_REFUSED = "tls_client_certificate"


@dataclass(frozen=True, slots=True)
class HttpsSettings:
    """One destination's link; `batch` counts messages a request.

    `timeout_s` bounds each wait, twice as much a whole exchange. With `receipt_key` (PEM, Ed25519)
    a receipt that it did not sign closes nothing. `compress`: bodies of messages are sent with gzip
    (RFC 9110, section 8.4.1.3), for a destination that says it takes them so.
    """

    url: str
    ca: Path
    certificate: Path
    key: Path
    timeout_s: int = 30
    batch: int = 100
    deduplicates_for_s: int = 0
    receipt_key: Path | None = None
    compress: bool = False


class HttpsTransport:
    """`plugin.Transport` over httpx: TLS 1.2 or newer, the destination's own CA only, no
    redirects, no proxies from the environment. httpx is used in this file alone."""

    def __init__(self, settings: HttpsSettings) -> None:
        if not settings.url.startswith("https://"):
            raise ConfigurationError("a destination's url begins with https://")
        self.limits = Limits(settings.batch, 8_000_000, can_ask=True,
                             deduplicates_for_s=settings.deduplicates_for_s,
                             gives_receipt=True)  # fmt: skip
        self.heard: Heard | None = None
        self._settings = settings
        self._identity = tls.Identity(settings.ca, settings.certificate, settings.key)
        self._receipts = receipts.Checker(settings.receipt_key)
        self._deadline = Deadline(2 * settings.timeout_s)
        self._client: httpx.Client | None = None
        self._stamp: object = None

    def send(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        """See `Transport.send`."""
        try:
            key = wapis_profile.quoted(wapis_profile.batch_key([m.key for m in messages]))
        except ValueError:  # only a lone key can be unfit: a batch's is a digest
            return [Refused("key_unfit")] * len(messages)
        headers = {wapis_profile.IDEMPOTENCY_KEY: key}
        body = wapis_profile.encode_messages(messages)
        if self._settings.compress:
            headers["content-encoding"] = "gzip"
            body = gzip.compress(body, compresslevel=6, mtime=0)
        try:
            status, head, answer = self._post(wapis_profile.MESSAGES, body, headers)
        except _MayHaveArrivedError as err:
            return [Unknown(err.reason)] * len(messages)
        if status == 200:
            return wapis_profile.outcomes(answer, messages, self._receipts)
        return self._judged(status, head, answer, len(messages))

    def ask(self, keys: Sequence[str]) -> Sequence[Answer]:
        """See `Transport.ask`; asking has no effect there, so any failure is `NoAnswer`."""
        try:
            body = wapis_profile.encode_keys(keys)
            status, _, answer = self._post(wapis_profile.STATUS, body, {})
        except (_MayHaveArrivedError, DestinationDownError) as err:
            return [NoAnswer(err.reason)] * len(keys)
        if status != 200:
            return [NoAnswer(f"http_{status}")] * len(keys)
        return wapis_profile.answers(answer, keys, self._receipts)

    def receipts(self) -> Iterator[tuple[str, Outcome]]:
        """Nothing comes back later over this profile."""
        return iter(())

    def probe(self) -> Health:
        """See `Transport.probe`."""
        try:
            answer = self._ready().get(self._url(wapis_profile.HEALTH))
        except DestinationDownError as down:
            return Health(ok=False, reason=down.reason)
        except httpx.HTTPError as err:
            return Health(ok=False, reason=tls.failure(err) or "no_answer")
        ok = answer.status_code == 200
        return Health(ok, "" if ok else f"http_{answer.status_code}")

    def close(self) -> None:
        """See `Transport.close`."""
        self._deadline.close()
        self._cut()

    def _cut(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _judged(
        self, status: int, head: httpx.Headers, answer: bytes, count: int
    ) -> Sequence[Outcome]:
        """A request that was not taken: the messages' fault, the moment's, or the destination's."""
        problem = wapis_profile.problem(answer, head.get("content-type", ""))
        kind = str(problem.get("type", "")).rsplit("/", 1)[-1]
        if status in JUDGED or (status == 409 and kind == wapis_profile.BODY_DIFFERS):
            if count > 1:
                return [Refused(BATCH_REFUSED)] * count
            reason = wapis_profile.reason_of(kind, f"http_{status}")
            return [Refused(reason, wapis_profile.detail_of(problem.get("detail")))]
        wait = retry_after.seconds(head.get("retry-after"), datetime.now(UTC), CAP_S)
        if status in (408, 409, 425, 429):
            until = None if wait is None else datetime.now(UTC) + timedelta(seconds=wait)
            return [Deferred(f"http_{status}", until)] * count
        if 200 <= status < 300:  # taken or not, it does not say which
            return [Unknown(f"http_{status}")] * count
        if status == 503 or status in OWN_FAULT or status < 500:
            raise DestinationDownError(f"http_{status}", not_before_s=wait)
        return [Unknown(f"http_{status}")] * count

    def _post(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, httpx.Headers, bytes]:
        client = self._ready()
        sent = {"content-type": "application/json", **headers}
        traced = {"trace": self._deadline.trace}
        try:
            with (
                self._deadline.running(),
                client.stream("POST", self._url(path), content=body, headers=sent,
                              extensions=traced) as answer,
            ):  # fmt: skip
                return answer.status_code, answer.headers, _bounded(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as err:
            raise DestinationDownError(tls.failure(err) or "connect") from err
        except httpx.HTTPError as err:
            self._cut()
            if self._deadline.fired:
                raise _MayHaveArrivedError("deadline") from err
            if tls.failure(err) == CERTIFICATE_REFUSED:  # TLS 1.3 tells it after the handshake
                raise DestinationDownError(CERTIFICATE_REFUSED) from err
            raise _MayHaveArrivedError(_code(err)) from err

    def _ready(self) -> httpx.Client:
        """The client, once our certificate holds today. No byte leaves with an expired one."""
        try:
            tls.validity(self._identity).check(datetime.now(UTC))
            stamp = self._identity.stamp()
            if stamp != self._stamp:  # renewed files count from the next message on
                self._cut()
                self._stamp = stamp
            if self._client is None:
                self._client = self._greeted()
        except (OSError, ValueError, ssl.SSLError) as err:
            raise DestinationDownError("tls_files") from err
        return self._client

    def _greeted(self) -> httpx.Client:
        """A client whose link has answered once, before any message: a server that does not take
        our certificate may say so (TLS 1.3) only by cutting what is sent first."""
        client = httpx.Client(
            verify=tls.client_context(self._identity), trust_env=False,
            follow_redirects=False, timeout=self._settings.timeout_s,
            headers={"accept-encoding": "identity"},  # what is compressed could grow without end
            event_hooks={"response": [self._hear]},
        )  # fmt: skip
        traced = {"trace": self._deadline.trace}
        try:
            with self._deadline.running():
                answer = client.get(self._url(wapis_profile.HEALTH), extensions=traced)
        except httpx.HTTPError as err:
            client.close()
            raise DestinationDownError(tls.failure(err) or "connect") from err
        if answer.status_code != 200:
            client.close()
            wait = retry_after.seconds(answer.headers.get("retry-after"), datetime.now(UTC), CAP_S)
            raise DestinationDownError(f"http_{answer.status_code}", not_before_s=wait)
        return client

    def _hear(self, answer: httpx.Response) -> None:
        """Keep what its clock says (RFC 9110, section 6.6.1)."""
        date = retry_after.date(answer.headers.get("date", ""))
        if date is not None:
            self.heard = Heard(date, time.monotonic())

    def _url(self, path: str) -> str:
        return self._settings.url.rstrip("/") + path


class _MayHaveArrivedError(Exception):
    """Bytes left and no usable answer came. Never leaves this file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _bounded(answer: httpx.Response) -> bytes:
    """The answer's bytes as they came; more than it may have, or compressed, is of no use."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise _MayHaveArrivedError("answer_encoded")
    received = bytearray()
    for part in answer.iter_raw():
        received += part
        if len(received) > ANSWER_MAX:
            raise _MayHaveArrivedError("answer_too_large")
    return bytes(received)


def _code(err: Exception) -> str:
    names: dict[type[Exception], str] = {httpx.ReadTimeout: "read_timeout", httpx.WriteTimeout: "write_timeout",
             httpx.ReadError: "reset", httpx.WriteError: "reset",
             httpx.RemoteProtocolError: "answer_cut"}  # fmt: skip
    return names.get(type(err), "no_answer")
