"""The master key's file: plain, or under a passphrase; another one beside it while it is rotated."""

import os
from pathlib import Path

from azalai.app.key_box import HEADER, close_box, open_box
from azalai.errors import ConfigurationError, VerificationError
from azalai.store.seal import KEY_BYTES, read_kek, write_kek

NEXT = ".next"
_INSIDE = "kek"


def next_to(path: Path) -> Path:
    """Where the key lies that is to take this one's place."""
    return path.with_name(path.name + NEXT)


def is_sealed(path: Path) -> bool:
    """Whether the file is under a passphrase. ConfigurationError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except OSError as err:
        raise ConfigurationError(f"the key-encryption key {path} cannot be read: {err.strerror}",
                                 fr=f"la clé maîtresse {path} ne se lit pas : {err.strerror}",
                                 hint="azalai key copy --put-back FILE, from a copy of it",
                                 hint_fr="azalai key copy --put-back FICHIER, d'une copie") from err  # fmt: skip


def plain(path: Path) -> list[bytes]:
    """The key of a plain file, and the one that is to take its place. ConfigurationError where
    there is none: what a rotation that was cut has destroyed is none."""
    coming = next_to(path)
    if not coming.exists():
        return [read_kek(path)]
    found = [kek for one in (path, coming) if (kek := _readable(one)) is not None]
    return found or [read_kek(path)]  # it took its place between the two looks


def _readable(path: Path) -> bytes | None:
    try:
        return read_kek(path)
    except ConfigurationError:
        return None


def sealed(path: Path, passphrase: str) -> list[bytes]:
    """The same of files under a passphrase. ConfigurationError for another one."""
    found = [one for one in (path, next_to(path)) if one.exists() and is_sealed(one)]
    return [unsealed(one.read_bytes(), passphrase) for one in found]


def seal_up(kek: bytes, passphrase: str) -> bytes:
    """A key under a passphrase. ConfigurationError for one that is too short."""
    return close_box(passphrase, {_INSIDE: kek})


def unsealed(data: bytes, passphrase: str) -> bytes:
    """The reverse. ConfigurationError for another passphrase, or what is no key."""
    try:
        kek = open_box(passphrase, data).get(_INSIDE, b"")
    except VerificationError as err:
        raise ConfigurationError("another passphrase, or the key file was changed",
                                 fr="une autre phrase secrète, ou un fichier de clé modifié") from err  # fmt: skip
    if len(kek) != KEY_BYTES:
        raise ConfigurationError(
            "it holds no master key", fr="il n'y a pas de clé maîtresse dedans"
        )
    return kek


def write(path: Path, kek: bytes, passphrase: str | None) -> None:
    """Write a key to a new file, plain or under a passphrase, durable. FileExistsError."""
    if passphrase is None:
        write_kek(path, kek)
    else:
        put(path, seal_up(kek, passphrase))
    before = path.with_name(path.name.removesuffix(NEXT))
    give_to_owner(path, before if before != path and before.exists() else path.parent)
    sync_folder(path.parent)


def give_to_owner(path: Path, other: Path) -> None:
    """What root has written belongs to who has the file or folder that was there: the daemon's
    account."""
    if os.geteuid() == 0:
        owner = other.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def put(path: Path, data: bytes) -> None:
    """Write a new file, mode 0600, durable. FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def is_key(path: Path, kek: bytes, passphrase: str | None) -> bool:
    """Whether a file holds this key."""
    found = read_kek(path) if passphrase is None else unsealed(path.read_bytes(), passphrase)
    return found == kek


def take_place(path: Path) -> None:
    """The coming key takes the place of the one there is, which is overwritten first. What a disk
    keeps of overwritten blocks (flash, snapshots) is not ours to end."""
    coming = next_to(path)
    if path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        try:
            os.write(handle, bytes(os.fstat(handle).st_size))
            os.fsync(handle)
        finally:
            os.close(handle)
    coming.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in a folder are durable when this returns."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
