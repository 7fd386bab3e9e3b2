"""The mail receiver in its own process: every fault, and nothing lost, doubled or readable."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tenacity import wait_fixed

from azalai.delivery.policy import Policy
from azalai.delivery.turn import Worker
from azalai.documents import Text
from azalai.errors import StopError
from azalai.ledger import entries
from azalai.outbox.balance import DESTINATION_TERMS, check_destination
from azalai.plugin.transport import Deferred, Delivered, HandedOver, Refused, Unknown
from azalai.simulate.faults import MAIL_KINDS, Faults
from azalai.simulate.mail_desk import LATE_S
from azalai.simulate.received import counts
from azalai.store import Store, delivery_rows, open_store, record_rows, run_rows
from azalai.store.delivery_rows import NewDelivery
from azalai.store.record_rows import NewVersion
from azalai.store.seal import create_kek, load_kek
from azalai.transports.mail import MailTransport
from mail_rig import NAME, certificates_in, openssl, receipts, receiver, settings, wanted
from simulator_rig import Simulator


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return certificates_in(tmp_path / "hub")


def started(folder: Path, *faults: str) -> Iterator[tuple[Simulator, MailTransport]]:
    for hub in receiver(folder, *faults):
        yield hub, MailTransport(settings(folder, hub.port, deduplicates_for_s=3600))


def rows(folder: Path) -> list[tuple[str, str, str, bytes, str, int]]:
    """`received`, as any program of an auditor reads it."""
    database = sqlite3.connect(folder / "received.db")
    try:
        return database.execute(
            "SELECT key, operation, sha256, body, first_at, times FROM received ORDER BY key"
        ).fetchall()
    finally:
        database.close()


def new(folder: Path) -> list[Path]:
    return sorted((folder / "receipts" / "new").iterdir())


def test_the_table_holds_the_mail_as_it_came(folder: Path) -> None:
    """Key and operation from inside; the body is the encrypted mail itself."""
    for _, link in started(folder):
        link.send([wanted("k1"), wanted("k1"), wanted("k2")])
    [first, second] = rows(folder)
    inside = openssl(folder, "-decrypt", "-recip", "recipient.pem", "-inkey", "recipient.key",
                     data=first[3])  # fmt: skip
    content = openssl(folder, "-verify", "-CAfile", "ca.pem", "-binary", data=inside)

    assert (first[:2], first[5]) == (("k1", "create"), 2)
    assert (second[:2], second[5]) == (("k2", "create"), 1)
    assert b"Azalai-Message-Key: k1\r\n" in content
    assert NAME.encode() not in first[3]


def test_other_bytes_under_a_known_key_are_refused(folder: Path) -> None:
    """The body's digest is compared after decryption: the envelope differs every time."""
    for _, link in started(folder):
        link.send([wanted("k1")])
        assert isinstance(receipts(link, 1)["k1"], Delivered)
        link.send([wanted("k1", name="AUTRE FICTIF")])
        found = receipts(link, 1)["k1"]

    assert isinstance(found, Refused)
    assert found.reason == "body-differs"
    assert len(rows(folder)) == 1


@pytest.mark.parametrize(("fault", "outcome"), [
    ("defer", Deferred("smtp_4.3.0")), ("lose", Unknown("lost_after_data")),
])  # fmt: skip
def test_faults_of_smtp(folder: Path, fault: str, outcome: Deferred | Unknown) -> None:
    """Deferred: nothing was taken. Lost after the final dot: it was, and its receipt comes."""
    for _, link in started(folder, f"{fault}=100%"):
        assert link.send([wanted("k1")]) == [outcome]
        came = receipts(link, 1, 2.0)

    assert counts(folder).received == len(came) == (0 if fault == "defer" else 1)


@pytest.mark.parametrize("fault", ["no_receipt", "wrong_signer"])
def test_faults_of_receipts(folder: Path, fault: str) -> None:
    """None, or a stranger's, that closes nothing; the true one comes later."""
    for _, link in started(folder, f"{fault}=100%"):
        begun = time.monotonic()
        assert isinstance(link.send([wanted("k1")])[0], HandedOver)
        time.sleep(0.3)
        assert dict(link.receipts()) == {}
        came = receipts(link, 1)

    assert isinstance(came["k1"], Delivered)
    assert time.monotonic() - begun >= LATE_S
    assert len(list((folder / "receipts" / "cur").iterdir())) == (2 if "signer" in fault else 1)


def test_never_a_receipt_and_a_refusal(folder: Path) -> None:
    """`never_receipt` answers nothing at all; `refuse` answers by a signed refusal."""
    for _, link in started(folder, "never_receipt=100%"):
        link.send([wanted("k1")])
        assert receipts(link, 1, LATE_S + 1.5) == {}
    for _, link in started(folder, "refuse=100%"):
        link.send([wanted("k9")])
        found = receipts(link, 1)["k9"]

    assert isinstance(found, Refused)
    assert found.reason == "not_accepted_here"
    assert [row[0] for row in rows(folder)] == ["k1"]


