"""Versions from before persons were marked, or marked otherwise: looked through, some at a time."""

from collections.abc import Sequence

from azalai.errors import SealError
from azalai.records.persons_in import FORM
from azalai.store import Store, Transaction, person_rows, record_rows
from azalai.store.run_rows import meta

_NAME = "persons_marked"
_DONE = f"{FORM} done"


def step(store: Store) -> int:
    """Look through some versions that have no marks yet, in one transaction; how many, 0 where none
    is left. What is done stays done: it may be stopped at any point and goes on from there.

    A version that does not open is passed over; `store check` names it. Cheap once all is done.
    """
    state = meta(store.db, _NAME)
    if state == _DONE:
        return 0
    with store.write() as tx:
        past = int(state.split()[1]) if state and state.startswith(f"{FORM} ") else -1
        found = person_rows.unmarked(tx.db, past)
        marked = _mark(tx, found)
        go_on = found[-1][0] - 1 if found else None
        if go_on == past and not marked:  # what is left of this record does not open
            go_on = past + 1
        told = _DONE if go_on is None else f"{FORM} {go_on}"
        tx.db.do("runs", "set_meta", name=_NAME, value=told)
    return len(found)


def mark_all(store: Store) -> int:
    """Look through all that is left; how many."""
    done = 0
    while some := step(store):
        done += some
    return done


def _mark(tx: Transaction, found: Sequence[tuple[int, int]]) -> int:
    records = record_rows.by_ids(tx.db, tx.keys, {record for record, _ in found})
    made = []
    for record, number in found:
        row = records.get(record)
        version = None if row is None else record_rows.version(tx.db, row, number)
        if row is None or version is None:
            continue
        try:
            content = record_rows.opened(row, version)
        except SealError:
            continue
        made.append((record, number, person_rows.sealed(row.key, content)))
    person_rows.put(tx, made)
    return len(made)
