"""Rotation of the master key: every wrapped key wrapped anew, the old key destroyed."""

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from azalai.app import App, granting, key_files, key_socket
from azalai.app.key_room import KeyRoom
from azalai.errors import ConfigurationError, StopError
from azalai.store import Store, Transaction, erasing, key_rows, nodes
from azalai.store.run_rows import meta
from azalai.store.seal import KEY_BYTES, kek_name

ROTATION = "rotation"
ACT = "key_rotate"
AT_ONCE = 500
GOING, REWRAPPED = "going", "rewrapped"


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation that is under way: from which key to which, the table and the row that were
    wrapped anew last, how many rows; `state` is going, or rewrapped (only the old key is left)."""

    old: str
    new: str
    since: str
    state: str = GOING
    table: str = key_rows.WRAPPED[0]
    past: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the keys' names, how many wrapped keys there are, how many erased
    records it made unrecoverable; `left` says that the old key could not be destroyed from here."""

    old: str
    new: str
    rows: int
    unrecoverable: int
    left: bool


def under_way(store: Store) -> Rotation | None:
    """The rotation that was begun and has not ended."""
    found = meta(store.db, ROTATION)
    return None if found is None else Rotation(**json.loads(found))


def bound(app: App) -> dict[str, str]:
    """What two people agree to: that the key in force now is replaced, and destroyed."""
    return {"key": kek_name(app.store.keys.kek)}


def begins(app: App, room: KeyRoom) -> bool:
    """Whether `rotate` would begin a rotation, not go on with one or end here what another node
    has done. ConfigurationError as `KeyRoom.read`."""
    if under_way(app.store) is not None:
        return False
    kek = app.store.keys.kek
    if room.form == "credential":
        return kek not in room.read()[1:]
    coming = key_files.next_to(room.path)
    return not (coming.exists() and key_files.is_key(coming, kek, room.phrase_if_sealed()))


def rotate(
    app: App, room: KeyRoom, actor: str, *, elsewhere: bool = False,
    between: Callable[[], Any] = lambda: None,
) -> Rotated:  # fmt: skip
    """Make a new master key, wrap every wrapped key anew, destroy the old one. Nothing that is
    sealed is sealed anew. Goes on where an earlier call was cut, at whatever point.

    `between` is called when all is wrapped anew and the old key is still there. StopError where
    other nodes need the new key first and it is not said that they have it; VerificationError where
    a wrapped key does not open: then both keys stay.
    """
    begun = under_way(app.store)
    new = _coming(room) if begun is None else _begun_with(room, begun)
    if begun is None:
        if kek_name(app.store.keys.kek) == kek_name(new):  # ended here, or on another node
            return _tidy(app, room)
        _others_have_it(app, room, elsewhere=elsewhere)
        _give_daemon(room, [app.store.keys.kek, new])
        _begin(app.store, new, actor)
    rotation = _wrap_all(app.store, _known(app.store), actor)
    between()
    if not _destroy(room, new):
        return Rotated(rotation.old, rotation.new, rotation.rows, 0, left=True)
    return _end(app.store, rotation, actor)


def _known(store: Store) -> Rotation:
    found = under_way(store)
    if found is None:
        raise StopError("another command has ended the rotation meanwhile",
                        fr="une autre commande a terminé la rotation entre-temps")  # fmt: skip
    return found


def _coming(room: KeyRoom) -> bytes:
    """The key to come: the one that an earlier call has prepared, else a new one, durable."""
    if room.form == "credential":
        found = room.read()
        if len(found) != 2:
            name = f"{room.settings.kek_credential}{key_files.NEXT}"
            raise ConfigurationError(
                f"the key to come must be the credential {name}",
                fr=f"la clé à venir doit être l'accréditation {name}",
                hint="azalai key new -o FILE; LoadCredential; restart; then rotate",
                hint_fr="azalai key new -o FICHIER ; LoadCredential ; redémarrez ; puis rotate",
            )  # fmt: skip
        return found[1]
    coming = key_files.next_to(room.path)
    phrase = room.phrase_if_sealed()
    if not coming.exists():
        if phrase is not None:
            key_files.sealed(room.path, phrase)  # ConfigurationError: not under another passphrase
        key_files.write(coming, secrets.token_bytes(KEY_BYTES), phrase)
    return key_files.sealed(room.path, phrase)[-1] if phrase else key_files.plain(room.path)[-1]


