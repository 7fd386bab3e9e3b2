"""Days are somewhere: midnights, birthdays, memberships, and how long a verdict holds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement_samples import HUB, MALI, NOW, SHARE, document, memberships, rules, wanted
from azalai.agreements import AgreementSet, DestinationFacts, decide
from azalai.agreements.ages import adult_from, latest_birth, may_be_minor

TICK = timedelta(microseconds=1)
ORGANISATIONS = """organisations:
  - name: ORG-REGIONALE
    time_zone: Africa/Niamey
    members:
      - { state: NER, from: 2020-01-01 }
      - { state: MLI, from: 2020-01-01, until: 2027-09-30 }
      - { state: MLI, from: 2028-01-01 }
"""


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "first", "after"), [
    ("Africa/Niamey", "2026-12-31T23:00", "2029-12-31T23:00"),
    ("Africa/Nouakchott", "2027-01-01T00:00", "2030-01-01T00:00"),
])  # fmt: skip
def test_an_agreement_begins_and_ends_at_its_own_midnight(
    tmp_path: Path, zone: str, first: str, after: str
) -> None:
    """Both days are included, in the agreement's time zone, to the microsecond."""
    one = rules(tmp_path, document(time_zone=zone))
    verdicts = [
        decide(one, wanted(), HUB, at).verdict
        for at in (_utc(first) - TICK, _utc(first), _utc(after) - TICK, _utc(after))
    ]

    assert verdicts == ["withhold", "share", "share", "withhold"]
    assert decide(one, wanted(), HUB, _utc(first) - TICK).holds_until == _utc(first)
    assert decide(one, wanted(), HUB, NOW).holds_until == _utc(after)
    assert decide(one, wanted(), HUB, _utc(after)).holds_until is None


@pytest.mark.parametrize(("birth", "latest"), [
    ({"date": {"value": "2009", "precision": "year"}}, "2009-12-31"),
    ({"date": {"value": "2008-02", "precision": "month"}}, "2008-02-29"),
    ({"date": {"value": "2009-03-01", "precision": "day"}}, "2009-03-01"),
    ({"date": {"value": "2005", "precision": "year", "until": "2008"}}, "2008-12-31"),
    ({"date": {"value": "2000", "precision": "year", "circa": True}}, "2005-12-31"),
    ({"date": {"value": "2000-02-29", "precision": "day", "circa": True}}, "2005-03-01"),
])  # fmt: skip
def test_the_latest_possible_birth_counts(birth: dict[str, object], latest: str) -> None:
    """A year is its last day, a range its end, `circa` some years more."""
    assert latest_birth(birth) == date.fromisoformat(latest)


def test_an_unknown_birth_date_may_be_a_minor() -> None:
    """No birth, or a birth without a date, is in doubt a minor at any instant."""
    assert latest_birth(None) is None
    assert latest_birth({"place": "Ville fictive"}) is None
    assert may_be_minor(None, NOW, "UTC")


@pytest.mark.parametrize(("born", "zone", "adult"), [
    ("2009-06-01", "Africa/Niamey", "2027-05-31T23:00"),
    ("2009-06-01", "Africa/Nouakchott", "2027-06-01T00:00"),
    ("2008-02-29", "Africa/Nouakchott", "2026-03-01T00:00"),
    ("2010-02-28", "Africa/Nouakchott", "2028-02-28T00:00"),
])  # fmt: skip
def test_a_minor_is_an_adult_from_a_midnight(born: str, zone: str, adult: str) -> None:
    """18 is reached at midnight of the birthday, there; a leap birthday on 1 March."""
    day = date.fromisoformat(born)

    assert adult_from(day, zone) == _utc(adult)
    assert may_be_minor(day, _utc(adult) - TICK, zone)
    assert not may_be_minor(day, _utc(adult), zone)


def test_a_minor_is_decided_again_at_the_birthday(tmp_path: Path) -> None:
    """A held minor's verdict holds until midnight of the 18th birthday."""
    one = rules(tmp_path, document())
    held = decide(one, wanted("2009-08-15"), HUB, NOW)

    assert (held.rule, held.holds_until) == ("azalai/minor", _utc("2027-08-14T23:00"))
    assert held.holds_until is not None
    assert decide(one, wanted("2009-08-15"), HUB, held.holds_until).verdict == "share"


