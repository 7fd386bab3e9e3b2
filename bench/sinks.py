"""The other end of every delivery in `deliver.py`: `sinks.py plain PORT`, `sinks.py wapis FOLDER`.

One asyncio process each, so that what is measured is the sender: `plain` takes any POST and counts
requests as nginx's `stub_status` does (what the peers' scripts read); `wapis` answers the profile of
`azalai.transports.wapis_profile` over mutual TLS, each message accepted, after `--wait` seconds. It
prints the port on which it listens.
"""

import argparse
import asyncio
import ssl
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import orjson

from azalai.simulate import certificates

HEAD_END = b"\r\n\r\n"
served = 0


class Answering(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, one request at a time; nothing that our clients do not send."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(HEAD_END)) >= 0:
            head = bytes(self._data[:end]).lower()
            at = head.find(b"content-length: ")
            size = int(head[at + 16 :].split(b"\r", 1)[0]) if at >= 0 else 0
            whole = end + len(HEAD_END) + size
            if len(self._data) < whole:
                return
            body = bytes(self._data[end + len(HEAD_END) : whole])
            del self._data[:whole]
            answer = answer_to(head.split(b" ", 2)[1], body)
            if self._wait_s:
                asyncio.get_running_loop().call_later(self._wait_s, self._transport.write, answer)
            else:
                self._transport.write(answer)


def answer_to(path: bytes, body: bytes) -> bytes:
    """The whole answer to one request."""
    global served  # noqa: PLW0603 (one process, one loop)
    served += 1
    if path == b"/status":
        said = f"Active connections: 1\nserver accepts handled requests\n 1 1 {served}\n".encode()
    elif path == b"/v1/messages":
        said = orjson.dumps({"results": [_taken(one) for one in orjson.loads(body)["messages"]]})
    elif path == b"/v1/messages/status":
        said = orjson.dumps({"results": [{"key": k, "status": "absent"}
                                         for k in orjson.loads(body)["keys"]]})  # fmt: skip
    else:
        said = b'{"ok":true}'
    return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(said), said))  # fmt: skip


def _taken(message: dict[str, str]) -> dict[str, object]:
    key = message["key"]
    digest = sha256(b64decode(message["body_base64"])).hexdigest()
    receipt = {"key": key, "sha256": digest, "at": "2026-11-24T00:00:00Z", "signature": ""}
    return {"key": key, "status": "accepted", "receipt": receipt}


def trusting(folder: Path) -> ssl.SSLContext:
    """A server of the folder's authority that wants a client of it."""
    certificates.make(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.load_verify_locations(folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


async def serve(port: int, context: ssl.SSLContext | None, wait_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(wait_s), "127.0.0.1", port, ssl=context,
                                      backlog=1024)  # fmt: skip
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kind", choices=("plain", "wapis"))
    asked.add_argument("where", help="a port, or the folder of the certificates")
    asked.add_argument("--wait", type=float, default=0.0)
    given = asked.parse_args()
    if given.kind == "plain":
        asyncio.run(serve(int(given.where), None, given.wait))
    else:
        asyncio.run(serve(0, trusting(Path(given.where)), given.wait))


if __name__ == "__main__":
    main()
