"""Putting the master key under a passphrase, taking it from there, holding it for the daemon."""

from pathlib import Path

from azalai.app import App, key_files, key_socket, opened, rotating
from azalai.app.key_room import KeyRoom
from azalai.clock import Clock
from azalai.errors import StopError

DAEMON, NOBODY = "daemon", "nobody"


def seal_up(room: KeyRoom, passphrase: str, actor: str, clock: Clock) -> None:
    """The plain key file comes under a passphrase, and is overwritten. StopError as `must_start`, or
    where a rotation is under way."""
    must_start(room, "attended")
    _rewrite(room, key_files.plain(room.path), passphrase, actor, clock, "key_sealed")


def open_up(room: KeyRoom, actor: str, clock: Clock) -> None:
    """The key file under a passphrase becomes plain again. StopError as `must_start`,
    ConfigurationError for another passphrase."""
    must_start(room, "unattended")
    _rewrite(room, key_files.sealed(room.path, room.phrase()), None, actor, clock, "key_unsealed")


def unlock(room: KeyRoom, actor: str, clock: Clock) -> str:
    """Open the key and have the daemon hold it; who holds it now. ConfigurationError for another
    passphrase: nothing is changed then."""
    keks = key_files.sealed(room.path, room.phrase())
    _said(room, keks, actor, clock, "key_unlocked")
    return DAEMON if key_socket.put(room.settings.state, keks) else NOBODY


def lock(room: KeyRoom, app: App, actor: str) -> str:
    """Have the daemon forget the key; who held it. It sends what it has begun and waits."""
    with app.store.write() as tx:
        tx.log("act", actor=actor, act="key_locked")
    return DAEMON if key_socket.lock(room.settings.state) else NOBODY


def _rewrite(
    room: KeyRoom, keks: list[bytes], passphrase: str | None, actor: str, clock: Clock, act: str
) -> None:
    with opened(Path(room.settings.source), clock, lambda: keks) as app:
        if rotating.under_way(app.store) is not None:
            raise StopError("a rotation of the key has not ended",
                            fr="une rotation de la clé n'est pas finie",
                            hint="azalai key rotate", hint_fr="azalai key rotate")  # fmt: skip
        coming = key_files.next_to(room.path)
        coming.unlink(missing_ok=True)
        key_files.write(coming, app.store.keys.kek, passphrase)
        key_files.take_place(room.path)
        with app.store.write() as tx:
            tx.log("act", actor=actor, act=act)


def _said(room: KeyRoom, keks: list[bytes], actor: str, clock: Clock, act: str) -> None:
    with opened(Path(room.settings.source), clock, lambda: keks) as app, app.store.write() as tx:
        tx.log("act", actor=actor, act=act)


def must_start(room: KeyRoom, wanted: str) -> None:
    """StopError where the configuration says another `start:` than the wanted one."""
    if room.settings.start == wanted:
        return
    raise StopError(f"{room.settings.source} says `start: {room.settings.start}`",
                    fr=f"{room.settings.source} dit « start: {room.settings.start} »",
                    hint=f"write `start: {wanted}` first",
                    hint_fr=f"écrivez d'abord « start: {wanted} »")  # fmt: skip
