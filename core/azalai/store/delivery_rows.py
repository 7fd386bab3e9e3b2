"""Deliveries: decisions written, claimed under a lease, ended; chains promoted."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import takewhile

from azalai.clock import format_instant
from azalai.documents import Text
from azalai.errors import NotFoundError, StoreError
from azalai.outbox import chain, retry
from azalai.outbox.chain import Holding, Link
from azalai.outbox.states import REPEATABLE, UNENDED, may_follow
from azalai.store.engine import Engine, Row
from azalai.store.record_rows import RecordRow
from azalai.store.seal import commit, seal, unseal
from azalai.store.transaction import Transaction

PRIORITY = {"cancel": 0, "update": 4, "create": 5}
LOWEST_PRIORITY = 9
HANDED_OVER, OVERDUE = "handed_over", "receipt_overdue"
POSSIBLE_DUPLICATE, LINKED_LIFTED = "possible_duplicate", "linked_lifted"
"""Kept back for a person because of another record: `record same` decides, not a release."""
LOST_THERE = "lost_there"
"""Why a record that was accepted is created again: the destination has lost it."""
SUPERSEDED = "superseded"
"""Why an untried delivery ended: a newer version of its record waited right behind it."""
CORRECTION = "azalai/correction"
"""The rule of an update that only takes data away: like a recall, nothing keeps it back."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One decision on one version for one destination, as the outbox shows it."""

    id: int
    record: int
    version: int
    destination: str
    run: int | None
    operation: str
    state: str
    idempotency_key: str | None
    media_type: str | None
    priority: int
    rule: str
    basis: str
    agreement: str
    sentence: Text
    fields: tuple[str, ...]
    ask_by: str | None
    reason: str | None
    rules_digest: str
    holds_until: str | None
    due_at: str | None
    attempts: int
    tried: bool
    fence: int
    lease_until: str | None
    first_sent_at: str | None
    unknown_since: str | None
    last_reason: str | None
    commitment: str | None
    replaces: int | None
    made_at: str
    ended_at: str | None
    pseudonym: str
    kind: str
    mapping: str | None
    """What rendered its bytes, `wapis_style_wanted_person@3`; None of before that was kept."""


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A decision to write. `body` None: nothing is owed (`withheld`)."""

    record: RecordRow
    version: int
    destination: str
    operation: str
    state: str
    rule: str
    basis: str
    agreement: str
    sentence: Text
    rules_digest: str
    holds_until: str | None = None
    fields: Sequence[str] = ()
    ask_by: str | None = None
    run: int | None = None
    body: bytes | None = None
    media_type: str | None = None
    idempotency_key: str | None = None
    reason: str | None = None
    last_reason: str | None = None
    replaces: int | None = None
    priority: int | None = None
    mapping: str | None = None


def new_key() -> str:
    """An idempotency key: 128 random bits, one a message, the same at every attempt."""
    return secrets.token_hex(16)


def delivery_of(row: Row) -> Delivery:
    """A delivery from a row of deliveries.sql."""
    values = list(row)
    values[13] = _sentence(row[13])
    values[14] = _fields(row[14])
    values[21] = bool(row[21])
    return Delivery(*values)


@lru_cache(maxsize=1024)
def _sentence(text: str) -> Text:
    return Text(**json.loads(text))


@lru_cache(maxsize=1024)
def _fields(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def get(database: Engine, delivery: int) -> Delivery:
    """One delivery. NotFoundError."""
    row = database.row("deliveries", "by_id", id=delivery)
    if row is None:
        raise NotFoundError(f"no delivery {delivery}", fr=f"aucun envoi {delivery}")
    return delivery_of(row)


def links(database: Engine, record: int, destination: str) -> list[Link]:
    """A record's chain to one destination, by version: a decision that is made anew on an older
    version stands before the newer ones."""
    rows = database.rows("deliveries", "chain", record=record, destination=destination)
    return [Link(row[0], row[1], row[2], row[3], bool(row[4]), bool(row[5])) for row in rows]


def chains(database: Engine, records: Iterable[int]) -> dict[tuple[int, str], list[Link]]:
    """The chains of many records, by record and destination; no entry where there is none."""
    found: dict[tuple[int, str], list[Link]] = {}
    for record, destination, *link in database.rows("deliveries", "chains",
                                                    records=json.dumps(list(records))):  # fmt: skip
        made = Link(link[0], link[1], link[2], link[3], bool(link[4]), bool(link[5]))
        found.setdefault((record, destination), []).append(made)
    return found


def holding(database: Engine, record: int, destination: str) -> Holding:
    """What the destination has, or may have, of the record."""
    return chain.holding(links(database, record, destination))


def add(tx: Transaction, new: NewDelivery) -> int:
    """Write a decision; its id. The body is sealed, its commitment is of the exact bytes."""
    return add_all(tx, [new])[0]


def add_all(tx: Transaction, made: Sequence[NewDelivery]) -> list[int]:
    """Write decisions; their ids, in the same order."""
    ids = tx.db.add_many("deliveries", "add", [_row(tx, new) for new in made])
    sealed = [(id_, _sealed(new, new.body)) for id_, new in zip(ids, made, strict=True)
              if new.body is not None]  # fmt: skip
    tx.db.do_many("deliveries", "add_body", sealed)
    return ids


def _sealed(new: NewDelivery, body: bytes) -> bytes:
    bound = _bound(new.record.pseudonym, new.version, new.destination, new.operation,
                   new.idempotency_key)  # fmt: skip
    return seal(new.record.key, body, *bound)


def _row(tx: Transaction, new: NewDelivery) -> tuple[object, ...]:
    record, body = new.record, new.body
    return (
        record.id, new.version, new.destination, new.run, new.operation, new.state,
        new.idempotency_key, None if body is None else commit(record.key, body), new.media_type,
        PRIORITY[new.operation] if new.priority is None else new.priority, new.rule, new.basis,
        new.agreement, _written(new.sentence), _listed(tuple(new.fields)), new.ask_by, new.reason,
        new.rules_digest, new.holds_until, new.last_reason, new.replaces, tx.at,
        tx.at if new.state in ("withheld", "withdrawn") else None, new.mapping,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _written(sentence: Text) -> str:
    return json.dumps(sentence._asdict(), ensure_ascii=False)


@lru_cache(maxsize=1024)
def _listed(fields: tuple[str, ...]) -> str:
    return json.dumps(sorted(fields))


def open_body(database: Engine, record: RecordRow, delivery: Delivery) -> bytes:
    """The frozen bytes. SealError if the body or a plain column it is bound to was changed."""
    row = database.row("deliveries", "body", id=delivery.id)
    return open_sealed(record, delivery, row[0] if row else None)


def open_sealed(record: RecordRow, delivery: Delivery, sealed: bytes | None) -> bytes:
    """The frozen bytes of what is stored of them. Raises as `open_body`."""
    bound = _bound(record.pseudonym, delivery.version, delivery.destination, delivery.operation,
                   delivery.idempotency_key)  # fmt: skip
    return unseal(record.key, bytes(sealed) if sealed else b"", *bound)


def activate(tx: Transaction, delivery: Delivery) -> None:
    """A staged delivery comes into force: held for a person, due, or behind another.

    A cancel first withdraws what was never attempted, and ends itself if nothing may have arrived;
    so does a correction, but for cancels.
    """
    before = _before(links(tx.db, delivery.record, delivery.destination), delivery.id)
    if takes_away(delivery):
        for link in chain.untried(before):
            if delivery.operation == "cancel" or link.operation != "cancel":
                end(tx, get(tx.db, link.id), "withdrawn", "cancelled", advance=False)
        if not holding(tx.db, delivery.record, delivery.destination).any:
            end(tx, delivery, "withdrawn", "nothing_there")
            return
    if delivery.operation == "cancel":
        tx.log("recall", pseudonym=delivery.pseudonym, destination=delivery.destination,
               state="opened", reason=delivery.reason or "not_stated", version=delivery.version)  # fmt: skip
    elif delivery.ask_by is not None and delivery.state == "staged":
        _set(tx, delivery, "held", None, delivery.last_reason or "asks_a_person")
        tx.log("held", subject=f"delivery/{delivery.id}", reason=delivery.rule,
               pseudonym=delivery.pseudonym, destination=delivery.destination)  # fmt: skip
        return
    else:
        _pass_over_reissues(tx, delivery, before)
    place(tx, delivery)


def activate_run(tx: Transaction, run: int) -> None:
    """All that a run staged comes into force, in its order."""
    tx.db.do("deliveries", "activate_alone", run=run, at=tx.at, now_ms=retry.rank(tx.now, 0),
             step_ms=retry.RANK_STEP_S * 1000)  # fmt: skip
    for (delivery,) in tx.db.rows("runs", "staged", run=run):
        activate(tx, get(tx.db, delivery))


def _pass_over_reissues(tx: Transaction, delivery: Delivery, before: Sequence[Link]) -> None:
    """What is only sent again, and waits, is not what a newer version has to wait for."""
    if delivery.priority < LOWEST_PRIORITY:
        for link in chain.untried(before):
            one = get(tx.db, link.id)
            if one.priority == LOWEST_PRIORITY and one.state in ("due", "waiting"):
                end(tx, one, "withdrawn", SUPERSEDED, advance=False)


def place(tx: Transaction, delivery: Delivery) -> None:
    """Make a delivery due, or `waiting` while one before it in its chain has not ended."""
    before = _before(links(tx.db, delivery.record, delivery.destination), delivery.id)
    closed = any(link.state in UNENDED for link in before)
    if delivery.state == "held":
        tx.db.do("deliveries", "count_from_now", id=delivery.id)
    _set(tx, delivery, "waiting" if closed else "due", None if closed else tx.now, None)
    if not closed:
        _refit(tx, delivery, before)


def make_due(
    tx: Transaction, delivery: Delivery, when: datetime | None = None, reason: str | None = None
) -> None:
    """Due now, or at `when`."""
    _set(tx, delivery, "due", when or tx.now, reason)


def repeat(tx: Transaction, delivery: Delivery) -> None:
    """An ended delivery is due once more: same bytes, same key. StoreError if it cannot be."""
    if delivery.state not in REPEATABLE:
        raise StoreError(f"delivery {delivery.id} is {delivery.state}: not to be repeated")
    tx.db.do("deliveries", "count_from_now", id=delivery.id)
    tx.db.do("deliveries", "unsettle_recall", delivery=delivery.id)
    tx.db.do("deliveries", "set_state", id=delivery.id, state="due", due_at=tx.at,
             rank=retry.rank(tx.now, LOWEST_PRIORITY, recall=takes_away(delivery)),
             reason="repeated", ended_at=None)  # fmt: skip


def defer(tx: Transaction, delivery: Delivery, until: datetime, reason: str) -> None:
    """Not before `until`; the chain stays closed."""
    _set(tx, delivery, "deferred", until, reason)


def hand_over(tx: Transaction, delivery: Delivery, until: datetime | None = None) -> None:
    """A relay took it and the destination has said nothing: `awaiting`, late after `until`."""
    _set(tx, delivery, "awaiting", until, HANDED_OVER)


def overdue(database: Engine, destination: str, now: datetime) -> list[Delivery]:
    """What waits for a receipt that should have come by `now` and was not told of yet."""
    rows = database.rows("deliveries", "overdue", destination=destination,
                         now=format_instant(now), reason=HANDED_OVER)  # fmt: skip
    return [get(database, id_) for (id_,) in rows]


def late_receipts(database: Engine) -> list[tuple[str, int]]:
    """How many deliveries each destination has left without a receipt in time."""
    return [(name, n) for name, n in database.rows("deliveries", "late_receipts", reason=OVERDUE)]


def keep_waiting(tx: Transaction, delivery: Delivery) -> None:
    """Known as late: `awaiting` still, without a time."""
    tx.db.do("deliveries", "set_state", id=delivery.id, state="awaiting", due_at=None, rank=None,
             reason=OVERDUE, ended_at=None)  # fmt: skip


def hold(tx: Transaction, delivery: Delivery, reason: str) -> None:
    """Stopped on purpose, waiting for a person."""
    _set(tx, delivery, "held", None, reason)
    tx.log("held", subject=f"delivery/{delivery.id}", reason=reason,
           pseudonym=delivery.pseudonym, destination=delivery.destination)  # fmt: skip


def unknown(tx: Transaction, delivery: Delivery, ask_at: datetime, reason: str) -> None:
    """It may have arrived: asked at `ask_at`."""
    _follow(delivery, "unknown")
    tx.db.do("deliveries", "set_unknown", id=delivery.id, reason=reason,
             due_at=format_instant(ask_at), now=tx.at)  # fmt: skip


def end(
    tx: Transaction, delivery: Delivery, state: str, reason: str | None = None, *,
    advance: bool = True,
) -> None:  # fmt: skip
    """End a delivery and promote the next of its chain in the same transaction."""
    _follow(delivery, state)
    tx.db.do("deliveries", "set_state", id=delivery.id, state=state, due_at=None, rank=None,
             reason=reason, ended_at=tx.at)  # fmt: skip
    if state in ("withdrawn", "given_up"):
        tx.log("outcome", pseudonym=delivery.pseudonym, version=delivery.version,
               destination=delivery.destination, attempt=delivery.attempts,
               outcome=state, reason=reason or "replaced", delivery=delivery.id)  # fmt: skip
    if advance:
        promote(tx, delivery)


def promote(tx: Transaction, ended: Delivery) -> None:
    """The first delivery of the chain that has not ended becomes due, if it waited."""
    chained = links(tx.db, ended.record, ended.destination)
    following = next((link for link in chained if link.state in UNENDED), None)
    if following is None:
        return
    if following.state == "waiting":
        delivery = get(tx.db, following.id)
        before = _before(chained, following.id)
        if takes_away(delivery) and not chain.holding(before).any:
            end(tx, delivery, "withdrawn", "nothing_there")
            return
        make_due(tx, delivery)
        _refit(tx, delivery, before)


def takes_away(delivery: Delivery) -> bool:
    """A cancel, or a correction that only takes data away: never withheld, held or decided again."""
    return delivery.operation == "cancel" or delivery.rule == CORRECTION


def _before(chained: Sequence[Link], id_: int) -> list[Link]:
    """What stands before one link of a chain."""
    return list(takewhile(lambda link: link.id != id_, chained))


def _refit(tx: Transaction, delivery: Delivery, before: Sequence[Link]) -> None:
    """Mark an untried delivery whose operation no longer fits: it is rendered again."""
    if not takes_away(delivery) and delivery.reason != LOST_THERE:
        fits = chain.operation_after(before) == delivery.operation
        tx.db.do("deliveries", "set_refit", id=delivery.id, refit=int(not fits))


def _set(
    tx: Transaction, delivery: Delivery, state: str, due: datetime | None, reason: str | None
) -> None:
    _follow(delivery, state)
    tx.db.do("deliveries", "set_state", id=delivery.id, state=state,
             due_at=None if due is None else format_instant(due),
             rank=None if due is None else retry.rank(due, delivery.priority,
                                                      recall=takes_away(delivery)),
             reason=reason, ended_at=None)  # fmt: skip


def _follow(delivery: Delivery, state: str) -> None:
    """StoreError where the outbox's rules have no such step: nothing is committed then."""
    if not may_follow(delivery.state, state):
        raise StoreError(f"delivery {delivery.id} cannot go from {delivery.state} to {state}")


def _bound(
    pseudonym: str, version: int, destination: str, operation: str, key: str | None
) -> tuple[object, ...]:
    return ("deliveries", pseudonym, version, destination, operation, key)
