"""Every kind of answer over real TLS: judged, deferred, the destination's fault, or unknown."""

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from azalai import paths
from azalai.errors import ConfigurationError, DestinationDownError
from azalai.mapping import Rendered, RenderJob, compile_outbound, load_outbound
from azalai.plugin.transport import Deferred, Delivered, Has, Message, NoAnswer, Refused, Unknown
from azalai.simulate import certificates
from azalai.transports.https import HttpsSettings, HttpsTransport
from record_samples import sample
from simulator_rig import Simulator

MESSAGE = Message("k1", "k1", "create", "WantedPerson", b"<faux/>", "application/xml")
Say = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def answering(
    folder: Path, say: Say, host: str = "127.0.0.1", timeout_s: int = 5, *, compress: bool = False
) -> Iterator[HttpsTransport]:
    """A link to a real TLS server on which every POST is answered by `say`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            plain(200)(self)

        def do_POST(self) -> None:
            self.body = self.rfile.read(int(self.headers["content-length"]))
            say(self)

        def log_message(self, *_: object) -> None:
            """Silent."""

    certificates.make(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    transport = HttpsTransport(HttpsSettings(
        f"https://{host}:{server.server_address[1]}", folder / "ca.pem", folder / "client.pem",
        folder / "client.key", timeout_s=timeout_s, compress=compress,
    ))  # fmt: skip
    try:
        yield transport
    finally:
        transport.close()
        server.shutdown()
        thread.join()
        server.server_close()


def plain(status: int, body: bytes = b"", **headers: str) -> Say:
    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return say


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 405, 410, 415, 451, 503])
def test_the_destinations_fault(tmp_path: Path, status: int) -> None:
    """Nothing was taken and nothing is wrong with the message."""
    with (
        answering(tmp_path, plain(status, location="https://other.invalid/")) as link,
        pytest.raises(DestinationDownError, match=f"http_{status}"),
    ):
        link.send([MESSAGE])


@pytest.mark.parametrize("status", [400, 413, 422])
def test_the_message_was_judged(tmp_path: Path, status: int) -> None:
    """Refused with the status as the reason; a problem's own type is a better one."""
    problem = json.dumps({"type": "https://hub.invalid/problems/too-old", "title": "x"}).encode()
    with answering(tmp_path, plain(status)) as link:
        assert link.send([MESSAGE]) == [Refused(f"http_{status}")]
    told = plain(status, problem, content_type="application/problem+json")
    with answering(tmp_path / "again", told) as link:
        assert link.send([MESSAGE]) == [Refused("too-old")]


@pytest.mark.parametrize("status", [408, 409, 425, 429])
def test_later(tmp_path: Path, status: int) -> None:
    """Not now; `Retry-After` says when."""
    with answering(tmp_path, plain(status, retry_after="7")) as link:
        [outcome] = link.send([MESSAGE])

    assert isinstance(outcome, Deferred)
    assert outcome.not_before is not None


@pytest.mark.parametrize("status", [202, 204, 500, 502, 504])
def test_it_may_have_arrived(tmp_path: Path, status: int) -> None:
    """An answer that does not say what became of the message leaves it unknown."""
    with answering(tmp_path, plain(status)) as link:
        assert link.send([MESSAGE]) == [Unknown(f"http_{status}")]


def test_a_body_that_differs_is_refused_and_any_other_409_is_not(tmp_path: Path) -> None:
    """409 is the message's fault only where it says that the bytes differ."""
    body = json.dumps({"type": "urn:x/body-differs"}).encode()
    with answering(tmp_path, plain(409, body, content_type="application/problem+json")) as link:
        assert link.send([MESSAGE]) == [Refused("body-differs")]


