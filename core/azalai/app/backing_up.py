"""A backup in one file: the database, its checkpoint, a signed manifest; never the master key."""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azalai import canonical
from azalai.app import App, erased_list, rotating
from azalai.clock import format_instant
from azalai.errors import StopError, VerificationError
from azalai.ledger import keeper, ring
from azalai.ledger.note import Verifier, open_note, sign
from azalai.store import key_rows
from azalai.store.disk import room

DATABASE, CHECKPOINT, MANIFEST = "azalai.db", "checkpoint", "manifest"
HEADER = "azalai backup v1"
PREFIX = "azalai-backup-"
MANIFEST_MAX = 65_536


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup's manifest says: when it was made, of which log, how long that was, and the
    SHA-256 of each file."""

    made_at: str
    origin: str
    size: int
    files: dict[str, str]


def backup(app: App, target: Path) -> tuple[Path, Backup]:
    """Write a backup while the daemon works; `target` is a folder or a new file.

    The list of erased records lies beside it. StopError where the file exists, there is no room or
    the key is being rotated. VerificationError: the ledger is not what
    its checkpoint says, and a copy of it would be of no use.
    """
    now = format_instant(app.clock())
    stamp = now[:19].replace(":", "").replace("-", "")
    path = target / f"{PREFIX}{stamp}Z.tar" if target.is_dir() else target
    if path.exists():
        raise StopError(f"{path} exists: nothing is replaced", fr=f"{path} existe déjà")
    if (rotation := rotating.under_way(app.store)) and rotation.state == rotating.GOING:
        raise StopError("the master key is being rotated: half of a copy would open no more",
                        fr="la clé maîtresse est en cours de rotation : la moitié d'une copie ne "
                        "s'ouvrirait plus", hint="azalai key rotate", hint_fr="azalai key rotate")  # fmt: skip
    app.publish_locked()
    signer = ring.current(app.settings.path(app.settings.ledger_key))
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as made:
        copy = Path(made) / DATABASE
        note = keeper.read(app.settings.state / CHECKPOINT) or b""
        app.store.db.copy(copy)
        copy.chmod(0o600)
        size = app.store.ledger.head().size
        files = {DATABASE: _digest(copy), CHECKPOINT: canonical.digest(note)}
        found = Backup(now, signer.name, size, files)
        _write(Path(made) / "out.tar", copy, note, sign(_text(found), signer))
        _put(Path(made) / "out.tar", path)
    with app.store.write() as tx:
        key_rows.put_outside(tx, "backup", str(path.resolve()))
    erased_list.copy_beside(app.settings.state / erased_list.NAME, path.parent,
                            ring.verifiers(app.settings.path(app.settings.ledger_key)))  # fmt: skip
    return path, found


def opened(file: Path, verifiers: list[Verifier], folder: Path) -> Backup:
    """Unpack a backup's files into `folder`, each checked against the signed manifest.

    VerificationError where it is not one of ours, was changed, or something is missing. StopError
    where it cannot be read, or there is no room.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            members = {one.name: one for one in archive.getmembers() if one.isfile()}
            if set(members) != {DATABASE, CHECKPOINT, MANIFEST}:
                raise _changed("it holds other files")
            if members[DATABASE].size > room(folder).free:
                raise StopError(
                    "no room for it on this disk", fr="pas assez de place sur ce disque"
                )
            manifest = _read(archive, MANIFEST, MANIFEST_MAX)
            found = _parsed(open_note(manifest, verifiers).text)
            for name, digest in found.files.items():
                _unpack(archive, name, folder / name, digest)
    except (OSError, tarfile.TarError) as err:
        raise StopError(f"{file}: no backup that can be read", fr=f"{file} : pas une sauvegarde "
                        "lisible") from err  # fmt: skip
    return found


def _text(found: Backup) -> str:
    values = {"made_at": found.made_at, "origin": found.origin, "size": found.size,
              "files": found.files}  # fmt: skip
    return f"{HEADER}\n{json.dumps(values, sort_keys=True)}\n"


def _parsed(text: str) -> Backup:
    header, _, body = text.partition("\n")
    try:
        values: dict[str, Any] = json.loads(body)
        found = Backup(**values)
    except (ValueError, TypeError) as err:
        raise _changed("its manifest is not ours") from err
    if header != HEADER or set(found.files) != {DATABASE, CHECKPOINT}:
        raise _changed("its manifest is not ours")
    return found


def _write(path: Path, copy: Path, note: bytes, manifest: bytes) -> None:
    with tarfile.open(path, "w:", format=tarfile.PAX_FORMAT) as archive:
        archive.add(copy, DATABASE, filter=_plain)
        for name, data in ((CHECKPOINT, note), (MANIFEST, manifest)):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            archive.addfile(info, io.BytesIO(data))
    path.chmod(0o600)


def _put(made: Path, path: Path) -> None:
    """Durable under its name, or not there at all."""
    for place, flags in ((made, os.O_RDONLY), (path.parent, os.O_RDONLY | os.O_DIRECTORY)):
        if place is not made:
            os.link(made, path)
        handle = os.open(place, flags)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def _read(archive: tarfile.TarFile, name: str, most: int) -> bytes:
    file = archive.extractfile(name)
    data = b"" if file is None else file.read(most + 1)
    if not data or len(data) > most:
        raise _changed(f"{name} is not what it should be")
    return data


def _unpack(archive: tarfile.TarFile, name: str, target: Path, digest: str) -> None:
    file = archive.extractfile(name)
    if file is None:
        raise _changed(f"{name} is missing")
    with target.open("xb") as out:
        while part := file.read(1 << 20):
            out.write(part)
    target.chmod(0o600)
    if _digest(target) != digest:
        target.unlink()
        raise _changed(f"{name} was changed")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _changed(what: str) -> VerificationError:
    return VerificationError(what, where="backup")
