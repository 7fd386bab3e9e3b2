"""The decision: may this destination have this record at this instant, and which fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from azalai.documents import Text

from .ages import adult_from, births, end_of
from .agreement import Agreement, AgreementSet, By, Rule, Share
from .conditions import Case, meet
from .holds import Hold, built_in_holds, is_missing_minor, is_only_about_minors, released

_PARTIES = ("holder.", "owner.")
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DestinationFacts:
    """What a decision needs to know of a destination; `states` is empty for an organisation's. A
    hub gives what it has to the members of the organisations that it `passes_on_to`."""

    name: str
    states: tuple[str, ...]
    member_of: tuple[str, ...]
    nominal: bool
    mark: str
    passes_on_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its rule (`ner-regional-2027@1/P1`, built-in: `azalai/minor`) and sentence.

    `agreement`, `permitted_by` and `basis` name what permits the sending: the share rule, also
    where the verdict is `ask`; for a `never`, its agreement and article. `fields` are paths of
    grouped fields; fields without a group always go. `holds_until` is the UTC instant at which it
    must be decided again, None: never by time alone.
    """

    verdict: Literal["share", "ask", "withhold"]
    rule: str
    sentence: Text
    basis: str
    fields: frozenset[str]
    by: By | None
    agreement: str
    holds_until: datetime | None
    permitted_by: str = ""


@dataclass(frozen=True, slots=True)
class _Side:
    """One agreement that applies, with the record seen at its place."""

    agreement: Agreement
    case: Case


def decide(
    rules: AgreementSet, record: Mapping[str, Any], destination: DestinationFacts, at: datetime
) -> Decision:
    """Decide on a record (as `as_dict` gives it) for a destination at an aware instant.

    Default no. Over all agreements that name the destination and apply, `never` beats `ask`,
    built-in holds count as `ask` by two people, and `ask` beats `share`. Rules are taken by
    agreement name, version and order in the document: the first share that matches gives the
    fields; the first ask names the verdict, and `by` is the strictest of all that match.

    An agreement applies on its days, to records of its `from_country`, and where `for_members_of`
    stands, while the `from_country` and all states of the destination are members; a destination
    without states (an organisation's own) must be `member_of` that organisation.

    The same record, set and destination give the same verdict at any instant before `holds_until`.
    """
    return Decider(rules, destination, at).decide(record)


@dataclass(frozen=True, slots=True)
class _Here:
    """What stands for all records of one country: the agreements that apply, the time zones of
    those that name the destination, and the first instant at which one of them changes."""

    agreements: tuple[Agreement, ...]
    zones: frozenset[str]
    until: datetime | None


class Decider:
    """Decides, as `decide`, on many records for one destination at one instant."""

    def __init__(self, rules: AgreementSet, destination: DestinationFacts, at: datetime) -> None:
        self._rules = rules
        self._to = destination
        self._at = at
        self._found: dict[str | None, _Here] = {}

    def decide(self, record: Mapping[str, Any]) -> Decision:
        """The decision on one record, as `as_dict` gives it."""
        fixed = _never_by_time(record, self._to)
        if fixed:
            return fixed
        country = record.get("issuing_country")
        here = self._found.get(country)
        if here is None:
            here = self._found[country] = self._here(country)
        people = births(record, parties=self._to.nominal)
        sides = [_Side(one, Case(record, people, self._at, one.zone)) for one in here.agreements]
        return _verdict(sides, self._to, self._until(here, people))

    def _here(self, country: str | None) -> _Here:
        named = [one for one in self._rules.naming(self._to.name)
                 if one.from_country in (None, country)]  # fmt: skip
        instants = chain(_passed_on(self._rules, self._to), *(
            _instants(one, self._rules, self._to) for one in named))  # fmt: skip
        future = (one for one in instants if one is not None and one > self._at)
        return _Here(
            tuple(one for one in named if one.in_force(self._at)
                  and is_between_members(one, self._rules, self._to, self._at)),
            frozenset(one.zone for one in named), min(future, default=None),
        )  # fmt: skip

    def _until(self, here: _Here, people: tuple[date | None, ...]) -> datetime | None:
        """As long as nothing changes, and nobody in the record comes of age."""
        until = here.until
        for zone in here.zones:
            for born in people:
                adult = None if born is None else adult_from(born, zone)
                if adult is not None and self._at < adult and (until is None or adult < until):
                    until = adult
        return until