@pytest.mark.parametrize(("to", "country", "at", "verdict"), [
    (MALI, "NER", "2027-09-30T22:59", "share"),
    (MALI, "NER", "2027-09-30T23:00", "withhold"),  # MLI has left
    (MALI, "NER", "2027-12-31T23:00", "share"),  # and is back
    (MALI, "BFA", "2027-09-01T00:00", "withhold"),  # the record's own state is no member
    (HUB, "NER", "2027-10-15T00:00", "share"),  # the organisation's own platform
    (HUB, "BFA", "2027-10-15T00:00", "withhold"),
    (DestinationFacts("hub", (), (), nominal=False, mark="test"), "NER", "2027-09-01T00:00",
     "withhold"),
])  # fmt: skip
def test_membership_is_dated(
    tmp_path: Path, to: DestinationFacts, country: str, at: str, verdict: str
) -> None:
    """`for_members_of` asks the sender's and all the destination's states, that day."""
    text = document(
        destinations="[ hub, mli_platform ]", for_members_of="ORG-REGIONALE", from_country=country
    )
    one = rules(tmp_path, text, organisations=ORGANISATIONS)

    assert decide(one, wanted(issuing_country=country), to, _utc(at)).verdict == verdict


def test_an_unknown_organisation_has_no_members(tmp_path: Path) -> None:
    """Without organisations.yaml nobody is a member of anything."""
    text = document(destinations="[ mli_platform ]", for_members_of="ORG-REGIONALE")

    assert decide(rules(tmp_path, text), wanted(), MALI, NOW).verdict == "withhold"


def test_a_leaving_state_is_decided_again_at_its_midnight(tmp_path: Path) -> None:
    """The end of a membership bounds how long a verdict holds."""
    text = document(destinations="[ mli_platform ]", for_members_of="ORG-REGIONALE")
    one = rules(tmp_path, text, organisations=ORGANISATIONS)

    assert decide(one, wanted(), MALI, NOW).holds_until == _utc("2027-09-30T23:00")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> AgreementSet:
    """Three agreements with ends, memberships, minors and pre-releases in three time zones."""
    folder = tmp_path_factory.mktemp("agreements")
    ask = "ask:\n  - rule: D1\n    if: { may_be_minor: yes }\n    basis: art. 7\n"
    free = "pre_release:\n  - { category: wanted_minor, approved_by: x, until: 2027-07-31 }\n"
    never = "never:\n  - rule: N1\n    if: { measure: arrest }\n    basis: art. 1\n"
    hub = "[ mli_platform ]"
    return rules(
        folder,
        document(SHARE + free, agreement="a", destinations=hub, for_members_of="ORG-REGIONALE",
                 until="2028-06-30"),
        document(ask + SHARE, agreement="b", destinations=hub, from_="2027-03-01",
                 time_zone="Africa/Nouakchott"),
        document(never + SHARE, agreement="c", destinations=hub, from_="2029-01-01",
                 until="2029-01-31", time_zone="Africa/Cairo"),
        organisations=ORGANISATIONS,
    )  # fmt: skip


_DAYS = st.datetimes(datetime(2026, 6, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_BIRTHS = st.one_of(
    st.none(),
    st.dates(date(2007, 1, 1), date(2013, 12, 31)).map(str),
    st.integers(2007, 2013).map(str),
    st.sampled_from(["2008-02", "2008-02-29", "1985"]),
)


@settings(max_examples=300, deadline=None)
@given(at=_DAYS, birth=_BIRTHS, part=st.floats(0, 1, exclude_max=True))
def test_a_verdict_holds_until_it_says(
    many: AgreementSet, at: datetime, birth: str | None, part: float
) -> None:
    """At any instant before `holds_until` the decision is the same, word for word."""
    record = wanted(birth)
    now = decide(many, record, MALI, at)
    end = now.holds_until or datetime(2040, 1, 1, tzinfo=UTC)
    for later in (at + (end - at) * part, end - TICK):
        assert decide(many, record, MALI, max(at, min(later, end - TICK))) == now


def test_the_end_of_the_calendar_is_no_crash(tmp_path: Path) -> None:
    """An agreement without a real end (9999-12-31) simply holds."""
    one = rules(tmp_path, document(until="9999-12-31"))

    assert decide(one, wanted(), HUB, NOW).holds_until is None
    assert memberships(tmp_path, None).members == {}
