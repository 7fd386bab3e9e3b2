"""What a simulated receiver says that it has: a signed manifest of one day (UTC)."""

import hashlib
import hmac
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from azalai.ledger import keys, manifest
from azalai.ledger.manifest import Manifest

ORIGIN = "simulator.invalid/manifest"


def write_received(folder: Path, destination: str, day: str, out: Path) -> Manifest:
    """Write the manifest of what came on a day (YYYY-MM-DD) under keys of its own; its key is made
    in `folder` at first. OSError."""
    key = folder / "manifest.pem"
    signer = keys.load(key) if key.exists() else keys.create(key, ORIGIN)
    with closing(apsw.Connection(str(folder / "received.db"))) as db:
        rows: list[Any] = db.execute("SELECT key, operation, body FROM received WHERE substr(first_at, 1, 10) = ? "
                          "ORDER BY rowid", (day,)).fetchall()  # fmt: skip
    lines = [(number, operation, hmac.digest(name.encode(), bytes(body), hashlib.sha256))
             for number, (name, operation, body) in enumerate(rows, 1)]  # fmt: skip
    with out.open("wb") as file:
        return manifest.write(file, signer, (destination, "received", day, "UTC"), lines)