def kept_from(rules: AgreementSet, to: DestinationFacts, at: datetime) -> frozenset[str]:
    """The states that a hub must not give a record to: those that have left an organisation whose
    members it passes on to, whatever they may have had before."""
    return frozenset(state for one in to.passes_on_to
                     for state in rules.organisations.departed(one, at))  # fmt: skip


def recall_allowed(*, has_or_may_have: bool) -> bool:
    """Whether a recall goes: always, to whoever has or may have the record (section 8).

    Agreements, dates, memberships, held feeds and closed windows never withhold one.
    """
    return has_or_may_have


def _never_by_time(record: Mapping[str, Any], to: DestinationFacts) -> Decision | None:
    if record.get("mark") != to.mark:
        return _no("azalai/mark", None, Text(
            f"Fiche et destination {to.name} ne portent pas la même marque (test, production) :"
            " elles ne se mélangent jamais.",
            f"The record and destination {to.name} do not carry the same mark (test, production):"
            " they never mix."))  # fmt: skip
    if not frozenset(record.get("not_for") or ()).isdisjoint(to.states):
        return _no("azalai/not_for", None, Text(
            f"La fiche exclut l'État de la destination {to.name}.",
            f"The record excludes the state of destination {to.name}."))  # fmt: skip
    return None


def is_between_members(
    agreement: Agreement, rules: AgreementSet, to: DestinationFacts, at: datetime
) -> bool:  # fmt: skip
    """Whether the members that an agreement asks for are members at an instant; True if none."""
    organisation = agreement.members_of
    if organisation is None:
        return True
    if not to.states and organisation not in to.member_of:
        return False
    return rules.organisations.are_members(organisation, _states(agreement, to), at)


def _states(agreement: Agreement, to: DestinationFacts) -> tuple[str, ...]:
    return (*to.states, *((agreement.from_country,) if agreement.from_country else ()))


def _verdict(sides: list[_Side], to: DestinationFacts, until: datetime | None) -> Decision:
    if not sides:
        return _no("azalai/no_agreement", until, Text(
            f"Aucun accord en vigueur ne couvre cette fiche pour {to.name}.",
            f"No agreement in force covers this record for {to.name}."))  # fmt: skip
    for side in sides:
        for rule in side.agreement.never:
            if _applies(rule, side.case):
                return _never(side.agreement, rule, until)
    shared = next(((s, r) for s in sides for r in s.agreement.share if _shares(r, s.case)), None)
    if shared is None:
        names = ", ".join(side.agreement.ident for side in sides)
        return _no("azalai/no_rule", until, Text(
            f"Aucune règle « share » de {names} ne couvre cette fiche pour {to.name}.",
            f"No `share` rule of {names} covers this record for {to.name}."))  # fmt: skip
    side, share = shared
    asks = [a for s in sides for a in _asks(s)]
    asks += [_built_in(hold) for hold in built_in_holds(side.case, share, side.agreement)]
    return _goes(side.agreement, share, asks, to, until)


def _applies(rule: Rule, case: Case) -> bool:
    if rule.kind is not None and rule.kind != case.record.get("kind"):
        return False
    return meet(rule.conditions, case, every=False)


def _shares(rule: Share, case: Case) -> bool:
    kind = case.record.get("kind")
    if rule.kind != kind or not meet(rule.conditions, case, every=True):
        return False
    return kind != "WantedPerson" or rule.names_measure()


