"""What stands of what was sent by an agreement, once that agreement has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from .agreement import Agreement, AgreementSet
from .decision import Decision, DestinationFacts, borders_of, decide, is_between_members

How = Literal["recall", "keep", "ask"]
ENDED_RULES = ("azalai/no_agreement", "azalai/no_rule")
"""Why nothing may be sent where an agreement ended and no other one forbids it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An agreement that has ended for a destination: its `when_it_ends`, and the last instant at
    which it stood (None: its document was taken away)."""

    how: How
    last: datetime | None


def ended(rules: AgreementSet, ident: str, to: DestinationFacts, at: datetime) -> Ended | None:
    """Whether an agreement (`name@version`) has ended for a destination: its last day has passed in
    its time zone, a membership that it rests on has ended, or its document is gone (`ask`).

    A later version of the document speaks for an earlier one. None where it stands, or has not
    begun.
    """
    found = rules.get(ident) or _latest(rules, ident.rpartition("@")[0])
    if found is None:
        return Ended("ask", None)
    if to.name in found.destinations and stands(found, rules, to, at):
        return None
    passed = [one for one in borders_of(found, rules, to) if one is not None and one <= at]
    if not passed:
        return None
    return Ended(found.when_it_ends, max(passed) - timedelta(microseconds=1))


def only_ended(
    rules: AgreementSet, record: Mapping[str, Any], to: DestinationFacts, decision: Decision,
    end: Ended,
) -> bool:  # fmt: skip
    """Whether a record is withheld by `decision` for no other reason than that an agreement ended:
    while it stood the record as it is now would have gone, and nothing else forbids it."""
    if decision.rule not in ENDED_RULES:
        return False
    return end.last is None or decide(rules, record, to, end.last).verdict != "withhold"


def stands(
    agreement: Agreement, rules: AgreementSet, to: DestinationFacts, at: datetime
) -> bool:  # fmt: skip
    """Whether an agreement is in force for a destination at an instant, memberships included."""
    return agreement.in_force(at) and is_between_members(agreement, rules, to, at)


def _latest(rules: AgreementSet, name: str) -> Agreement | None:
    return max((one for one in rules.agreements if one.name == name),
               key=lambda one: one.version, default=None)  # fmt: skip
