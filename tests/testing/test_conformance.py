"""Every shipped connector keeps the promises, and a broken one is named."""

from pathlib import Path

import pytest

from azalai.plugin.registry import find
from azalai.testing import conformance


@pytest.mark.parametrize(
    "name", ["bfa_police", "mli_police", "ner_police", "wapis", "interpol_mail"]
)
def test_shipped_connectors_conform(name: str) -> None:
    """All promises, hostile inputs included."""
    results = list(conformance.check(find()[name]))

    assert [(r.promise, r.why) for r in results if not r.ok] == []
    assert len(results) > 4


def test_a_sample_that_does_not_fit_is_named(tmp_path: Path) -> None:
    """A deployment's sample that the mapping cannot read fails its promise."""
    folder = tmp_path / "connectors" / "bfa_police" / "samples"
    folder.mkdir(parents=True)
    (folder / "faux.csv").write_bytes(b"colonne\n1\n")
    (tmp_path / "mappings" / "bfa_police").mkdir(parents=True)
    failed = [r.promise for r in conformance.check(find(tmp_path)["bfa_police"]) if not r.ok]

    assert len(failed) == 1
    assert "faux.csv" in failed[0]
