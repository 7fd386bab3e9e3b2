"""`azalai simulate wapis`: a strict WAPIS-style receiver over HTTPS with client certificates."""

import json
import signal
import socket
import ssl
import struct
import threading
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from lxml import etree

from azalai import paths
from azalai.simulate import certificates
from azalai.simulate.faults import Faults
from azalai.simulate.received import Received
from azalai.simulate.schemas import Schemas
from azalai.transports import receipts, wapis_profile

BODY_MAX = 16_000_000


class _Reset(Exception):  # noqa: N818 (a fault on purpose, no error)
    """Cut the connection without an answer."""


class Receiver:
    """Validates, deduplicates, remembers and signs receipts."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        self.faults = faults
        self._received = Received(folder / "received.db")
        self._key = _receipt_key(folder / "receipts.key")
        self._schemas = Schemas(paths.mappings() / "wapis", folder / "schemas")

    def take(self, message: dict[str, Any]) -> dict[str, Any]:
        """One message's result. A message that does not validate is refused."""
        key, operation = str(message.get("key")), str(message.get("operation"))
        try:
            body = b64decode(str(message.get("body_base64")), validate=True)
            reference = self._schemas.reference(key, body)
        except (Base64Error, ValueError, KeyError, etree.XMLSyntaxError):
            return {"key": key, "status": "refused", "reason": "schema"}
        if operation != "cancel" and self.faults.refuses(reference):
            return {"key": key, "status": "refused", "reason": "not_accepted_here"}
        status = self._received.add(key, operation, body, reference)
        if status == wapis_profile.BODY_DIFFERS:
            return {"key": key, "status": "refused", "reason": status}
        return {"key": key, "status": status, "receipt": self._receipt(key, sha256(body))}

    def status(self, key: str) -> dict[str, Any]:
        """What became of an earlier message."""
        digest = self._received.known(key)
        if digest is None:
            return {"key": key, "status": "absent"}
        return {"key": key, "status": "accepted", "receipt": self._signed(key, digest)}

    def _receipt(self, key: str, digest: Any) -> dict[str, str]:
        return self._signed(key, digest.hexdigest())

    def _signed(self, key: str, digest: str) -> dict[str, str]:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        receipt = {"key": key, "sha256": digest, "at": at}
        return receipt | {"signature": self._key.sign(receipts.signed_bytes(receipt)).hex()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver
    timeout = 60

    def do_GET(self) -> None:
        """`GET /v1/health`."""
        if self.path == wapis_profile.HEALTH:
            self._answer(200, {"status": "ok"})
        else:
            self._problem(404, "not-found")

    def do_POST(self) -> None:
        """Messages and questions."""
        size = int(self.headers.get("content-length") or 0)
        if size > BODY_MAX:
            self._problem(413, "too-large")
            self.close_connection = True
            return
        data = self.rfile.read(size)
        try:
            self._post(self._plain(data))
        except _Reset:
            self._cut()
        except (ValueError, KeyError, TypeError):
            self._problem(400, "malformed")

    def _plain(self, data: bytes) -> bytes:
        """The body as it was before gzip. ValueError for more than a body may be, or a cut one."""
        if self.headers.get("content-encoding") != "gzip":
            return data
        opened = zlib.decompressobj(wbits=31)  # RFC 1952
        try:
            plain = opened.decompress(data, BODY_MAX)
        except zlib.error as err:
            raise ValueError("no gzip") from err
        if not opened.eof:
            raise ValueError("cut, or too large")
        return plain

    def _post(self, data: bytes) -> None:
        faults, request = self.receiver.faults, json.loads(data)
        if self.path == wapis_profile.STATUS:
            self._answer(200, {"results": [self.receiver.status(str(k)) for k in request["keys"]]})
            return
        if self.path != wapis_profile.MESSAGES:
            self._problem(404, "not-found")
            return
        messages = request["messages"]
        wanted = wapis_profile.quoted(wapis_profile.batch_key([m["key"] for m in messages]))
        if self.headers.get(wapis_profile.IDEMPOTENCY_KEY) != wanted:
            self._problem(400, "idempotency-key")
            return
        if faults.happens("reset"):
            raise _Reset
        for status in (429, 503):
            if faults.happens(str(status)):
                self._problem(status, "busy", {"Retry-After": "1"})
                return
        results = [self.receiver.take(m) for m in messages]
        if faults.happens("lose"):
            raise _Reset
        self._answer(200, {"results": results})

    def _cut(self) -> None:
        """RST instead of an answer."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _problem(self, status: int, kind: str, headers: dict[str, str] | None = None) -> None:
        body = {"type": f"urn:azalai:problem/{kind}", "title": kind, "status": status}
        self._answer(status, body, wapis_profile.PROBLEM, headers)

    def _answer(
        self, status: int, body: dict[str, Any], media_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it)
        """Silent: a request line would name keys."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event."""


def serve(folder: Path, port: int, faults: Sequence[str] = (), seed: int = 0) -> None:
    """Run until SIGTERM. Certificates are made in `folder` if there are none; `folder/port` says
    where it listens once it does."""
    folder.mkdir(parents=True, exist_ok=True)
    certificates.make(folder)
    handler = type("Handler", (_Handler,), {"receiver": Receiver(folder, Faults(faults, seed))})
    server = _Server(("127.0.0.1", port), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.load_verify_locations(folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)  # fmt: skip
    (folder / "port").write_text(str(server.server_address[1]))
    print(f"wapis-style receiver on 127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()


def _receipt_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs receipts; its public half, for who checks them, lies beside it."""
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    path.touch(mode=0o600)
    path.write_text(raw.hex())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pem").write_bytes(public)
    return key
