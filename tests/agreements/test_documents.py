"""Every mistake of users.md 11.3 is found, with its code, its place and its remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agreement_samples import SHARE, document
from azalai.agreements import load_agreement, load_organisations, run_examples
from azalai.documents import Problem, render
from azalai.errors import DocumentError

# The same document as the design's ner-regional-2027.yaml, in the shape of its lines.
REGIONAL = """agreement: ner-regional-2027
version: 1
title: Partage fictif
reference: Accord fictif, articles 4 à 9
owner: Direction fictive
from_country: NER
destinations: [ regional_platform ]
for_members_of: ORG-REGIONALE
from:  2027-01-01                            # dès 00:00
until: 2029-12-31                            # ce jour compris
time_zone: Africa/Niamey
records_already_here: ask
when_it_ends: ask
never:
  - rule: N1
    if: { person_status: [ victim, witness ] }
    basis: art. 8
ask:
  - rule: D1
    if: { may_be_minor: yes }
    basis: art. 7
  - rule: D2
    if: { offences.code: [ terrorism ] }
    basis: art. 9
    by: two_people
share:
  - rule: P1
    what: WantedPerson
    if:
      measure:                          [ arrest ]
      purpose:                          [ prosecution, execution_of_sentence ]
      offences.maximum_penalty_months:  at least 24
    send:    [ identity, documents, description, warrant, offences ]
    without: [ person.description.marks ]
    basis: art. 5
  - rule: P2
    what: ReportedDocument
    if:
      status: [ stolen, lost ]
    send: [ document ]                       # jamais le titulaire
    basis: art. 6
examples:
  - case: mandat national
    record: { kind: WantedPerson, person_status: wanted, measure: arrest, purpose: prosecution, offences.maximum_penalty_months: 48, person.birth.date: 1985 }
    expect: sent by P1
  - case: deux infractions, dont une de 9 mois
    record: { kind: WantedPerson, person_status: wanted, measure: arrest, purpose: prosecution, offences.maximum_penalty_months: [ 48, 9 ], person.birth.date: 1985 }
    expect: not sent
  - case: né en 2009
    record: { kind: WantedPerson, measure: arrest, purpose: prosecution, offences.maximum_penalty_months: 48, person.birth.date: 2009 }
    on: 2027-03-01
    expect: ask by D1
  - case: victime
    record: { kind: WantedPerson, person_status: victim, measure: arrest }
    expect: never by N1
  - case: la veille
    record: { kind: WantedPerson, measure: arrest, purpose: prosecution, offences.maximum_penalty_months: 48, person.birth.date: 1985 }
    on: 2026-12-31
    expect: not sent
  - case: levée
    record: { kind: WantedPerson, operation: cancel, sent_before: yes, measure: arrest }
    on: 2030-01-01
    expect: recall goes
"""
DECLARED = ["regional_platform", "interpol_mail", "mli_platform"]


def _problems(
    tmp_path: Path, text: str, required: Callable[[str, str], frozenset[str]] | None = None
) -> list[Problem]:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_agreement(path, destinations=DECLARED, required=required)
    return [p for p in caught.value.problems if isinstance(p, Problem)]


def _places(problems: list[Problem]) -> list[tuple[str, int, int]]:
    return [(p.code, p.place.line, p.place.column) for p in problems]


def test_the_regional_agreement_loads_and_its_examples_pass(tmp_path: Path) -> None:
    """The shape of the design's document is read without problems; its examples are its tests."""
    path = tmp_path / "a.yaml"
    path.write_text(REGIONAL, encoding="utf-8")
    agreement = load_agreement(path, destinations={"regional_platform"})

    assert [rule.name for rule in agreement.share] == ["P1", "P2"]
    assert "person.description.eyes" in agreement.share[0].fields
    assert "person.description.marks" not in agreement.share[0].fields
    assert [(r.case, r.message.fr) for r in run_examples(path) if not r.ok] == []


