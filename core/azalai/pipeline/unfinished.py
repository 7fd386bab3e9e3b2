"""Readings that stopped in the middle, and whose input is gone: replaced or taken away."""

from collections import Counter
from collections.abc import Sequence

from azalai import logs
from azalai.documents import Text
from azalai.mapping import InboundMapping
from azalai.pipeline import gate
from azalai.plugin.format import Finding
from azalai.plugin.source import Source
from azalai.store import Store, delivery_rows, run_rows
from azalai.store.run_rows import Run

VANISHED = Finding(
    "AZ-H031",
    Text("le fichier a disparu ou changé avant d'être lu en entier",
         "the file was taken away or changed before it was read whole"),
    Text("remettez-le dans le dossier après « azalai feed discard », ou relâchez ce qui a été lu.",
         "put it back after `azalai feed discard`, or release what was read."),
)  # fmt: skip


def close(
    store: Store, feed: str, source: Source, mappings: Sequence[InboundMapping]
) -> list[tuple[int, str]]:
    """Close what can never be read to its end, before anything later is read; (run, state).

    Where a file holds everything, the next one says all that this one said: discarded. Where it
    holds changes only, something is lost: held, for a person to decide. InputError as `inputs`.
    """
    open_ones = [r for row in store.db.rows("runs", "waiting")
                 if (r := run_rows.run_of(row)).feed == feed and r.state == "reading"]  # fmt: skip
    if not open_ones:
        return []
    there = _digests(source)
    whole = all(m.lifecycle.file_holds == "everything" for m in mappings)
    closed = []
    for run in open_ones:
        if run.input_digest in there:
            continue
        state = _discard(store, run) if whole else _hold(store, run, mappings)
        logs.get().warning("run.input_vanished", feed=feed, run=run.id, state=state)
        closed.append((run.id, state))
    return closed


def _digests(source: Source) -> set[str]:
    found = set()
    for item in source.inputs():
        opened = source.open(item)
        opened.path.unlink(missing_ok=True)
        found.add(opened.digest)
    return found


def _hold(store: Store, run: Run, mappings: Sequence[InboundMapping]) -> str:
    with store.write() as tx:
        return gate.settle(tx, run, Counter(run.counts), mappings, [VANISHED])


def _discard(store: Store, run: Run) -> str:
    with store.write() as tx:
        staged = [delivery_rows.get(tx.db, d) for (d,) in tx.db.rows("runs", "staged", run=run.id)]
        gate.discard(tx, run, "azalai", "input_vanished")
        for delivery in staged:
            delivery_rows.promote(tx, delivery)
    return "discarded"
