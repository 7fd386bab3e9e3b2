"""The daemon's books: a checkpoint by time and by count, then the witnesses, however they answer."""

import socket
import threading
import time
from pathlib import Path

import pytest

from azalai.app import cosigned
from azalai.errors import DestinationDownError
from azalai.ledger import keeper, open_checkpoint
from azalai.service import duties
from azalai.service.asking import ASK_S, Asking
from azalai.service.duties import Keeping
from azalai.service.watch import Watch
from azalai.transports import witness
from outbox_rig import FixedClock
from witness_rig import Node, entries, free_port


def published(node: Node) -> int:
    with node.opened() as app:
        note = keeper.read(app.settings.state / "checkpoint")
        return -1 if note is None else open_checkpoint(note, cosigned.our_keys(app.settings)).size


def test_a_checkpoint_after_so_many_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However short the time is."""
    node = Node(tmp_path, "ner", FixedClock())
    monkeypatch.setattr(duties, "PUBLISH_ENTRIES", 20)
    with node.opened() as app:
        duty = Keeping(app, Watch()).begin(app.store)
        duty()
        node.grow(app, 19)
        duty()
        before = published(node)
        node.grow(app, 5)
        size = app.store.ledger.head().size
        duty()

    assert before < size == published(node)


def test_the_witnesses_are_asked(tmp_path: Path) -> None:
    """By the duty itself; a late quorum is entered, and nothing is asked once it has to stop."""
    clock = FixedClock()
    ner, tcd = Node(tmp_path, "ner", clock), Node(tmp_path, "tcd", clock)
    tcd.cosigning([ner])
    ner.cosigning((), ner.witness_lines(1, tcd))
    with ner.opened() as app:
        ner.grow(app)
        duty = Asking(app, lambda: True).begin(app.store)
        assert duty() == ASK_S
        clock.pass_seconds(90_000)
        duty()
        assert [one["act"] for one in entries(app)][-1] == "quorum_late"
        with tcd.serving():
            Asking(app, lambda: False).begin(app.store)()
            assert cosigned.look(app).met is None  # type: ignore[union-attr]
            duty()
            assert cosigned.look(app).met is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("answer", [b"", b"H", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nx"])
def test_a_witness_that_drips(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says a little and then nothing, or a byte now and then: left after the whole time."""
    monkeypatch.setattr(witness, "WHOLE_S", 0.6)
    port, ended = free_port(), threading.Event()
    listening = socket.create_server(("127.0.0.1", port))

    def drip() -> None:
        with listening, listening.accept()[0] as link:
            link.sendall(answer)
            while not ended.wait(0.1):
                try:
                    link.sendall(b"x")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    begun = time.monotonic()
    with pytest.raises(DestinationDownError):
        witness.submit(witness.Link(f"http://127.0.0.1:{port}"), b"old 0\n\nx\n")
    ended.set()
    thread.join()

    assert time.monotonic() - begun < 6