def test_a_wrong_example_is_reported(tmp_path: Path) -> None:
    """An example that expects another result fails and says what came instead."""
    path = tmp_path / "a.yaml"
    path.write_text(REGIONAL.replace("expect: sent by P1", "expect: not sent"), encoding="utf-8")
    first = run_examples(path)[0]

    assert not first.ok
    assert "obtenu « sent by P1 »" in first.message.fr


ONE_MISTAKE = [
    ("[ regional_platform ]", "[ regional_plateform ]", ("AZ-A405", 7, 17),
     "écrivez regional_platform."),
    ("2027-01-01 ", "01/01/2027 ", ("AZ-A402", 9, 8), "écrivez 2027-01-01."),
    ("2029-12-31 ", "2029-02-30 ", ("AZ-A402", 10, 8), "corrigez la date."),
    ("2029-12-31 ", "2026-12-31 ", ("AZ-A403", 10, 8), "corrigez l'une des deux dates."),
    ("Africa/Niamey", "UTC+1", ("AZ-A404", 11, 12), "time_zone: Africa/Niamey"),
    ("time_zone: Africa/Niamey\n", "", ("AZ-A404", 1, 1), "time_zone: Africa/Niamey"),
    ("    basis: art. 5\n", "", ("AZ-A406", 27, 5), "ajoutez basis: art. …"),
    ("what: ReportedDocument", "what: ReportedDocuments", ("AZ-A407", 37, 11),
     "écrivez ReportedDocument."),
    ("offences.code:", "offence.code:", ("AZ-A408", 23, 11), "écrivez offences.code."),
    ("[ victim, witness ]", "[ victime, witness ]", ("AZ-A409", 16, 28), "écrivez victim."),
    ("may_be_minor: yes", "may_be_minor: oui", ("AZ-A409", 20, 25), "écrivez yes."),
    ("at least 24", "plus de 24", ("AZ-A409", 32, 41), "at least 24"),
    ("[ document ]", "[ documment ]", ("AZ-A413", 40, 13), "écrivez document."),
    ("owner: Direction fictive\n", "", ("AZ-A401", 1, 1), "ajoutez owner: …"),
    ("when_it_ends:", "when_ends:", ("AZ-A410", 13, 1), "écrivez when_it_ends."),
    ("- rule: P2", "- rule: P1", ("AZ-A414", 36, 11), "donnez un autre nom."),
    ("by: two_people", "by: two_peoples", ("AZ-A415", 25, 9), "écrivez two_people."),
    ("measure:                          [ arrest ]\n      ", "", ("AZ-A416", 27, 5),
     "measure: [ arrest ]"),
    ("expect: never by N1", "expect: never by N2", ("AZ-A417", 55, 13), "never by N1"),
    ("from_country: NER", "from_country: NIG", ("AZ-A418", 6, 15), ""),
    ("[ person.description.marks ]", "[ measure ]", ("AZ-A419", 34, 16), "supprimez-le"),
    ("offences.code: [ terrorism ]", "person.name: [ FICTIF ]", ("AZ-A420", 23, 11), ""),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "where", "todo"), ONE_MISTAKE)
def test_one_mistake_gives_one_message(
    tmp_path: Path, right: str, wrong: str, where: tuple[str, int, int], todo: str
) -> None:
    """One mistake gives one problem with its code, its exact place and what to do."""
    assert right in REGIONAL
    problems = _problems(tmp_path, REGIONAL.replace(right, wrong, 1))

    assert _places(problems) == [where]
    assert todo in problems[0].todo.fr
    assert problems[0].what.en
    assert problems[0].what.en != problems[0].what.fr


