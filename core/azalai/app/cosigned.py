"""Our log's witnesses: what they cosigned, whether it is enough, who sees another log than ours."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from azalai import logs
from azalai.app import App, instance
from azalai.clock import parse_instant
from azalai.errors import ConfigurationError, VerificationError
from azalai.ledger import Checkpoint, LedgerStorage, Verifier, open_checkpoint, ring
from azalai.ledger.cosignature import Cosignature, Cosigner, Quorum, cosignatures, parse_cosigner
from azalai.ledger.log import root_at
from azalai.settings import Settings
from azalai.store import Store, Transaction, restored, witness_rows
from azalai.store.run_rows import meta
from azalai.store.witness_rows import Seal, Told, View
from azalai.witness_settings import Witnesses

LATE = "witnesses_late"
SAME, EXTENDS = "same", "extends"
ROLLBACK, SPLIT_VIEW, FORK = "rollback", "split_view", "fork"
"""How another checkpoint of our log stands to it: the same; an ancestor; longer than ours (ours is
an older copy); another of the same size; another that ours does not extend."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """How far our log is cosigned. `met` is the newest checkpoint that enough witnesses cosigned;
    `waiting` the oldest one after it; `late`: it waits longer than it may. `told` is what each
    witness said last (None: never asked); `views` do not fit together, by any log."""

    least: int
    size: int
    met: Seal | None
    by: Mapping[str, str]
    waiting: Seal | None
    late: bool
    told: Mapping[str, Told | None]
    views: tuple[View, ...]


def given(settings: Settings) -> Witnesses:
    """The witnesses of our log. ConfigurationError where there are none."""
    if settings.witnesses is None:
        raise ConfigurationError(
            "no witness is configured", source=settings.source, hint="write `witnesses:` first",
            fr="aucun cosignataire n'est configuré", hint_fr="écrivez d'abord « witnesses: »",
        )  # fmt: skip
    return settings.witnesses


def quorum(settings: Settings) -> Quorum:
    """Their keys, and how many of them are enough. ConfigurationError for a key that is wrong."""
    found: dict[str, Cosigner] = {}
    for name, node in given(settings).nodes.items():
        try:
            found[name] = parse_cosigner(node.vkey)
        except VerificationError as err:
            raise ConfigurationError(f"witnesses: nodes: {name}: {err}",
                                     source=settings.source) from err  # fmt: skip
    return Quorum(found, given(settings).quorum)


def our_keys(settings: Settings) -> list[Verifier]:
    """The keys of our log, the newest first, those that ended too."""
    return ring.verifiers(settings.path(settings.ledger_key))


def look(app: App, store: Store | None = None) -> Cosigned | None:
    """How far our log is cosigned; None where no witness is configured and nothing was seen."""
    mine, settings = store or app.store, app.settings
    views = tuple(witness_rows.open_views(mine.db))
    if settings.witnesses is None:
        return Cosigned(0, 0, None, {}, None, False, {}, views) if views else None
    known = quorum(settings)
    size = mine.ledger.head().size
    met = witness_rows.seal(mine.db, "met_seal")
    waiting = witness_rows.seal(mine.db, "first_unmet")
    after = timedelta(seconds=settings.witnesses.late_after_s)
    late = waiting is not None and app.clock() - parse_instant(waiting.at) > after
    by = {} if met is None else _by(mine, known, met.size)
    told = {name: witness_rows.told(mine.db, one.vkey) for name, one in known.witnesses.items()}
    return Cosigned(known.least, size, met, by, waiting, late, told, views)


def as_values(found: Cosigned) -> dict[str, Any]:
    """The same for machines."""
    return {
        "quorum": found.least, "of": len(found.told), "size": found.size,
        "cosigned": 0 if found.met is None else found.met.size, "by": dict(found.by),
        "late": found.late, "waiting_since": None if found.waiting is None else found.waiting.at,
        "witnesses": {name: None if one is None else asdict(one)
                      for name, one in found.told.items()},
        "views": [asdict(one) for one in found.views],
    }  # fmt: skip


def _by(store: Store, known: Quorum, size: int) -> dict[str, str]:
    """Who of today's witnesses cosigned a checkpoint, and when."""
    names = {one.vkey: name for name, one in known.witnesses.items()}
    return {names[witness]: at for witness, _, at in witness_rows.lines_of(store.db, size)
            if witness in names}  # fmt: skip


