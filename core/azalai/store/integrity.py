"""Whether everything in a store still opens: SQLite's own check, then each sealed value."""

from collections.abc import Callable, Iterator

import orjson

from azalai.errors import NotFoundError, SealError
from azalai.store import Store, delivery_rows, person_rows, raw_rows, record_rows, run_rows
from azalai.store.seal import unseal


def broken(store: Store) -> Iterator[str]:
    """Each thing that does not hold, as `table/id` or SQLite's own words; one pass, flat memory.

    A sealed value is bound to its row, so a plain column changed beside it is found too.
    """
    yield from damaged(store)
    for table, opened in _OPENED.items():
        for (number,) in store.db.each("integrity", table):
            try:
                opened(store, number)
            except (SealError, NotFoundError, ValueError):  # ValueError: JSON that no longer is
                yield f"{table}/{number}"


def damaged(store: Store) -> Iterator[str]:
    """What SQLite's own check finds, in its words: pages, indexes, constraints."""
    for (word,) in store.db.rows("integrity", "sqlite"):
        if word != "ok":
            yield f"sqlite: {word}"


def _record(store: Store, number: int) -> None:
    record = record_rows.by_id(store.db, store.keys, number)
    record.record_key()
    for (version,) in store.db.rows("integrity", "versions", record=number):
        found = record_rows.version(store.db, record, version)
        if found is not None:
            content = record_rows.opened(record, found)
            orjson.loads(content)
            if person_rows.broken(store.db, number, version, record.key, content):
                raise ValueError("the marks of the persons in it are others")
    raw_rows.check(store, record)


def _delivery(store: Store, number: int) -> None:
    delivery = delivery_rows.get(store.db, number)
    record = record_rows.by_id(store.db, store.keys, delivery.record)
    row = store.db.row("integrity", "delivery", id=number) or (0, None, None)
    if row[0]:
        delivery_rows.open_body(store.db, record, delivery)
    for table, sealed in (("receipts", row[1]), ("details", row[2])):
        if sealed is not None:
            unseal(record.key, bytes(sealed), table, record.pseudonym, delivery.id)


def _reject(store: Store, number: int) -> None:
    run_rows.open_reject(store.db, store.keys, number)


def _note(store: Store, number: int) -> None:
    row = store.db.row("integrity", "note", id=number)
    if row is not None:
        subject, at, wrapped, sealed = row
        unseal(store.keys.unwrap(wrapped, "note"), sealed, "notes", subject, at)


_OPENED: dict[str, Callable[[Store, int], None]] = {
    "records": _record, "deliveries": _delivery, "rejects": _reject, "notes": _note,
}  # fmt: skip
