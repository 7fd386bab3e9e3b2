"""Real TLS to a real receiver: what is refused, and that no message leaves then."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from azalai.errors import ConfigurationError, DestinationDownError
from azalai.plugin.transport import (
    Absent,
    Health,
    Message,
    NoAnswer,
    Refused,
    Unknown,
)
from azalai.simulate import certificates
from azalai.simulate.received import counts
from azalai.transports.https import HttpsSettings, HttpsTransport
from simulator_rig import Simulator

OPEN: list[HttpsTransport] = []
MESSAGE = Message("k1", "k1", "create", "WantedPerson", b"<faux/>", "application/xml")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Simulator]:
    made = Simulator(tmp_path / "hub")
    made.start()
    yield made
    made.stop()


def link(hub: Simulator, **changes: object) -> HttpsTransport:
    given = {"url": f"https://127.0.0.1:{hub.port}", "ca": hub.folder / "ca.pem",
             "certificate": hub.folder / "client.pem", "key": hub.folder / "client.key",
             "timeout_s": 5}  # fmt: skip
    made = HttpsTransport(HttpsSettings(**(given | changes)))  # type: ignore[arg-type]
    OPEN.append(made)
    return made


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


@contextmanager
def answering(folder: Path, health: int, post: int) -> Iterator[HttpsTransport]:
    """A real TLS server that gives these two statuses and nothing else."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(health)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self._say(post)

        def _say(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    certificates.make(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    transport = HttpsTransport(
        HttpsSettings(
            f"https://127.0.0.1:{server.server_address[1]}",
            folder / "ca.pem",
            folder / "client.pem",
            folder / "client.key",
            timeout_s=5,
        )
    )
    try:
        yield transport
    finally:
        transport.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_probe_and_ask(hub: Simulator) -> None:
    """A good link answers; what never came is absent."""
    transport = link(hub)

    assert transport.probe() == Health(ok=True)
    assert transport.ask(["never"]) == [Absent()]


def test_a_message_that_does_not_validate_is_refused_alone(hub: Simulator) -> None:
    """The destination judged it: its own outcome, not the destination's fault."""
    [outcome] = link(hub).send([MESSAGE])

    assert isinstance(outcome, Refused)
    assert outcome.reason == "schema"


def test_expired_client_certificate_sends_no_byte(hub: Simulator, tmp_path: Path) -> None:
    """Checked before the connection is made."""
    other = tmp_path / "other"
    certificates.make(other)
    authority = load_pem_private_key((hub.folder / "client.key").read_bytes(), None)
    assert isinstance(authority, ec.EllipticCurvePrivateKey)
    ca = x509.load_pem_x509_certificate((hub.folder / "ca.pem").read_bytes())
    certificates.issue(other, "late", ca, authority, days=-1)

    with pytest.raises(DestinationDownError, match="tls_certificate_expired"):
        link(hub, certificate=other / "late.pem", key=other / "late.key").send([MESSAGE])
    assert counts(hub.folder).received == 0


def test_foreign_client_certificate_is_the_destinations_fault(
    hub: Simulator, tmp_path: Path
) -> None:
    """Signed by an authority that the receiver does not know."""
    certificates.make(tmp_path / "foreign")
    stranger = tmp_path / "foreign"

    with pytest.raises(DestinationDownError, match=r"tls_client_certificate|connect"):
        link(hub, certificate=stranger / "client.pem", key=stranger / "client.key").send([MESSAGE])
    assert counts(hub.folder).received == 0


def test_server_of_another_authority_gets_nothing(hub: Simulator, tmp_path: Path) -> None:
    """We trust the destination's own authority and no other."""
    certificates.make(tmp_path / "foreign")

    with pytest.raises(DestinationDownError, match="tls_server_certificate"):
        link(hub, ca=tmp_path / "foreign" / "ca.pem").send([MESSAGE])
    assert counts(hub.folder).received == 0


def test_nobody_listens(hub: Simulator) -> None:
    """Down, nothing was taken; asking gives no answer and never raises."""
    hub.stop()
    transport = link(hub)

    with pytest.raises(DestinationDownError, match="connect"):
        transport.send([MESSAGE])
    assert transport.ask(["k1"]) == [NoAnswer("connect")]


def test_a_cut_answer_is_unknown(tmp_path: Path) -> None:
    """The connection is reset after the request: it may have arrived."""
    hub = Simulator(tmp_path / "hub", "lose=100%")
    hub.start()
    try:
        [outcome] = link(hub).send([MESSAGE])
    finally:
        hub.stop()

    assert isinstance(outcome, Unknown)


def test_busy_is_down_with_its_wish(tmp_path: Path) -> None:
    """503 with Retry-After: the destination's fault, and how long it asks for."""
    hub = Simulator(tmp_path / "hub", "503=100%")
    hub.start()
    try:
        with pytest.raises(DestinationDownError, match="http_503") as caught:
            link(hub).send([MESSAGE])
    finally:
        hub.stop()

    assert caught.value.not_before_s == 1.0


def test_a_record_never_leaves_in_clear(hub: Simulator) -> None:
    """A url without TLS is refused before anything is opened."""
    with pytest.raises(ConfigurationError, match="https"):
        link(hub, url=f"http://127.0.0.1:{hub.port}")


def test_a_key_that_no_header_can_carry_is_refused(hub: Simulator) -> None:
    """An outcome, not an exception: send raises DestinationDownError only."""
    odd = Message("clé", "k", "create", "WantedPerson", b"<faux/>", "application/xml")

    assert link(hub).send([odd]) == [Refused("key_unfit")]


@pytest.mark.parametrize(("status", "health"), [(202, 200), (204, 200)])
def test_a_success_that_says_nothing_is_unknown(tmp_path: Path, status: int, health: int) -> None:
    """202 and 204 may have taken it: asked later, never counted as not taken."""
    with answering(tmp_path, health, status) as transport:
        [outcome] = transport.send([MESSAGE])

    assert outcome == Unknown(f"http_{status}")


def test_a_health_that_is_not_well_gets_no_message(tmp_path: Path) -> None:
    """The greeting's own status counts: 503 there, and no record leaves."""
    with (
        answering(tmp_path, 503, 200) as transport,
        pytest.raises(DestinationDownError, match="http_503"),
    ):
        transport.send([MESSAGE])


def test_a_renewed_certificate_is_used_without_a_restart(hub: Simulator, tmp_path: Path) -> None:
    """The files are replaced under a living link: the next call shows the new ones."""
    transport = link(hub)
    assert transport.probe().ok
    certificates.make(tmp_path / "foreign")
    for name in ("client.pem", "client.key"):
        (hub.folder / name).write_bytes((tmp_path / "foreign" / name).read_bytes())

    assert not transport.probe().ok
