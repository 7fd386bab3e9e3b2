"""The other sides of a demonstration or a training: where each lies, and what starts it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from azalai.simulate import certificates

START_S = 20.0
STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Side:
    """One simulated destination: its name in the configuration, `wapis` or `mail`, its folder."""

    name: str
    kind: str
    folder: Path
    faults: Sequence[str] = ()
    seed: int = 0

    @property
    def port(self) -> int:
        """The port that `prepare` chose."""
        return int((self.folder / "listen").read_text())

    def words(self) -> list[str]:
        """The words of the command line, after `azalai`, that start it as it was."""
        faults = [word for fault in self.faults for word in ("--fault", fault)]
        seed = ["--seed", str(self.seed)] if faults else []
        return ["simulate", self.kind, "--dir", str(self.folder), "--port", str(self.port), *seed,
                *faults]  # fmt: skip


def prepare(side: Side) -> None:
    """Make its folder, its certificates and choose its port. Keeps what is there."""
    if (side.folder / "listen").exists():
        return
    if side.kind == "mail":
        certificates.make_mail(side.folder)
        for part in ("new", "cur", "tmp"):
            (side.folder / "receipts" / part).mkdir(parents=True)
    else:
        certificates.make(side.folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        (side.folder / "listen").write_text(str(free.getsockname()[1]))


def settings(side: Side, place: str) -> str:
    """Its block under `destinations:`; `place` is its folder as seen from the configuration."""
    shared = f"  {side.name}:\n    connector: {_CONNECTORS[side.kind]}\n    states: [ UTO ]\n"
    own = _MAIL if side.kind == "mail" else _WAPIS
    return shared + own.format(port=side.port, place=place)


@contextmanager
def running(sides: Sequence[Side]) -> Iterator[bool]:
    """Each in a process of its own while inside; yields whether all of them listen."""
    started = [
        subprocess.Popen([sys.executable, "-m", "azalai", *side.words()],  # noqa: S603 (our own)
                         stdout=subprocess.DEVNULL)
        for side in sides
    ]  # fmt: skip
    try:
        yield all(_listens(side.port) for side in sides)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(STOP_S)


def _listens(port: int) -> bool:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


_CONNECTORS = {"wapis": "wapis", "mail": "interpol_mail"}
_WAPIS = """\
    url: https://127.0.0.1:{port}
    ca: {place}/ca.pem
    certificate: {place}/client.pem
    key: {place}/client.key
    batch: 20
"""
_MAIL = """\
    server: 127.0.0.1
    port: {port}
    ca: {place}/ca.pem
    sender: bureau@noeud.invalid
    recipient: reception@interpol.invalid
    certificate: {place}/sender.pem
    key: {place}/sender.key
    recipient_certificate: {place}/recipient.pem
    receipts: {place}/receipts         # les accusés signés tombent dans ce Maildir
    receipt_signer: {place}/receipts.pem
    receipt_within_s: 3600
    concurrency: 4
    deduplicates_for_s: 604800
"""
