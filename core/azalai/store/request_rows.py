"""Requests that wait for a second person, and accounts that were closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from azalai.clock import format_instant
from azalai.errors import NotFoundError
from azalai.store.engine import Engine, Row
from azalai.store.seal import Keyring, seal, unseal
from azalai.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Request:
    """What one account asked for. `digest`: SHA-256 (hex) of exactly what would happen; `state`:
    open, used, refused, changed, expired or cancelled; `sealed` holds its arguments."""

    id: int
    act: str
    digest: str
    state: str
    asked_by: str
    asked_at: str
    expires_at: str
    ended_by: str | None
    ended_at: str | None
    wrapped: bytes
    sealed: bytes

    def state_at(self, now: datetime) -> str:
        """Its state; `expired` once its time is over, whether that is written yet or not."""
        over = self.state == "open" and self.expires_at <= format_instant(now)
        return "expired" if over else self.state


def add(
    tx: Transaction, act: str, digest: str, held: dict[str, Any], by: str, until: datetime
) -> int:
    """Keep a request; its number. `held`: its arguments and the salt of the digest, sealed."""
    key, wrapped = tx.keys.new_key("request")
    tx.db.do("requests", "add", act=act, digest=digest, wrapped=wrapped,
             sealed=seal(key, orjson.dumps(held), "requests", act, digest), asked_by=by,
             asked_at=tx.at, expires_at=format_instant(until))  # fmt: skip
    return tx.db.last_id


def held(keys: Keyring, request: Request) -> dict[str, Any]:
    """What a request holds. SealError if its row was changed."""
    key = keys.unwrap(request.wrapped, "request")
    opened = unseal(key, request.sealed, "requests", request.act, request.digest)
    return dict(orjson.loads(opened))


def get(database: Engine, number: int) -> Request:
    """One request. NotFoundError."""
    row = database.row("requests", "by_id", id=number)
    if row is None:
        raise NotFoundError(f"no request {number}", fr=f"aucune demande {number}")
    return _of(row)


def every(database: Engine, *, ended: bool = False) -> list[Request]:
    """The open requests, or with `ended` all of them, oldest first."""
    return [_of(row) for row in database.rows("requests", "list", every=int(ended))]


def end(tx: Transaction, request: Request, state: str, by: str | None) -> bool:
    """End an open request; False where it had ended already."""
    return tx.db.do("requests", "end", id=request.id, state=state, by=by, at=tx.at) == 1


def blank(tx: Transaction, request: Request) -> None:
    """What a request held is gone: the salt of its digest too, so that nobody can guess it."""
    key, wrapped = tx.keys.new_key("request")
    sealed = seal(key, orjson.dumps({"arguments": {}, "salt": ""}), "requests", request.act,
                  request.digest)  # fmt: skip
    tx.db.do("erasing", "blank_request", id=request.id, wrapped=wrapped, sealed=sealed)


def close_account(tx: Transaction, account: str) -> None:
    """From now on this account asks and agrees to nothing."""
    tx.db.do("requests", "close_account", account=account, at=tx.at)


def closed_accounts(database: Engine) -> frozenset[str]:
    """The accounts that were closed here."""
    return frozenset(name for (name,) in database.rows("requests", "closed_accounts"))


def _of(row: Row) -> Request:
    return Request(*row)
