"""A secure mail channel: certificates made once, a receiver in its own process, real messages."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from cryptography import x509

from azalai.plugin.transport import Message, Outcome
from azalai.simulate import certificates
from azalai.transports import mail_envelope
from azalai.transports.mail import MailSettings, MailTransport
from azalai.transports.mail_envelope import Identity
from simulator_rig import Simulator

SENDER, RECIPIENT = "bureau@police.example", "echange@organisation.example"
NAME = "KONATÉ FICTIF"
_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<NominalRecord xmlns="urn:azalai:interpol-style:1"><Header><MessageKey>{key}</MessageKey>\
<Operation>ADD</Operation><Mark>TEST</Mark><SourceCountry>UTO</SourceCountry>\
<SourceAgency>Police FICTIVE</SourceAgency><SourceReference>{reference}</SourceReference>\
<RecordVersion>1</RecordVersion><Purpose>PROSECUTION</Purpose><LegalGround>request</LegalGround>\
<Handling>none</Handling></Header><Subject><NameInOriginalScript>{name}</NameInOriginalScript>\
</Subject></NominalRecord>
"""


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="azalai-mail-"))
    certificates.make_mail(folder)
    return folder


def certificates_in(folder: Path) -> Path:
    """A folder with the certificates of both ends; an RSA key is made once a test process."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _made().iterdir():
        shutil.copy(path, folder)
    return folder


def certificate(folder: Path, name: str) -> x509.Certificate:
    return mail_envelope.load_certificate(folder / f"{name}.pem")


@cache
def identity(folder: Path, name: str) -> Identity:
    return mail_envelope.load_identity(folder / f"{name}.pem", folder / f"{name}.key")


def wanted(key: str, reference: str | None = None, name: str = NAME) -> Message:
    """A message that the INTERPOL-style XSD takes."""
    body = _XML.format(key=key, reference=reference or f"FICTIF-{key}", name=name).encode()
    return Message(key, key, "create", "WantedPerson", body, "application/xml")


def settings(folder: Path, port: int, **changes: object) -> MailSettings:
    given = {
        "server": "127.0.0.1", "port": port, "tls": "starttls", "ca": folder / "ca.pem",
        "sender": SENDER, "recipient": RECIPIENT, "certificate": folder / "sender.pem",
        "key": folder / "sender.key", "recipient_certificate": folder / "recipient.pem",
        "receipts": folder / "receipts", "receipt_signer": folder / "receipts.pem",
        "timeout_s": 5,
    }  # fmt: skip
    return MailSettings(**(given | changes))  # type: ignore[arg-type]


def receiver(folder: Path, *faults: str) -> Iterator[Simulator]:
    """A started receiver, stopped at the end: to be yielded from a fixture."""
    made = Simulator(certificates_in(folder), *faults, kind="mail")
    (folder / "port").unlink(missing_ok=True)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def receipts(link: MailTransport, count: int, within_s: float = 10.0) -> dict[str, Outcome]:
    """What comes back, waited for."""
    found: dict[str, Outcome] = {}
    _until(lambda: len(found) >= count, lambda: found.update(link.receipts()), within_s)
    return found


def openssl(folder: Path, *words: str, data: bytes | None = None) -> bytes:
    """The real `openssl cms`; its output, or an AssertionError with what it says."""
    done = subprocess.run(["openssl", "cms", *words], cwd=folder, input=data, capture_output=True,
                          check=False)  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()

    return done.stdout


def _until(done: Callable[[], bool], step: Callable[[], object], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not done() and time.monotonic() < deadline:
        step()
        time.sleep(0.05)
