"""Mauritania's incidents and wanted persons: each record ends as meant, originals are kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from lxml import etree

from azalai import paths
from azalai.agreements import (
    NO_ORGANISATIONS,
    AgreementSet,
    DestinationFacts,
    decide,
    load_agreement,
)
from azalai.errors import FormatError
from azalai.mapping import (
    Rendered,
    RenderJob,
    Translated,
    compile_outbound,
    load_outbound,
    run_examples,
)
from azalai.plugin.format import Ending
from azalai.plugin.registry import find
from connector_reading import mapping_paths, read, said, sample

NAME = "mrt_police"
CASES = "echanges_cas.json"
INCIDENTS, WANTED = 15, 17
BROKEN = {
    8: ("rejected", "AZ-R102", "date"),  # no Hijri month has a day 31
    9: ("parked", "nature"),
    10: ("rejected", "AZ-R101", "date"),
    11: ("rejected", "AZ-R102", "date"),  # no mark: the calendar is not guessed
    12: ("rejected", "AZ-R101", "personnes/qualite"),
    13: ("rejected", "AZ-R107", "objets"),  # a quantity without its unit
    14: ("rejected", "AZ-R104", "bilan/morts"),
    15: ("rejected", "AZ-R106", "gravite"),
    25: ("rejected", "AZ-R102", "identite/naissance/date"),  # month 13
    26: ("rejected", "AZ-R106", "mesure"),
    27: ("parked", "identite/nationalites"),  # Guinean: of which of the three?
    28: ("rejected", "AZ-R101", "mandat/numero"),
    29: ("parked", "infractions/code"),
    30: ("rejected", "AZ-R107", "signalement/taille"),
    31: ("rejected", "AZ-R107", "identite/nom_ar, identite/nom_latin"),  # no name at all
    32: ("rejected", "AZ-R102", "mandat/date"),
}
PROFILES = {"regional": "wapis", "interpol": "interpol_mail"}


def _records(file: str = CASES) -> list[dict[str, Any]]:
    results, _, _ = read(NAME, sample(NAME, file))
    return [orjson.loads(r.record) for r in results if isinstance(r, Translated)]


def _wanted() -> dict[str, dict[str, Any]]:
    """The wanted persons of the case file by the end of their key."""
    found = [r for r in _records() if r["kind"] == "WantedPerson"]
    return {r["key"].rpartition("-")[2]: r for r in found}


def test_every_record_ends_as_meant() -> None:
    """Sound records and one of each way to be wrong, in both arrays; the stated count agrees."""
    results, findings, ending = read(NAME, sample(NAME, CASES))

    assert findings == []
    assert {n: said(r) for n, r in enumerate(results, 1) if said(r) != ("translated",)} == BROKEN
    assert ending == Ending(stated=INCIDENTS + WANTED, marked=True)
    assert len(results) == INCIDENTS + WANTED


def test_each_array_makes_its_own_kind() -> None:
    """One file, two registers; the address names the record's place in its array."""
    results, _, _ = read(NAME, sample(NAME, CASES))
    keys = [r.key for r in results if isinstance(r, Translated)]

    assert (keys[0], keys[7]) == (
        "MRT-DGSN/incidents/INC-2026-00001",
        "MRT-DGSN/recherches/RP-2026-00001",
    )
    assert (results[0].address.part, results[INCIDENTS].address.part) == (
        "incidents[0]",
        "recherches[0]",
    )


def test_a_hijri_date_is_converted_and_its_text_stays_beside_it() -> None:
    """26 Rajab 1447 is 15 January 2026 (Umm al-Qura), in Arabic-Indic digits or not."""
    records = _records()

    assert records[0]["event"]["occurred_on"] == {
        "value": "2026-01-15",
        "precision": "day",
        "calendar": "hijri",
        "original": "١٤٤٧/٠٧/٢٦ هـ",
        "rule": "hijri umm_al_qura",
    }
    assert records[3]["event"]["occurred_on"]["value"] == "2026-01-15"
    assert records[3]["event"]["occurred_on"]["original"] == "1447/07/26 هـ"
    assert records[1]["event"]["occurred_on"]["value"] == "2026-01-15"
    assert "calendar" not in records[1]["event"]["occurred_on"]  # the mark م: Gregorian, as it is


def test_what_is_not_known_of_a_hijri_date_becomes_a_range() -> None:
    """A Hijri month or year is no Gregorian one: it ends in the next, and no day is invented."""
    dates = [r["event"]["occurred_on"] for r in _records()[:7]]

    assert [(d["value"], d["precision"], d.get("until")) for d in (dates[2], dates[6])] == [
        ("2025-12", "month", "2026-01"),
        ("2025", "year", "2026"),
    ]
    assert [d["original"] for d in (dates[2], dates[6])] == ["١٤٤٧/٠٧/٠٠ هـ", "١٤٤٧ هـ"]


def test_a_name_keeps_its_script_and_no_latin_form_is_invented() -> None:
    """Arabic and Latin beside each other; Arabic alone; Latin alone."""
    wanted = _wanted()

    assert wanted["00001"]["person"]["name"] == {
        "original": "وهمي سالام ولد لاران",
        "family": "ولد لاران",
        "given": ["وهمي", "سالام"],
        "script": "arabic",
        "latin": "Wahmi Salam ould Laran",
        "latin_scheme": "as_given",
    }
    alone = wanted["00002"]["person"]["name"]
    assert (alone["original"], alone["script"]) == ("وهمي سالام ولد لاران", "arabic")
    assert "latin" not in alone
    assert wanted["00003"]["person"]["name"] == {
        "original": "Fictif ag Lima",
        "family": "ag Lima",
        "given": ["Fictif"],
    }
    assert wanted["00001"]["person"]["aliases"] == ["أبو وهم", "El Wahmi"]


