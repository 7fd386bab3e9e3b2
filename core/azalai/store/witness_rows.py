"""Cosignatures of our log, what we cosigned of others', and views that do not fit together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from azalai.clock import format_instant
from azalai.errors import NotFoundError
from azalai.ledger import Checkpoint
from azalai.ledger.cosignature import Cosignature
from azalai.ledger.note import encode_base64
from azalai.store.engine import Engine
from azalai.store.transaction import Transaction

LAST_SECOND = 253_402_300_799
"""9999-12-31T23:59:59Z."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One of our checkpoints as witnesses were asked to cosign it; `met`: enough of them did."""

    size: int
    note: bytes
    at: str
    met: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a witness said last: how much of our log it holds, when it was asked, its answer."""

    size: int
    asked_at: str
    answer: str


@dataclass(frozen=True, slots=True)
class View:
    """Another view of a log than ours: `kind` is split_view, fork or rollback."""

    id: int
    at: str
    kind: str
    origin: str
    size: int
    root: str
    told_by: str
    settled_at: str | None


def add_seal(tx: Transaction, size: int, note: bytes, *, kept: bool = False) -> None:
    """A checkpoint that witnesses are asked to cosign; `kept`: in a file, for a later answer."""
    tx.db.do("witnesses", "seal", size=size, note=note, at=tx.at)
    if kept:
        tx.db.do("witnesses", "keep_seal", size=size)


def seal(database: Engine, which: str, **values: Any) -> Seal | None:
    """A checkpoint: `one_seal` (size), `met_seal`, `cosigned_seal`, `newest_seal`, `first_unmet`."""
    row = database.row("witnesses", which, **values)
    return None if row is None else Seal(row[0], bytes(row[1]), row[2], bool(row[3]))


def cosign(tx: Transaction, size: int, witness: str, found: Cosignature) -> None:
    """A witness cosigned our checkpoint of `size` entries."""
    at = format_instant(_instant(found.time))
    tx.db.do("witnesses", "cosign", size=size, witness=witness, line=found.line, at=at)


def _instant(seconds: int) -> datetime:
    """POSIX seconds as an instant; what lies beyond the year 9999 is its end."""
    return datetime.fromtimestamp(min(seconds, LAST_SECOND), UTC)


def lines_of(database: Engine, size: int) -> list[tuple[str, str, str]]:
    """Witness (its key), signature line and instant of each cosignature on a checkpoint."""
    return [(row[0], row[1], row[2]) for row in database.rows("witnesses", "cosigned", size=size)]


def meet(tx: Transaction, size: int) -> bool:
    """Enough witnesses cosigned this checkpoint; False where that was known."""
    met = tx.db.do("witnesses", "meet", size=size) > 0
    if met:
        tx.db.do("witnesses", "fold_met")
    return met


def fold(tx: Transaction) -> None:
    """Let go of checkpoints that newer ones stand for."""
    tx.db.do("witnesses", "fold")


def told(database: Engine, witness: str) -> Told | None:
    """What a witness said last, or None: it was never asked."""
    row = database.row("witnesses", "witness", witness=witness)
    return None if row is None else Told(*row)


def put_told(tx: Transaction, witness: str, size: int, answer: str) -> None:
    """A witness was asked: how much of our log it holds, and its answer in a word."""
    tx.db.do("witnesses", "put_witness", witness=witness, size=size, asked_at=tx.at, answer=answer)


def latest(database: Engine, origin: str) -> tuple[int, bytes, bytes, str] | None:
    """Size, root, note (signed by the log) and instant of the latest checkpoint of a log that this
    node cosigned."""
    row = database.row("witnesses", "latest", origin=origin)
    return None if row is None else (row[0], bytes(row[1]), bytes(row[2]), row[3])


def root_of(database: Engine, origin: str, size: int) -> bytes | None:
    """The root that this node cosigned for a size of a log, one of the last 1,000."""
    row = database.row("witnesses", "root", origin=origin, size=size)
    return None if row is None else bytes(row[0])


def put_witnessed(tx: Transaction, seen: Checkpoint, note: bytes) -> None:
    """This node is about to cosign a checkpoint of a log."""
    tx.db.do("witnesses", "put", origin=seen.origin, size=seen.size, root=seen.root, note=note,
             at=tx.at)  # fmt: skip
    tx.db.do("witnesses", "forget_old", origin=seen.origin)


def add_view(tx: Transaction, kind: str, seen: Checkpoint, note: bytes, told_by: str) -> bool:
    """Another view of a log was shown: entered in the ledger, once. False where it was known."""
    root = encode_base64(seen.root)
    if not tx.db.do("witnesses", "add_view", at=tx.at, kind=kind, origin=seen.origin,
                    size=seen.size, root=root, told_by=told_by, note=note):  # fmt: skip
        return False
    tx.log("act", actor="azalai/witness", act="view_differs", kind=kind, origin=seen.origin,
           size=seen.size, root=root, told_by=told_by)  # fmt: skip
    return True


def views(database: Engine) -> list[View]:
    """All that were shown, the settled ones too."""
    return [View(*row) for row in database.rows("witnesses", "views")]


def open_views(database: Engine) -> Sequence[View]:
    """Those that no person has seen to."""
    return [one for one in views(database) if one.settled_at is None]


def settle(tx: Transaction, number: int, actor: str, reason: str) -> None:
    """A person has seen to a view; `reason` is the note's commitment. NotFoundError."""
    if not tx.db.do("witnesses", "settle", id=number, at=tx.at):
        raise NotFoundError(f"no open view {number}")
    tx.log("act", actor=actor, act="view_settled", subject=f"view/{number}", reason=reason)


def pruned_until(database: Engine) -> int:
    """The first entry that is still there: 0 where nothing was pruned."""
    row = database.row("witnesses", "pruned")
    return 0 if row is None else int(row[0])


def prune(tx: Transaction, until: int) -> None:
    """Let go of the entries below `until`; their hashes stay."""
    tx.db.do("witnesses", "set_pruned", until=until)
    tx.db.do("witnesses", "prune", until=until)
