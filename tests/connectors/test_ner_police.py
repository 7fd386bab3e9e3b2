"""Niger's documents and vehicles: each sample line ends as it is meant to."""

import orjson

from azalai.mapping import Translated, run_examples
from azalai.plugin.format import Ending
from azalai.plugin.registry import find
from connector_reading import mapping_paths, read, said, sample

NAME = "ner_police"
CASES = "objets_cas.txt"
BROKEN = {
    15: ("rejected", "AZ-R102", "DATE_DECL"),
    16: ("parked", "TYPE_DOC"),
    17: ("rejected", "AZ-R101", "NUM_DOC"),
    18: ("rejected", "AZ-R106", "STATUT"),
    19: ("rejected", "AZ-R107", ""),  # no number at all
    20: ("parked", "COULEUR"),
    21: ("rejected", "AZ-R107", "VIN"),
    22: ("unreadable", "AZ-F034"),  # unknown segment
    23: ("unreadable", "AZ-F033"),  # line cut short
}


def test_every_sample_line_ends_as_meant() -> None:
    """14 whole lines, then one of each way to be wrong; the trailer's count agrees."""
    results, findings, ending = read(NAME, sample(NAME, CASES))

    assert findings == []
    assert {n: said(r) for n, r in enumerate(results, 1) if said(r) != ("translated",)} == BROKEN
    assert ending == Ending(stated=23, marked=True)
    assert len(results) == 23


def test_each_segment_makes_its_own_kind() -> None:
    """One file, two registers: segment 10 makes documents, segment 20 vehicles."""
    results, _, _ = read(NAME, sample(NAME, CASES))
    records = [orjson.loads(r.record) for r in results if isinstance(r, Translated)]

    assert [r["kind"] for r in records] == ["ReportedDocument"] * 8 + ["ReportedVehicle"] * 6
    assert records[0]["key"] == "NER-PN/documents/DP2026000001"
    assert records[8]["key"] == "NER-PN/vehicules/VH2026000009"


def test_the_status_says_lost_or_stolen() -> None:
    """A lost document is never called stolen; its ground follows; a range keeps both ends."""
    results, _, _ = read(NAME, sample(NAME, CASES))
    records = [orjson.loads(r.record) for r in results if isinstance(r, Translated)]

    assert [(r["status"], r["legal_ground"]) for r in records[:4]] == [
        ("stolen", "theft_report"),
        ("lost", "loss_report"),
        ("blank_stolen", "theft_report"),
        ("revoked", "administrative_decision"),
    ]
    assert records[2]["document"]["number_last"] == "FIC000099"


def test_a_trailer_that_lost_a_line_is_seen() -> None:
    """Without one line the stated count and the lines no longer agree."""
    lines = sample(NAME, CASES).splitlines(keepends=True)
    results, _, ending = read(NAME, b"".join(lines[:3] + lines[4:]))

    assert ending is not None
    assert ending.stated != len(results)


def test_the_documents_of_the_connector_hold() -> None:
    """The manifest reads without code, the mappings' examples pass."""
    connector = find()[NAME]
    results = [one for path in mapping_paths(connector) for one in run_examples(path)]

    assert (connector.manifest.system, connector.manifest.country) == ("NER-PN", "NER")
    assert connector.manifest.code is None
    assert [one.message.en for one in results if not one.ok] == []
    assert len(results) == 7
