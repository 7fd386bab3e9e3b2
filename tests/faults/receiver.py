"""A WAPIS-style receiver in this process: it counts payload bytes and answers as it is told."""

import json
import ssl
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from azalai.simulate import certificates
from azalai.transports.https import HttpsSettings, HttpsTransport

Answer = tuple[int, dict[str, str], dict[str, Any] | None]
"""Status, headers, body; body None: results are made of what was received."""
Script = Callable[[list[dict[str, Any]]], Answer]


def taken(_: list[dict[str, Any]]) -> Answer:
    return 200, {}, None


def problem(status: int, kind: str, **headers: str) -> Answer:
    body = {"type": f"urn:azalai:problem/{kind}", "title": kind, "status": status}
    head = {"Content-Type": "application/problem+json"}
    return status, head | {k.replace("_", "-"): v for k, v in headers.items()}, body


@dataclass
class Heard:
    """What arrived: per key the digest and how often; every request's time and its own key."""

    keys: dict[str, tuple[str, int]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    requests: list[tuple[float, str | None, list[str]]] = field(default_factory=list)
    payload: int = 0
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Receiver:
    """One server. `script` answers each request of messages; `refuse` says a record's reason."""

    def __init__(self, folder: Path, context: ssl.SSLContext | None = None) -> None:
        certificates.make(folder)
        self.folder = folder
        self.heard = Heard()
        self.script: Script = taken
        self.refuse: Callable[[str, bytes], str | None] = lambda key, body: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._server.socket = (context or trusting(folder)).wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def post(self, path: str, key: str | None, data: bytes) -> Answer:
        if path.endswith("/status"):
            return 200, {}, {"results": [self._status(k) for k in json.loads(data)["keys"]]}
        messages = json.loads(data)["messages"]
        with self.heard.lock:
            self.heard.payload += len(data)
            self.heard.requests.append((time.monotonic(), key, [m["key"] for m in messages]))
        status, head, body = self.script(messages)
        if body is not None:
            return status, head, body
        return status, head, {"results": [self._take(m) for m in messages]}

    def _take(self, message: dict[str, Any]) -> dict[str, Any]:
        key, body = message["key"], b64decode(message["body_base64"])
        if (reason := self.refuse(key, body)) is not None:
            return {"key": key, "status": "refused", "reason": reason}
        digest = sha256(body).hexdigest()
        with self.heard.lock:
            before = self.heard.keys.get(key, (digest, 0))
            assert before[0] == digest
            self.heard.keys[key] = (digest, before[1] + 1)
            if not before[1]:
                self.heard.order.append(body.decode(errors="replace"))
        return {"key": key, "status": "accepted", "receipt": _receipt(key, digest)}

    def _status(self, key: str) -> dict[str, Any]:
        known = self.heard.keys.get(key)
        if known is None:
            return {"key": key, "status": "absent"}
        return {"key": key, "status": "accepted", "receipt": _receipt(key, known[0])}


def _receipt(key: str, digest: str) -> dict[str, str]:
    return {"key": key, "sha256": digest, "at": "2026-11-24T00:00:00Z", "signature": ""}


def trusting(folder: Path) -> ssl.SSLContext:
    """A server that wants a client certificate of the folder's authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.load_verify_locations(folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


@contextmanager
def receiving(folder: Path, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    made = Receiver(folder, context)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def linked(
    folder: Path, port: int, *, timeout_s: int = 2, batch: int = 1, host: str = "127.0.0.1",
    ca: Path | None = None, certificate: Path | None = None, key: Path | None = None,
) -> Iterator[HttpsTransport]:  # fmt: skip
    """Our side of a link to a port, with the folder's certificates."""
    made = HttpsTransport(HttpsSettings(
        f"https://{host}:{port}", ca or folder / "ca.pem", certificate or folder / "client.pem",
        key or folder / "client.key", timeout_s=timeout_s, batch=batch,
    ))  # fmt: skip
    try:
        yield made
    finally:
        made.close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            self._say((200, {}, {"status": "ok"}))

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"]))
            heard = receiver.heard
            with heard.lock:
                heard.at_once += 1
                heard.most_at_once = max(heard.most_at_once, heard.at_once)
            try:
                answer = receiver.post(self.path, self.headers.get("Idempotency-Key"), data)
            finally:
                with heard.lock:
                    heard.at_once -= 1
            self._say(answer)

        def _say(self, answer: Answer) -> None:
            status, head, body = answer
            data = json.dumps(body or {}).encode()
            self.send_response(status)
            for name, value in ({"Content-Type": "application/json"} | head).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Silent."""

    return Handler