def _begun_with(room: KeyRoom, rotation: Rotation) -> bytes:
    """The key that a rotation under way wraps with. ConfigurationError where it is not at hand."""
    for kek in room.read():
        if kek_name(kek) == rotation.new:
            return kek
    raise ConfigurationError(f"the key {rotation.new} is not at hand: it wraps since "
                             f"{rotation.since}", fr=f"la clé {rotation.new} n'est pas là : elle "
                             f"sert depuis {rotation.since}")  # fmt: skip


def _others_have_it(app: App, room: KeyRoom, *, elsewhere: bool) -> None:
    """StopError where other machines work on the store and would not open it any more."""
    mine = app.settings.node_name
    others = sorted({one.node for one in nodes.every(app.store) if one.alive and one.node != mine})
    if others and not elsewhere:
        named, coming = ", ".join(others), key_files.next_to(room.path)
        raise StopError(
            f"other nodes work on this store: {named}",
            fr=f"d'autres nœuds travaillent sur cette base : {named}",
            hint=f"carry {coming} to the same place on each, then --nodes-have-it",
            hint_fr=f"portez {coming} au même endroit sur chacun, puis --nodes-have-it",
        )


def _begin(store: Store, new: bytes, actor: str) -> None:
    """From this commit on the new key wraps, in every process: each looks before it wraps."""
    with store.write() as tx:
        old = kek_name(tx.keys.kek)
        tx.db.do("runs", "set_meta", name="index_key", value=tx.keys.index_under(new))
        key_rows.put(tx, kek_name(new), tx.at)
        _put(tx, Rotation(old, kek_name(new), tx.at))
        tx.log("act", actor=actor, act="key_rotation_begun", old=old, new=kek_name(new),
               **granting.use(tx, ACT, {"key": old}))  # fmt: skip


def _wrap_all(store: Store, rotation: Rotation, actor: str) -> Rotation:
    """Wrap what is not wrapped anew yet, some at a time; where it stands is part of each commit."""
    while rotation.state == GOING:
        with store.write() as tx:
            past, count = key_rows.rewrap(tx, rotation.table, rotation.past, AT_ONCE)
            rotation = replace(rotation, past=past, rows=rotation.rows + count)
            if count < AT_ONCE:
                following = key_rows.WRAPPED[key_rows.WRAPPED.index(rotation.table) + 1 :]
                if following:
                    rotation = replace(rotation, table=following[0], past=0)
                else:
                    key_rows.rewrap_polls(tx)
                    rotation = replace(rotation, state=REWRAPPED)
                    tx.log("act", actor=actor, act="key_rewrapped", old=rotation.old,
                           new=rotation.new, count=rotation.rows)  # fmt: skip
            _put(tx, rotation)
    return rotation


def _destroy(room: KeyRoom, new: bytes) -> bool:
    """Overwrite the old key and have the new one take its place. A credential is not ours to
    destroy: False while the old one is still given."""
    if room.form == "credential":
        return kek_name(room.read()[0]) == kek_name(new)
    _take_place(room, new)
    return True


def _end(store: Store, rotation: Rotation, actor: str) -> Rotated:
    with store.write() as tx:
        kek = tx.keys.kek  # other processes see that the index key was wrapped again, and look
        tx.db.do("runs", "set_meta", name="index_key", value=tx.keys.index_under(kek))
        tx.db.do("keys", "kek_gone", kek=rotation.old, at=tx.at)
        tx.db.do("guards", "drop_meta", name=ROTATION)
        tx.log("act", actor=actor, act="key_rotated", old=rotation.old, new=rotation.new,
               count=rotation.rows)  # fmt: skip
    gone = erasing.certify(store, actor)
    store.db.sweep()
    return Rotated(rotation.old, rotation.new, rotation.rows, gone, left=False)


def _tidy(app: App, room: KeyRoom) -> Rotated:
    """Another node has rotated the key: destroy the old one here too."""
    name = kek_name(app.store.keys.kek)
    if room.form != "credential":
        _take_place(room, app.store.keys.kek)
    return Rotated(name, name, 0, 0, left=False)


def _take_place(room: KeyRoom, kek: bytes) -> None:
    """Only what lies there as the key to come, and is it, takes the place of the old one."""
    coming = key_files.next_to(room.path)
    if coming.exists() and key_files.is_key(coming, kek, room.phrase_if_sealed()):
        key_files.take_place(room.path)
    _give_daemon(room, [kek])


def _give_daemon(room: KeyRoom, keks: list[bytes]) -> None:
    if room.form == "sealed":
        key_socket.put(room.settings.state, keks)


def _put(tx: Transaction, rotation: Rotation) -> None:
    tx.db.do("runs", "set_meta", name=ROTATION, value=json.dumps(asdict(rotation)))
