"""Figures of a whole store: per feed, per destination, and whether both equations hold."""

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
    recount: dict[str, Counter[str]] = {}
    for name, term, n in store.db.rows("runs", "recount_destinations"):
        recount.setdefault(name, Counter())[term] += n
    for row in destinations(store, []):
        for term, n in recount.get(row["name"], Counter()).items():
            if row[term] != n:
                found.append({"name": row["name"], "equation": f"recount of {term}",
                              "left": row[term], "right": n})  # fmt: skip
    return {"ok": not found, "differences": found}


def ledger(store: Store, note: bytes, verifiers: list[Any]) -> dict[str, Any]:
    """The ledger's size and whether all of it verifies."""
    with store.read():
        verdict = verify(store.ledger, note, verifiers)
    return {"size": verdict.size, "verified": verdict.ok,
            "findings": [{"where": f.where, "what": f.what.en} for f in verdict.findings]}  # fmt: skip
