"""What came into force: settings, agreements and mappings, each by its digest."""

import json
from collections.abc import Mapping

from azalai import canonical
from azalai.store import Store, Transaction
from azalai.store.run_rows import meta

_NAME, _RELOAD = "configured", "reload"
CONFIGURATION = "configuration"
REMOVED = "removed"


def put_in_force(
    store: Store, digests: Mapping[str, str], actor: str, *, always: bool = False
) -> list[str]:
    """Log what changed since the last time, and remember it; the subjects that changed.

    `digests` gives each subject's SHA-256 in hex. One entry for each subject that changed and one
    for the whole; `always` logs the whole without a change too, as a daemon does at its start.
    """
    whole = canonical.digest(json.dumps(dict(digests), sort_keys=True).encode())
    with store.write() as tx:
        known = meta(tx.db, _NAME)
        before: dict[str, str] = {} if known is None else json.loads(known)
        changed = sorted(s for s, d in digests.items() if before.get(s) != d)
        gone = sorted(before.keys() - digests.keys())
        if changed or gone or always:
            tx.log("configured", actor=actor, subject=CONFIGURATION, digest=whole)
        for subject in changed:
            tx.log("configured", actor=actor, subject=subject, digest=digests[subject])
        for subject in gone:
            tx.log("configured", actor=actor, subject=subject, digest=before[subject],
                   state=REMOVED)  # fmt: skip
        if changed or gone:
            tx.db.do("runs", "set_meta", name=_NAME, value=json.dumps(dict(digests)))
    return changed + gone


def ask_reload(tx: Transaction) -> None:
    """Ask a running daemon to read its documents again: a command has changed one of them."""
    tx.db.do("runs", "set_meta", name=_RELOAD, value=tx.at)


def reload_asked(store: Store) -> str:
    """When a command last asked for it; "" if none did."""
    found = meta(store.db, _RELOAD)
    return "" if found is None else str(found)
