"""A backup put back: checked first, never over what is there without a reason, then asked for."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from azalai.app import backing_up, instance
from azalai.app.backing_up import CHECKPOINT, DATABASE, Backup
from azalai.clock import Clock
from azalai.errors import StopError, VerificationError
from azalai.ledger import keeper, keys
from azalai.ledger.checkpoint import open_checkpoint
from azalai.ledger.verify import verify
from azalai.settings import Settings
from azalai.store import Transaction, integrity, notes, open_store, restored, runner_lock
from azalai.store.seal import load_kek

ASIDE = "before-restore-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the backup, how long the log was that this node last published, how many
    deliveries may have been sent since, and where the files went that it replaced."""

    backup: Backup
    seen_size: int
    asked: int
    aside: Path | None


def restore(
    settings: Settings, file: Path, actor: str, clock: Clock, *, replace: bool, reason: str
) -> Restored:
    """Put a backup in the place of the store. From then on only recalls leave until it is known
    what was sent since (`store.restored`).

    StopError where a store is there and `replace` is not said with a reason, or a runner holds it;
    VerificationError where the backup, its ledger or a sealed value does not verify: then nothing
    was changed.
    """
    state, target = settings.state, settings.store_file
    if not isinstance(settings.store, str):
        raise StopError("a store on a server is restored by the server's own tools",
                        fr="une base sur un serveur se restaure par les outils du serveur",
                        hint="pg_restore, or point-in-time recovery; docs: several machines",
                        hint_fr="pg_restore, ou la reprise à un instant ; voir « plusieurs machines »")  # fmt: skip
    if target.exists() and not (replace and reason):
        raise StopError(f"{target} is there", fr=f"{target} est là", hint='--replace --reason "…"',
                        hint_fr='--replace --reason "…"')  # fmt: skip
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    vkey = keys.load_vkey(keys.vkey_path(settings.path(settings.ledger_key)))
    with (
        runner_lock.hold(state / "store.lock", "azalai store restore"),
        tempfile.TemporaryDirectory(dir=state, prefix=".restore-") as made,
    ):
        folder = Path(made)
        found = backing_up.opened(file, [vkey], folder)

        def mark(tx: Transaction) -> int:
            tx.log("act", actor=actor, act="restored", size=found.size,
                   reason=notes.keep(tx, "restore", reason))  # fmt: skip
            instance.next_epoch(tx, instance.home(settings))
            return restored.begin(tx, found.made_at)

        asked = prepared(settings, folder, clock, mark)
        seen = keeper.read(state / CHECKPOINT)
        size = 0 if seen is None else open_checkpoint(seen, [vkey]).size
        aside = _set_aside(state, target, found)
        (folder / DATABASE).replace(target)
        (folder / CHECKPOINT).replace(state / CHECKPOINT)
    return Restored(found, size, asked, aside)


def prepared(
    settings: Settings, folder: Path, clock: Clock, mark: Callable[[Transaction], int]
) -> int:
    """Verify an unpacked copy where it lies, and mark in it what becomes of it; what `mark` says.

    VerificationError where a sealed value does not open or the ledger does not verify.
    """
    store = open_store(folder / DATABASE, load_kek(settings.path(settings.kek)), clock)
    try:
        if broken := next(integrity.broken(store), None):
            raise VerificationError(broken, where="backup")
        signer = keys.load(settings.path(settings.ledger_key))
        with store.read():
            verdict = verify(store.ledger, (folder / CHECKPOINT).read_bytes(), [signer.verifier])
        if not verdict.ok:
            raise VerificationError("its ledger does not verify", where="backup")
        with store.write() as tx:
            said = mark(tx)
        with store.write():
            keeper.publish(folder / CHECKPOINT, store.ledger, signer)
        store.db.rows("guards", "fold")
    finally:
        store.close()
    return said


def _set_aside(state: Path, target: Path, found: Backup) -> Path | None:
    """The replaced store and its checkpoint, kept for whoever must know what left since."""
    present = [path for path in (target, target.with_name(target.name + "-wal"),
                                 target.with_name(target.name + "-shm"),
                                 state / CHECKPOINT) if path.exists()]  # fmt: skip
    if not present:
        return None
    aside = state / f"{ASIDE}{found.made_at[:19].replace(':', '')}"
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name}-{number}")
    aside.mkdir(mode=0o700)
    for path in present:
        path.rename(aside / path.name)
    return aside
