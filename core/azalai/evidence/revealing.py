"""What a commitment stands for, shown to who may see it: entered first, then opened."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from azalai.documents import Text
from azalai.errors import NotFoundError
from azalai.evidence.consulting import consulted
from azalai.ledger.entries import Entry, decode
from azalai.store import Store, delivery_rows, record_rows
from azalai.store.record_rows import RecordRow
from azalai.store.seal import commit, unseal

VERSION = Text("la fiche, telle qu'enregistrée", "the record, as it was entered")
MESSAGE = Text("le message, octet pour octet", "the message, byte for byte")
RECEIPT = Text("l'accusé du destinataire", "the destination's receipt")


@dataclass(frozen=True, slots=True)
class Revealed:
    """An entry, the key of the record that it is about, and the exact bytes that it commits to.
    Personal data."""

    entry: Entry
    record_key: str
    what: Text
    data: bytes


def reveal(store: Store, index: int, actor: str, reason: str) -> Revealed:
    """What entry `index` stands for: a version, a message or a receipt, its commitment checked.

    The consultation is committed before anything is opened. NotFoundError for an entry that
    commits to nothing, and where the bytes are no longer here (erased, or not kept).
    """
    data = store.ledger.entry(index)
    if data is None:
        raise NotFoundError(f"the ledger has no entry {index}",
                            fr=f"le registre n'a pas d'inscription {index}")  # fmt: skip
    entry = decode(data)
    wanted = {entry[name] for name in ("commitment", "receipt") if entry.get(name)}
    if not wanted or "pseudonym" not in entry:
        raise NotFoundError(f"entry {index} commits to nothing",
                            fr=f"l'inscription {index} n'engage rien")  # fmt: skip
    pseudonym = str(entry["pseudonym"])
    consulted(store, actor, "ledger_open", reason, [pseudonym], entry=index)
    with suppress(NotFoundError):  # the record, or the delivery, may be erased
        record = record_rows.find_any(store.db, store.keys, pseudonym)
        for what, found in _candidates(store, record, entry):
            if commit(record.key, found) in wanted:
                return Revealed(entry, record.record_key(), what, found)
    raise NotFoundError(f"what entry {index} stands for is no longer here",
                        fr=f"ce que l'inscription {index} engage n'est plus ici")  # fmt: skip


def _candidates(store: Store, record: RecordRow, entry: Entry) -> Iterator[tuple[Text, bytes]]:
    version = record_rows.version(store.db, record, int(entry.get("version", 0)))
    if version is not None:
        yield VERSION, unseal(record.key, version.payload, "versions", record.pseudonym,
                              version.number)  # fmt: skip
    numbers: list[Any] = [entry["delivery"]] if "delivery" in entry else []
    if entry["type"] == "recall":  # it names no delivery: one of the record's
        rows = store.db.rows("deliveries", "list", destination=entry["destination"], state=None,
                             record=record.id, most=1000)  # fmt: skip
        numbers = [row[0] for row in rows]
    for number in numbers:
        delivery = delivery_rows.get(store.db, number)
        held = store.db.row("integrity", "delivery", id=number) or (0, None, None)
        if held[0]:
            yield MESSAGE, delivery_rows.open_body(store.db, record, delivery)
        if held[1] is not None:
            yield RECEIPT, unseal(record.key, bytes(held[1]), "receipts", record.pseudonym, number)
