"""What a simulator received: `received.db`, durable before it answers."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import apsw

_SCHEMA = """
CREATE TABLE IF NOT EXISTS received (key TEXT PRIMARY KEY, operation TEXT NOT NULL,
    sha256 TEXT NOT NULL, body BLOB NOT NULL, first_at TEXT NOT NULL, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS effects (reference TEXT PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS second_effects (key TEXT PRIMARY KEY, reference TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS contents (key TEXT PRIMARY KEY, sha256 TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """`received` keys; `times` they came in all; `second_effects`: creates of what was there."""

    received: int
    times: int
    second_effects: int


class Received:
    """The receiver's memory. One connection behind a lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = apsw.Connection(str(path))
        self._db.execute("PRAGMA journal_mode=WAL").fetchall()
        self._db.execute("PRAGMA synchronous=FULL").fetchall()
        self._db.execute(_SCHEMA)

    def known(self, key: str) -> str | None:
        """The SHA-256 of what came under a key, or None."""
        with self._lock:
            row = self._db.execute("SELECT sha256 FROM received WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def add(
        self, key: str, operation: str, body: bytes, reference: str, content: bytes | None = None
    ) -> str:
        """`accepted`, `duplicate` or `body-differs`, committed. `content` is what the body was
        found to hold where it is sealed anew each time: then that must not differ."""
        digest = sha256(body).hexdigest()
        same = digest if content is None else sha256(content).hexdigest()
        with self._lock, self._db:
            row = self._db.execute("SELECT sha256 FROM contents WHERE key = ?", (key,)).fetchone()
            if row is not None:
                self._db.execute("UPDATE received SET times = times + 1 WHERE key = ?", (key,))
                return "duplicate" if row[0] == same else "body-differs"
            self._db.execute("INSERT INTO contents VALUES (?, ?)", (key, same))
            self._db.execute("INSERT INTO received VALUES (?, ?, ?, ?, ?, 1)",
                             (key, operation, digest, body, datetime.now(UTC).isoformat()))  # fmt: skip
            self._effect(key, operation, reference)
        return "accepted"

    def _effect(self, key: str, operation: str, reference: str) -> None:
        if operation == "cancel":
            self._db.execute("DELETE FROM effects WHERE reference = ?", (reference,))
            return
        there = self._db.execute(
            "SELECT key FROM effects WHERE reference = ?", (reference,)
        ).fetchone()
        if there is not None and operation == "create":
            self._db.execute("INSERT INTO second_effects VALUES (?, ?)", (key, reference))
        self._db.execute("INSERT OR REPLACE INTO effects VALUES (?, ?)", (reference, key))


def counts(folder: Path) -> Counts:
    """What a simulator in `folder` has received."""
    db = apsw.Connection(str(folder / "received.db"))
    try:
        row = db.execute("SELECT count(*), coalesce(sum(times), 0) FROM received").fetchone()
        second = db.execute("SELECT count(*) FROM second_effects").fetchone()
    finally:
        db.close()
    received, times = row or (0, 0)
    return Counts(received, times, (second or (0,))[0])
