"""What systemd is told: datagrams to the socket that it names (sd_notify(3))."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def tell(*lines: str, environment: Mapping[str, str] = os.environ) -> None:
    """Send state lines such as `READY=1`; nothing where systemd did not start us.

    Never raises: a service manager that does not listen is no reason to stop.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    if address.startswith("@"):  # the abstract name space: a zero byte first
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.sendto("\n".join(lines).encode(), address)
