"""The list of erased records beside the database: an older copy of it brings none of them back.

One JSON object a line; the last line is a note of the log's key over all lines before it.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from azalai.app.key_files import give_to_owner, put, sync_folder
from azalai.canonical import digest
from azalai.errors import VerificationError
from azalai.ledger import Verifier, ring
from azalai.ledger.note import Signer, open_note, sign
from azalai.store import Store, erasing
from azalai.store.erasing import Erased
from azalai.store.run_rows import meta

NAME = "erased"
BESIDE = "azalai-erased.ndjson"
"""What it is called beside a backup."""
HEADER = "azalai erased list v1"
AT_ONCE = 200
_SIGNED = "signed"


def settle(
    store: Store, file: Path, node: str, key: Path, others: Sequence[Path] = (), *,
    restoring: bool = False,
) -> int:  # fmt: skip
    """Make the list and the store say the same: what is listed is erased here, what was erased is
    listed; how many an older copy had brought back. Cheap where both agree. `others` are lists
    from elsewhere, `key` is the log's, which signs the list.

    VerificationError where a list does not read, or is not as that key signed it: nothing is used
    then. An unsigned one of an earlier version is taken, once, and signed; never while `restoring`.
    """
    name = f"{NAME}/{node}"
    before = meta(store.db, name)
    if not others and file.exists() and before == _state(store, file):
        return 0
    old = not restoring and before is not None and not before.startswith(_SIGNED)
    known = ring.verifiers(key)
    listed = [one for path in others for one in read(path, known)]
    listed += read(file, known, unsigned=old)
    every = list({one.pseudonym: one for one in listed}.values())
    again = 0
    for start in range(0, len(every), AT_ONCE):
        with store.write() as tx:
            again += erasing.replay(tx, every[start : start + AT_ONCE])
    with store.write() as tx:  # one writer at a time: of the file too
        here = {one.pseudonym: one for one in read(file, known, unsigned=old)}
        more = [one for one in erasing.every(tx.db) if one.pseudonym not in here]
        if more or old or not file.exists():
            _replace(file, signed([*here.values(), *more], ring.current(key)))
        tx.db.do("runs", "set_meta", name=name, value=_state(store, file))
    if again:
        store.db.sweep()
    return again


def read(file: Path, known: Sequence[Verifier], *, unsigned: bool = False) -> list[Erased]:
    """A list that one of these keys signed; nothing where there is no file. `unsigned`: one without
    a signature is taken too, without a last line that was cut. VerificationError."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return []
    body = _body(data, file, known)
    if body is None and not unsigned:
        raise _refused(file, "it is not signed", "elle n'est pas signée")
    made = []
    for number, line in enumerate((data if body is None else body).split(b"\n")[:-1], 1):
        try:
            made.append(_parsed(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise _refused(file, f"line {number} is none of ours",
                           f"la ligne {number} n'est pas de nous") from err  # fmt: skip
    return made


def copy_beside(file: Path, folder: Path, known: Sequence[Verifier]) -> None:
    """Put the list beside a backup as it was signed, in the place of an earlier one.
    VerificationError as `read`."""
    read(file, known)
    _replace(folder / BESIDE, file.read_bytes())


def signed(listed: Iterable[Erased], signer: Signer) -> bytes:
    """A list as it is written: pseudonyms and keyed hashes only, then the note over them."""
    body = b"".join(json.dumps({
        "pseudonym": one.pseudonym, "at": one.at, "rule": one.rule, "kek": one.kek,
        "stop": None if one.stop is None else one.stop.hex(),
    }).encode() + b"\n" for one in listed)  # fmt: skip
    note = sign(_text(body), signer).decode()
    return body + json.dumps({_SIGNED: note}).encode() + b"\n"


def _text(body: bytes) -> str:
    count = body.count(b"\n")
    return f"{HEADER}\n{count} {digest(body)}\n"


def _body(data: bytes, file: Path, known: Sequence[Verifier]) -> bytes | None:
    """What the last line's note stands for; None where that is no note."""
    at = data.removesuffix(b"\n").rfind(b"\n") + 1
    try:
        note = json.loads(data[at:])[_SIGNED]
    except (ValueError, KeyError, TypeError):
        return None
    try:
        text = open_note(str(note).encode(), known).text
    except VerificationError as err:
        raise _refused(file, "it is not signed by a key of this ledger",
                       "elle n'est pas signée par une clé de ce registre") from err  # fmt: skip
    if text != _text(data[:at]):
        raise _refused(file, "it was changed since it was signed",
                       "elle a été changée depuis sa signature")  # fmt: skip
    return data[:at]


def _refused(file: Path, en: str, fr: str) -> VerificationError:
    return VerificationError(
        f"the list of erased records is not used: {en}; put the one of the old machine or of the "
        "last backup in its place; where the store is no older copy, take it away: it is made anew",
        where=f"{file}",
        fr=f"la liste des fiches effacées n'est pas employée : {fr} ; mettez à sa place celle de "
        "l'ancienne machine ou de la dernière sauvegarde ; si la base n'est pas une copie plus "
        "ancienne, ôtez-la : elle se refait",
    )


def _parsed(row: dict[str, str | None]) -> Erased:
    stop = row["stop"]
    return Erased(str(row["pseudonym"]), str(row["at"]), str(row["rule"]), str(row["kek"]),
                  None if stop is None else bytes.fromhex(stop))  # fmt: skip


def _replace(file: Path, data: bytes) -> None:
    """The old list or the new one, whole, whatever happens. Durable when this returns."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = file.with_name(f".{file.name}.new")
    made.unlink(missing_ok=True)
    put(made, data)
    give_to_owner(made, file.parent)
    made.replace(file)
    sync_folder(file.parent)


def _state(store: Store, file: Path) -> str:
    """What stands for both, as they are: the bytes of the one, how many records of the other."""
    found = digest(file.read_bytes()) if file.exists() else "-"
    return f"{_SIGNED}/{found}/{erasing.counts(store.db)[0]}"
