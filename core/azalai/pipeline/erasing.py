"""Erasing: what stands in the way, the act itself, and a court's hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from azalai.errors import StopError
from azalai.outbox.states import UNENDED
from azalai.pipeline.finding import hashed
from azalai.pipeline.lifting import holders
from azalai.store import Store, Transaction, erasing, notes
from azalai.store.erasing import SUBJECT, Erased
from azalai.store.record_rows import RecordRow

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why a record may not be erased now: the last day of a court's hold, who has or may have it,
    deliveries that have not ended, and whether one is being sent at this moment."""

    until: str | None
    holders: tuple[str, ...]
    open: int
    sending: bool

    @property
    def any(self) -> bool:
        """Whether anything stands in the way."""
        return bool(self.until or self.holders or self.open)

    @property
    def by_override(self) -> bool:
        """Whether a person and a second one may erase it all the same."""
        return self.until is None and not self.sending


@dataclass(frozen=True, slots=True)
class Why:
    """By which rule records are erased, who does it, why (kept sealed), and the order's reference
    where one was given: their keys do not come in again then."""

    rule: str
    actor: str
    reason: str
    order: str = ""
    second: str = ""


def in_the_way(store: Store, record: RecordRow, today: date) -> InTheWay:
    """What keeps a record from being erased on a day. A recall that people attested by the
    partner's paper leaves no holder; one that was written off does."""
    states = [state for (state,) in store.db.rows("erasing", "states", record=record.id)]
    left = [one.destination for one in holders(store, record) if one.settled != "attested"]
    return InTheWay(held_until(store, record, today), tuple(left),
                    sum(state in UNENDED for state in states), "sending" in states)  # fmt: skip


def held_until(store: Store, record: RecordRow, today: date) -> str | None:
    """The last day of the court's hold that stands on a record."""
    row = store.db.row("erasing", "held", record=record.id, today=today.isoformat())
    return None if row is None else str(row[0])


def erase(store: Store, records: Sequence[RecordRow], why: Why, today: date) -> list[Erased]:
    """Erase records that nothing keeps, some at a time; those that were erased.

    StopError where something stands in the way of one by now: those before it are erased.
    """
    made = []
    for start in range(0, len(records), AT_ONCE):
        with store.write() as tx:
            some = records[start : start + AT_ONCE]
            for record in some:
                if in_the_way(store, record, today).any:
                    raise StopError(f"{record.pseudonym}: something stands in the way of erasing",
                                    fr=f"{record.pseudonym} : quelque chose s'oppose à "
                                    "l'effacement")  # fmt: skip
            made += erase_in(tx, some, why)
    return made


def erase_in(tx: Transaction, records: Sequence[RecordRow], why: Why) -> list[Erased]:
    """Erase records whatever they owe."""
    facts = {"order": hashed(tx.keys, why.order)} if why.order else {}
    if why.second:
        facts["second"] = why.second
    note = notes.keep(tx, SUBJECT, "\n".join(filter(None, [why.order, why.reason])))
    return erasing.erase(tx, records, why.rule, why.actor, stop=bool(why.order), note=note, **facts)


def keep(store: Store, record: RecordRow, until: date, actor: str, reason: str) -> None:
    """A court keeps a record: until the end of a day nothing of it is erased or pruned."""
    with store.write() as tx:
        tx.db.do("erasing", "hold", record=record.id, until=until.isoformat(), at=tx.at)
        tx.log("held", subject=f"record/{record.pseudonym}", reason="court", actor=actor,
               pseudonym=record.pseudonym, until=until.isoformat(),
               note=notes.keep(tx, f"record/{record.pseudonym}", reason))  # fmt: skip


def end_keep(store: Store, record: RecordRow, actor: str, reason: str) -> bool:
    """The court's hold is over before its day; False where there was none."""
    with store.write() as tx:
        if not tx.db.do("erasing", "end_hold", record=record.id):
            return False
        tx.log("released", subject=f"record/{record.pseudonym}", actor=actor, hold="court",
               pseudonym=record.pseudonym,
               note=notes.keep(tx, f"record/{record.pseudonym}", reason))  # fmt: skip
    return True
