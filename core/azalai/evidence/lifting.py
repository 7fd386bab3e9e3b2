"""What the *fiche de levée* of one record says today: who was told, who has confirmed."""

from azalai.errors import NotFoundError
from azalai.evidence.sheet import CONFIRMED, OPEN, Sheet, Told
from azalai.outbox import chain
from azalai.pipeline.finding import references
from azalai.store import Store, delivery_rows, notes, record_rows
from azalai.store.record_rows import RecordRow


def sheet_of(store: Store, record: RecordRow, issued_by: str) -> Sheet:
    """The page of a record's last lifting by hand, whole or of one warrant.

    NotFoundError where no person has lifted anything of it.
    """
    lifted = [row for row in store.db.rows("records", "versions", record=record.id)
              if row[4] is None and row[3]]  # fmt: skip
    if not lifted:
        raise NotFoundError("no person has lifted this record, or a warrant of it",
                            fr="personne n'a levé cette fiche, ni un de ses mandats",
                            hint="azalai record withdraw KEY --reason lifted",
                            hint_fr="azalai record withdraw CLÉ --reason lifted")  # fmt: skip
    number, operation, _, reason, _, at = lifted[-1]
    acts = [text for when, text in notes.of(store, f"record/{record.pseudonym}") if when == at]
    return Sheet(
        key=record.record_key(), pseudonym=record.pseudonym, kind=record.kind,
        references=tuple(references(store, record)),
        warrant=_gone(store, record, number) if operation == "assert" else "",
        reason=reason, act=acts[0] if acts else "", lifted_at=at, issued_by=issued_by,
        told=tuple(_told(store, record, number)),
    )  # fmt: skip


def _gone(store: Store, record: RecordRow, number: int) -> str:
    """The warrants of the version before that this one no longer has."""
    found = []
    for one in (number - 1, number):
        version = record_rows.version(store.db, record, one)
        content = {} if version is None else record_rows.payload(record, version)
        found.append({warrant.get("number") or "" for warrant in content.get("warrants", ())})
    return ", ".join(sorted(found[0] - found[1]))


def _told(store: Store, record: RecordRow, number: int) -> list[Told]:
    """Each destination that had it before, and how far its recall or correction is."""
    made = []
    for (destination,) in store.db.rows("deliveries", "destinations_of", record=record.id):
        links = delivery_rows.links(store.db, record.id, destination)
        told = [link for link in links if link.version >= number and link.state != "withdrawn"
                and delivery_rows.takes_away(delivery_rows.get(store.db, link.id))]  # fmt: skip
        if told:
            last = delivery_rows.get(store.db, told[-1].id)
            row = store.db.row(
                "deliveries", "settled_at", record=record.id, destination=destination
            )
            ended = CONFIRMED if last.state == "delivered" else OPEN
            made.append(Told(destination, row[0] if row and last.operation == "cancel" else ended))
        elif chain.holding(links).any:
            made.append(Told(destination, OPEN))
    return made