def test_arabic_digits_are_numbers() -> None:
    """In a document number, a penalty, a height, a count of victims and a quantity."""
    records, wanted = _records(), _wanted()

    assert wanted["00001"]["person"]["documents"][0]["number"] == "9900000001"
    assert wanted["00001"]["offences"][0]["maximum_penalty_months"] == 60
    assert wanted["00001"]["person"]["description"]["height_cm"] == 178  # ١٧٨ سم
    assert wanted["00006"]["person"]["description"]["height_cm"] == 165  # 1,65 m
    assert wanted["00007"]["person"]["description"]["height_cm"] == 178  # 178, a JSON number
    assert records[0]["event"]["injured"] == 2
    assert records[0]["objects"][0]["quantity"] == 12


def test_what_is_not_known_is_left_out() -> None:
    """null, « غير معروف » and « - » mean that nothing was entered."""
    records = _records()

    assert {"deaths", "injured"}.isdisjoint(records[3]["event"])
    assert "severity" not in records[4]["event"]
    assert "place" not in records[5]["event"]
    assert records[4]["persons"][0] == {"role": "victim"}


def test_a_watched_person_is_never_to_be_arrested() -> None:
    """The Arabic word for the measure decides, and the action follows it."""
    wanted = _wanted()

    assert [
        (wanted[n]["measure"], wanted[n]["action_to_be_taken"]) for n in ("00001", "00004", "00005")
    ] == [
        ("arrest", "arrest_and_notify"),
        ("locate", "locate_and_notify"),
        ("discreet_check", "do_not_stop_report"),
    ]
    assert wanted["00009"]["offences"][0]["category"] == "political"


def test_an_ignored_member_goes_nowhere() -> None:
    """The telephone number is in the file and in no record."""
    data = sample(NAME, CASES)
    results, _, _ = read(NAME, data)

    assert b"00 00 00 00" in data
    assert all(b"00 00 00 00" not in r.record for r in results if isinstance(r, Translated))


def test_a_file_cut_in_the_middle_is_refused() -> None:
    """Half a file raises: its run can only be held."""
    data = sample(NAME, CASES)

    with pytest.raises(FormatError):
        read(NAME, data[: len(data) // 2])


def test_a_member_that_nobody_declared_holds_the_run() -> None:
    """A new member may be a new meaning: it is a finding, and names its path."""
    data = sample(NAME, CASES).replace(b'"gravite": "grave"', b'"gravity": "grave"', 1)
    _, findings, _ = read(NAME, data)

    assert ["gravity" in one.what.en for one in findings] == [True]


@pytest.mark.parametrize("destination", PROFILES)
@pytest.mark.parametrize("file", [CASES, "echanges.json"])
def test_every_original_is_in_the_message(destination: str, file: str) -> None:
    """Each Arabic name, Latin form, Hijri or partial date that may leave leaves with its text."""
    rules = AgreementSet([_agreement(destination)], NO_ORGANISATIONS)
    to = DestinationFacts(destination, ("UTO",), (), nominal=False, mark="test")
    at = datetime(2026, 11, 24, tzinfo=UTC)
    renderers = dict(_renderers(PROFILES[destination]))
    checked = 0
    for record in _records(file):
        decision = decide(rules, record, to, at)
        if decision.verdict == "withhold":
            continue
        job = RenderJob("create", record["key"], record, decision.fields, "FICTIF-K1", 1)
        made = renderers[record["kind"]](job)
        if not isinstance(made, Rendered):
            continue
        texts = set(etree.fromstring(made.body).itertext())
        for found in _evidence(record):
            assert found["original"] in texts
            assert found.get("latin", found["original"]) in texts
            assert found.get("value", found["original"]) in texts
            checked += 1
    assert checked >= (10 if file == CASES else 40)


def _agreement(destination: str) -> Any:
    path = paths.config() / "agreements" / f"mrt-{destination}.yaml"
    return load_agreement(path, destinations=None)


def _renderers(profile: str) -> Iterator[tuple[str, Any]]:
    connector = find()[profile]
    for path in mapping_paths(connector):
        mapping = load_outbound(path, beside=connector.mapping_file)
        yield mapping.kind, compile_outbound(mapping)


def _evidence(value: Any) -> Iterator[dict[str, Any]]:
    """Every name and date of a record that keeps its original."""
    if isinstance(value, dict):
        if "original" in value and "code" not in value:
            yield value
        for inner in value.values():
            yield from _evidence(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _evidence(inner)


def test_the_whole_sample_translates() -> None:
    """The good sample has no broken record."""
    results, findings, ending = read(NAME, sample(NAME, "echanges.json"))

    assert findings == []
    assert {said(r) for r in results} == {("translated",)}
    assert ending == Ending(stated=len(results), marked=True)


def test_the_documents_of_the_connector_hold() -> None:
    """The manifest reads without code, the mappings' examples pass."""
    connector = find()[NAME]
    results = [one for path in mapping_paths(connector) for one in run_examples(path)]

    assert (connector.manifest.system, connector.manifest.country) == ("MRT-DGSN", "MRT")
    assert connector.manifest.code is None
    assert [one.message.en for one in results if not one.ok] == []
    assert len(results) == 15
