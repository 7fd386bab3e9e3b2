"""What is sent again in new bytes: one row an act."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from azalai.store.engine import Engine
from azalai.store.transaction import Transaction

FILTERS = ("kind", "feed", "since", "until")


@dataclass(frozen=True, slots=True)
class Reissue:
    """`state`: going, paused or ended; `past` and `last` are deliveries; `since` and `until`
    RFC 3339 instants, the second excluded."""

    id: int
    destination: str
    request: int
    lost: int
    state: str
    past: int
    last: int
    kind: str | None
    feed: str | None
    since: str | None
    until: str | None
    made: int
    left_out: int
    at: str

    @property
    def filters(self) -> dict[str, str | None]:
        """Which of what was sent it is of."""
        return {name: getattr(self, name) for name in FILTERS}


def add(
    tx: Transaction, destination: str, request: int, last: int, filters: Mapping[str, Any], *,
    lost: bool,
) -> None:  # fmt: skip
    """Begin one."""
    tx.db.do("reissues", "add", destination=destination, request=request, lost=int(lost),
             last=last, at=tx.at, **{name: filters.get(name) for name in FILTERS})  # fmt: skip


def every(database: Engine, *, ended: bool = False) -> list[Reissue]:
    """Those that have not ended, or with `ended` all, oldest first."""
    return [Reissue(*row) for row in database.rows("reissues", "list", every=int(ended))]


def sent(
    database: Engine, destination: str, past: int, last: int, filters: Mapping[str, Any]
) -> list[int]:
    """Up to 200 deliveries after `past`: the last that a destination took of each record."""
    rows = database.rows("reissues", "sent", destination=destination, past=past, last=last,
                         **{name: filters.get(name) for name in FILTERS})  # fmt: skip
    return [row[0] for row in rows]


def newest(database: Engine, destination: str) -> int:
    """The last delivery to a destination, 0 if there is none."""
    row = database.row("reissues", "newest", destination=destination)
    return int(row[0]) if row else 0


def set_state(tx: Transaction, reissue: Reissue, state: Literal["going", "paused"]) -> None:
    """Stop one that goes, or let it go on."""
    tx.db.do("reissues", "set_state", id=reissue.id, state=state)