def test_an_answer_that_drips_is_cut(tmp_path: Path) -> None:
    """Bytes that keep coming never time out by themselves: the whole exchange is bounded."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.1)

    started = time.monotonic()
    with answering(tmp_path, drip, timeout_s=1) as link:
        assert link.send([MESSAGE]) == [Unknown("deadline")]
        assert link.send([MESSAGE]) == [Unknown("deadline")]
    assert time.monotonic() - started < 9


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (gzip.compress(b" " * 50_000_000), {"content_encoding": "gzip"}, "answer_encoded"),
        (b" " * 4_000_001, {}, "answer_too_large"),
        (b"[" * 100_000, {}, "answer_unreadable"),
        (b'{"results": [{"key": "other"}]}', {}, "answer_unreadable"),
    ],
)
def test_hostile_answers_are_bounded(
    tmp_path: Path, body: bytes, headers: dict[str, str], reason: str
) -> None:
    """Compressed, endless, deep or about another key: unknown, and no memory spent on it."""
    with answering(tmp_path, plain(200, body, **headers)) as link:
        assert link.send([MESSAGE]) == [Unknown(reason)]


def test_a_server_under_another_name_gets_nothing(tmp_path: Path) -> None:
    """Its certificate is not for this host."""
    with (
        answering(tmp_path, plain(200), host="127.0.0.2") as link,
        pytest.raises(DestinationDownError),
    ):
        link.send([MESSAGE])


def accepted(handler: BaseHTTPRequestHandler) -> None:
    receipt = {"key": "k1", "at": "2026-11-24T09:00:00+00:00", "signature": "00" * 64,
               "sha256": "d7e3b6c9"}  # fmt: skip
    body = json.dumps({"results": [{"key": "k1", "status": "accepted", "receipt": receipt}]})
    plain(200, body.encode())(handler)


def test_a_receipt_of_other_bytes_closes_nothing(tmp_path: Path) -> None:
    """Its digest is not that of what was sent."""
    with answering(tmp_path, accepted) as link:
        assert link.send([MESSAGE]) == [Unknown("receipt_of_other_bytes")]


def cancel(key: str) -> bytes:
    """A valid message of the profile."""
    mapping = load_outbound(paths.mappings() / "wapis" / "wapis_style_wanted_person.yaml")
    made = compile_outbound(mapping)(RenderJob(
        "cancel", "UTO-PN/personnes/FICTIF-1", sample("WantedPerson"), None, key, 1,
        cancel_reason="lifted", cancelled_on="2026-11-24",
    ))  # fmt: skip
    assert isinstance(made, Rendered)
    return made.body


def test_a_receipt_is_checked_against_the_destinations_key(tmp_path: Path) -> None:
    """With the right key it closes; with another's it closes nothing, asked or sent."""
    message = Message("k1", "k1", "cancel", "WantedPerson", cancel("k1"), "application/xml")
    hub, other = Simulator(tmp_path / "hub"), Simulator(tmp_path / "other")
    hub.start()
    other.start()
    try:
        links = [
            HttpsTransport(HttpsSettings(
                f"https://127.0.0.1:{hub.port}", hub.folder / "ca.pem", hub.folder / "client.pem",
                hub.folder / "client.key", receipt_key=signer.folder / "receipts.pem",
            ))
            for signer in (hub, other)
        ]  # fmt: skip
        good, bad = links
        assert isinstance(good.send([message])[0], Delivered)
        assert bad.send([message]) == [Unknown("receipt_signature")]
        assert bad.ask(["k1"]) == [NoAnswer("receipt_signature")]
        [has] = good.ask(["k1"])
        assert isinstance(has, Has)
        assert has.sha256 == sha256(message.body).hexdigest()
        for link in links:
            link.close()
    finally:
        hub.stop()
        other.stop()


def test_a_receipt_key_that_is_none_is_said_at_start(tmp_path: Path) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError):
        HttpsTransport(HttpsSettings(
            "https://hub.invalid", tmp_path / "a", tmp_path / "b", tmp_path / "c",
            receipt_key=tmp_path / "none.pem",
        ))  # fmt: skip


def test_a_body_is_compressed_where_that_is_configured(tmp_path: Path) -> None:
    """Gzip on the wire and said so; its bytes are the plain request's; asking stays plain."""
    seen: list[tuple[str | None, bytes]] = []

    def keep(handler: Any) -> None:
        seen.append((handler.headers["content-encoding"], handler.body))
        plain(503)(handler)

    long = replace(MESSAGE, body=b"<faux>" + b"x" * 9_000 + b"</faux>")
    for compress in (False, True):
        folder = tmp_path / str(compress)
        with answering(folder, keep, compress=compress) as transport:
            with pytest.raises(DestinationDownError):
                transport.send([long])
            transport.ask(["k1"])
    assert [encoding for encoding, _ in seen] == [None, None, "gzip", None]
    assert gzip.decompress(seen[2][1]) == seen[0][1]
    assert len(seen[2][1]) < len(seen[0][1]) / 10