@dataclass(frozen=True, slots=True)
class _Ask:
    rule: str
    by: By
    why: Text


def _asks(side: _Side) -> Iterator[_Ask]:
    lifted = "missing_minor" in released(side.agreement, side.case) and is_missing_minor(side.case)
    for rule in side.agreement.ask:
        if _applies(rule, side.case) and not (lifted and is_only_about_minors(rule)):
            yield _Ask(f"{side.agreement.ident}/{rule.name}", rule.by, Text(rule.basis, rule.basis))


def _built_in(hold: Hold) -> _Ask:
    return _Ask(hold.rule, "two_people", hold.why)


def _no(rule: str, until: datetime | None, sentence: Text) -> Decision:
    return Decision("withhold", rule, sentence, "", _NONE, None, "", until)


def _never(agreement: Agreement, rule: Rule, until: datetime | None) -> Decision:
    ident = f"{agreement.ident}/{rule.name}"
    sentence = Text(f"La règle {ident} interdit l'envoi ({rule.basis}).",
                    f"Rule {ident} forbids sending ({rule.basis}).")  # fmt: skip
    return Decision("withhold", ident, sentence, rule.basis, _NONE, None, agreement.ident, until)


def _goes(
    agreement: Agreement,
    share: Share,
    asks: list[_Ask],
    to: DestinationFacts,
    until: datetime | None,
) -> Decision:
    ident = f"{agreement.ident}/{share.name}"
    fields = share.fields if to.nominal else _without_parties(share.fields)
    fr, en = _allows(ident, to.name, share.basis)
    if not asks:
        return Decision("share", ident, Text(fr, en), share.basis, fields, None,
                        agreement.ident, until, ident)  # fmt: skip
    by: By = "two_people" if any(one.by == "two_people" for one in asks) else "one_person"
    who = {"one_person": ("une personne", "one person"), "two_people": ("deux personnes",
           "two people")}[by]  # fmt: skip
    fr_why = " ; ".join(f"{one.rule} ({one.why.fr})" for one in asks)
    en_why = "; ".join(f"{one.rule} ({one.why.en})" for one in asks)
    sentence = Text(f"{fr[:-1]}, après la décision de {who[0]} : {fr_why}.",
                    f"{en[:-1]}, after release by {who[1]}: {en_why}.")  # fmt: skip
    return Decision("ask", asks[0].rule, sentence, share.basis, fields, by, agreement.ident,
                    until, ident)  # fmt: skip


@lru_cache(maxsize=256)
def _allows(ident: str, destination: str, basis: str) -> tuple[str, str]:
    return (f"La règle {ident} permet l'envoi à {destination} ({basis}).",
            f"Rule {ident} allows sending to {destination} ({basis}).")  # fmt: skip


@lru_cache(maxsize=256)
def _without_parties(fields: frozenset[str]) -> frozenset[str]:
    """A rule's fields, for a destination that gets no holder or owner."""
    return frozenset(path for path in fields if not path.startswith(_PARTIES))


def _instants(
    one: Agreement, rules: AgreementSet, to: DestinationFacts
) -> Iterator[datetime | None]:
    """The instants at which what an agreement says of a destination may change."""
    yield from borders_of(one, rules, to)
    for release in one.pre_release:
        yield end_of(release.until, one.zone)


def _passed_on(rules: AgreementSet, to: DestinationFacts) -> Iterator[datetime]:
    """The instants at which a state joins or leaves those whom a hub passes on to."""
    for one in to.passes_on_to:
        for stay in rules.organisations.members.get(one, ()):
            yield from stay.borders()


def borders_of(
    one: Agreement, rules: AgreementSet, to: DestinationFacts
) -> Iterator[datetime | None]:
    """The instants at which an agreement and the memberships it rests on begin or end."""
    yield from one.borders()
    if one.members_of:
        yield from rules.organisations.borders(one.members_of, _states(one, to))
