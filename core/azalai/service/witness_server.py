"""The witness's address: C2SP tlog-witness over HTTP or HTTPS, bounded in size, time and number."""

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from azalai import logs
from azalai.app.witness import PLAIN, Answer, Witness, configured, server_tls
from azalai.errors import AzalaiError, ConfigurationError
from azalai.ledger.witness import REQUEST_MAX
from azalai.settings import Settings
from azalai.store import Store

SLOW_S = 10.0
"""A client that says nothing for this long is left."""
AT_ONCE = 16
"""Connections: more wait in the system's queue."""
WHOLE_S = 60.0
"""A connection is cut after this long, whatever it does."""
KEPT_MAX = 100
"""Requests of one connection (HTTP keep-alive)."""
_LATEST = re.compile(r"/([0-9a-f]{64})/checkpoint")


class WitnessServer:
    """Listens where the configuration says, in threads of its own, on one store of its own; answers
    one request at a time, so that what is checked is what is persisted.

    ConfigurationError where the address is taken or a certificate cannot be read.
    """

    def __init__(self, settings: Settings, open_store: Callable[[], Store]) -> None:
        given = configured(settings)
        self.address = given.listen or ""
        host, _, port = self.address.rpartition(":")
        host = host.strip("[]")
        self._store = open_store()
        try:
            desk = _Desk(Witness(self._store, settings))
            context = server_tls(settings)
            server = _Six if ":" in host else _Server
            self._server = server((host, int(port)), _handler(desk), context)
        except (OSError, ValueError) as err:
            self._store.close()
            reason = getattr(err, "strerror", None) or type(err).__name__
            raise ConfigurationError(
                f"cosigning: listen: {self.address}: {reason}", source=settings.source,
                fr=f"cosigning: listen: {self.address} : {reason}",
            ) from err  # fmt: skip
        except AzalaiError:
            self._store.close()
            raise
        self._thread = threading.Thread(target=self._server.serve_forever, name="witness",
                                        args=(0.2,), daemon=True)  # fmt: skip
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening; what is being answered ends first."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._store.close()


class _Desk:
    """One request at a time: the store is one connection."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._turn = threading.Lock()

    def submit(self, data: bytes) -> Answer:
        with self._turn:
            try:
                return self._witness.answer(data)
            except (AzalaiError, OSError) as err:  # nothing was signed: the client may ask again
                logs.get().error("witness.failed", error=type(err).__name__)
                return Answer(500, b"not now\n")

    def latest(self, origin_hash: str) -> bytes | None:
        with self._turn:
            return self._witness.latest(origin_hash)


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, place: tuple[str, int], handler: type[BaseHTTPRequestHandler],
                 context: ssl.SSLContext | None) -> None:  # fmt: skip
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._context = context
        super().__init__(place, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Wait for a slot: no flood makes threads without end."""
        self._slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """The handshake is the thread's, so that a slow one keeps nobody out."""
        watch = threading.Timer(WHOLE_S, _cut, (request,))
        watch.daemon = True
        watch.start()
        try:
            request.settimeout(SLOW_S)
            if self._context is not None:
                request = self._context.wrap_socket(request, server_side=True)
            super().process_request_thread(request, client_address)
        except OSError:
            self.shutdown_request(request)
        finally:
            watch.cancel()
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event."""


class _Six(_Server):
    address_family = socket.AF_INET6


def _cut(link: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(link, socket.SHUT_RDWR)


def _handler(desk: _Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SLOW_S
        protocol_version = "HTTP/1.1"
        server_version = "azalai"
        sys_version = ""
        served = 0

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint":
                self._refuse(404)
            elif self.headers.get("Transfer-Encoding") or not length.isdecimal():
                self._refuse(411)
            elif len(length) > 9 or int(length) > REQUEST_MAX:
                self._refuse(413)
            else:
                data = self.rfile.read(int(length))
                if len(data) < int(length):
                    self._refuse(400)
                    return
                answer = desk.submit(data)
                self._answer(answer.status, answer.body, answer.kind)

        def do_GET(self) -> None:
            found = _LATEST.fullmatch(self.path)
            note = None if found is None else desk.latest(found[1])
            if note is None:
                self._answer(404, b"not found\n", PLAIN)
            else:
                self._answer(200, note, PLAIN)

        def _refuse(self, status: int) -> None:
            """The body is not read, so the connection ends."""
            self.close_connection = True
            self._answer(status, b"refused\n", PLAIN)

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.served += 1
            self.close_connection = self.close_connection or self.served >= KEPT_MAX
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its own name)
            """Nothing: what is refused is told by the witness itself."""

    return Handler
