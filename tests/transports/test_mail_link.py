"""Secure mail end to end: real SMTP under TLS, a real receiver, receipts that close or do not."""

import hashlib
import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from azalai.errors import ConfigurationError, DestinationDownError
from azalai.plugin.transport import (
    Delivered,
    HandedOver,
    Health,
    Message,
    NoAnswer,
    Refused,
)
from azalai.simulate import certificates
from azalai.simulate.received import counts
from azalai.transports import cms, mail_envelope, mail_message, mail_receipt
from azalai.transports.mail import MailTransport
from azalai.transports.mail_envelope import Outside, Part
from azalai.transports.mail_receipt import Receipt
from mail_rig import (
    NAME,
    RECIPIENT,
    SENDER,
    certificate,
    certificates_in,
    identity,
    openssl,
    receipts,
    receiver,
    settings,
    wanted,
)
from simulator_rig import Simulator


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Simulator]:
    yield from receiver(tmp_path / "hub")


@pytest.fixture
def ours(tmp_path: Path) -> Simulator:
    """Our side alone: the files and the Maildir of a receiver that is not started."""
    made = Simulator(certificates_in(tmp_path / "hub"), kind="mail")
    (made.folder / "receipts" / "new").mkdir(parents=True)
    return made


def link(hub: Simulator, **changes: object) -> MailTransport:
    return MailTransport(settings(hub.folder, hub.port, **changes))


def sink(hub: Simulator) -> list[Path]:
    return sorted((hub.folder / "sink").glob("*.eml"))


def put(hub: Simulator, mail: bytes, name: str = "0") -> None:
    """A mail falls into the Maildir, as a mail server leaves it."""
    (hub.folder / "receipts" / "new" / name).write_bytes(mail)


def receipt(
    hub: Simulator, signer: str = "receipts", to: str = "sender", body: bytes | None = None
) -> bytes:
    """A receipt for `k1` as `signer` would make it."""
    said = Receipt("k1", hashlib.sha256(wanted("k1").body).hexdigest(), "accepted", "", "2026")
    part = mail_receipt.to_part(said)
    outside = Outside(RECIPIENT, SENDER, "<fictif@organisation.example>", datetime.now(UTC))
    part = part if body is None else Part(body, part.media_type, {}, part.file_name)
    return mail_envelope.seal(part, identity(hub.folder, signer), certificate(hub.folder, to),
                              outside)  # fmt: skip


def closed(link: MailTransport) -> list[str]:
    return [key for key, _ in link.receipts()]


def test_handed_over_then_delivered_by_the_receipt(hub: Simulator) -> None:
    """A server's 250 is no delivery; the receiver's signed word for these very bytes is."""
    transport, message = link(hub, receipt_within_s=600), wanted("k1")
    before = datetime.now(UTC)
    [outcome] = transport.send([message])
    after = datetime.now(UTC)

    assert isinstance(outcome, HandedOver)
    assert outcome.until is not None
    assert before <= outcome.until - timedelta(minutes=10) <= after

    came = receipts(transport, 1)["k1"]

    assert isinstance(came, Delivered)
    assert came.sha256 == hashlib.sha256(message.body).hexdigest()
    assert counts(hub.folder).received == 1

    content = openssl(hub.folder, "-verify", "-inform", "DER", "-CAfile", "ca.pem", "-binary",
                      data=came.receipt)  # fmt: skip

    assert b"receipt.json" in content  # the kept evidence verifies without us


def test_a_message_that_the_receiver_does_not_take(hub: Simulator) -> None:
    """Handed over, then refused by its signed receipt, with its reason's code."""
    transport = link(hub)
    transport.send([Message("k2", "k2", "create", "WantedPerson", b"<faux/>", "application/xml")])
    refused = receipts(transport, 1)["k2"]

    assert isinstance(refused, Refused)
    assert (refused.reason, refused.detail) == ("schema", "")


def test_openssl_opens_every_mail_and_finds_the_message(hub: Simulator) -> None:
    """`openssl cms -decrypt`, then `-verify`, over the raw mail as it lies in the sink."""
    link(hub).send([wanted("k1"), wanted("k2")])

    assert len(sink(hub)) == 2
    for mail in sink(hub):
        inside = openssl(hub.folder, "-decrypt", "-in", str(mail), "-recip", "recipient.pem",
                         "-inkey", "recipient.key")  # fmt: skip
        content = openssl(hub.folder, "-verify", "-CAfile", "ca.pem", "-binary", data=inside)
        opened = message_from_bytes(content)

        assert opened[mail_message.OPERATION] == "create"
        assert opened[mail_message.TO] == RECIPIENT
        assert opened.get_payload(decode=True) == wanted(opened[mail_message.KEY]).body


