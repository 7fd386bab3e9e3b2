"""What a destination may keep of what it has, after the agreement it came by has ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from azalai.agreements import AgreementSet, Decision, DestinationFacts, ended, only_ended
from azalai.agreements.ending import How
from azalai.outbox.chain import Link
from azalai.store import Transaction, delivery_rows
from azalai.store.delivery_rows import Delivery
from azalai.store.engine import Engine


def had(database: Engine, links: Sequence[Link]) -> Delivery | None:
    """The last delivery of a chain that the destination has, or may have."""
    last = next((link for link in reversed(links) if link.operation != "cancel" and (
        link.receipted or link.state == "delivered" or (link.tried and link.state != "refused")
    )), None)  # fmt: skip
    return None if last is None else delivery_rows.get(database, last.id)


def what_becomes(
    database: Engine, rules: AgreementSet, to: DestinationFacts, content: Mapping[str, Any],
    decision: Decision, last: Delivery | None, at: datetime,
) -> How | None:  # fmt: skip
    """What is done with what a destination has of a record that is withheld now: as a person
    decided, else as the agreement says. None: it is not withheld only because one ended."""
    if last is None or decision.verdict != "withhold":
        return None
    end = ended(rules, last.agreement, to, at)
    if end is None or not only_ended(rules, content, to, decision, end):
        return None
    return decided(database, last.agreement) or end.how


def decided(database: Engine, agreement: str) -> How | None:
    """What a person decided of what was sent by an agreement (`name@version`)."""
    row = database.row("ended", "decided", agreement=agreement)
    return None if row is None else cast(How, row[0])


def decide_end(tx: Transaction, agreement: str, how: How) -> None:
    """Keep what a person decided; a later decision takes the place of an earlier one."""
    tx.db.do("ended", "decide", agreement=agreement, how=how, at=tx.at)
