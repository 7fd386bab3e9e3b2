"""`/ping` and `/ready` over HTTP on the loopback address; nothing of any record."""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import AF_INET6
from socketserver import TCPServer
from typing import Any

from azalai import system_words
from azalai.errors import ConfigurationError

SLOW_S = 2.0
"""A client that says nothing for this long is left, so that it keeps nobody out."""


class Health:
    """A server in a thread of its own. `/ping` is 200 while the process lives; `/ready` is 200
    when every part is well, else 503; both are JSON with one word a part."""

    def __init__(self, address: str, parts: Callable[[], Mapping[str, bool]]) -> None:
        host, _, port = address.rpartition(":")
        host = host.strip("[]")
        server = _Six if ":" in host else _Server
        try:
            self._server = server((host, int(port)), _handler(parts))
        except OSError as err:
            fr, en = system_words.said(err)
            raise ConfigurationError(
                f"`health: {address}` cannot be listened to: {en}",
                fr=f"« health: {address} » : cette adresse n'est pas libre ({fr})",
            ) from err
        self._thread = threading.Thread(target=self._server.serve_forever, name="health",
                                        daemon=True)  # fmt: skip
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(HTTPServer):
    def server_bind(self) -> None:
        """Without HTTPServer's look-up of a name: a dead resolver must not delay the start."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]


class _Six(_Server):
    address_family = AF_INET6


def _handler(parts: Callable[[], Mapping[str, bool]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SLOW_S
        server_version = "azalai"
        sys_version = ""

        def do_GET(self) -> None:
            if self.path == "/ping":
                self._answer(200, {"alive": True})
            elif self.path == "/ready":
                found = dict(parts())
                ready = all(found.values())
                self._answer(200 if ready else 503, {"ready": ready} | found)
            else:
                self._answer(404, {"error": "not_found"})

        def _answer(self, status: int, values: Mapping[str, Any]) -> None:
            body = json.dumps(values).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its own name)
            """Nothing: a probe each second would fill the log."""

    return Handler
