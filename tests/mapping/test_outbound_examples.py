"""Examples beside an outbound mapping are its tests: message, losses, no place, cancel messages."""

import shutil
from pathlib import Path

import pytest

from azalai import paths
from azalai.app.example_writing import write
from azalai.app.outbound_made import made_from
from azalai.errors import StopError
from azalai.mapping import ExampleResult, run_outbound_examples
from azalai.mapping.example_record import ExampleRefused, example_record
from azalai.records import LISTS
from outbound_profile import VEHICLE, laid_out

BASE = """
  - case: base
    from:
      bfa_police/bfa_wanted: année de naissance seule
    gives:
      Person/FamilyName: FICTIF
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(paths.mappings() / "wapis", tmp_path / "mappings" / "wapis"))


def run(folder: Path, examples: str) -> list[ExampleResult]:
    (folder / "wapis_style_wanted_person.examples.yaml").write_text(f"examples:\n{examples}")
    return run_outbound_examples(folder / "wapis_style_wanted_person.yaml")


def second(folder: Path, *lines: str) -> str | None:
    """What is wrong with an example like the first one; None where it passes."""
    text = BASE + "  - case: x\n    like: base\n" + "".join(f"    {line}\n" for line in lines)
    results = run(folder, text)
    assert results[0].ok, results[0].message
    return None if results[1].ok else results[1].message.en


@pytest.mark.parametrize("profile", ["wapis", "interpol_mail"])
def test_every_shipped_outbound_mapping_has_examples_that_pass(profile: str) -> None:
    """A message, a cancel and a record without a place or with a loss, for each kind."""
    for path in sorted((paths.mappings() / profile).glob("*.yaml")):
        if "examples" not in path.name:
            results = run_outbound_examples(path)
            assert [(r.case, r.message.en) for r in results if not r.ok] == []
            assert len(results) >= 4, path.name


def test_each_word_passes_and_fails(folder: Path) -> None:
    """What must be there, must not, is lost, has no place: said wrongly, each of them fails."""
    chestnut = ["record:", "  person.description.hair: chestnut"]
    assert second(folder, "gives:", "  Person/Nationality: BFA", "  Request/Offence: VOL") is None
    assert second(folder, "gives:", "  Person/Nationality: MLI") == "Person/Nationality gives BFA"
    assert second(folder, "lacks: Person/HairColour") is None
    assert second(folder, "lacks: Person") == "Person/FamilyName is in the message"
    assert second(folder, "never_says: Ouaga") == ("Warrant/Authority says `Ouaga`")
    assert second(folder, "never_says: Bamako") is None
    assert second(folder, *chestnut, "loses: person.description.hair") is None
    assert "a loss that is not said: person.description.hair" in str(
        second(folder, *chestnut, "gives:", "  Person/HairColour: BRO")
    )
    assert second(folder, "loses: person.sex") == "person.sex is not lost"
    assert second(folder, "record:", "  measure: warn", "no_place: measure, arrest") is None
    assert "no place: measure" in str(
        second(folder, "record:", "  measure: warn", "gives:", "  Person/Sex: M")
    )
    assert second(folder, "no_place: measure") == "the message was made"
    assert second(folder, "share: [ identity ]", "no_place: Request/Offence") is None


def test_a_cancel_says_the_reference_alone(folder: Path) -> None:
    """Operation, reason and day come from the example."""
    cancel = ["operation: cancel", "cancel_reason: lifted", "cancelled_on: 2026-06-30"]
    assert second(folder, *cancel, "gives:", "  Header/Operation: DELETE",
                  "  Withdrawal/Since: 2026-06-30", "lacks: [ Person, Warrant ]",
                  "never_says: FICTIF, Kilo") is None  # fmt: skip
    without = second(folder, "operation: cancel", "gives:", "  Withdrawal/Reason: lifted")
    assert without == "Withdrawal/Reason gives —"


@pytest.mark.parametrize(("lines", "said"), [
    (["gives:", "  Person/FamillyName: X"], "the nearest: Person/FamilyName"),
    (["givs:", "  Person/Sex: M"], "the nearest: gives"),
    (["record:", "  person.nam.family: X", "lacks: Warrant"], "the nearest: person.name"),
    (["record:", "  person.birth.date: 31/02/1985", "lacks: Warrant"], "no value of"),
    (["record:", "  person.description.height_cm: tall", "lacks: Warrant"], "no value of"),
    (["record:", "  measure: [ arrest, warn ]", "lacks: Warrant"], "takes one value"),
    (["record:", "  key: short", "lacks: Warrant"], "`key`"),
    (["share: [ moods ]", "lacks: Warrant"], "no group `moods`"),
    (["operation: destroy", "lacks: Warrant"], "create, update, cancel"),
    (["like: nobody", "lacks: Warrant"], "no example `nobody`"),
    (["record: {}"], "expects nothing"),
])  # fmt: skip
def test_what_is_written_wrongly_is_said(folder: Path, lines: list[str], said: str) -> None:
    """Nothing that is mistyped passes for a test."""
    like = [] if lines[0].startswith("like") else ["like: base"]
    text = BASE + "  - case: x\n" + "".join(f"    {line}\n" for line in [*like, *lines])
    wrong = run(folder, text)[1]

    assert not wrong.ok
    assert said in wrong.message.en


def test_where_from_leads_nowhere_is_said(folder: Path) -> None:
    """No mapping, no case, another kind, a case that is rejected, a path that climbs out."""
    for pair, said in (
        ("bfa_police/nothing: x", "no mapping"), ("bfa_police/bfa_wanted: x", "no example `x`"),
        ("bfa_police/bfa_wanted: 31 février", "that gives a record"),
        ("mrt_police/mrt_events: date grégorienne, un résumé seulement", "a SecurityEvent"),
        ("../bfa_police/bfa_wanted: année de naissance seule", "no mapping"),
    ):  # fmt: skip
        text = f"  - case: x\n    from:\n      {pair}\n    lacks: Warrant\n"
        assert said in run(folder, text)[0].message.en, pair


def test_json_and_fixed_width_are_tried_the_same_way(tmp_path: Path) -> None:
    """Elements by their path, in all three formats; inside the mapping too."""
    path = laid_out(
        tmp_path / "regional",
        (
            "not_sent:",
            """examples:
  - case: a
    from:
      bfa_police/bfa_wanted: année de naissance seule
    gives:
      person/name/family: FICTIF
      person/nationalities: BFA
      header/record_version: 1
    lacks: person/height_cm
