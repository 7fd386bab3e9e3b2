"""What two people agreed to and takes more than a transaction: granted once, then typed again."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from azalai.app import App
from azalai.app.approving import Act, Agreed, Foreseen
from azalai.clock import format_instant
from azalai.documents import Text
from azalai.errors import ApprovalError
from azalai.store import Transaction
from azalai.store.run_rows import meta

Facts = Mapping[str, Any]
"""What a grant is bound to: plain JSON values that say what is there now and what will be done."""


def act(name: str, now: Callable[[App, Facts], Facts], said: Text, line: str) -> Act:
    """The act of granting `name`. `now` gives the facts that arguments stand for at this moment;
    `said` is what both people read, `line` what either of them types then."""

    def foresee(app: App, arguments: Facts) -> Foreseen:
        facts = now(app, arguments)
        if facts != dict(arguments):
            raise ApprovalError("what it would begin with has changed",
                                fr="ce dont elle partirait a changé")  # fmt: skip
        shown = ", ".join(f"{key} {value}" for key, value in facts.items())
        return Foreseen([facts], [Text(f"{said.fr} : {shown}", f"{said.en}: {shown}")])

    def carry_out(tx: Transaction, app: App, arguments: Facts, agreed: Agreed) -> Sequence[Text]:
        until = format_instant(tx.now + timedelta(hours=app.settings.approval_hours))
        value = {"facts": dict(arguments), "until": until, "request": agreed.request,
                 "asked_by": agreed.asked_by, "second": agreed.agreed_by}  # fmt: skip
        tx.db.do("runs", "set_meta", name=_name(name), value=json.dumps(value))
        return [Text(f"accordé ; l'un des deux tape, une fois, avant le {until} : {line}",
                     f"granted; one of both types, once, before {until}: {line}")]  # fmt: skip

    return Act(foresee, carry_out)


def granted(app: App, name: str, facts: Facts) -> bool:
    """Whether two people have agreed to exactly this, not used yet and still in time."""
    return bool(_open(meta(app.store.db, _name(name)), facts, format_instant(app.clock())))


def use(tx: Transaction, name: str, facts: Facts) -> dict[str, Any]:
    """Use the grant up; what the ledger's entry says of it: the request, who asked, who agreed.
    Nothing where there is none."""
    found = _open(meta(tx.db, _name(name)), facts, tx.at)
    if found:
        tx.db.do("guards", "drop_meta", name=_name(name))
    return found


def _open(kept: str | None, facts: Facts, now: str) -> dict[str, Any]:
    value = {} if kept is None else json.loads(kept)
    if value.get("facts") != dict(facts) or value["until"] <= now:
        return {}
    return {key: value[key] for key in ("request", "asked_by", "second")}


def _name(act: str) -> str:
    return f"granted/{act}"
