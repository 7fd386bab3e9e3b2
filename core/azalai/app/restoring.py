"""A backup put back: checked first, never over what is there without a reason, then asked for."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai.app import backing_up, erased_list, instance
from azalai.app.backing_up import CHECKPOINT, DATABASE, Backup
from azalai.app.key_room import keyring
from azalai.clock import Clock
from azalai.errors import StopError, VerificationError
from azalai.ledger import keeper, ring
from azalai.ledger.checkpoint import open_checkpoint
from azalai.ledger.verify import verify
from azalai.settings import Settings
from azalai.store import (
    Transaction,
    integrity,
    key_rows,
    notes,
    open_store,
    restored,
    runner_lock,
)

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
    settings: Settings, file: Path, actor: str, clock: Clock, *, replace: bool, reason: str,
    erased: Path | None = None, nothing_erased: bool = False,
) -> Restored:  # fmt: skip
    """Put a backup in the place of the store. From then on only recalls leave until it is known
    what was sent since (`store.restored`).

    What was erased since is erased in it first: by this node's list, the one beside the backup and
    `erased`. StopError where there is none and nobody says that `nothing_erased`, a store is there
    and `replace` is not said with a reason, or a runner holds it;
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
    lists = _lists(state, file, erased, nothing_erased=nothing_erased)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = ring.verifiers(settings.path(settings.ledger_key))
    with (
        runner_lock.hold(state / "store.lock", "azalai store restore"),
        tempfile.TemporaryDirectory(dir=state, prefix=".restore-") as made,
    ):
        folder = Path(made)
        found = backing_up.opened(file, known, folder)

        def mark(tx: Transaction) -> int:
            tx.log("act", actor=actor, act="restored", size=found.size,
                   reason=notes.keep(tx, "restore", reason))  # fmt: skip
            instance.next_epoch(tx, instance.home(settings))
            if target.exists():  # it goes aside, and holds what is erased from now on
                key_rows.put_outside(tx, "backup", str(_aside(state, found)))
            return restored.begin(tx, found.made_at)

        asked = prepared(settings, folder, clock, mark, lists)
        seen = keeper.read(state / CHECKPOINT)
        size = 0 if seen is None else open_checkpoint(seen, known).size
        aside = _set_aside(state, target, found)
        (folder / DATABASE).replace(target)
        (folder / CHECKPOINT).replace(state / CHECKPOINT)
    return Restored(found, size, asked, aside)


def prepared(
    settings: Settings, folder: Path, clock: Clock, mark: Callable[[Transaction], int],
    erased: Sequence[Path] = (),
) -> int:  # fmt: skip
    """Verify an unpacked copy where it lies, erase in it what `erased` lists and mark in it what
    becomes of it; what `mark` says.

    VerificationError where a sealed value does not open or the ledger does not verify.
    """
    store = open_store(folder / DATABASE, keyring(settings), clock)
    try:
        if broken := next(integrity.broken(store), None):
            raise VerificationError(broken, where="backup")
        path = settings.path(settings.ledger_key)
        signer, known = ring.current(path), ring.verifiers(path)
        with store.read():
            verdict = verify(store.ledger, (folder / CHECKPOINT).read_bytes(), known)
        if not verdict.ok:
            raise VerificationError("its ledger does not verify", where="backup")
        erased_list.settle(store, settings.state / erased_list.NAME, settings.node_name, erased)
        with store.write() as tx:
            said = mark(tx)
        with store.write():
            keeper.publish(folder / CHECKPOINT, store.ledger, signer, known)
        store.db.rows("guards", "fold")
    finally:
        store.close()
    return said


def _lists(
    state: Path, file: Path, given: Path | None, *, nothing_erased: bool
) -> list[Path]:  # fmt: skip
    """The lists of erased records from elsewhere. StopError where there is none, not here either."""
    beside = file.parent / erased_list.BESIDE
    found = [one for one in (given, beside) if one is not None and (one is given or one.exists())]
    if not (found or nothing_erased or (state / erased_list.NAME).exists()):
        raise StopError(
            "no list of erased records is here: a backup would bring them back",
            fr="aucune liste des fiches effacées n'est là : une sauvegarde les ramènerait",
            hint="--erased FILE (state/erased of the old machine), or --nothing-erased",
            hint_fr="--erased FICHIER (state/erased de l'ancienne machine), ou --nothing-erased",
        )
    return found


def _aside(state: Path, found: Backup) -> Path:
    """Where the store goes that a backup replaces."""
    return state / f"{ASIDE}{found.made_at[:19].replace(':', '')}"


def _set_aside(state: Path, target: Path, found: Backup) -> Path | None:
    """The replaced store and its checkpoint, kept for whoever must know what left since."""
    present = [path for path in (target, target.with_name(target.name + "-wal"),
                                 target.with_name(target.name + "-shm"),
                                 state / CHECKPOINT) if path.exists()]  # fmt: skip
    if not present:
        return None
    aside = _aside(state, found)
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name}-{number}")
    aside.mkdir(mode=0o700)
    for path in present:
        path.rename(aside / path.name)
    return aside
