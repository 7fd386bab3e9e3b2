"""Figures of a whole store: per feed, per destination; whether both equations hold."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from azalai.ledger.verify import verify
from azalai.outbox.balance import DESTINATION_TERMS, FEED_TERMS, check_destination, check_feed
from azalai.store import Store, run_rows


def feeds(store: Store, names: list[str]) -> list[dict[str, Any]]:
    """One row a feed: its terms, totals of the store."""
    counted = run_rows.counters(store.db, "feed")
    return [{"name": name} | {t: counted.get(name, {}).get(t, 0) for t in FEED_TERMS}
            for name in sorted({*names, *counted})]  # fmt: skip


def destinations(store: Store, names: list[str]) -> list[dict[str, Any]]:
    """One row a destination: its terms, totals of the store."""
    counted = run_rows.counters(store.db, "destination")
    return [{"name": name} | {t: counted.get(name, {}).get(t, 0) for t in DESTINATION_TERMS}
            for name in sorted({*names, *counted})]  # fmt: skip


def conservation(store: Store) -> dict[str, Any]:
    """Both equations, and a recount of the rows that must give the counters' numbers."""
    found = [asdict(i) for row in feeds(store, []) for i in check_feed(row["name"], row)]
    found += [asdict(i) for row in destinations(store, [])
              for i in check_destination(row["name"], row)]  # fmt: skip
    found += _recounted(destinations(store, []), _destination_rows(store))
    found += _recounted(feeds(store, []), _run_rows(store))
    return {"ok": not found, "differences": found}


def _destination_rows(store: Store) -> dict[str, Counter[str]]:
    """The deliveries themselves, counted."""
    counted: dict[str, Counter[str]] = {}
    for name, term, n in store.db.rows("runs", "recount_destinations"):
        counted.setdefault(name, Counter())[term] += n
    for name, n in store.db.rows("runs", "recount_attempts"):
        counted.setdefault(name, Counter())["attempts"] = n
    return counted


def _run_rows(store: Store) -> dict[str, Counter[str]]:
    """The runs' own counts, added up."""
    counted: dict[str, Counter[str]] = {}
    for name, counts in store.db.rows("runs", "recount_runs"):
        counted.setdefault(name, Counter()).update(json.loads(counts))
    return counted


def _recounted(
    rows: list[dict[str, Any]], counted: dict[str, Counter[str]]
) -> list[dict[str, Any]]:
    return [{"name": row["name"], "equation": f"recount of {term}", "left": row[term], "right": n}
            for row in rows for term, n in counted.get(row["name"], Counter()).items()
            if row[term] != n]  # fmt: skip


def ledger(store: Store, note: bytes, verifiers: list[Any]) -> dict[str, Any]:
    """The ledger's size and whether all of it verifies."""
    with store.read():
        verdict = verify(store.ledger, note, verifiers)
    return {"size": verdict.size, "verified": verdict.ok,
            "findings": [{"where": f.where, "what": f.what.en, **f.what._asdict()} for f in verdict.findings]}  # fmt: skip
