"""A packed deployment put on another server: all checked first, then it starts held."""

import json
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azalai import canonical
from azalai import settings as configuration
from azalai.app import backing_up, instance
from azalai.app.backing_up import CHECKPOINT, DATABASE
from azalai.app.key_box import LONGEST, open_box
from azalai.app.packing import DOCUMENTS, HEADER, INSIDE, MANIFEST, OUTSIDE, digest
from azalai.app.restoring import prepared
from azalai.clock import Clock
from azalai.errors import StopError, VerificationError
from azalai.ledger.note import Verifier, open_note, parse_vkey
from azalai.settings import Settings
from azalai.store import Transaction, notes

MANIFEST_MAX = 16 << 20


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was put here: the configuration's file, how many documents, entries of the ledger, the
    instance's number and its epoch now."""

    configuration: Path
    documents: int
    size: int
    number: str
    epoch: int


def unpack(
    pack: Path, box: Path, target: Path, passphrase: str, actor: str, reason: str, clock: Clock
) -> Unpacked:
    """Put a pack into a new folder and its store to where its configuration says.

    StopError where the folder is not empty, a file that lay outside it is here already and differs,
    or the pack cannot be read; VerificationError where something was changed: nothing is left of
    it then. The store starts held, until `instance.confirm`.
    """
    if target.exists() and any(target.iterdir()):
        raise StopError(f"{target} is not empty", fr=f"{target} n'est pas vide")
    secret = open_box(passphrase, _read(box, LONGEST))
    verifiers = _verifiers(secret)
    values = _manifest(_read(pack / MANIFEST, MANIFEST_MAX), verifiers)
    for name, known in values["files"].items():
        if digest(_plain(pack, name)) != known:
            raise VerificationError(f"{name} was changed", where="move")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpack-") as made:
        fresh = Path(made) / "folder"
        outside = _laid_out(pack / DOCUMENTS, values["documents"], secret, fresh)
        _refuse_other(outside)
        store = Path(made) / "store"
        store.mkdir(mode=0o700)
        found = backing_up.opened(_plain(pack, values["backup"]), verifiers, store)
        _put_outside(outside)
        if target.exists():
            target.rmdir()
        fresh.rename(target)
        try:
            settings = _settled(target, values, store, actor, reason, clock)
        except BaseException:
            shutil.rmtree(target)
            raise
    return Unpacked(Path(settings.source), len(values["documents"]), found.size,
                    str(values["instance"]), int(values["epoch"]) + 1)  # fmt: skip


def _settled(
    target: Path, values: dict[str, Any], store: Path, actor: str, reason: str, clock: Clock
) -> Settings:
    """Verify the copy with the keys that came, and put it where the configuration says."""
    settings = configuration.load(target / Path(values["configuration"]).name)
    if settings.store_file.exists():
        raise StopError(f"{settings.store_file} is there", fr=f"{settings.store_file} est là")
    prepared(settings, store, clock, _mark(settings, actor, reason))
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    (store / DATABASE).replace(settings.store_file)
    (store / CHECKPOINT).replace(settings.state / CHECKPOINT)
    return settings


def _mark(settings: Settings, actor: str, reason: str) -> Any:
    def mark(tx: Transaction) -> int:
        made = instance.next_epoch(tx, instance.home(settings))
        tx.log("act", actor=actor, act="unpacked", epoch=made.epoch,
               reason=notes.keep(tx, "move", reason))  # fmt: skip
        instance.suspect(tx, instance.UNPACKED)
        return made.epoch

    return mark


def _verifiers(secret: Mapping[str, bytes]) -> list[Verifier]:
    """The log's keys, from the box that came by another road than the pack."""
    found = [data for name, data in secret.items() if name.endswith(".vkey")]
    if not found:
        raise VerificationError("the box has no ledger key", where="keys")
    return [parse_vkey(data.decode().strip()) for data in found]


def _manifest(note: bytes, known: list[Verifier]) -> dict[str, Any]:
    header, _, body = open_note(note, known).text.partition("\n")
    values: dict[str, Any] = json.loads(body) if header == HEADER else {}
    if set(values) != {"backup", "made_at", "size", "configuration", "documents", "instance",
                       "epoch", "files"}:  # fmt: skip
        raise VerificationError("no manifest of a move", where="move")
    return values


def _laid_out(
    archive: Path, known: Mapping[str, str], secret: Mapping[str, bytes], fresh: Path
) -> dict[Path, bytes]:
    """Write what lay below the configuration's folder into `fresh`; the rest by where it lay.

    VerificationError for a document that is missing, changed, or not in the manifest.
    """
    fresh.mkdir(mode=0o700)
    outside = {}
    with tarfile.open(archive, "r:") as found:
        members = {one.name: one for one in found.getmembers() if one.isfile()}
        if set(members) != set(known):
            raise VerificationError("it holds other documents", where="move")
        every = dict(secret)
        for name, member in members.items():
            file = found.extractfile(member)
            every[name] = b"" if file is None else file.read()
            if canonical.digest(every[name]) != known[name]:
                raise VerificationError(f"{name} was changed", where="move")
    for name, data in every.items():
        if name.startswith(OUTSIDE):
            outside[Path("/") / name.removeprefix(OUTSIDE)] = data
        else:
            _write(_below(fresh, name), data, 0o600 if name in secret else 0o644)
    return outside


def _below(fresh: Path, name: str) -> Path:
    path = (fresh / name.removeprefix(INSIDE)).resolve()
    if not name.startswith(INSIDE) or not path.is_relative_to(fresh.resolve()):
        raise VerificationError("a document with a name that leads elsewhere", where="move")
    return path


def _refuse_other(outside: Mapping[Path, bytes]) -> None:
    for path, data in outside.items():
        if path.exists() and path.read_bytes() != data:
            raise StopError(f"{path} is here already and differs",
                            fr=f"{path} est déjà là, différent")  # fmt: skip


def _put_outside(outside: Mapping[Path, bytes]) -> None:
    for path, data in outside.items():
        if not path.exists():
            _write(path, data, 0o600)


def _write(path: Path, data: bytes, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(data)
    path.chmod(mode)


def _plain(pack: Path, name: str) -> Path:
    if Path(name).name != name:
        raise VerificationError("a file with a name that leads elsewhere", where="move")
    return pack / name


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as err:
        raise StopError(f"{path}: {err.strerror}") from err
    if len(data) > most:
        raise StopError(f"{path} is too large", fr=f"{path} est trop grand")
    return data
