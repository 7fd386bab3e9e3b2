"""N10: a link that is not what it should be gets no byte of a message; a server counts them."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from azalai.errors import DestinationDownError
from azalai.plugin.transport import Message
from azalai.transports.mail import MailTransport
from faults.forged_tls import Issued, issue, outdated, serving, weak_key
from faults.receiver import linked, receiving
from mail_rig import certificates_in, settings, wanted
from smtp_rig import scripted

MESSAGE = Message("k1", "k1", "create", "WantedPerson", b"<FICTIF/>", "application/xml")
SERVERS: dict[str, Callable[[Issued], Issued]] = {
    "expired": lambda ca: issue(ca, first=-30, last=-1),
    "not_yet_valid": lambda ca: issue(ca, first=2),
    "another_host": lambda ca: issue(ca, host="192.0.2.7"),
    "self_signed": lambda ca: issue(),
    "another_authority": lambda ca: issue(issue(authority=True)),
    "issued_by_no_authority": lambda ca: issue(issue(ca)),
    "for_clients_only": lambda ca: issue(ca, use=ExtendedKeyUsageOID.CLIENT_AUTH),
    "weak_key": lambda ca: issue(ca, key=weak_key()),
}


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issue(authority=True)


def refused(folder: Path, authority: Issued, server: Issued, **given: object) -> tuple[str, int]:
    """The reason, and how many bytes of messages the server got."""
    made = serving(folder, server, given.pop("clients", None))  # type: ignore[arg-type]
    context = outdated(made) if given.pop("old", False) else made
    ca, _ = authority.write(folder, "trusted")
    ours = given.pop("ours", None) or issue(authority, use=ExtendedKeyUsageOID.CLIENT_AUTH)
    assert isinstance(ours, Issued)
    pem, key = ours.write(folder, "ours")
    with (
        receiving(folder, context) as receiver,
        linked(folder, receiver.port, ca=ca, certificate=pem, key=key) as link,
    ):
        with pytest.raises(DestinationDownError) as caught:
            link.send([MESSAGE])
        return caught.value.reason, receiver.heard.payload + len(receiver.heard.requests)


def test_the_same_with_a_good_server_is_sent(tmp_path: Path, authority: Issued) -> None:
    """What is refused below is refused for the reason it names."""
    context = serving(tmp_path, issue(authority), authority)
    ca, _ = authority.write(tmp_path, "trusted")
    pem, key = issue(authority, use=ExtendedKeyUsageOID.CLIENT_AUTH).write(tmp_path, "ours")
    with (
        receiving(tmp_path, context) as receiver,
        linked(tmp_path, receiver.port, ca=ca, certificate=pem, key=key) as link,
    ):
        link.send([MESSAGE])

        assert receiver.heard.payload > 0


@pytest.mark.parametrize("kind", SERVERS)
def test_a_wrong_server_certificate(tmp_path: Path, authority: Issued, kind: str) -> None:
    """Named as the server's certificate; nothing is sent."""
    reason, sent = refused(tmp_path, authority, SERVERS[kind](authority))

    assert (reason, sent) == ("tls_server_certificate", 0)


def test_an_outdated_protocol(tmp_path: Path, authority: Issued) -> None:
    """TLS 1.1 is not spoken."""
    assert refused(tmp_path, authority, issue(authority), old=True) == ("tls", 0)


def test_a_server_that_does_not_take_our_certificate(tmp_path: Path, authority: Issued) -> None:
    """It trusts another authority: told by an alert, before any message."""
    clients = issue(authority=True)
    reason, sent = refused(tmp_path, authority, issue(authority), clients=clients)

    assert (reason, sent) == ("tls_client_certificate", 0)


@pytest.mark.parametrize(("days", "reason"), [
    ((-30, -1), "tls_certificate_expired"), ((2, 30), "tls_certificate_not_yet_valid"),
])  # fmt: skip
def test_our_own_certificate_is_out_of_date(
    tmp_path: Path, authority: Issued, days: tuple[int, int], reason: str
) -> None:
    """No connection is even made."""
    ours = issue(authority, first=days[0], last=days[1], use=ExtendedKeyUsageOID.CLIENT_AUTH)

    assert refused(tmp_path, authority, issue(authority), ours=ours) == (reason, 0)


def test_no_tls_at_all(tmp_path: Path, authority: Issued) -> None:
    """A port that speaks plain HTTP gets a greeting of TLS and nothing readable."""
    ca, _ = authority.write(tmp_path, "trusted")
    pem, key = issue(authority).write(tmp_path, "ours")
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            near, _ = listening.accept()
            with near, suppress(OSError):
                heard.extend(near.recv(65_536))
                near.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                near.shutdown(socket.SHUT_WR)
                while more := near.recv(65_536):
                    heard.extend(more)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        with (
            linked(tmp_path, port, ca=ca, certificate=pem, key=key) as link,
            pytest.raises(DestinationDownError, match="tls"),
        ):
            link.send([MESSAGE])
        thread.join(5)

    assert b"POST" not in heard
    assert b"FICTIF" not in heard


@pytest.mark.parametrize("kind", ["expired", "another_host", "another_authority", "self_signed"])
def test_a_wrong_mail_server_gets_no_mail(tmp_path: Path, authority: Issued, kind: str) -> None:
    """After STARTTLS the link is judged before anything is said on it."""
    certificates_in(tmp_path)
    SERVERS[kind](authority).write(tmp_path, "server")
    ca, _ = authority.write(tmp_path, "trusted")
    with scripted(tmp_path, {}) as server:
        link = MailTransport(settings(tmp_path, server.port, ca=ca))
        try:
            with pytest.raises(DestinationDownError):
                link.send([wanted("k1")])
        finally:
            link.close()
        assert server.mails == 0
        assert not any(line.startswith((b"MAIL", b"DATA")) for line in server.heard)
