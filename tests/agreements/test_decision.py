"""Default no; never beats ask beats share; what section 14 holds; what always stays here."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agreement_samples import HUB, MALI, NOW, SHARE, document, rules, wanted
from azalai.agreements import AgreementSet, DestinationFacts, decide, describe, recall_allowed
from azalai.errors import ConfigurationError
from record_samples import sample

ASK = "ask:\n  - rule: D1\n    if: { offences.code: [ theft ] }\n    basis: art. 9\n"
NEVER = "never:\n  - rule: N1\n    if: { offences.category: [ none ] }\n    basis: art. 8\n"
NOMINAL = DestinationFacts("hub", (), (), nominal=True, mark="test")


def _seen(rules_: AgreementSet, record: dict[str, Any], at: datetime = NOW) -> tuple[str, str]:
    decision = decide(rules_, record, HUB, at)
    return decision.verdict, decision.rule


def test_without_an_agreement_nothing_goes(tmp_path: Path) -> None:
    """Default no: no agreement, another destination, or no rule that covers the record."""
    assert _seen(rules(tmp_path), wanted()) == ("withhold", "azalai/no_agreement")
    other = rules(tmp_path, document(destinations="[ elsewhere ]"))
    assert _seen(other, wanted()) == ("withhold", "azalai/no_agreement")
    one = rules(tmp_path, document())
    assert _seen(one, wanted(measure="warn")) == ("withhold", "azalai/no_rule")
    assert _seen(one, sample("SecurityEvent")) == ("withhold", "azalai/no_rule")


def test_a_share_says_rule_basis_version_and_fields(tmp_path: Path) -> None:
    """A share names its rule, article and agreement, and lets only its groups' fields go."""
    decision = decide(rules(tmp_path, document()), wanted(), HUB, NOW)

    assert (decision.verdict, decision.rule, decision.basis) == ("share", "essai@1/P1", "art. 5")
    assert (decision.agreement, decision.by) == ("essai@1", None)
    assert "person.name" in decision.fields
    assert "warrants.number" not in decision.fields
    assert decision.sentence.fr == "La règle essai@1/P1 permet l'envoi à hub (art. 5)."


def test_never_beats_ask_beats_share_over_all_agreements(tmp_path: Path) -> None:
    """The order of the verdicts holds over agreements, not only inside one."""
    share = document(agreement="c-share")
    ask = document(ASK + SHARE.replace("arrest", "warn"), agreement="b-ask")
    never = document(NEVER + SHARE.replace("arrest", "warn"), agreement="d-never")

    assert _seen(rules(tmp_path, share), wanted()) == ("share", "c-share@1/P1")
    asked = decide(rules(tmp_path, share, ask), wanted(), HUB, NOW)
    assert (asked.verdict, asked.rule, asked.by) == ("ask", "b-ask@1/D1", "one_person")
    assert (asked.permitted_by, asked.agreement, asked.basis) == (
        "c-share@1/P1", "c-share@1", "art. 5")  # fmt: skip
    assert "person.name" in asked.fields
    assert _seen(rules(tmp_path, share, ask, never), wanted()) == ("withhold", "d-never@1/N1")


def test_ask_without_a_share_is_withheld(tmp_path: Path) -> None:
    """A person cannot release what no share rule covers."""
    text = document(ASK + SHARE.replace("arrest", "warn"))

    assert _seen(rules(tmp_path, text), wanted()) == ("withhold", "azalai/no_rule")


def test_the_first_share_in_name_and_document_order_gives_the_fields(tmp_path: Path) -> None:
    """Two agreements that share: the name decides, whatever the order they are given in."""
    late = document(agreement="z", body=SHARE.replace("identity, ", ""))
    early = document(agreement="a")

    for texts in ((late, early), (early, late)):
        assert _seen(rules(tmp_path, *texts), wanted()) == ("share", "a@1/P1")


def test_a_list_condition_wants_one_element_to_stop_and_all_to_share(tmp_path: Path) -> None:
    """One offence is enough for never and ask; share wants all, and an empty one meets none."""
    body = SHARE.replace("{ measure: [ arrest ] }",
                         "{ measure: [ arrest ], offences.maximum_penalty_months: at least 24 }")  # fmt: skip
    shares = rules(tmp_path, document(body))
    theft = sample("WantedPerson")["offences"][0]
    small = theft | {"maximum_penalty_months": 9}
    unknown = {key: value for key, value in theft.items() if key != "maximum_penalty_months"}

    assert _seen(shares, wanted(offences=[theft]))[0] == "share"
    for offences in ([theft, small], [theft, unknown], [unknown], []):
        assert _seen(shares, wanted(offences=offences))[0] == "withhold"
    asks = rules(tmp_path, document(ASK + SHARE))
    murder = theft | {"code": {"code": "murder", "list": "fictif"}}
    assert _seen(asks, wanted(offences=[murder, theft])) == ("ask", "essai@1/D1")
    assert _seen(asks, wanted(offences=[murder])) == ("share", "essai@1/P1")
    assert _seen(asks, wanted(offences=[])) == ("share", "essai@1/P1")


