"""One act under two keys: held when it comes, decided once, by a person or by a rule."""

from collections.abc import Iterator, Sequence
from typing import Any

from azalai.documents import Text
from azalai.pipeline.finding import normal
from azalai.store import Transaction, delivery_rows, link_rows, record_rows
from azalai.store.delivery_rows import LINKED_LIFTED, POSSIBLE_DUPLICATE
from azalai.store.record_rows import RecordRow

SAME_ACT = "azalai/same_act"
REPLACED = "replaced"
FOLLOWS = Text("Cette fiche porte le même acte qu'une autre, qui est envoyée à sa place.",
               "This record is about the same act as another, which is sent in its place.")  # fmt: skip


def marks(content: dict[str, Any]) -> Iterator[str]:
    """What the act or the thing of a record is known by: a warrant's number with its authority, a
    reported document's number with its issuer, a VIN, a serial number with its make, an IMEI."""
    for warrant in content.get("warrants", ()):
        if warrant.get("number") and warrant.get("authority"):
            yield f"warrant {normal(warrant['number'])} {_letters(warrant['authority'])}"
    document = content.get("document", {})
    if document.get("number"):
        last = _letters(document.get("number_last") or "")
        yield f"document {document['issuing_country']} {_letters(document['number'])} {last}"
    if vin := content.get("vehicle", {}).get("vin"):
        yield f"vin {vin}"
    for part in ("firearm", "object"):
        thing = content.get(part, {})
        if thing.get("serial_number") and thing.get("make"):
            yield f"serial {_letters(thing['make'])} {_letters(thing['serial_number'])}"
        for imei in thing.get("imeis", ()):
            yield f"imei {imei[:14]}"  # 3GPP TS 23.003 section 6.2.1: the last digit is a check


class Acts:
    """What the acts and things of some records tell of other records: read at once, kept up to
    date. `lead` names feeds in order: the first of two leads without a person, unless the other
    was told to somebody already."""

    def __init__(
        self, tx: Transaction, told: Sequence[tuple[RecordRow, dict[str, Any]]], lead: Sequence[str]
    ) -> None:
        self._tx = tx
        self._lead = lead
        self._marks = {record.id: [link_rows.mark_lookup(tx, mark)
                                   for mark in sorted(set(marks(content)))]
                       for record, content in told}  # fmt: skip
        every = {lookup for carried in self._marks.values() for lookup in carried}
        self._carriers = link_rows.carriers(tx.db, every) if every else {}
        self._linked = link_rows.linked(tx.db, self._marks) if self._marks else set()
        self._new: list[tuple[bytes, int]] = []

    def look(self, record: RecordRow) -> str:
        """What keeps a record's versions back because of another: "", `possible_duplicate`,
        `linked_lifted` (both wait for a person) or `azalai/same_act` (the other is sent instead).

        New links are made here.
        """
        for other in self._others(record):
            if link_rows.between(self._tx.db, record.id, other) is None:
                found = record_rows.by_id(self._tx.db, self._tx.keys, other)
                _link(self._tx, found, record, self._lead)
                self._linked |= {other, record.id}
        return standing(self._tx, record) if record.id in self._linked else ""

    def keep(self) -> None:
        """Write which records carry which marks."""
        link_rows.mark(self._tx, self._new)

    def _others(self, record: RecordRow) -> list[int]:
        """Other records with the same marks; from now on this one carries them too."""
        found: dict[int, None] = {}
        for lookup in self._marks[record.id]:
            carriers = self._carriers.setdefault(lookup, [])
            found |= dict.fromkeys(one for one in carriers if one != record.id)
            if record.id not in carriers:
                self._new.append((lookup, record.id))
                if in_question(record):
                    carriers.append(record.id)
        return list(found)


def standing(tx: Transaction, record: RecordRow) -> str:
    """As `Acts.look`, of the links that there are."""
    found = ""
    for link in link_rows.of(tx.db, record.id):
        if link.state == "possible" and link.later == record.id:
            found = POSSIBLE_DUPLICATE
        elif link.state == "same" and link.lead != record.id:
            return SAME_ACT
        elif link.state == "same":
            other = record_rows.by_id(tx.db, tx.keys, link.other(record.id))
            head = record_rows.version(tx.db, other, other.head)
            replaced = head is not None and head.reason == REPLACED
            if not in_question(other) and not replaced:
                found = found or LINKED_LIFTED
    return found


def in_question(record: RecordRow) -> bool:
    """Whether a record still stands: not lifted by hand, not withdrawn by its source."""
    return record.lock is None and (record.in_force or record.head == 0)


def stop_linked(tx: Transaction, record: RecordRow) -> list[RecordRow]:
    """A record is lifted: what has not left of those that are about the same act waits for a person.
    Those that still stand."""
    others = []
    for link in link_rows.of(tx.db, record.id):
        other = record_rows.by_id(tx.db, tx.keys, link.other(record.id))
        if link.state == "different" or not in_question(other):
            continue
        others.append(other)
        for (number,) in tx.db.rows("links", "unsent", record=other.id):
            delivery_rows.hold(tx, delivery_rows.get(tx.db, number), LINKED_LIFTED)
    return others


def _link(tx: Transaction, other: RecordRow, record: RecordRow, lead: Sequence[str]) -> None:
    leading = _leading(tx, other, record, lead)
    if leading is None:
        link_rows.put(tx, other.id, record.id, "possible")
        tx.log("held", subject=f"record/{record.pseudonym}", reason=POSSIBLE_DUPLICATE,
               pseudonym=record.pseudonym, other=other.pseudonym)  # fmt: skip
        return
    link_rows.put(tx, other.id, record.id, "same", leading.id)
    tx.log("act", actor="azalai", act="record_same", rule="lead", verdict="same",
           pseudonym=record.pseudonym, other=other.pseudonym, lead=leading.pseudonym)  # fmt: skip


def _leading(
    tx: Transaction, other: RecordRow, record: RecordRow, lead: Sequence[str]
) -> RecordRow | None:
    """Which one a rule says is sent, or None: a person decides."""
    if other.feed == record.feed or other.feed not in lead or record.feed not in lead:
        return None
    if lead.index(other.feed) < lead.index(record.feed):
        return other
    row = tx.db.row("links", "told", record=other.id)
    return None if row and row[0] else record


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
