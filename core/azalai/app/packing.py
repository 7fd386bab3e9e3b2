"""A deployment packed for another server: its store, its documents, its keys apart."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azalai.app import App, backing_up, instance
from azalai.app.key_box import close_box
from azalai.app.secret_files import secret_files
from azalai.errors import StopError
from azalai.ledger import keys, ring
from azalai.ledger.note import sign
from azalai.settings import Settings
from azalai.store import notes, runner_lock

HEADER = "azalai move v1"
DOCUMENTS, KEYS, MANIFEST = "documents.tar", "keys.box", "manifest"
INSIDE, OUTSIDE = "folder/", "outside/"
FOLDERS = ("agreements", "connectors", "mappings", "codes")


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed: the backup's file, how many documents and keys, entries of the ledger; and
    what stays behind: files in feeds' folders that nobody has read, by feed."""

    backup: str
    documents: int
    keys: int
    size: int
    left: Mapping[str, int]


def pack(app: App, folder: Path, passphrase: str, actor: str, reason: str) -> Packed:
    """Pack everything into a new folder, then retire this store: it works here no more.

    StopError where the folder is not empty, or the store is on a server (it stays where it is);
    RunnerBusyError while a daemon or a pass works; VerificationError where the ledger is not what
    its checkpoint says. The retirement is the last step: a pack that was cut retires nothing.
    """
    settings = app.settings
    if app.store.db.shared:
        raise StopError("a store on a server does not move with a machine",
                        fr="une base sur un serveur ne se déplace pas avec une machine",
                        hint="install another node and stop this one; docs: several machines",
                        hint_fr="installez un autre nœud et arrêtez celui-ci ; voir « plusieurs "
                        "machines »")  # fmt: skip
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise StopError(f"{folder} is not empty", fr=f"{folder} n'est pas vide")
    with runner_lock.hold(settings.state / "store.lock", "azalai move pack"):
        instance.settle(app.store, settings)
        with app.store.write() as tx:
            tx.log("act", actor=actor, act="moved", reason=notes.keep(tx, "move", reason))
        path, backup = backing_up.backup(app, folder)
        documents = _documents(settings, folder / DOCUMENTS)
        secret = {_name(settings, one): one.read_bytes() for one in _secrets(settings)}
        _put(folder / KEYS, close_box(passphrase, secret))
        known = instance.of(app.store.db)
        values = {"backup": path.name, "made_at": backup.made_at, "size": backup.size,
                  "configuration": Path(settings.source).name, "documents": documents,
                  "instance": known.number if known else "", "epoch": known.epoch if known else 0,
                  "files": {one: digest(folder / one) for one in (path.name, DOCUMENTS)}}  # fmt: skip
        signer = ring.current(settings.path(settings.ledger_key))
        text = f"{HEADER}\n{json.dumps(values, sort_keys=True)}\n"
        _put(folder / MANIFEST, sign(text, signer))
        with app.store.write() as tx:
            instance.retire(tx)
    return Packed(path.name, len(documents), len(secret), backup.size, _left(settings))


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _documents(settings: Settings, target: Path) -> dict[str, str]:
    """Write every document into one archive; each name there with its SHA-256."""
    found = {}
    with tarfile.open(target, "x:", format=tarfile.PAX_FORMAT) as archive:
        for path in _files(settings):
            name = _name(settings, path)
            info = archive.gettarinfo(path, name)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            with path.open("rb") as file:
                archive.addfile(info, file)
            found[name] = digest(path)
    target.chmod(0o600)
    _sync(target)
    return found


def _files(settings: Settings) -> list[Path]:
    """The configuration, the folders that it has by custom, and every file that it names: not its
    keys, not what falls into its feeds, not the store."""
    feeds = {settings.path(feed.folder) for feed in settings.feeds.values() if feed.folder}
    apart = {settings.state, *feeds}
    secret = set(secret_files(settings))
    places = [*settings.folder.iterdir(), *(settings.path(one) for one in _texts(settings))]
    found = set()
    for place in places:
        if place.parent == settings.folder and place.is_dir() and place.name not in FOLDERS:
            named = any(settings.path(one) == place for one in _texts(settings))
            if not named:
                continue
        found |= {path for path in _below(place) if path not in secret and not _in(path, apart)}
    return sorted(found)


def _below(place: Path) -> Iterator[Path]:
    if place.is_file() and not place.name.startswith("."):
        yield place
    elif place.is_dir() and not place.name.startswith("."):
        yield from (path for path in place.rglob("*") if path.is_file())


def _texts(settings: Settings) -> Iterator[str]:
    """Every value of the configuration that is the name of something beside or below it."""
    here = settings.folder
    for text in _strings(settings.model_dump(mode="json", exclude={"folder", "source"})):
        if not text or len(text) > 1024 or "\0" in text:
            continue
        path = settings.path(text)
        if path.exists() and path != here and path not in here.parents:
            yield text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


def _secrets(settings: Settings) -> list[Path]:
    key = settings.path(settings.ledger_key)
    beside = {ring.ring_path(key), *(keys.vkey_path(one.path) for one in ring.dated(key))}
    return sorted(path for path in {*secret_files(settings), *beside} if path.is_file())


def _name(settings: Settings, path: Path) -> str:
    """How a file is called in the pack: below the configuration's folder, or where it lay."""
    if path.is_relative_to(settings.folder):
        return INSIDE + path.relative_to(settings.folder).as_posix()
    return OUTSIDE + path.as_posix().lstrip("/")


def _left(settings: Settings) -> dict[str, int]:
    counted = {name: sum(path.is_file() for path in settings.path(feed.folder).glob(feed.pattern))
               for name, feed in settings.feeds.items() if feed.folder}  # fmt: skip
    return {name: count for name, count in counted.items() if count}


def _in(path: Path, folders: set[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _put(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