def test_bounds_include_their_number(tmp_path: Path) -> None:
    """`at least 24` takes 24, `at most 24` too."""
    for bound, months, goes in (("at least 24", 24, True), ("at least 24", 23, False),
                                ("at most 24", 24, True), ("at most 24", 25, False)):  # fmt: skip
        body = SHARE.replace("[ arrest ] }", f"arrest, offences.maximum_penalty_months: {bound} }}")
        record = wanted()
        record["offences"][0]["maximum_penalty_months"] = months

        assert (_seen(rules(tmp_path, document(body)), record)[0] == "share") is goes


def test_test_and_production_never_mix(tmp_path: Path) -> None:
    """A mark that differs is withheld before any agreement is read, whatever the day."""
    decision = decide(rules(tmp_path, document()), wanted(mark="production"), HUB, NOW)

    assert (decision.verdict, decision.rule) == ("withhold", "azalai/mark")
    assert decision.holds_until is None


def test_an_excluded_state_gets_nothing(tmp_path: Path) -> None:
    """`not_for` is obeyed whatever the agreements say."""
    given = rules(tmp_path, document(destinations="[ mli_platform ]"))

    assert decide(given, wanted(not_for=["MLI"]), MALI, NOW).rule == "azalai/not_for"
    assert decide(given, wanted(not_for=["BFA"]), MALI, NOW).verdict == "share"


def test_an_agreement_covers_only_records_of_its_country(tmp_path: Path) -> None:
    """`from_country` limits share and never alike."""
    given = rules(tmp_path, document(from_country="NER"))

    assert _seen(given, wanted(issuing_country="BFA")) == ("withhold", "azalai/no_agreement")
    assert _seen(given, wanted(issuing_country="NER")) == ("share", "essai@1/P1")


@pytest.mark.parametrize(("change", "rule"), [
    ({"birth": "2012"}, "azalai/minor"),
    ({"birth": None}, "azalai/minor"),
    ({"person_status": "witness"}, "azalai/victim_or_witness"),
    ({"offences": [{"code": {"code": "theft", "list": "f"}, "category": "political"}]},
     "azalai/article_3"),
])  # fmt: skip
def test_what_a_person_must_look_at_is_held(
    tmp_path: Path, change: dict[str, Any], rule: str
) -> None:
    """Wanted minors, victims, witnesses and article 3 offences wait for two people."""
    decision = decide(rules(tmp_path, document()), wanted(**change), HUB, NOW)

    assert (decision.verdict, decision.rule, decision.by) == ("ask", rule, "two_people")
    assert decision.permitted_by == "essai@1/P1"


def test_a_built_in_hold_makes_an_ask_of_one_person_two(tmp_path: Path) -> None:
    """The agreement's rule names the verdict; the strictest `by` of all counts."""
    ask = "ask:\n  - rule: D1\n    if: { may_be_minor: yes }\n    basis: art. 7\n"
    decision = decide(rules(tmp_path, document(ask + SHARE)), wanted("2012"), HUB, NOW)

    assert (decision.rule, decision.by) == ("essai@1/D1", "two_people")
    assert "azalai/minor" in decision.sentence.fr


PRE = "pre_release:\n  - category: {}\n    approved_by: Direction fictive\n    until: 2027-12-31\n"


def test_a_pre_release_lifts_its_category_until_its_day(tmp_path: Path) -> None:
    """A category released by name goes, and only it, and only until then."""
    given = rules(tmp_path, document(SHARE + PRE.format("political")))
    offence = {"code": {"code": "theft", "list": "f"}, "category": "political"}
    political = wanted(offences=[offence])
    both = wanted(offences=[offence, offence | {"category": "racial"}])
    decision = decide(given, political, HUB, NOW)

    assert decision.verdict == "share"
    assert decision.holds_until == datetime.fromisoformat("2027-12-31T23:00:00+00:00")
    assert _seen(given, political, decision.holds_until) == ("ask", "azalai/article_3")
    assert _seen(given, both) == ("ask", "azalai/article_3")


