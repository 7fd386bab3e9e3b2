"""Organisations of states: memberships as a dated list (organisations.yaml)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from azalai import canonical, documents
from azalai.documents import Map, Text
from azalai.errors import DocumentError
from azalai.records import LISTS

from .ages import end_of, midnight
from .mistakes import Mistakes


@dataclass(frozen=True, slots=True)
class Membership:
    """A state's stay in an organisation; both days included, None: no end known."""

    state: str
    starts: date
    until: date | None
    zone: str

    def borders(self) -> Iterator[datetime]:
        """The instants (UTC) at which it begins and ends."""
        yield midnight(self.starts, self.zone)
        after = end_of(self.until, self.zone) if self.until else None
        if after:
            yield after

    def holds(self, at: datetime) -> bool:
        """Whether the state is a member at an instant."""
        begins, *ends = self.borders()
        return begins <= at and not any(end <= at for end in ends)


@dataclass(frozen=True, slots=True)
class Organisations:
    """Dated memberships by organisation; `digest` is the SHA-256 of the document's bytes."""

    members: dict[str, tuple[Membership, ...]]
    digest: str

    def are_members(self, organisation: str, states: Iterable[str], at: datetime) -> bool:
        """Whether all these states are members at an instant; an unknown organisation has none."""
        stays = self.members.get(organisation)
        if stays is None:
            return False
        now = {stay.state for stay in stays if stay.holds(at)}
        return all(state in now for state in states)

    def departed(self, organisation: str, at: datetime) -> frozenset[str]:
        """The states that were members before an instant and are none at it."""
        stays = self.members.get(organisation, ())
        now = {stay.state for stay in stays if stay.holds(at)}
        return frozenset(stay.state for stay in stays if next(stay.borders()) <= at) - now

    def borders(self, organisation: str, states: Iterable[str]) -> Iterator[datetime]:
        """The instants at which the membership of one of these states begins or ends."""
        wanted = frozenset(states)
        for stay in self.members.get(organisation, ()):
            if stay.state in wanted:
                yield from stay.borders()


NO_ORGANISATIONS = Organisations({}, canonical.digest(b""))
"""What stands where the configuration has no organisations.yaml."""


def load_organisations(path: Path) -> Organisations:
    """Read organisations.yaml. Raises DocumentError with all problems.

    Shape: `organisations:` a list of `name`, `time_zone` and `members:`, each member a `state`
    (ISO 3166-1 alpha-3), `from:` and, once it has left, `until:`; both days included.
    """
    document = documents.read(path)
    mistakes = Mistakes(document)
    mistakes.unknown_keys(document.root, ("organisations",))
    found: dict[str, tuple[Membership, ...]] = {}
    for item in mistakes.maps(document.root, "organisations", needed=True):
        mistakes.unknown_keys(item, ("name", "title", "time_zone", "members"))
        name = mistakes.text(item, "name")
        zone = mistakes.zone(item)
        stays = tuple(_stays(mistakes, item, zone or "UTC"))
        if name and name.text in found:
            what = Text(f"L'organisation « {name.text} » est écrite deux fois",
                        f"The organisation `{name.text}` is written twice")  # fmt: skip
            mistakes.add(name.place, "AZ-A414", what)
        elif name:
            found[name.text] = stays
    if mistakes.found:
        raise DocumentError(mistakes.in_order())
    return Organisations(found, canonical.digest(document.data))


def _stays(mistakes: Mistakes, item: Map, zone: str) -> Iterator[Membership]:
    for member in mistakes.maps(item, "members", needed=True):
        mistakes.unknown_keys(member, ("state", "from", "until"))
        state = mistakes.choice(member, "state", tuple(LISTS["country"].codes), "AZ-A418")
        starts = mistakes.day(member, "from", needed=True)
        until = mistakes.day(member, "until", needed=False)
        mistakes.order(member, starts, until, Text("Le séjour", "The stay"))
        if state and starts:
            yield Membership(state, starts, until, zone)
