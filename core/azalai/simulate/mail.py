"""`azalai simulate mail`: a real SMTP server that takes secure mail and signs receipts."""

import asyncio
import signal
import ssl
from collections.abc import Sequence
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from azalai.simulate import certificates
from azalai.simulate.faults import MAIL_KINDS, Faults
from azalai.simulate.mail_desk import LATE_S, Desk

MAIL_MAX = 16_000_000
_LOOK_S = 0.25


class _Handler:
    """aiosmtpd's hooks, called by name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle_RCPT(  # noqa: N802 (the library names it)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        """One recipient a mail."""
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 (the library names it)
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take the mail, or say why not."""
        content = envelope.content
        mail = content if isinstance(content, bytes) else b""
        said = self._desk.take(mail, envelope.mail_from or "", envelope.rcpt_tos[0])
        if said.lost and server.transport is not None:
            server.transport.abort()  # type: ignore[attr-defined]
        return said.answer


def serve(folder: Path, port: int, faults: Sequence[str] = (), seed: int = 0) -> None:
    """Run until SIGTERM. Certificates are made in `folder` if there are none; `folder/port` says
    where it listens once it does. STARTTLS is required; receipts fall into `folder/receipts`."""
    folder.mkdir(parents=True, exist_ok=True)
    certificates.make_mail(folder)
    desk = Desk(folder, Faults(faults, seed, MAIL_KINDS))
    asyncio.run(_serve(folder, port, desk))


async def _serve(folder: Path, port: int, desk: Desk) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    loop, stop, handler = asyncio.get_running_loop(), asyncio.Event(), _Handler(desk)

    def session() -> SMTP:
        return SMTP(handler, data_size_limit=MAIL_MAX, hostname="localhost", ident="simulateur",
                    tls_context=context, require_starttls=True, loop=loop)  # fmt: skip

    server = await loop.create_server(session, "127.0.0.1", port)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    listening = server.sockets[0].getsockname()[1]
    (folder / "port").write_text(str(listening))
    (folder / "listen").write_text(str(listening))
    print(f"secure mail receiver on 127.0.0.1:{listening}", flush=True)  # noqa: T201
    late = asyncio.create_task(_deliver_late(desk))
    await stop.wait()
    late.cancel()
    server.close()


async def _deliver_late(desk: Desk) -> None:
    """What was kept back arrives `LATE_S` after it was seen here."""
    seen: dict[Path, float] = {}
    loop = asyncio.get_running_loop()
    while True:
        for receipt in desk.late():
            if loop.time() >= seen.setdefault(receipt, loop.time()) + LATE_S:
                desk.deliver_late(receipt)
                del seen[receipt]
        await asyncio.sleep(_LOOK_S)