def test_nothing_outside_the_encrypted_part_tells_the_content(hub: Simulator) -> None:
    """Only these header lines, a constant subject; no name, no key, no host's name."""
    link(hub).send([wanted("cle-fictive-1")])
    [mail] = sink(hub)
    raw = mail.read_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = re.findall(rb"(?m)^([A-Za-z-]+):", head)

    assert names == [b"From", b"To", b"Date", b"Message-ID", b"Subject", b"X-Priority",
                     b"Importance", b"MIME-Version", b"Content-Type", b"Content-Disposition",
                     b"Content-Transfer-Encoding"]  # fmt: skip
    assert b"Subject: Azalai\r\n" in raw
    for told in (NAME.encode(), b"KONAT", b"cle-fictive-1", b"WantedPerson", b"create"):
        assert told not in raw
    assert not re.search(rb"\b%s\b" % re.escape(socket.gethostname().encode()), head)
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 998


def test_the_same_message_id_and_another_envelope_each_time(hub: Simulator) -> None:
    """Sent twice: the receiver knows the key, takes one, and answers for both."""
    transport = link(hub)
    for _ in range(2):
        transport.send([wanted("k1")])
    first, second = (mail.read_bytes() for mail in sink(hub))

    assert mail_envelope.header(first, "Message-ID") == mail_envelope.header(second, "Message-ID")
    assert first.partition(b"\r\n\r\n")[2] != second.partition(b"\r\n\r\n")[2]
    assert (counts(hub.folder).received, counts(hub.folder).times) == (1, 2)
    assert isinstance(receipts(transport, 1)["k1"], Delivered)


def test_urgent_is_said_outside(hub: Simulator) -> None:
    """A recall goes with priority; nothing else differs."""
    given = wanted("k1")
    urgent = Message(given.key, given.key, "cancel", given.kind, given.body, given.media_type, 0)
    link(hub).send([urgent])
    [mail] = sink(hub)

    assert mail_envelope.header(mail.read_bytes(), "X-Priority") == "1"
    assert mail_envelope.header(mail.read_bytes(), "Importance") == "high"


@pytest.mark.parametrize("days", [-1, 2])
def test_no_byte_leaves_to_a_certificate_that_does_not_hold(
    hub: Simulator, tmp_path: Path, days: int
) -> None:
    """An expired recipient certificate: nobody is even connected to. A good one of the same
    authority: it leaves (and is not for this receiver)."""
    ca, authority = certificates.make_authority(tmp_path)
    certificates.issue(tmp_path, "other", ca, authority, days=days, use="mail")
    hub_link = link(hub, recipient_certificate=tmp_path / "other.pem")
    if days > 0:
        assert hub_link.send([wanted("k1")]) == [
            Refused("smtp_5.7.5", "5.7.5 not_for_us"),
        ]
        return
    hub.stop()  # were it to connect, this would be another reason

    with pytest.raises(DestinationDownError, match="recipient_certificate_expired"):
        hub_link.send([wanted("k1")])
    assert hub_link.probe() == Health(ok=False, reason="recipient_certificate_expired")


def test_our_own_certificate_must_hold_too(hub: Simulator, tmp_path: Path) -> None:
    """Expired, or files that are not there."""
    ca, authority = certificates.make_authority(tmp_path)
    certificates.issue(tmp_path, "us", ca, authority, days=-1, use="mail")

    for file, reason in ((tmp_path / "us", "signer_certificate_expired"),
                         (tmp_path / "none", "mail_files")):  # fmt: skip
        with pytest.raises(DestinationDownError, match=reason):
            link(hub, certificate=file.with_suffix(".pem"), key=file.with_suffix(".key")).send(
                [wanted("k1")]
            )
    assert sink(hub) == []


def test_a_server_of_another_authority_gets_nothing(hub: Simulator, tmp_path: Path) -> None:
    """The server's certificate is checked against its own authority, and its name."""
    certificates.make_authority(tmp_path)

    with pytest.raises(DestinationDownError, match="tls_server_certificate"):
        link(hub, ca=tmp_path / "ca.pem").send([wanted("k1")])
    with pytest.raises(DestinationDownError, match="tls_server_certificate"):
        link(hub, server="127.1").send([wanted("k1")])
    assert sink(hub) == []


def test_probe_and_ask(hub: Simulator) -> None:
    """A good link answers; by mail nobody can be asked; without its Maildir it is not well."""
    transport = link(hub)

    assert transport.probe() == Health(ok=True)
    assert transport.ask(["k1"]) == [NoAnswer("mail_cannot_ask")]
    assert link(hub, receipts=hub.folder / "none").probe() == Health(
        ok=False, reason="receipts_folder"
    )
    hub.stop()
    assert transport.probe() == Health(ok=False, reason="connect")


def test_an_address_that_would_write_another_header_is_refused(ours: Simulator) -> None:
    """Found when the configuration is read."""
    with pytest.raises(ConfigurationError, match="addresses"):
        link(ours, recipient="a@b.example>\r\nBcc: <x@y.example")


def test_a_key_that_no_header_can_carry_is_refused(ours: Simulator) -> None:
    """An outcome, not an exception: send raises DestinationDownError only."""
    odd = Message("clé\r\n", "k", "create", "WantedPerson", b"<faux/>", "application/xml")

    assert link(ours).send([odd]) == [Refused("key_unfit")]


