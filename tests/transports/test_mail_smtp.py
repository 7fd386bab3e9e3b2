"""What each answer of an SMTP server means for a message, for the destination, or for nobody."""

import time
from pathlib import Path

import pytest

from azalai.errors import DestinationDownError
from azalai.plugin.transport import Deferred, HandedOver, Health, Outcome, Refused, Unknown
from azalai.transports.mail import MailTransport
from mail_rig import certificates_in, settings, wanted
from smtp_rig import CUT, DRIP, Scripted, scripted

Script = dict[str, str | list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return certificates_in(tmp_path / "hub")


def link(folder: Path, server: Scripted, **changes: object) -> MailTransport:
    return MailTransport(settings(folder, server.port, **changes))


def sent(folder: Path, script: Script, count: int = 1) -> list[Outcome]:
    with scripted(folder, script) as server:
        return list(link(folder, server).send([wanted(f"k{i}") for i in range(count)]))


def test_without_tls_no_byte_of_a_message_leaves(folder: Path) -> None:
    """A server that offers no STARTTLS hears our greeting and nothing else."""
    with scripted(folder, {"EHLO": "250 fictif"}) as server:
        transport = link(folder, server)
        with pytest.raises(DestinationDownError, match="smtp_no_tls"):
            transport.send([wanted("k1")])

        assert transport.probe() == Health(ok=False, reason="smtp_no_tls")
        assert server.heard == [b"ehlo police.example\r\n"] * 2


@pytest.mark.parametrize(("script", "reason"), [
    ({"STARTTLS": "454 4.7.0 not now"}, "smtp_454"),
    ({"STARTTLS": CUT}, "connect"),
    ({"": "554 no service"}, "smtp_554"),
    ({"": CUT}, "connect"),
    ({"EHLO": "550 5.7.1 not you"}, "smtp_550"),
    ({"MAIL": "550 5.7.1 not from you"}, "smtp_5.7.1"),
    ({"RCPT": "550 5.1.1 no such user KONATE"}, "smtp_5.1.1"),
    ({"RCPT": "421 4.3.2 closing"}, "smtp_4.3.2"),
    ({"RCPT": CUT}, "connection_lost"),
    ({"DATA": "554 5.5.1 no valid recipients"}, "smtp_5.5.1"),
    ({"DATA": "250 odd"}, "smtp_250"),
])  # fmt: skip
def test_the_destinations_fault(folder: Path, script: Script, reason: str) -> None:
    """Nothing of the message was judged: nothing is wrong with it, nothing was taken."""
    with pytest.raises(DestinationDownError) as caught:
        sent(folder, script)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("script", "outcome"), [
    ({".": "451 4.3.0 try later"}, Deferred("smtp_4.3.0")),
    ({".": "452 full"}, Deferred("smtp_452")),
    ({"RCPT": "450 4.2.0 grey"}, Deferred("smtp_4.2.0")),
    ({"MAIL": "451 busy"}, Deferred("smtp_451")),
    ({".": "554 5.6.0 KONATE is bad"}, Refused("smtp_5.6.0", "5.6.0 KONATE is bad")),
    ({".": "550 no"}, Refused("smtp_550", "no")),
    ({"MAIL": "552 5.3.4 too big"}, Refused("smtp_5.3.4", "5.3.4 too big")),
    ({"RCPT": "550 5.2.3 too long"}, Refused("smtp_5.2.3", "5.2.3 too long")),
    ({".": CUT}, Unknown("lost_after_data")),
    ({".": "garbage"}, Unknown("lost_after_data")),
    ({".": "354 odd"}, Unknown("lost_after_data")),
])  # fmt: skip
def test_the_messages_own_outcome(folder: Path, script: Script, outcome: Outcome) -> None:
    """Codes only in the reason; the server's words are in the detail, which is sealed."""
    assert sent(folder, script) == [outcome]


def test_each_message_has_its_own(folder: Path) -> None:
    """One session, several mails: taken, later, refused, lost; after a loss a new session."""
    found = sent(folder, {".": ["250 ok", "451 4.3.0 later", "554 5.6.0 no", CUT, "250 ok"]}, 5)

    assert [type(o) for o in found] == [HandedOver, Deferred, Refused, Unknown, HandedOver]


def test_what_was_handed_over_stays_so_when_the_server_goes(folder: Path) -> None:
    """The second cannot be sent: the first is not lost by an exception."""
    found = sent(folder, {"MAIL": ["250 ok", CUT]}, 3)

    assert isinstance(found[0], HandedOver)
    assert found[1:] == [Deferred("connection_lost")] * 2


def test_a_size_that_the_server_judges_before_the_mail(folder: Path) -> None:
    """SIZE is told with MAIL FROM (RFC 1870), and the next message goes on in the session."""
    with scripted(folder, {"MAIL": ["552 5.3.4 too big", "250 ok"]}) as server:
        found = link(folder, server).send([wanted("k1"), wanted("k2")])
        mails = [line for line in server.heard if line.startswith(b"MAIL")]

        assert [type(o) for o in found] == [Refused, HandedOver]
        assert all(b" SIZE=" in line for line in mails)
        assert server.mails == 1


def test_implicit_tls(folder: Path) -> None:
    """From the first byte; a plain server does not answer in TLS and hears no SMTP."""
    with scripted(folder, tls=True) as server:
        [outcome] = link(folder, server, tls="implicit").send([wanted("k1")])
    with scripted(folder) as plain:
        with pytest.raises(DestinationDownError, match="tls"):
            link(folder, plain, tls="implicit").send([wanted("k1")])

        assert not any(b"MAIL" in line for line in plain.heard)
    assert isinstance(outcome, HandedOver)


def test_a_password_goes_only_under_tls(folder: Path) -> None:
    """AUTH after STARTTLS; refused, or not offered, is the destination's fault."""
    (folder / "password").write_text("secret-fictif\n")
    account: dict[str, object] = {"username": "bureau", "password_file": folder / "password"}
    offers = {"EHLO": "250-fictif\r\n250-STARTTLS\r\n250 AUTH PLAIN"}
    with scripted(folder, offers | {"AUTH": "235 ok"}) as server:
        [outcome] = link(folder, server, **account).send([wanted("k1")])
        words = [line.split()[0] for line in server.heard[:4]]

        assert words == [b"ehlo", b"STARTTLS", b"ehlo", b"AUTH"]
    for script, reason in (
        (offers | {"AUTH": "535 5.7.8 no"}, "smtp_auth_535"),
        ({}, "smtp_no_auth"),
    ):
        with (
            scripted(folder, script) as server,
            pytest.raises(DestinationDownError, match=reason),
        ):
            link(folder, server, **account).send([wanted("k1")])
    assert isinstance(outcome, HandedOver)


@pytest.mark.parametrize(("place", "outcome"), [
    ("", None), ("MAIL", None), (".", Unknown("lost_after_data")),
])  # fmt: skip
def test_an_answer_that_drips_is_cut(folder: Path, place: str, outcome: Outcome | None) -> None:
    """A byte now and then keeps every read alive; the exchange has its own end."""
    with scripted(folder, {place: DRIP}) as server:
        begun, transport = time.monotonic(), link(folder, server, timeout_s=1)
        if outcome is None:
            with pytest.raises(DestinationDownError):
                transport.send([wanted("k1")])
        else:
            assert transport.send([wanted("k1")]) == [outcome]

    assert time.monotonic() - begun < 4
