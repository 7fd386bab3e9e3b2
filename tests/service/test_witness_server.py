"""The witness's address: the answers of the specification, bounded in size, time and number."""

import hashlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azalai.app import asking_witnesses, cosigned, opened
from azalai.errors import ConfigurationError
from azalai.ledger import open_checkpoint, parse_vkey
from azalai.ledger.cosignature import cosignatures, parse_cosigner
from azalai.ledger.witness import REQUEST_MAX
from azalai.service import witness_server
from azalai.service.witness_server import WitnessServer
from azalai.simulate import certificates
from outbox_rig import FixedClock
from witness_rig import Node


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Node, Node]:
    clock = FixedClock()
    ner, tcd = Node(tmp_path, "ner", clock), Node(tmp_path, "tcd", clock)
    ner.cosigning((), ner.witness_lines(1, tcd))
    tcd.cosigning([ner])
    return ner, tcd


@pytest.fixture
def request_of(pair: tuple[Node, Node]) -> bytes:
    with pair[0].opened() as app:
        pair[0].grow(app, 3)
        return asking_witnesses.request_file(app, "tcd")[1]


@pytest.fixture
def link(pair: tuple[Node, Node]) -> Iterator[http.client.HTTPConnection]:
    with pair[1].serving() as server:
        made = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        yield made
        made.close()


def ask(
    link: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str, bytes]:  # fmt: skip
    link.request(method, path, body, headers or {})
    answer = link.getresponse()
    return answer.status, answer.headers.get("Content-Type", ""), answer.read()


def test_the_answers_of_the_specification(
    pair: tuple[Node, Node], link: http.client.HTTPConnection, request_of: bytes
) -> None:
    """200 with lines that verify, 409 with the size and its own type; one connection for all."""
    ner, tcd = pair
    origin = hashlib.sha256(parse_vkey(ner.vkey).name.encode()).hexdigest()
    assert ask(link, "GET", f"/{origin}/checkpoint")[0] == 404
    status, kind, lines = ask(link, "POST", "/add-checkpoint", request_of)
    note = request_of.partition(b"\n\n")[2]

    assert (status, kind) == (200, "text/plain; charset=utf-8")
    [found] = cosignatures(note + lines, [parse_cosigner(tcd.witness_vkey)])
    assert found.time == int(FixedClock()().timestamp())
    assert ask(link, "POST", "/add-checkpoint", request_of) == (409, "text/x.tlog.size", b"3\n")
    status, _, held = ask(link, "GET", f"/{origin}/checkpoint")
    assert (status, held) == (200, note + lines)
    assert open_checkpoint(held, [parse_vkey(ner.vkey)]).size == 3
    for path in (f"/{'0' * 64}/checkpoint", "/", f"/{origin}", f"/{origin.upper()}/checkpoint"):
        assert ask(link, "GET", path)[0] == 404


def test_what_is_refused_before_it_is_read(pair: tuple[Node, Node], request_of: bytes) -> None:
    """Another path, no length, one that lies, one that is too much, chunks, other methods."""
    with pair[1].serving() as server:
        cases: list[tuple[str, str, dict[str, str], int]] = [
            ("POST", "/", {}, 404), ("POST", "/add-checkpoint/", {}, 404),
            ("POST", "/add-checkpoint", {"Content-Length": str(REQUEST_MAX + 1)}, 413),
            ("POST", "/add-checkpoint", {"Content-Length": "9" * 30}, 413),
            ("POST", "/add-checkpoint", {"Content-Length": "-1"}, 411),
            ("POST", "/add-checkpoint", {"Transfer-Encoding": "chunked"}, 411),
            ("PUT", "/add-checkpoint", {}, 501), ("DELETE", "/add-checkpoint", {}, 501),
        ]  # fmt: skip
        for method, path, headers, expected in cases:
            link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            link.putrequest(method, path)
            for name, value in headers.items():
                link.putheader(name, value)
            link.endheaders()
            assert link.getresponse().status == expected, (method, path, headers)
            link.close()
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw:
            raw.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 500\r\n\r\nold 0\n")
            raw.shutdown(socket.SHUT_WR)
            assert raw.recv(1000).startswith(b"HTTP/1.1 400")
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        assert ask(link, "POST", "/add-checkpoint", request_of)[0] == 200
        link.close()


