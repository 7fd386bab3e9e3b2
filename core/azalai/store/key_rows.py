"""Key-encryption keys by name, their copies, and the rewrapping of all that they wrapped."""

import json
from dataclasses import dataclass

from azalai.errors import SealError, VerificationError
from azalai.store import Store
from azalai.store.engine import Engine
from azalai.store.seal import kek_name
from azalai.store.transaction import Transaction

WRAPPED = ("records", "rejects", "notes", "requests")
"""Tables with a wrapped key in each row; the places of polled databases in `meta` have theirs."""
POLLS = "polls/"


@dataclass(frozen=True, slots=True)
class Kek:
    """A key-encryption key: it wraps since `since`; `gone_at`: rotated away and destroyed here."""

    kek: str
    since: str
    gone_at: str | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a key: a `sheet` to be printed, or `sealed` under a passphrase."""

    id: int
    kek: str
    form: str
    made_at: str
    confirmed_at: str | None
    gone_at: str | None


@dataclass(frozen=True, slots=True)
class Outside:
    """A copy of what the store holds: a `backup`, or the `openings` of an export, at `place`."""

    id: int
    what: str
    place: str
    kek: str
    made_at: str
    gone_at: str | None
    gone_how: str | None


def know(store: Store) -> None:
    """Note the key that wraps, at the first use after it was made."""
    kek = kek_name(store.keys.kek)
    if store.db.row("keys", "kek", kek=kek) is None:
        with store.write() as tx:
            put(tx, kek_name(tx.keys.kek), None)


def put(tx: Transaction, kek: str, since: str | None) -> None:
    """A key wraps since an instant; None: since the store's first run."""
    tx.db.do("keys", "put_kek", kek=kek, since=since, at=tx.at)


def keks(database: Engine) -> list[Kek]:
    """Every key there was, oldest first."""
    return [Kek(*row) for row in database.rows("keys", "keks")]


def copies(database: Engine) -> list[Copy]:
    """Every copy that was made of a key."""
    return [Copy(*row) for row in database.rows("keys", "copies")]


def outside(database: Engine, *, ended: bool = False) -> list[Outside]:
    """The copies outside the store that are not known to be gone, or with `ended` all of them."""
    return [Outside(*row) for row in database.rows("keys", "outside", all=int(ended))]


def put_outside(tx: Transaction, what: str, place: str) -> None:
    """A copy was made outside the store."""
    tx.db.do("keys", "put_outside", what=what, place=place, kek=kek_name(tx.keys.kek), at=tx.at)


def rewrap(tx: Transaction, table: str, past: int, most: int) -> tuple[int, int]:
    """Wrap the keys of up to `most` rows after row `past` anew; the last row that was looked at
    and how many there were. VerificationError names a row whose key does not open."""
    rows = tx.db.rows("keys", f"wrapped_{table}", past=past, most=most)
    for number, wrapped, *name in rows:
        try:
            fresh = tx.keys.rewrap(bytes(wrapped), name[0] if name else table.removesuffix("s"))
        except SealError as err:
            raise VerificationError("its wrapped key does not open: no key was changed further",
                                    where=f"{table}/{number}") from err  # fmt: skip
        if fresh is not None:
            tx.db.do("keys", f"rewrap_{table}", id=number, wrapped=fresh)
    return (rows[-1][0] if rows else past), len(rows)


def rewrap_polls(tx: Transaction) -> None:
    """The same of the places in polled databases."""
    for name, value in tx.db.rows("guards", "metas", first=POLLS, last=POLLS + "\x7f"):
        row = json.loads(value)
        fresh = tx.keys.rewrap(bytes.fromhex(row["key"]), name)
        if fresh is not None:
            kept = json.dumps(row | {"key": fresh.hex()})
            tx.db.do("runs", "set_meta", name=name, value=kept)
