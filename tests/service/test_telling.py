"""What the daemon tells systemd and whoever asks for its health."""

import socket
from pathlib import Path

import pytest

from azalai.errors import ConfigurationError
from azalai.service import notify
from azalai.service.health import Health
from daemon_rig import free_port, probe


def test_systemd_hears_each_line(tmp_path: Path) -> None:
    """A datagram to the named socket, in the file system or abstract; without one, nothing."""
    for name in (str(tmp_path / "notify"), "\0azalai-essai-FICTIF"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
            listening.bind(name)
            listening.settimeout(5)
            told = {"NOTIFY_SOCKET": name.replace("\0", "@")}
            notify.tell("READY=1", "STATUS=2 feeds", environment=told)

            assert listening.recv(200) == b"READY=1\nSTATUS=2 feeds"
    for nobody in ({}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": str(tmp_path / "gone")}):
        notify.tell("READY=1", environment=nobody)


def test_ready_says_which_part_is_not(tmp_path: Path) -> None:
    """200 only while every part is well; alive is another question; nothing else is served."""
    port = free_port()
    parts = {"store": True, "threads": True}
    server = Health(f"127.0.0.1:{port}", lambda: parts)
    try:
        assert probe(port, "/ready") == (200, {"ready": True, "store": True, "threads": True})
        parts["store"] = False
        assert probe(port, "/ready") == (503, {"ready": False, "store": False, "threads": True})
        assert probe(port, "/ping") == (200, {"alive": True})
        assert probe(port, "/azalai.yaml")[0] == 404
        with socket.create_connection(("127.0.0.1", port)):  # says nothing, keeps nobody out
            assert probe(port, "/ping") == (200, {"alive": True})
        with pytest.raises(ConfigurationError, match="health"):
            Health(f"127.0.0.1:{port}", lambda: parts)
    finally:
        server.close()

    assert probe(port, "/ping")[0] == 0
