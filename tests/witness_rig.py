"""Nodes that cosign each other's ledgers: deployments in folders, on real sockets of this machine."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from azalai.app import App, opened
from azalai.app.witness import signing_key
from azalai.cli.init import init
from azalai.clock import Clock
from azalai.ledger import keys
from azalai.service.witness_server import WitnessServer
from outbox_rig import FixedClock


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Node:
    """One deployment. It knows others after `watches` (it cosigns them) and `asks` (they it)."""

    def __init__(self, folder: Path, name: str, clock: Clock | None = None) -> None:
        init(folder / name, quiet=True)
        self.name = name
        self.folder = folder / name
        self.file = self.folder / "azalai.yaml"
        self.clock = clock or FixedClock()
        self.port = free_port()
        self.base = self.file.read_text(encoding="utf-8")
        self.cosigning(())
        with self.opened() as app:
            self.witness_vkey = signing_key(app.settings, make=True).cosigner.vkey

    @property
    def vkey(self) -> str:
        """Its log's first key."""
        return keys.load_vkey(keys.vkey_path(self.folder / "keys" / "ledger.pem")).vkey

    def cosigning(
        self, logs: Sequence["Node"], witnesses: str = "", extra: str = "", more: str = ""
    ) -> None:
        """Write what it cosigns and who cosigns it."""
        lines = [f"    {one.name}: {{vkey: {one.vkey}}}" for one in logs]
        part = (
            f"cosigning:\n  name: azalai.invalid/{self.name}/witness\n"
            f"  listen: 127.0.0.1:{self.port}\n{extra}"
            + ("  logs:\n" + "\n".join(lines) + "\n" if lines else "")
        )
        self.file.write_text(f"{self.base}\n{part}{witnesses}{more}", encoding="utf-8")

    def witness_lines(self, least: int, *nodes: "Node", apart: Sequence["Node"] = ()) -> str:
        """The block `witnesses:` of who is asked by `nodes`, those of `apart` by file."""
        lines = [
            f"    {one.name}: {{vkey: {one.witness_vkey}, url: 'http://127.0.0.1:{one.port}'}}"
            for one in nodes
        ]
        lines += [f"    {one.name}: {{vkey: {one.witness_vkey}}}" for one in apart]
        return f"witnesses:\n  quorum: {least}\n  nodes:\n" + "\n".join(lines) + "\n"

    @contextmanager
    def opened(self) -> Iterator[App]:
        """Its deployment, on its clock."""
        with opened(self.file, self.clock) as app:
            yield app

    @contextmanager
    def serving(self) -> Iterator[WitnessServer]:
        """Its witness, listening."""
        with self.opened() as app:
            server = WitnessServer(app.settings, app.store.another)
            try:
                yield server
            finally:
                server.close()

    def grow(self, app: App, count: int = 1) -> None:
        """Entries in its ledger."""
        with app.store.write() as tx:
            for number in range(count):
                tx.log("act", actor="os/test", act="noted", number=number)


def entries(app: App) -> list[dict[str, object]]:
    """What its ledger says, entry by entry."""
    from azalai.ledger.entries import decode

    size = app.store.ledger.head().size
    return [decode(data) for _, data in app.store.ledger.entries(0, size)]
