"""The last checkpoint in a file beside the database: what shows a rollback or a fork."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from azalai.errors import VerificationError
from azalai.ledger import merkle
from azalai.ledger.checkpoint import Checkpoint, open_checkpoint
from azalai.ledger.log import make_checkpoint, root_at
from azalai.ledger.note import Signer, Verifier
from azalai.ledger.storage import LedgerStorage

FILE_MODE = 0o644
"""A checkpoint is public: it names a log, a count and a hash."""


def read(path: Path) -> bytes | None:
    """The note in the file, or None if there is no file: a node that never published."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write(path: Path, note: bytes) -> None:
    """Replace the file so that a power cut leaves the old note or the new one, never a part.

    On return the file and its name are durable (fsync, rename, fsync of the folder). OSError if
    the disk refuses: then nothing may be published.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(note)
            os.fchmod(file.fileno(), FILE_MODE)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    _sync_folder(path.parent)


def compare(
    note: bytes,
    storage: LedgerStorage,
    verifiers: Sequence[Verifier],
    origin: str | None = None,
) -> Checkpoint:
    """Check that the stored log is the log of this checkpoint, or extends it; the checkpoint.

    VerificationError, with both sizes, when the log is *behind* (shorter: an older copy was
    restored) or *beside* (the same number of entries have another root: a fork); also when the
    note is not signed by a key we know, or the log's own head does not follow from its tiles.
    """
    seen = open_checkpoint(note, verifiers, origin)
    head = storage.head()
    sizes = f"the checkpoint has {seen.size} entries, the ledger {head.size}"
    if seen.size > head.size:
        raise VerificationError(f"the ledger is behind: {sizes}", where="checkpoint")
    if root_at(storage, head.size) != merkle.root_of(head.frontier):
        raise VerificationError(f"the head does not follow from the tiles: {sizes}", where="head")
    if root_at(storage, seen.size) != seen.root:
        raise VerificationError(f"the ledger is beside: {sizes}", where="checkpoint")
    return seen


def publish(
    path: Path, storage: LedgerStorage, signer: Signer, verifiers: Sequence[Verifier] = (),
    beside: Sequence[Signer] = (), extensions: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """The checkpoint of the log as it stands, durable in the file before it is given out.

    To be called under the head's lock. `verifiers` are the keys that may have signed the file:
    earlier ones after a rotation; the signer's own counts always. `beside` sign too, while keys
    overlap. VerificationError as `compare`, OSError as `write`; in both cases nothing was
    published.
    """
    known = list(dict.fromkeys([signer.verifier, *verifiers]))
    before = read(path)
    if before is not None:
        compare(before, storage, known, origin=signer.name)
    note = make_checkpoint(storage, signer, beside=beside, extensions=extensions)
    if note != before:
        write(path, note)
    return note


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
