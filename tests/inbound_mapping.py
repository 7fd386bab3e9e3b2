"""A fictitious inbound mapping to change in tests, and rows for it; nobody here exists."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from azalai.address import Address
from azalai.mapping import Declared, Result, Translated, compile_feed, load_inbound
from azalai.plugin.format import RawRecord

HERE = Path(__file__).parent / "mapping" / "ner_fpr"
DECLARED = Declared("NER-PN", "NER", "Service fictif", "test", "ner_fpr")
DAY = date(2027, 1, 2)
ROW: Mapping[str, str] = {
    "num_dossier": "FPR-00000001",
    "nom_prenoms": "FICTIF, Kilo Bravo",
    "sexe": "M",
    "date_naissance": "00/00/1985",
    "nationalite": "Italienne",
    "code_infraction": "VOL-01",
    "num_mandat": "M1/20",
    "date_mandat": "12/03/2020",
    "autorite": "TGI fictif",
    "peine_mois": "60",
}


def copy(to: Path) -> Path:
    """The mapping, its examples and its code lists in `to`."""
    shutil.copytree(HERE, to / "m")
    return to / "m" / "ner_fpr_wanted.yaml"


def replace(path: Path, *pairs: tuple[str, str]) -> Path:
    """Change the document; each text must stand in it exactly once."""
    text = path.read_text("utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return path


def run(path: Path, values: Mapping[str, Any], tag: str = "") -> Result:
    """Translate one raw record by the mapping at `path`."""
    translate = compile_feed([load_inbound(path)], DECLARED, on=DAY)
    return translate(raw(values, tag))


def raw(values: Mapping[str, Any], tag: str = "") -> RawRecord:
    """A raw record at line 185."""
    return RawRecord(Address("a" * 64, 184, 185, 9000), dict(values), tag)


def record(result: Result) -> dict[str, Any]:
    """The common record of a translated result."""
    assert isinstance(result, Translated), result
    found: dict[str, Any] = orjson.loads(result.record)
    return found