def test_a_missing_child_goes_at_once_where_pre_released(tmp_path: Path) -> None:
    """`missing_minor` lifts the hold on victims and the agreement's own ask about minors."""
    body = """ask:
  - rule: D1
    if: { may_be_minor: yes }
    basis: art. 7
share:
  - rule: P1
    what: MissingPerson
    send: [ identity ]
    basis: art. 5
"""
    child = sample("MissingPerson") | {"person_status": "victim"}
    child["person"]["birth"]["date"] = {"value": "2020", "precision": "year"}

    assert _seen(rules(tmp_path, document(body)), child) == ("ask", "essai@1/D1")
    lifted = rules(tmp_path, document(body + PRE.format("missing_minor")))
    assert _seen(lifted, child) == ("share", "essai@1/P1")


def test_a_case_is_held_for_its_victims_only_if_persons_would_leave(tmp_path: Path) -> None:
    """Without the group `persons` nothing of a victim leaves, so nothing is held."""
    body = "share:\n  - rule: P1\n    what: CriminalCase\n    send: [ {} ]\n    basis: art. 5\n"
    case = sample("CriminalCase")

    without = rules(tmp_path, document(body.format("case, offences")))
    assert _seen(without, case) == ("share", "essai@1/P1")
    with_them = rules(tmp_path, document(body.format("case, persons")))
    assert _seen(with_them, case) == ("ask", "azalai/victim_or_witness")


def test_the_holder_of_a_document_leaves_only_where_both_say_so(tmp_path: Path) -> None:
    """A holder goes to a nominal destination and only if the rule names the group."""
    body = "share:\n  - rule: P1\n    what: ReportedDocument\n    send: [ {} ]\n    basis: art. 6\n"
    named = rules(tmp_path, document(body.format("document, holder")))
    unnamed = rules(tmp_path, document(body.format("document")))
    record = sample("ReportedDocument")

    assert "holder.name" in decide(named, record, NOMINAL, NOW).fields
    assert "holder.name" not in decide(named, record, HUB, NOW).fields
    assert "holder.name" not in decide(unnamed, record, NOMINAL, NOW).fields
    assert "document.number" in decide(named, record, HUB, NOW).fields


def test_no_sentence_says_who_the_person_is(tmp_path: Path) -> None:
    """Sentences go to logs and the ledger: no value of the record stands in them."""
    decision = decide(rules(tmp_path, document(ASK + SHARE)), wanted("2012"), HUB, NOW)

    for text in decision.sentence:
        assert not any(value in text for value in ("FICTIF", "2012", "BFA-PN", "M1/26"))


def test_the_digest_follows_the_documents_not_their_order(tmp_path: Path) -> None:
    """One byte changed in an agreement or the memberships changes the set's digest."""
    one, two = document(agreement="a"), document(agreement="b")
    organisations = "organisations:\n  - name: ORG\n    time_zone: UTC\n    members: []\n"
    members = organisations.replace("[]", "[ { state: NER, from: 2020-01-01 } ]")

    assert rules(tmp_path, one, two).digest == rules(tmp_path, two, one).digest
    assert rules(tmp_path, one, two).digest != rules(tmp_path, one, two + "# x\n").digest
    assert rules(tmp_path, one).digest != rules(tmp_path, one, organisations=members).digest


def test_two_agreements_with_one_id_do_not_start(tmp_path: Path) -> None:
    """A rule's id must name one rule."""
    with pytest.raises(ConfigurationError):
        rules(tmp_path, document(), document())


def test_what_an_agreement_permits_on_a_day(tmp_path: Path) -> None:
    """`describe` lists rules by destination on its days and nothing beside them."""
    given = rules(tmp_path, document(destinations="[ hub, other ]"))
    agreement = given.get("essai@1")
    assert agreement is not None
    permitted = describe(agreement, NOW.date())

    assert [(p.destination, p.rule, p.groups) for p in permitted] == [
        ("hub", "essai@1/P1", ("identity", "offences")),
        ("other", "essai@1/P1", ("identity", "offences")),
    ]
    assert describe(agreement, NOW.date().replace(year=2030)) == ()


def test_a_recall_goes_to_whoever_may_have_the_record() -> None:
    """Nothing but never having sent keeps a recall back."""
    assert recall_allowed(has_or_may_have=True)
    assert not recall_allowed(has_or_may_have=False)
