"""Letting go of the ledger's oldest entries by a written policy; their hashes and proofs stay."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from azalai.app import App
from azalai.app.approving import Act, Agreed, Foreseen
from azalai.clock import format_instant
from azalai.documents import Text
from azalai.errors import ApprovalError, StopError, VerificationError
from azalai.ledger import open_checkpoint, ring
from azalai.ledger.entries import PRUNED, decode
from azalai.ledger.log import root_at
from azalai.ledger.note import encode_base64
from azalai.ledger.tiles import WIDTH
from azalai.store import Transaction, notes, witness_rows
from azalai.witness_settings import Retention

ACT = "ledger_prune"


@dataclass(frozen=True, slots=True)
class Plan:
    """What may go now: entries `first` to `until` (not included), the last of them of `last_time`,
    all older than `before`; by which `policy` that keeps entries for so many days."""

    first: int
    until: int
    last_time: str
    before: str
    policy: Retention


def plan(app: App) -> Plan:
    """What the policy lets go of, in whole tiles of 256, only what is under a checkpoint (where
    there are witnesses: one that enough of them cosigned). `until` = `first`: nothing.

    StopError without a written policy: then nothing is ever pruned.
    """
    policy = app.settings.ledger_retention
    if policy is None:
        raise StopError(
            "no written policy: nothing is pruned", hint="write `ledger_retention:` first",
            fr="pas de politique écrite : rien n'est retiré",
            hint_fr="écrivez d'abord « ledger_retention: »",
        )  # fmt: skip
    day = (app.clock() - timedelta(policy.days)).replace(hour=0, minute=0, second=0, microsecond=0)
    store, before = app.store, format_instant(day)  # the same all day: two people see one plan
    first = witness_rows.pruned_until(store.db)
    known = ring.verifiers(app.settings.path(app.settings.ledger_key))
    size = open_checkpoint(app.publish_locked(), known).size
    if app.settings.witnesses is not None:
        met = witness_rows.seal(store.db, "met_seal")
        size = 0 if met is None else min(size, met.size)
    low, high = first // WIDTH, max(first, size) // WIDTH
    while low < high:  # times never go back: the first bundle that ends too young
        middle = (low + high) // 2
        if _time(app, (middle + 1) * WIDTH - 1) < before:
            low = middle + 1
        else:
            high = middle
    until = low * WIDTH
    return Plan(first, until, _time(app, until - 1) if until > first else "", before, policy)


def prune(app: App, wanted: Plan, actor: str, reason: str) -> None:
    """Let go of what was planned: the act and the deletion in one transaction, then a checkpoint."""
    if wanted.until <= wanted.first:
        return
    with app.store.write() as tx:
        _let_go(tx, app, wanted, actor, reason)
    app.publish_locked()


def arguments(wanted: Plan, reason: str) -> dict[str, Any]:
    """A plan as what two people are asked to agree to."""
    return {"plan": asdict(wanted) | {"policy": wanted.policy.model_dump()}, "reason": reason}


def _let_go(
    tx: Transaction, app: App, wanted: Plan, actor: str, reason: str, **agreed: Any
) -> None:
    root = encode_base64(root_at(app.store.ledger, wanted.until))
    tx.log("act", actor=actor, act=PRUNED, first=wanted.first, until=wanted.until, root=root,
           last_time=wanted.last_time, before=wanted.before, days=wanted.policy.days,
           policy=wanted.policy.policy, note=notes.keep(tx, "ledger", reason),
           **agreed)  # fmt: skip
    witness_rows.prune(tx, wanted.until)


def _asked(given: Mapping[str, Any]) -> Plan:
    return Plan(**{**given["plan"], "policy": Retention(**given["plan"]["policy"])})


def _foresee(app: App, given: Mapping[str, Any]) -> Foreseen:
    wanted = _asked(given)
    if witness_rows.pruned_until(app.store.db) != wanted.first:
        raise ApprovalError("entries were pruned meanwhile",
                            fr="des inscriptions ont été retirées entre-temps")  # fmt: skip
    if app.settings.ledger_retention != wanted.policy:
        raise ApprovalError("the written policy is another now",
                            fr="la politique écrite a changé")  # fmt: skip
    root = encode_base64(root_at(app.store.ledger, wanted.until))
    first, last, day = wanted.first, wanted.until - 1, wanted.last_time[:10]
    by, why = wanted.policy.policy, given["reason"]
    lines = [Text(f"retirer du registre les inscriptions {first} à {last}, jusqu'au {day}, selon {by} : "
                  f"{why}",
                  f"prune entries {first} to {last} of the ledger, up to {day}, by {by}: {why}")]  # fmt: skip
    return Foreseen([{"root": root}], lines)


def _carry_out(
    tx: Transaction, app: App, given: Mapping[str, Any], agreed: Agreed
) -> Sequence[Text]:
    wanted = _asked(given)
    _let_go(tx, app, wanted, agreed.asked_by, given["reason"], second=agreed.agreed_by,
            request=agreed.request)  # fmt: skip
    count = wanted.until - wanted.first
    return [Text(f"{count} inscription(s) retirée(s)", f"{count} entries pruned")]


PRUNE = Act(_foresee, _carry_out, lambda app: app.publish_locked())
"""Letting go of entries: two people."""


def _time(app: App, index: int) -> str:
    data = app.store.ledger.entry(index)
    if data is None:
        raise VerificationError("it is missing", where=f"entry {index}")
    return str(decode(data)["time"])