def test_slow_clients_keep_nobody_out(
    pair: tuple[Node, Node], request_of: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More silent ones than there are places: each is left after its time, then others have it."""
    monkeypatch.setattr(witness_server, "WHOLE_S", 0.5)
    with pair[1].serving() as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        assert ask(link, "POST", "/add-checkpoint", request_of)[0] == 200
        link.close()
        for one in silent:
            one.close()


def test_a_store_that_takes_nothing_signs_nothing(
    pair: tuple[Node, Node], link: http.client.HTTPConnection, request_of: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """500 and no signature; the same request is cosigned once the disk takes it again."""
    from azalai.ledger import keeper

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(keeper, "write", full)
        assert ask(link, "POST", "/add-checkpoint", request_of)[::2] == (500, b"not now\n")
    assert ask(link, "POST", "/add-checkpoint", request_of)[0] == 200
    del pair


def test_tls_for_known_clients_only(pair: tuple[Node, Node], tmp_path: Path) -> None:
    """With `client_ca` a partner's certificate is demanded; ours is checked by its authority."""
    ner, tcd = pair
    folder = tmp_path / "tls"
    folder.mkdir()
    certificates.make(folder)
    tcd.cosigning([ner], extra=f"  certificate: {folder}/server.pem\n  tls_key: {folder}/server.key\n"
                  f"  client_ca: {folder}/ca.pem\n")  # fmt: skip
    plain = f"url: 'http://127.0.0.1:{tcd.port}'"
    secure = f"url: 'https://127.0.0.1:{tcd.port}', ca: {folder}/ca.pem"
    known = f"{secure}, certificate: {folder}/client.pem, key: {folder}/client.key"
    lines = ner.witness_lines(1, tcd)
    with tcd.serving():
        for where, answer in ((known, "cosigned"), (secure, None), (plain, None)):
            ner.cosigning((), lines.replace(plain, where))
            with ner.opened() as app:
                ner.grow(app)
                [found] = asking_witnesses.ask(app)
                if answer is None:
                    assert found.answer in ("tls_client_certificate", "no_answer", "tls"), found
                    assert not found.ok
                else:
                    assert found.answer == answer
        with socket.create_connection(("127.0.0.1", tcd.port)) as raw, pytest.raises(OSError):  # noqa: PT011
            ssl.create_default_context().wrap_socket(raw, server_hostname="127.0.0.1")


def test_an_address_that_is_taken(pair: tuple[Node, Node]) -> None:
    """Said at once, in both languages, and the store is closed again."""
    with pair[1].serving(), pair[1].opened() as app, pytest.raises(ConfigurationError) as caught:
        WitnessServer(app.settings, app.store.another)

    assert "listen" in caught.value.said[0]


def test_two_daemons_cosign_each_other(tmp_path: Path) -> None:
    """As installed: two processes, nothing typed; each has the other's cosignature, and they come
    to rest."""
    nodes = [Node(tmp_path, name) for name in ("ner", "tcd")]
    ner, tcd = nodes
    ner.cosigning([tcd], ner.witness_lines(1, tcd))
    tcd.cosigning([ner], tcd.witness_lines(1, ner))
    command = [sys.executable, "-m", "azalai", "daemon", "--config"]
    env = os.environ | {"AZALAI_LANGUAGE": "en"}
    made = [
        subprocess.Popen([*command, str(one.file)], env=env, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
        for one in nodes
    ]  # fmt: skip
    try:
        for one in nodes:
            assert _cosigned(one), one.name
    finally:
        for process in made:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(timeout=60) for process in made]
    assert codes == [0, 0]


def _cosigned(node: Node) -> bool:
    """Whether all of its ledger is cosigned, asking at most a minute."""
    until = time.monotonic() + 60
    with opened(node.file) as app:
        while time.monotonic() < until:
            if all(one.ok for one in asking_witnesses.ask(app)):
                state = cosigned.look(app)
                if state is not None and state.met is not None and state.met.size == state.size:
                    return True
            time.sleep(0.2)
    return False
