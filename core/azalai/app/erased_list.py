"""The list of erased records beside the database: an older copy of it brings none of them back."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from azalai.app.key_files import give_to_owner, put, sync_folder
from azalai.errors import VerificationError
from azalai.store import Store, erasing
from azalai.store.erasing import Erased
from azalai.store.run_rows import meta

NAME = "erased"
BESIDE = "azalai-erased.ndjson"
"""What it is called beside a backup."""
AT_ONCE = 200


def settle(store: Store, file: Path, node: str, others: Sequence[Path] = ()) -> int:
    """Make the list and the store say the same: what is listed is erased here, what was erased is
    listed; how many an older copy had brought back. Cheap where both agree. `others` are lists
    from elsewhere.

    VerificationError where a list does not read: nothing is used then.
    """
    name = f"{NAME}/{node}"
    if not others and file.exists() and meta(store.db, name) == _state(store, file):
        return 0
    every = list({one.pseudonym: one for path in (*others, file) for one in read(path)}.values())
    again = 0
    for start in range(0, len(every), AT_ONCE):
        with store.write() as tx:
            again += erasing.replay(tx, every[start : start + AT_ONCE])
    with store.write() as tx:  # one writer at a time: of the file too
        here = {one.pseudonym for one in read(file)}
        _append(file, [one for one in erasing.every(tx.db) if one.pseudonym not in here])
        tx.db.do("runs", "set_meta", name=name, value=_state(store, file))
    if again:
        store.db.sweep()
    return again


def read(file: Path) -> list[Erased]:
    """A list; nothing where there is no file. A last line that was cut is none."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return []
    made = []
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            made.append(_parsed(json.loads(line)))
        except (ValueError, KeyError, TypeError) as err:
            raise VerificationError(f"line {number} is none of ours", where=f"{file}") from err
    return made


def copy_beside(file: Path, folder: Path) -> None:
    """Put the list beside a backup, in the place of an earlier one."""
    made = folder / f".{BESIDE}.new"
    made.unlink(missing_ok=True)
    put(made, lines(read(file)))
    made.replace(folder / BESIDE)


def lines(listed: Iterable[Erased]) -> bytes:
    """A list as it is written: one JSON object a line, pseudonyms and keyed hashes only."""
    return b"".join(json.dumps({
        "pseudonym": one.pseudonym, "at": one.at, "rule": one.rule, "kek": one.kek,
        "stop": None if one.stop is None else one.stop.hex(),
    }).encode() + b"\n" for one in listed)  # fmt: skip


def _parsed(row: dict[str, str | None]) -> Erased:
    stop = row["stop"]
    return Erased(str(row["pseudonym"]), str(row["at"]), str(row["rule"]), str(row["kek"]),
                  None if stop is None else bytes.fromhex(stop))  # fmt: skip


def _append(file: Path, more: Sequence[Erased]) -> None:
    """Durable when this returns. What a cut line left is ended first."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = not file.exists()
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+b") as out:
        out.seek(out.read().rfind(b"\n") + 1)
        out.write(lines(more))
        out.truncate()
        out.flush()
        os.fsync(out.fileno())
    if fresh:
        give_to_owner(file, file.parent)
        sync_folder(file.parent)


def _state(store: Store, file: Path) -> str:
    """What stands for both, as they are: bytes of the one, records of the other."""
    size = file.stat().st_size if file.exists() else -1
    return f"{size}/{erasing.counts(store.db)[0]}"
