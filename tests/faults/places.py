"""A deployment with an HTTPS and a mail destination, and what its receivers say that they have."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw

from azalai import reports
from azalai.ledger import keeper, keys
from azalai.ledger.verify import verify
from azalai.simulate import sides
from azalai.simulate.received import counts
from azalai.simulate.sides import Side
from azalai.store import Store, delivery_rows, open_store, record_rows
from azalai.store.delivery_rows import SUPERSEDED
from azalai.store.seal import load_kek
from daemon_rig import DOCUMENTS
from deployment_rig import CONFIG, Deployment, agreement
from outbox_rig import FixedClock

KILLED = Path(__file__).parent / "killed.py"
HTTPS, MAIL = "regional", "interpol"


class Place(Deployment):
    """The rig's deployment; every record goes to both destinations."""

    def __init__(self, folder: Path, *faults: str, kinds: tuple[str, ...] = (HTTPS, MAIL)) -> None:
        super().__init__(folder, DOCUMENTS)
        mail_faults = tuple(f for f in faults if f.split("=")[0] in ("lose", "refuse"))
        self.sides = [
            Side(name, "mail" if name == MAIL else "wapis", folder / name,
                 mail_faults if name == MAIL else faults)
            for name in kinds
        ]  # fmt: skip
        for side in self.sides:
            sides.prepare(side)
        head = CONFIG[: CONFIG.index("destinations:")].format(held="no")
        blocks = "".join(sides.settings(side, side.name) for side in self.sides)
        blocks = blocks.replace(f"  {HTTPS}:\n", f"  {HTTPS}:\n    concurrency: 3\n")
        (folder / "azalai.yaml").write_text(f"{head}destinations:\n{blocks}")
        self.agree(agreement().replace("[ regional ]", f"[ {', '.join(kinds)} ]"))

    @contextmanager
    def receivers(self) -> Iterator[None]:
        with ExitStack() as stack:
            assert stack.enter_context(sides.running(self.sides))
            yield

    def kill_at(self, point: str, number: int, *words: str) -> int:
        """Run a command that is killed at the n-th passing of a point; its exit code."""
        return subprocess.run([sys.executable, str(KILLED), point, str(number), *words],
                              env=self.environment(), capture_output=True, check=False,
                              timeout=120).returncode  # fmt: skip

    def settle(self) -> None:
        """An ordinary run to the end."""
        done = self.azalai("run", "--until-idle", "--timeout", "110")
        assert done.returncode == 0, done.stdout + done.stderr

    def verify(self, records: int) -> None:
        """The receivers' own memory: each of `records` messages once, with its bytes, less those
        that a newer one overtook while the link was broken; ledger and equations."""
        for side in self.sides:
            self._verify_side(side, records - self.superseded(side.name))
        store = self.store()
        try:
            assert reports.conservation(store) == {"ok": True, "differences": []}
            assert {one["open"] for one in reports.destinations(store, [])} == {0}
            note = keeper.read(self.checkpoint()) or b""
            key = keys.load_vkey(keys.vkey_path(self.folder / "keys" / "ledger.pem"))
            assert verify(store.ledger, note, [key]).ok
        finally:
            store.close()

    def _verify_side(self, side: Side, records: int) -> None:
        got = counts(side.folder)
        assert (got.received, got.second_effects) == (records, 0), f"{side.name}: {got}"
        db = apsw.Connection(str(side.folder / "received.db"))
        try:
            rows = db.execute("SELECT key, sha256 FROM contents").fetchall()
            contents = {str(key): str(digest) for key, digest in rows}
        finally:
            db.close()
        assert contents == self.frozen(side.name), f"{side.name} has other bytes"

    def frozen(self, destination: str) -> dict[str, str]:
        """The SHA-256 of each delivered message, as the store keeps it."""
        store = self.store()
        try:
            return {
                str(d.idempotency_key): sha256(delivery_rows.open_body(
                    store.db, record_rows.by_id(store.db, store.keys, d.record), d)).hexdigest()
                for d in self._delivered(store, destination)
            }  # fmt: skip
        finally:
            store.close()

    def superseded(self, destination: str) -> int:
        """How many deliveries ended because a newer version waited behind them."""
        store = self.store()
        try:
            rows: list[Any] = store.db.rows("deliveries", "list", destination=destination,
                                            state="withdrawn", record=None, most=1_000_000)  # fmt: skip
            return sum(delivery_rows.delivery_of(row).last_reason == SUPERSEDED for row in rows)
        finally:
            store.close()

    def checkpoint(self) -> Path:
        return self.folder / "state" / "checkpoint"

    def store(self) -> Store:
        return open_store(self.folder / "state" / "azalai.db", load_kek(self.folder / "keys" / "kek"),
                          FixedClock())  # fmt: skip

    def _delivered(self, store: Store, destination: str) -> list[delivery_rows.Delivery]:
        rows: list[Any] = store.db.rows("deliveries", "list", destination=destination,
                                        state="delivered", record=None, most=1_000_000)  # fmt: skip
        return [delivery_rows.delivery_of(row) for row in rows]
