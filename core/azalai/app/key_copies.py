"""Copies of the master key: made, confirmed by reading them back, said to be destroyed."""

from azalai.app import App, key_files
from azalai.errors import NotFoundError, StopError, VerificationError
from azalai.settings import Settings
from azalai.store import erasing, key_rows, notes
from azalai.store.key_rows import Copy
from azalai.store.seal import kek_name

SHEET, SEALED = "sheet", "sealed"


def note(app: App, actor: str, form: str) -> tuple[int, bytes]:
    """A copy of the key in force is about to be made: its number, and the key. It is noted before
    it exists: no copy is unknown."""
    with app.store.write() as tx:
        kek = tx.keys.kek
        tx.db.do("keys", "put_copy", kek=kek_name(kek), form=form, at=tx.at)
        number = tx.db.last_id
        tx.log("act", actor=actor, act="key_copied", key=kek_name(kek), form=form, copy=number)
    return number, kek


def confirm(app: App, actor: str, kek: bytes, number: int | None) -> Copy:
    """A copy was read back: it is the key in force. VerificationError where it is another one;
    NotFoundError where no copy waits for it."""
    with app.store.write() as tx:
        if kek != tx.keys.kek:
            raise VerificationError("it holds another key than the one in force", where="key copy")
        waiting = [one for one in key_rows.copies(tx.db) if one.kek == kek_name(kek)
                   and one.gone_at is None and number in (None, one.id)]  # fmt: skip
        if not waiting:
            raise NotFoundError("no copy of this key was made here",
                                fr="aucune copie de cette clé n'a été faite ici",
                                hint="azalai key copy -o FILE", hint_fr="azalai key copy -o FICHIER")  # fmt: skip
        one = waiting[-1]
        tx.db.do("keys", "confirm_copy", id=one.id, at=tx.at)
        tx.log("act", actor=actor, act="key_copy_confirmed", key=one.kek, copy=one.id)
    return one


def destroyed(app: App, actor: str, number: int, reason: str) -> int:
    """A person says that a copy was destroyed; how many erased records that makes unrecoverable.
    NotFoundError."""
    with app.store.write() as tx:
        if not tx.db.do("keys", "copy_gone", id=number, at=tx.at):
            raise NotFoundError(f"no copy {number} that is still there",
                                fr=f"aucune copie {number} encore là")  # fmt: skip
        tx.log("act", actor=actor, act="key_copy_destroyed", copy=number,
               note=notes.keep(tx, f"key/{number}", reason))  # fmt: skip
    return erasing.certify(app.store, actor)


def put_back(settings: Settings, kek: bytes, passphrase: str | None) -> None:
    """Write the key of a copy where the configuration says. StopError where one is there."""
    path = settings.path(settings.kek)
    if path.exists():
        raise StopError(f"{path} is there: nothing is replaced", fr=f"{path} est là : rien n'est "
                        "remplacé")  # fmt: skip
    key_files.write(path, kek, passphrase)
