"""Burkina Faso's wanted persons: each sample line ends as it is meant to."""

import orjson

from azalai.mapping import Translated, run_examples
from azalai.plugin.registry import find
from connector_reading import mapping_paths, read, said, sample

NAME = "bfa_police"
CASES = "personnes_cas.csv"
BROKEN = {
    18: ("rejected", "AZ-R101", "N° de mandat"),
    19: ("rejected", "AZ-R102", "Date du mandat"),
    20: ("parked", "Nationalité"),
    21: ("parked", "Infraction"),
    22: ("rejected", "AZ-R106", "Mesure"),
    23: ("unreadable", "AZ-F030"),
    24: ("rejected", "AZ-R104", "Taille (cm)"),
}


def test_every_sample_line_ends_as_meant() -> None:
    """17 whole lines, then one of each way to be wrong; nothing holds the file."""
    results, findings, _ = read(NAME, sample(NAME, CASES))

    assert findings == []
    assert {n: said(r) for n, r in enumerate(results, 1) if said(r) != ("translated",)} == BROKEN
    assert len(results) == 24


def test_a_watched_person_is_never_to_be_arrested() -> None:
    """The measure comes from its cell alone, and the action follows it."""
    results, _, _ = read(NAME, sample(NAME, CASES))
    records = [orjson.loads(r.record) for r in results if isinstance(r, Translated)]

    assert [(r["measure"], r["action_to_be_taken"]) for r in records[8:10]] == [
        ("discreet_check", "do_not_stop_report"),
        ("locate", "locate_and_notify"),
    ]


def test_what_the_line_says_is_kept() -> None:
    """Key, partial date, neighbouring nationalities, accents out of cp1252."""
    results, _, _ = read(NAME, sample(NAME, CASES))
    records = [orjson.loads(r.record) for r in results if isinstance(r, Translated)]

    assert records[0]["key"] == "BFA-PN/personnes/2026-000001"
    assert records[1]["person"]["birth"]["date"]["value"] == "1979"
    assert [r["person"]["nationalities"][0]["code"] for r in records[2:4]] == ["NER", "NGA"]
    assert records[0]["person"]["name"]["family"] == "INVENTÉ"
    assert records[13]["offences"][0]["category"] == "political"


def test_the_documents_of_the_connector_hold() -> None:
    """The manifest reads without code, the mapping's examples pass."""
    connector = find()[NAME]
    results = [one for path in mapping_paths(connector) for one in run_examples(path)]

    assert (connector.manifest.system, connector.manifest.country) == ("BFA-PN", "BFA")
    assert connector.manifest.code is None
    assert [one.message.en for one in results if not one.ok] == []
    assert len(results) == 6
