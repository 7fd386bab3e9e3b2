"""A backup put back: checked first, never over what is there without a reason, then asked for."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from azalai.app import backing_up, converting, erased_list, instance
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
from azalai.store.copying import is_free
from azalai.store.postgres import PostgresDatabase

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
    `erased`. Onto a server it goes into an empty database, which no one opens before all is
    compared. StopError where there is no list and nobody says that `nothing_erased`, a store is
    there and `replace` is not said with a reason, a runner holds it, or a server's database holds
    one;
    VerificationError where the backup, its ledger or a sealed value does not verify: then nothing
    was changed.
    """
    state, aside = settings.state, _check_place(settings, replace=replace, reason=reason)
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
            if aside:  # it goes aside, and holds what is erased from now on
                key_rows.put_outside(tx, "backup", str(_aside(state, found)))
            return restored.begin(tx, found.made_at)

        asked = prepared(settings, folder, clock, mark, lists)
        seen = keeper.read(state / CHECKPOINT)
        size = 0 if seen is None else open_checkpoint(seen, known).size
        moved = _put(settings, folder, found, clock)
    return Restored(found, size, asked, moved)


def _check_place(settings: Settings, *, replace: bool, reason: str) -> bool:
    """Whether a store is there that goes aside. StopError where nobody said that it may; a server's
    database must be empty: what is there is never replaced."""
    if isinstance(settings.store, str):
        there = settings.store_file.exists()
        if there and not (replace and reason):
            raise StopError(
                f"{settings.store_file} is there", fr=f"{settings.store_file} est là",
                hint='--replace --reason "…"', hint_fr='--replace --reason "…"',
            )  # fmt: skip
        return there
    target = PostgresDatabase(converting.server(settings, settings.store))
    try:
        if replace or not is_free(target):
            raise StopError(
                "a store on a server is never replaced: it stays for whoever must know what left "
                "since",
                fr="une base sur un serveur n'est jamais remplacée : elle reste pour qui doit "
                "savoir ce qui est parti depuis",
                hint="stop every daemon, make an empty database, name it in store: url:, then "
                "restore without --replace",
                hint_fr="arrêtez tous les démons, créez une base vide, nommez-la dans store: url:, "
                "puis restaurez sans --replace",
            )
    finally:
        target.close()
    return False


def _put(settings: Settings, folder: Path, found: Backup, clock: Clock) -> Path | None:
    """What was prepared in `folder` takes its place; where what it replaces went."""
    state, file = settings.state, settings.store_file
    if isinstance(settings.store, str):
        moved = _set_aside(state, found, file, *(file.with_name(file.name + end)
                                                 for end in ("-wal", "-shm")))  # fmt: skip
        (folder / DATABASE).replace(file)
        (folder / CHECKPOINT).replace(state / CHECKPOINT)
        return moved
    gone: list[Path | None] = [None]

    def checkpoints() -> None:
        gone[0] = _set_aside(state, found)
        (folder / CHECKPOINT).replace(state / CHECKPOINT)

    target = PostgresDatabase(converting.server(settings, settings.store))
    try:
        converting.onto(target, folder / DATABASE, keyring(settings), clock, checkpoints)
    finally:
        target.close()
    return gone[0]


def prepared(
    settings: Settings, folder: Path, clock: Clock, mark: Callable[[Transaction], int],
    erased: Sequence[Path] = (),
) -> int:  # fmt: skip
    """Verify an unpacked copy where it lies, erase in it what `erased` lists and mark in it what
    becomes of it; what `mark` says.

    VerificationError where a sealed value does not open, or the ledger or a list does not verify.
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
        erased_list.settle(store, settings.state / erased_list.NAME, settings.node_name, path,
                           erased, restoring=True)  # fmt: skip
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


def _set_aside(state: Path, found: Backup, *files: Path) -> Path | None:
    """A replaced store's files and its checkpoint, kept for whoever must know what left since."""
    present = [path for path in (*files, state / CHECKPOINT) if path.exists()]
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
