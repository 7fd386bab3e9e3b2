"""Mali's criminal cases: each procedure of the sample ends as it is meant to."""

import orjson
import pytest

from azalai.errors import FormatError
from azalai.mapping import Translated, run_examples
from azalai.plugin.registry import find
from connector_reading import mapping_paths, read, said, sample

NAME = "mli_police"
CASES = "procedures_cas.xml"
BROKEN = {
    17: ("rejected", "AZ-R102", "ouverte_le"),
    18: ("parked", "infractions/infraction/code"),
    19: ("rejected", "AZ-R101", "personnes/personne/qualite"),
    20: ("rejected", "AZ-R108", "numero"),
    21: ("parked", "personnes/personne/nationalite"),
    22: ("rejected", "AZ-R106", "references/reference/nature"),
    23: ("rejected", "AZ-R104", "objets/objet/quantite"),
    24: ("rejected", "AZ-R107", "objets/objet"),  # a quantity without its unit
}


def test_every_procedure_ends_as_meant() -> None:
    """16 whole procedures, then one of each way to be wrong; nothing holds the file."""
    results, findings, ending = read(NAME, sample(NAME, CASES))

    assert findings == []
    assert {n: said(r) for n, r in enumerate(results, 1) if said(r) != ("translated",)} == BROKEN
    assert ending is not None
    assert ending.marked
    assert len(results) == 24


def test_parts_that_repeat_keep_their_order_and_roles() -> None:
    """Two persons, two offences, four references: all there, none mixed up."""
    results, _, _ = read(NAME, sample(NAME, CASES))
    records = [orjson.loads(r.record) for r in results if isinstance(r, Translated)]

    assert [p["role"] for p in records[1]["persons"]] == ["suspect", "wanted"]
    assert [o["code"]["code"] for o in records[1]["offences"]] == ["robbery", "weapons"]
    assert [r["type"] for r in records[11]["references"]] == [
        "pv",
        "parquet",
        "instruction",
        "procedure",
    ]
    assert "persons" not in records[3]


def test_a_file_cut_in_the_middle_is_refused() -> None:
    """Half a file raises: its run can only be held."""
    data = sample(NAME, CASES)

    with pytest.raises(FormatError):
        read(NAME, data[: len(data) // 2])


def test_an_ignored_column_goes_nowhere() -> None:
    """The telephone number is named as ignored, and no record has it."""
    data = sample(NAME, CASES)
    results, _, _ = read(NAME, data)
    records = b"".join(r.record for r in results if isinstance(r, Translated))

    assert b"00 00 00 00" in data
    assert b"00 00 00 00" not in records


def test_the_documents_of_the_connector_hold() -> None:
    """The manifest reads without code, the mapping's examples pass."""
    connector = find()[NAME]
    results = [one for path in mapping_paths(connector) for one in run_examples(path)]

    assert (connector.manifest.system, connector.manifest.country) == ("MLI-PN", "MLI")
    assert connector.manifest.code is None
    assert [one.message.en for one in results if not one.ok] == []
    assert len(results) == 4
