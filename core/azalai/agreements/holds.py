"""What a person must always look at first, whatever an agreement says (section 14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from azalai.documents import Text

from .ages import end_of, latest_birth, may_be_minor
from .agreement import Agreement, Rule, Share
from .conditions import Case, Minor, values

ARTICLE_3 = ("political", "military", "religious", "racial")
CATEGORIES = (*ARTICLE_3, "wanted_minor", "missing_minor", "victim", "witness")
"""What `pre_release:` can name. `missing_minor`: a MissingPerson who may be a minor."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A built-in hold: its rule id and why, in a sentence's middle."""

    rule: str
    why: Text


_NOTHING: frozenset[str] = frozenset()
_ARTICLE_3 = Hold("azalai/article_3", Text(
    "infraction politique, militaire, religieuse ou raciale (Statut d'INTERPOL, art. 3)",
    "political, military, religious or racial offence (INTERPOL's constitution, art. 3)"))  # fmt: skip
_MINOR = Hold("azalai/minor", Text("la personne recherchée peut être mineure",
                                   "the wanted person may be a minor"))  # fmt: skip
_VICTIM = Hold("azalai/victim_or_witness", Text("la fiche porte une victime ou un témoin",
                                                "the record has a victim or a witness"))  # fmt: skip


def built_in_holds(case: Case, share: Share, agreement: Agreement) -> list[Hold]:
    """The holds on a record that a share rule would let go, less what is pre-released.

    Persons inside a case or event count only if the rule sends something of them.
    """
    free = released(agreement, case)
    if "missing_minor" in free and is_missing_minor(case):
        free = free | {"victim", "witness"}
    found = []
    if any(one in ARTICLE_3 and one not in free
           for one in values(case.record, "offences.category")):  # fmt: skip
        found.append(_ARTICLE_3)
    people = _people(case.record, share)
    if "wanted_minor" not in free and any(
        wanted and may_be_minor(latest_birth(birth), case.at, case.zone)
        for wanted, _, birth in people
    ):
        found.append(_MINOR)
    if any(status in ("victim", "witness") and status not in free for _, status, _ in people):
        found.append(_VICTIM)
    return found


def released(agreement: Agreement, case: Case) -> frozenset[str]:
    """The categories that an agreement pre-releases at the case's instant."""
    if not agreement.pre_release:
        return _NOTHING
    return frozenset(
        one.category
        for one in agreement.pre_release
        if (after := end_of(one.until, agreement.zone)) is None or case.at < after
    )


def is_missing_minor(case: Case) -> bool:
    """Whether this is a missing person who may be a minor."""
    return case.record.get("kind") == "MissingPerson" and any(
        may_be_minor(born, case.at, case.zone) for born in case.births
    )


def is_only_about_minors(rule: Rule) -> bool:
    """Whether `missing_minor` lifts an `ask` rule: its one condition is `may_be_minor: yes`."""
    return rule.conditions == (Minor(wanted=True),)


@lru_cache(maxsize=256)
def _sends_persons(fields: frozenset[str]) -> bool:
    return any(path.startswith("persons.") for path in fields)


def _people(
    record: Mapping[str, Any], share: Share
) -> list[tuple[bool, str | None, Mapping[str, Any] | None]]:
    """(wanted, status, birth) of each person about whom something would leave."""
    found: list[tuple[bool, str | None, Mapping[str, Any] | None]] = []
    if "person_status" in record or "person" in record:
        person = record.get("person") or {}
        wanted = record.get("kind") == "WantedPerson"
        found.append((wanted, record.get("person_status"), person.get("birth")))
    if _sends_persons(share.fields):
        found.extend(
            (one.get("role") == "wanted", one.get("role"), one.get("birth"))
            for one in record.get("persons") or ()
        )
    return found