def test_a_true_receipt_is_settled_only_after_it_was_taken(ours: Simulator) -> None:
    """A crash between reading and the commit gives it again: the mail moves at the next step."""
    transport = link(ours)
    put(ours, receipt(ours))
    taken = transport.receipts()

    assert next(taken)[0] == "k1"
    assert len(list((ours.folder / "receipts" / "new").iterdir())) == 1

    taken.close()  # type: ignore[attr-defined]

    assert closed(transport) == ["k1"]
    assert closed(transport) == []
    assert [p.name for p in (ours.folder / "receipts" / "cur").iterdir()] == ["0:2,S"]


def test_a_receipt_that_openssl_made(ours: Simulator) -> None:
    """`openssl cms -sign`, then `-encrypt -aes-256-gcm`, as mail: we read what OpenSSL sends."""
    said = Receipt("k1", hashlib.sha256(b"v").hexdigest(), "accepted", "", "2026-11-24T09:00:00Z")
    content = mail_envelope._part(mail_receipt.to_part(said))
    inside = openssl(ours.folder, "-sign", "-binary", "-nodetach", "-signer", "receipts.pem",
                     "-inkey", "receipts.key", data=content)  # fmt: skip
    mail = openssl(ours.folder, "-encrypt", "-binary", "-aes-256-gcm", "-from", RECIPIENT,
                   "-to", SENDER, "-subject", "Azalai", "sender.pem", data=inside)  # fmt: skip
    put(ours, mail)
    [(key, outcome)] = link(ours).receipts()

    assert key == "k1"
    assert isinstance(outcome, Delivered)
    assert outcome.sha256 == said.sha256


def hostile(hub: Simulator, case: str) -> bytes:
    """Receipts that close nothing."""
    good = receipt(hub)
    us = identity(hub.folder, "sender")
    inside = mail_envelope._payload(cms.decrypt(mail_envelope._payload(good), us.certificate,
                                                us.key))  # fmt: skip
    plain = mail_envelope._part(mail_receipt.to_part(Receipt("k1", "0" * 64, "accepted", "", "")))
    made: dict[str, Callable[[], bytes]] = {
        "foreign": lambda: receipt(hub, signer="foreign"),
        "by_ourselves": lambda: receipt(hub, signer="sender"),
        "of_the_recipients_other_certificate": lambda: receipt(hub, signer="recipient"),
        "for_another": lambda: receipt(hub, to="recipient"),
        "only_signed": lambda: mail_envelope._mime(inside, "signed-data", []),
        "stripped": lambda: mail_envelope._mime(
            cms.encrypt(plain, us.certificate, datetime.now(UTC)), "authEnveloped-data", []
        ),
        "plain": lambda: plain,
        "altered": lambda: good[:-200] + b"AAAA" + good[-196:],
        "no_json": lambda: receipt(hub, body=b"k1 accepted"),
        "other_fields": lambda: receipt(hub, body=b'{"key": "k1", "status": "accepted"}'),
        "nested": lambda: receipt(hub, body=b"[" * 60_000),
        "too_large": lambda: good + b"\r\n" * 200_000,
        "empty": lambda: b"",
        "binary": lambda: bytes(range(256)) * 50,
        "message_as_receipt": lambda: mail_envelope.seal(
            mail_message.to_part(wanted("k1"), RECIPIENT), identity(hub.folder, "receipts"),
            us.certificate, Outside(RECIPIENT, SENDER, "<a@b.example>", datetime.now(UTC))),
    }  # fmt: skip
    return made[case]()


@pytest.mark.parametrize("case", [
    "foreign", "by_ourselves", "of_the_recipients_other_certificate", "for_another",
    "only_signed", "stripped", "plain", "altered", "no_json", "other_fields", "nested",
    "too_large", "empty", "binary", "message_as_receipt",
])  # fmt: skip
def test_what_is_no_true_receipt_closes_nothing(
    ours: Simulator, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Set aside with a flag and one log line without data; the true one behind it is taken."""
    put(ours, hostile(ours, case))
    put(ours, receipt(ours), "1")

    assert closed(link(ours)) == ["k1"]
    assert sorted(p.name for p in (ours.folder / "receipts" / "cur").iterdir()) == [
        "0:2,FS", "1:2,S",
    ]  # fmt: skip
    assert capsys.readouterr().out.count("receipt.refused") == 1


def test_a_link_or_a_folder_in_the_maildir_is_no_mail(ours: Simulator, tmp_path: Path) -> None:
    """Nothing outside the Maildir is read."""
    (tmp_path / "true").write_bytes(receipt(ours))
    (ours.folder / "receipts" / "new" / "0").symlink_to(tmp_path / "true")
    (ours.folder / "receipts" / "new" / "1").mkdir()

    assert closed(link(ours)) == []


def test_receipts_wait_while_their_signer_cannot_be_read(ours: Simulator, tmp_path: Path) -> None:
    """A mistake of ours in the files burns no receipt: they stay in `new/`."""
    put(ours, receipt(ours))

    assert closed(link(ours, receipt_signer=tmp_path / "none.pem")) == []
    assert closed(link(ours)) == ["k1"]
