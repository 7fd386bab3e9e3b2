"""A TCP proxy that does to a connection what bad lines do: by a plan drawn from a seed."""

import random
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CALM = "calm"
KINDS = (CALM, "slow", "cut_request", "cut_answer", "reset", "drip", "half_open", "swallow")


@dataclass(frozen=True)
class Plan:
    """What happens to one connection; `at` counts bytes of its direction."""

    kind: str
    at: int = 0
    wait_s: float = 0.0


@dataclass
class Proxy:
    """Listens on `port`, carries to `target`. `plans` are used up one a connection, then calm."""

    target: int
    plans: list[Plan] = field(default_factory=list)
    drip_s: float = 1.0
    connections: int = 0
    used: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        """Ends every connection and every thread: none may be stuck."""
        self._ended.set()
        for one in [self._listening, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            plan = self.plans.pop(0) if self.plans else Plan(CALM)
            self.used.append(plan.kind)
            self._open.append(near)
            if plan.kind == "half_open":
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self._open.append(far)
            for source, sink, asks in ((near, far, True), (far, near, False)):
                carrying = threading.Thread(target=self._carry, daemon=True,
                                            args=(source, sink, plan, asks))  # fmt: skip
                self._threads.append(carrying)
                carrying.start()

    def _carry(self, source: socket.socket, sink: socket.socket, plan: Plan, asks: bool) -> None:
        carried = 0
        with suppress(OSError):
            while data := source.recv(65_536):
                if plan.kind == "slow":
                    self._ended.wait(plan.wait_s)
                if not self._fits(plan, asks, carried, len(data)):
                    self._break(source, sink, plan, data[: max(0, plan.at - carried)])
                    return
                carried += len(data)
                if plan.kind == "swallow" and not asks and carried > plan.at:
                    continue
                self._send(sink, data, plan, asks)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _fits(plan: Plan, asks: bool, carried: int, more: int) -> bool:
        mine = {"cut_request": asks, "reset": asks, "cut_answer": not asks}.get(plan.kind, False)
        return not mine or carried + more <= plan.at

    def _break(
        self, source: socket.socket, sink: socket.socket, plan: Plan, last: bytes
    ) -> None:  # fmt: skip
        with suppress(OSError):
            sink.sendall(last)
        for one in (source, sink):
            with suppress(OSError):
                if plan.kind == "reset":
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _send(self, sink: socket.socket, data: bytes, plan: Plan, asks: bool) -> None:
        if plan.kind != "drip" or asks:
            sink.sendall(data)
            return
        for byte in data:
            sink.sendall(bytes([byte]))
            if self._ended.wait(self.drip_s):
                return


def drawn(chance: random.Random, count: int) -> list[Plan]:
    """Plans of a seed. A TLS 1.3 handshake here takes about 2,000 bytes each way."""
    return [
        Plan(chance.choice(KINDS), chance.choice((0, 300, 1500, 2500, 3000, 3500, 4500)) +
             chance.randrange(400), chance.choice((0.001, 0.02, 0.1)))
        for _ in range(count)
    ]  # fmt: skip


@contextmanager
def between(target: int, plans: list[Plan], drip_s: float = 1.0) -> Iterator[Proxy]:
    made = Proxy(target, plans, drip_s)
    try:
        yield made
    finally:
        made.close()


def within(seconds: float, began: float) -> bool:
    """Whether no more than that has passed."""
    return time.monotonic() - began <= seconds
