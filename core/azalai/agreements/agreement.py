"""An agreement, its rules, and the set of those in the configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from azalai import canonical
from azalai.errors import ConfigurationError

from .ages import end_of, midnight
from .conditions import Condition, OneOf
from .organisations import Organisations

By = Literal["one_person", "two_people"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A `never` or `ask` rule; `kind` None: any kind. `by` counts for `ask` only."""

    name: str
    kind: str | None
    conditions: tuple[Condition, ...]
    basis: str
    by: By = "one_person"


@dataclass(frozen=True, slots=True)
class Share:
    """A `share` rule; `fields` are the paths of `groups` less `without`."""

    name: str
    kind: str
    conditions: tuple[Condition, ...]
    basis: str
    groups: tuple[str, ...]
    without: tuple[str, ...]
    fields: frozenset[str]

    def names_measure(self) -> bool:
        """Whether it names the measures it covers; without, it covers no wanted person."""
        return any(isinstance(one, OneOf) and one.path == "measure" for one in self.conditions)


@dataclass(frozen=True, slots=True)
class PreRelease:
    """A category that section 14 would hold, released until the end of a day."""

    category: str
    approved_by: str
    until: date


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a document: its record, its day and what must come out, as typed."""

    case: str
    record: Mapping[str, object]
    on: date
    destination: str
    recall: bool
    expect: str
    line: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """A dated document; `starts` and `until` are days in `zone`, both included.

    `from_country` None: records of any country. `members_of` None: no membership is asked.
    `digest` is the SHA-256 of the document's bytes, lower-case hex.
    """

    name: str
    version: int
    title: str
    reference: str
    owner: str
    from_country: str | None
    destinations: tuple[str, ...]
    members_of: str | None
    starts: date
    until: date
    zone: str
    records_already_here: Literal["send", "skip", "ask"]
    when_it_ends: Literal["recall", "keep", "ask"]
    never: tuple[Rule, ...]
    ask: tuple[Rule, ...]
    share: tuple[Share, ...]
    pre_release: tuple[PreRelease, ...]
    examples: tuple[Example, ...]
    digest: str

    @property
    def ident(self) -> str:
        """Name and version: `ner-regional-2027@1`."""
        return f"{self.name}@{self.version}"

    def borders(self) -> tuple[datetime, datetime | None]:
        """The first instant of the agreement and the first after it (None: never), UTC."""
        return midnight(self.starts, self.zone), end_of(self.until, self.zone)

    def in_force(self, at: datetime) -> bool:
        """Whether an instant lies on one of its days."""
        first, after = self.borders()
        return first <= at and (after is None or at < after)


class AgreementSet:
    """The agreements in the configuration and the dated memberships they rest on.

    `digest` is the SHA-256 over the documents' digests, whatever their order. ConfigurationError
    if two documents have the same name and version: a rule's id would name two rules.
    """

    __slots__ = ("_by_destination", "_by_ident", "agreements", "digest", "organisations")

    def __init__(self, agreements: Sequence[Agreement], organisations: Organisations) -> None:
        self.agreements = tuple(sorted(agreements, key=lambda one: (one.name, one.version)))
        self.organisations = organisations
        self._by_ident = {one.ident: one for one in self.agreements}
        if len(self._by_ident) != len(self.agreements):
            raise ConfigurationError("two agreements have the same name and version")
        self._by_destination: dict[str, tuple[Agreement, ...]] = {}
        for one in self.agreements:
            for name in one.destinations:
                self._by_destination[name] = (*self._by_destination.get(name, ()), one)
        digests = [[one.ident, one.digest] for one in self.agreements]
        self.digest = canonical.digest(canonical.dumps([digests, organisations.digest]))

    def get(self, ident: str) -> Agreement | None:
        """The agreement `name@version`, or None."""
        return self._by_ident.get(ident)

    def naming(self, destination: str) -> tuple[Agreement, ...]:
        """The agreements that name a destination, by name and version."""
        return self._by_destination.get(destination, ())