def test_a_removed_required_field_is_named_with_its_label(tmp_path: Path) -> None:
    """A rule that removes, or does not send, what the message requires could never send."""
    needs = {"WantedPerson": frozenset({"warrants.number", "measure"})}

    def required(_destination: str, kind: str) -> frozenset[str]:
        return needs.get(kind, frozenset())

    removed = _problems(tmp_path, REGIONAL.replace("person.description.marks ]", "warrants.number ]"),
                        required)  # fmt: skip
    not_sent = _problems(tmp_path, REGIONAL.replace(" warrant,", ""), required)

    assert _places(removed) == [("AZ-A411", 34, 16)]
    assert removed[0].what.fr == (
        "La règle P1 retire « warrants.number » (numéro du mandat), que le message de"
        " « regional_platform » exige"
    )
    assert _places(not_sent) == [("AZ-A411", 33, 14)]


def test_all_mistakes_come_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    """Wrong kind and wrong group (A6), end before start and zone (A7): all in one go."""
    text = REGIONAL
    for right, wrong in (("ReportedDocument", "StolenDocuments"), ("[ document ]", "[ documment ]"),
                         ("until: 2029", "until: 2026"), ("Africa/Niamey", "UTC+1")):  # fmt: skip
        text = text.replace(right, wrong, 1)
    problems = _problems(tmp_path, text)

    assert [p.code for p in problems] == ["AZ-A403", "AZ-A404", "AZ-A407", "AZ-A413"]
    shown = render(problems, "fr")
    assert "a.yaml:10:8  AZ-A403  L'accord finirait (2026-12-31) avant de commencer" in shown
    assert "genres : CriminalCase, Hit, MissingPerson," in shown


@pytest.mark.parametrize("text", [
    document(""), document("share: []\n"), document("share: P1\n"), document("share:\n  - P1\n"),
    document(SHARE.replace("if: { measure: [ arrest ] }", "if: [ arrest ]")),
    document(SHARE.replace("[ arrest ]", "[]")), document(SHARE.replace("[ arrest ]", "{ a: b }")),
    document(SHARE, destinations="hub"), document(SHARE, version="un"),
    document(SHARE, from_="[ 1 ]"), document(SHARE, agreement="A/B"),
    document(SHARE + "ask:\n  - rule: D1\n    basis: art. 1\n"),
    document(SHARE + "examples:\n  - case: x\n    expect: not sent\n"),
    document(SHARE + "examples:\n  - case: x\n    record: { kind: WantedPerson, person.birth.date: 2009-13 }\n"
             "    expect: not sent\n"),
    document(SHARE + "pre_release:\n  - category: children\n    until: 2027-01-01\n"),
])  # fmt: skip
def test_a_wrong_shape_is_a_problem_never_a_crash(tmp_path: Path, text: str) -> None:
    """Whatever a line has in place of what it needs, the answer is problems with a place."""
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_agreement(path, destinations=None)

    assert all(isinstance(p, Problem) and p.place.line >= 1 for p in caught.value.problems)


def test_an_unknown_organisation_is_named(tmp_path: Path) -> None:
    """Where the organisations are known, a misspelt one is a problem."""
    path = tmp_path / "a.yaml"
    path.write_text(document(for_members_of="ORG-REGIONAL"), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_agreement(path, destinations=None, organisations=["ORG-REGIONALE"])
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)

    assert (problem.code, problem.todo.fr) == ("AZ-A418", "écrivez ORG-REGIONALE.")


def test_mistakes_in_organisations_come_at_once(tmp_path: Path) -> None:
    """organisations.yaml is checked the same way."""
    path = tmp_path / "organisations.yaml"
    path.write_text(
        "organisations:\n  - name: ORG\n    time_zone: Africa/Niamei\n    members:\n"
        "      - state: NIG\n        from: 2020-13-01\n      - state: NER\n        from: 2021-01-01\n"
        "        until: 2020-01-01\n        since: 2\n",
        encoding="utf-8",
    )
    with pytest.raises(DocumentError) as caught:
        load_organisations(path)
    codes = [p.code for p in caught.value.problems if isinstance(p, Problem)]

    assert sorted(codes) == ["AZ-A402", "AZ-A403", "AZ-A404", "AZ-A410", "AZ-A418"]
