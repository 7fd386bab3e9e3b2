"""Which copy of a store this is: its number, its epoch, its home; and whether it may send."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from azalai.errors import StopError
from azalai.ledger.checkpoint import instance_line
from azalai.settings import Settings
from azalai.store import Store, Transaction, notes
from azalai.store.engine import Engine
from azalai.store.run_rows import meta

INSTANCE, DOUBT = "instance", "second_instance"
MACHINE = Path("/etc/machine-id")  # machine-id(5)
RETIRED, UNPACKED, ELSEWHERE, FORKED = "retired", "unpacked", "elsewhere", "forked"
"""Why a store may not send: it was packed for another server; it was unpacked here; it was copied
here without that; a witness has seen another history under its name."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A store: its `number` (64 random bits, hex) never changes, its `epoch` grows by one each time
    a copy is put to work, `home` stands for the machine and folder it works in ("": not known)."""

    number: str
    epoch: int
    home: str


def of(db: Engine) -> Instance | None:
    """The instance that a store says it is; None before its first start."""
    found = meta(db, INSTANCE)
    return None if found is None else Instance(**json.loads(found))


def lines(db: Engine) -> list[str]:
    """What a checkpoint says of the instance that signs it."""
    known = of(db)
    return [] if known is None else [instance_line(known.number, known.epoch)]


def doubt(db: Engine) -> str | None:
    """Why this store may not send, or None where it may."""
    found = meta(db, DOUBT)
    return None if found is None else str(json.loads(found)["cause"])


def settle(store: Store, settings: Settings) -> None:
    """Before anything runs: name a new store; doubt one that lies elsewhere than it last worked.

    StopError where it was packed for another server. A store on a server is its nodes' own, and
    no folder is its home.
    """
    if doubt(store.db) == RETIRED:
        raise StopError(
            "this store was packed for another server and works here no more",
            fr="cette base a été emballée pour un autre serveur : elle ne travaille plus ici",
            hint='if that server never took it: azalai move confirm --reason "…"',
            hint_fr="si l'autre serveur ne l'a jamais reprise : azalai move confirm --reason « … »",
        )  # fmt: skip
    here, known = home(settings), of(store.db)
    if known is None or not known.home:
        with store.write() as tx:
            _put(tx, Instance(known.number if known else secrets.token_hex(8),
                              known.epoch if known else 1, here))  # fmt: skip
    elif here and here != known.home and doubt(store.db) is None:
        with store.write() as tx:
            suspect(tx, ELSEWHERE)


def suspect(tx: Transaction, cause: str) -> None:
    """From now on nothing leaves, for this cause; said in the ledger."""
    tx.db.do("runs", "set_meta", name=DOUBT, value=json.dumps({"cause": cause, "at": tx.at}))
    tx.log("act", actor="azalai/instance", act="instance_doubted", cause=cause)


def retire(tx: Transaction) -> None:
    """This store was packed: it works no more. Its last entry is the `moved` one, already there:
    the copy goes on from it, and another one here would be a fork."""
    tx.db.do("runs", "set_meta", name=DOUBT, value=json.dumps({"cause": RETIRED, "at": tx.at}))


def next_epoch(tx: Transaction, here: str) -> Instance:
    """A copy is put to work at `here`: the epoch after the one it knew."""
    known = of(tx.db)
    made = Instance(known.number if known else secrets.token_hex(8),
                    known.epoch + 1 if known else 1, here)  # fmt: skip
    _put(tx, made)
    return made


def confirm(store: Store, settings: Settings, actor: str, reason: str) -> Instance:
    """A person says that no other copy works: this one sends again, under its next epoch.

    StopError where nothing was in doubt.
    """
    with store.write() as tx:
        cause = doubt(tx.db)
        if cause is None:
            raise StopError("nothing is in doubt: this store sends",
                            fr="rien n'est en doute : cette base envoie")  # fmt: skip
        tx.db.do("guards", "drop_meta", name=DOUBT)
        made = next_epoch(tx, home(settings))
        tx.log("act", actor=actor, act="instance_confirmed", cause=cause, epoch=made.epoch,
               reason=notes.keep(tx, "move", reason))  # fmt: skip
    return made


def home(settings: Settings) -> str:
    """What stands for this machine and the store's folder; "" where the machine has no name, or the
    store lies on a server."""
    if not isinstance(settings.store, str):
        return ""
    try:
        machine = MACHINE.read_text().strip()
    except OSError:
        return ""
    if not machine:
        return ""
    place = f"azalai home v1\n{machine}\n{settings.state}"
    return hashlib.sha256(place.encode()).hexdigest()[:32]


def _put(tx: Transaction, made: Instance) -> None:
    tx.db.do("runs", "set_meta", name=INSTANCE, value=json.dumps(asdict(made)))