not_sent:""",
        ),
    )
    assert [(r.ok, r.message.en) for r in run_outbound_examples(path)] == [(True, "as written")]
    path = laid_out(tmp_path / "regional", name=VEHICLE)
    path.with_name(f"{path.stem}.examples.yaml").write_text("""examples:
  - case: a
    from:
      ner_police/ner_vehicles: moto volée, connue par son châssis
    gives:
      head/version: 1
    loses: reason
""")
    assert [(r.ok, r.message.en) for r in run_outbound_examples(path)] == [(True, "as written")]


def test_lists_names_and_dates_are_said_in_lines() -> None:
    """The n-th value is of the n-th element; parts have lines; an empty value takes one away."""
    lines = {
        "purpose": "judicial_cooperation", "legal_ground": "judicial_procedure",
        "handling": "judicial_use_only", "references.type": ["case_file", "prosecutor"],
        "references.number": ["PV-1", "RP-2"], "persons.role": ["suspect", "victim"],
        "persons.name.family": ["FICTIF", ""], "persons.name.given": ["Kilo", "Lima"],
        "persons.nationalities": ["", "UTO"], "persons.nationalities.original": ["", "utopienne"],
        "persons.birth.date": ["vers 1985", ""], "persons.birth.date.original": ["v. 85", ""],
        "facts.date.original": "mars 26", "facts.date": "2026-03",
    }  # fmt: skip
    lines["references.type"] = sorted(LISTS["case_reference_type"].codes)[:2]
    record = example_record("CriminalCase", lines)
    first, other = record["persons"]

    assert [one["number"] for one in record["references"]] == ["PV-1", "RP-2"]
    assert first["name"] == {"family": "FICTIF", "given": ["Kilo"], "original": "FICTIF, Kilo"}
    assert other["name"] == {"given": ["Lima"], "original": "Lima"}
    assert other["nationalities"] == [{"code": "UTO", "list": "example", "original": "utopienne"}]
    assert first["birth"]["date"] == {"value": "1985", "precision": "year", "circa": True,
                                      "original": "v. 85"}  # fmt: skip
    assert record["facts"]["date"] == {"value": "2026-03", "precision": "month",
                                       "original": "mars 26"}  # fmt: skip
    again = example_record("CriminalCase", {"facts.date": "", "persons.name.family": ""}, record)
    assert "facts" not in again
    assert again["persons"][0]["name"]["given"] == ["Kilo"]
    with pytest.raises(ExampleRefused):
        example_record("CriminalCase", {"mark": "perhaps"}, record)


def test_one_is_made_and_written_and_passes(folder: Path) -> None:
    """From an inbound example: the message, a cancel, no place; what is there is not doubled."""
    outbound = folder / "wapis_style_wanted_person.yaml"
    outbound.with_name("wapis_style_wanted_person.examples.yaml").unlink()
    bfa, mrt = (paths.mappings() / name for name in ("bfa_police/bfa_wanted.yaml",
                                                    "mrt_police/mrt_wanted.yaml"))  # fmt: skip
    case = "année de naissance seule"
    made = made_from(outbound, bfa, case, case, "create")
    target = write(outbound, made)
    write(outbound, made_from(outbound, bfa, case, "levée", "cancel"))
    write(outbound, made_from(outbound, mrt, "mandat, naissance hégirienne, numéro en chiffres arabes",
                              "sans autorité", "create"))  # fmt: skip
    with pytest.raises(StopError):
        write(outbound, made)
    with pytest.raises(StopError):
        made_from(outbound, bfa, "31 février", "x", "create")

    assert [r.ok for r in run_outbound_examples(outbound)] == [True] * 3
    assert "no_place: Warrant/Authority" in target.read_text()
    assert "INVENTED" in target.read_text()
