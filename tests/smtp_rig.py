"""An SMTP server under TLS that answers by a script: what a real one does on a bad day."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

CUT, DRIP = "cut", "drip"
GOOD = {"": "220 fictif", "EHLO": "250-fictif\r\n250-SIZE 9000000\r\n250 STARTTLS", "MAIL": "250 ok",
        "RCPT": "250 ok", "DATA": "354 go on", ".": "250 2.0.0 taken", "RSET": "250 ok",
        "QUIT": "221 bye", "NOOP": "250 ok", "STARTTLS": "220 go on"}  # fmt: skip


class Scripted:
    """`script` gives the answer to a command (`""`: the greeting, `"."`: after the mail), as one
    text or one for each time; `CUT` closes the connection instead, `DRIP` never ends. `heard` is what came."""

    def __init__(self, folder: Path, script: Mapping[str, str | list[str]], *, tls: bool) -> None:
        self._script = {**GOOD, **script}
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "server.pem", folder / "server.key")
        self._implicit = tls
        self.heard: list[bytes] = []
        self.mails = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open = connection
            with suppress(OSError):
                self._converse(self._wrapped(connection) if self._implicit else connection)
            self._open.close()

    def _converse(self, connection: socket.socket) -> None:
        if not self._say(connection, ""):
            return
        file = connection.makefile("rb")
        while line := file.readline():
            self.heard.append(line)
            command = line.strip().split(b" ")[0].decode("latin-1").upper() or "EMPTY"
            if not self._say(connection, command):
                break
            if command == "STARTTLS":
                file.close()
                connection = self._wrapped(connection)
                file = connection.makefile("rb")
            elif command == "DATA" and self._answers["DATA"].startswith("354"):
                while (part := file.readline()) not in (b".\r\n", b""):
                    self.heard.append(part)
                self.mails += 1
                if not self._say(connection, "."):
                    break
        file.close()

    def _wrapped(self, connection: socket.socket) -> socket.socket:
        self._open = self._context.wrap_socket(connection, server_side=True)
        return self._open

    def _say(self, connection: socket.socket, command: str) -> bool:
        given = self._script.get(command, "502 no")
        answer = given if isinstance(given, str) else (given.pop(0) if given else "250 ok")
        self._answers = {command: answer}
        if answer == CUT:
            return False
        while answer == DRIP:
            connection.sendall(b"2")
            time.sleep(0.1)
        connection.sendall(answer.encode() + b"\r\n")
        return True


@contextmanager
def scripted(
    folder: Path, script: Mapping[str, str | list[str]] | None = None, *, tls: bool = False
) -> Iterator[Scripted]:
    made = Scripted(folder, script or {}, tls=tls)
    try:
        yield made
    finally:
        made.close()
