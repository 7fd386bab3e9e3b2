"""What a hub may not pass on: the states that have left are named in every message to it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from azalai.agreements import AgreementSet, DestinationFacts, kept_from
from azalai.store import Store, Transaction
from azalai.store.run_rows import meta


def restricted(
    content: dict[str, Any], rules: AgreementSet, to: DestinationFacts, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """A record's content as a destination gets it: `not_for` names who has left as well. The same
    object where nothing is added."""
    if not to.passes_on_to:
        return content
    named = frozenset(content.get("not_for") or ())
    gone = kept_from(rules, to, at)
    return content if gone <= named else {**content, "not_for": sorted(named | gone)}


def note(tx: Transaction, rules: AgreementSet, to: DestinationFacts) -> str:
    """Since when (RFC 3339) the messages to a hub name whom they name now; "" where it is none.
    A change is entered in the ledger when it is first seen."""
    if not to.passes_on_to:
        return ""
    gone, known = sorted(kept_from(rules, to, tx.now)), meta(tx.db, _name(to))
    if known is not None and json.loads(known)["gone"] == gone:
        return str(json.loads(known)["since"])
    tx.db.do("runs", "set_meta", name=_name(to), value=json.dumps({"gone": gone, "since": tx.at}))
    if gone or known is not None:
        tx.log("act", actor="azalai/agreements", act="restricted",
               subject=f"destination/{to.name}", states=gone)  # fmt: skip
    return tx.at


def passed_on_before(store: Store, to: DestinationFacts) -> tuple[Sequence[str], int]:
    """Who has left, and how many records a hub has by a message that does not say so."""
    known = meta(store.db, _name(to)) if to.passes_on_to else None
    if known is None or not json.loads(known)["gone"]:
        return (), 0
    found = json.loads(known)
    row = store.db.row("deliveries", "passed_on_before", destination=to.name, at=found["since"])
    return found["gone"], int(row[0]) if row else 0


def _name(to: DestinationFacts) -> str:
    return f"passes_on/{to.name}"