def take(
    tx: Transaction, known: Quorum, seen: Checkpoint, found: list[Cosignature], word: str
) -> bool:
    """Keep cosignatures of one of our checkpoints, a seal already; True: now there are enough."""
    for one in found:
        witness_rows.cosign(tx, seen.size, one.cosigner.vkey, one)
        before = witness_rows.told(tx.db, one.cosigner.vkey)
        size = max(seen.size, 0 if before is None else before.size)
        witness_rows.put_told(tx, one.cosigner.vkey, size, word)
    names = {one.vkey for one in known.witnesses.values()}
    have = {row[0] for row in witness_rows.lines_of(tx.db, seen.size)} & names
    enough = len(have) >= known.least and witness_rows.meet(tx, seen.size)
    if enough and meta(tx.db, LATE) is not None:
        tx.db.do("guards", "drop_meta", name=LATE)
        tx.log("act", actor="azalai/witness", act="quorum_met", size=seen.size, count=len(have))
    witness_rows.fold(tx)
    return enough


def tell_late(app: App, store: Store) -> bool:
    """Enter in the ledger, once, that the quorum is late; whether it is. Nothing stops for it."""
    found = look(app, store)
    if found is None or not found.late or found.waiting is None:
        return False
    if meta(store.db, LATE) is None:
        with store.write() as tx:
            tx.db.do("runs", "set_meta", name=LATE, value=tx.at)
            tx.log("act", actor="azalai/witness", act="quorum_late", size=found.waiting.size,
                   since=found.waiting.at, count=len(found.by))  # fmt: skip
        logs.get().error("witness.quorum_late", size=found.size, count=found.least)
    return True


def compare(storage: LedgerStorage, known: list[Verifier], note: bytes) -> tuple[Checkpoint, str]:
    """How a signed checkpoint of our log stands to it: one of the words above. VerificationError
    where it is no checkpoint of this log."""
    seen = open_checkpoint(note, known, known[0].name)
    size = storage.head().size
    if seen.size > size:
        return seen, ROLLBACK
    if root_at(storage, seen.size) == seen.root:
        return seen, SAME if seen.size == size else EXTENDS
    return seen, SPLIT_VIEW if seen.size == size else FORK


def tell_view(store: Store, seen: Checkpoint, kind: str, note: bytes, told_by: str) -> bool:
    """Another log than ours was signed with our key: entered in the ledger once, and nothing leaves
    from here until a person says which one goes on (a restored copy asks first)."""
    if kind in (SAME, EXTENDS):
        return False
    with store.write() as tx:
        fresh = witness_rows.add_view(tx, kind, seen, note, told_by)
        if fresh and not restored.is_recovering(store):
            instance.suspect(tx, instance.FORKED)
    if fresh:
        logs.get().critical(f"ledger.{kind}", name=told_by, size=seen.size)
    return True


def cosigned_note(store: Store, settings: Settings) -> bytes | None:
    """The newest checkpoint that enough witnesses cosigned, else that any did, with their lines;
    None where there is none."""
    if settings.witnesses is None:
        return None
    found = witness_rows.seal(store.db, "met_seal") or witness_rows.seal(store.db, "cosigned_seal")
    return None if found is None else _with_lines(store, settings, found.note, found.size)


def published_note(app: App, store: Store | None = None) -> bytes:
    """A checkpoint of this moment, with the cosignatures that exist of just this one."""
    mine = store or app.store
    note = app.publish_locked(mine)
    size = open_checkpoint(note, our_keys(app.settings)).size
    return _with_lines(mine, app.settings, note, size)


def _with_lines(store: Store, settings: Settings, note: bytes, size: int) -> bytes:
    if settings.witnesses is None:
        return note
    known = [one.vkey for one in quorum(settings).witnesses.values()]
    lines = [line for witness, line, _ in witness_rows.lines_of(store.db, size) if witness in known]
    made = note + "".join(lines).encode()
    cosignatures(
        made, list(quorum(settings).witnesses.values())
    )  # a changed row is never given out
    return made