def test_a_restart_forgets_nothing(folder: Path) -> None:
    """Killed while a receipt was kept back: it comes after the restart, and the key is known."""
    for hub, link in started(folder, "no_receipt=100%"):
        link.send([wanted("k1")])
        hub.stop()
    for _, link in started(folder):
        link.send([wanted("k1")])
        assert isinstance(receipts(link, 1)["k1"], Delivered)
        time.sleep(LATE_S + 1)

        assert len(new(folder)) == 1

    assert (counts(folder).received, counts(folder).times) == (1, 2)


def test_sigterm_ends_it_with_0_and_plain_mail_gets_nothing(folder: Path) -> None:
    """MAIL without STARTTLS is refused; the process ends cleanly, without a traceback."""
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "azalai", "simulate", "mail", "--dir",
         str(folder)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)  # fmt: skip
    while not (folder / "port").exists() or not (folder / "port").read_text():
        time.sleep(0.05)
    import smtplib

    with smtplib.SMTP("127.0.0.1", int((folder / "port").read_text()), timeout=5) as smtp:
        smtp.ehlo("police.example")
        code, _ = smtp.docmd("MAIL FROM:<a@b.example>")
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=10)

    assert code == 530
    assert process.returncode == 0, said
    assert said == b""


def test_faults_depend_on_the_seed_and_the_name_alone() -> None:
    """The same seed gives the same faults in any order; an unknown fault is named."""
    names = [f"k{i}" for i in range(400)]
    first, second = (Faults(["no_receipt=10%"], 7, MAIL_KINDS) for _ in range(2))
    struck = [n for n in names if first.strikes("no_receipt", n)]

    assert struck == [n for n in reversed(names) if second.strikes("no_receipt", n)][::-1]
    assert 15 < len(struck) < 80
    with pytest.raises(StopError, match="no such fault: 503=1%"):
        Faults(["503=1%"], 7, MAIL_KINDS)


def owe(store: Store, count: int) -> None:
    for i in range(count):
        with store.write() as tx:
            record = record_rows.find_or_add(tx, f"NER-PN/p/FICTIF-{i}", "ner", "WantedPerson")
            number, _ = record_rows.add_version(tx, record, NewVersion(b"v", b"v"))
            key = delivery_rows.new_key()
            made = delivery_rows.add(tx, NewDelivery(
                record=record, version=number, destination="interpol", operation="create",
                state="staged", rule="a@1/P1", basis="art. 5", agreement="a@1",
                sentence=Text("règle", "rule"), rules_digest="r",
                body=wanted(key, f"FICTIF-{i}").body, media_type="application/xml",
                idempotency_key=key))  # fmt: skip
            delivery_rows.activate(tx, delivery_rows.get(tx.db, made))


def test_forty_messages_under_all_faults(folder: Path, tmp_path: Path) -> None:
    """Every owed message ends delivered or refused by a signed receipt; the receiver has each
    once by key; nothing is delivered without its receipt; OpenSSL reads the whole sink, and no
    name stands in it."""
    create_kek(tmp_path / "keys" / "kek")
    store = open_store(tmp_path / "state" / "azalai.db", load_kek(tmp_path / "keys" / "kek"),
                       lambda: datetime.now(UTC))  # fmt: skip
    owe(store, 40)
    policy = Policy("interpol", wait=wait_fixed(0.2), breaker_cap_s=1)
    faults = ("refuse=10%", "defer=20%", "lose=15%", "no_receipt=15%", "wrong_signer=15%")
    for _, link in started(folder, *faults):
        worker, deadline = Worker(store, link, policy), time.monotonic() + 40
        while time.monotonic() < deadline:
            touched = worker.turn(datetime.now(UTC))
            if not store.db.row("deliveries", "moving", paused=json.dumps([]))[0]:  # type: ignore[index]
                break
            if not touched:
                time.sleep(0.2)
    found = [delivery_rows.delivery_of(row) for row in store.db.rows(
        "deliveries", "list", destination=None, state=None, record=None, most=99)]  # fmt: skip
    n = dict.fromkeys(DESTINATION_TERMS, 0) | run_rows.counters(store.db, "destination")["interpol"]
    logged = [entries.decode(d) for _, d in store.ledger.entries(0, store.ledger.head().size)]

    assert {d.state for d in found} == {"delivered", "refused"}
    assert check_destination("interpol", n) == []
    assert sorted(r[0] for r in rows(folder)) == sorted(
        str(d.idempotency_key) for d in found if d.state == "delivered"
    )
    assert {d.last_reason for d in found if d.state == "refused"} == {"not_accepted_here"}
    outcomes = {e["outcome"] for e in logged if e["type"] == "outcome"}
    assert {"awaiting", "delivered", "refused", "deferred", "unknown"} <= outcomes
    for mail in (folder / "sink").iterdir():
        inside = openssl(folder, "-decrypt", "-in", str(mail), "-recip", "recipient.pem",
                         "-inkey", "recipient.key")  # fmt: skip
        openssl(folder, "-verify", "-CAfile", "ca.pem", data=inside)
    told = "KONAT|FICTIF-|WantedPerson"
    grep = subprocess.run(["grep", "-rlE", told, "sink", "receipts"], cwd=folder,
                          capture_output=True, check=False)  # fmt: skip
    assert (grep.returncode, grep.stdout) == (1, b"")
