"""An invented row: no value of the original, treated alike by the mapping."""

import json
import shutil
from pathlib import Path
from random import Random

import pytest

from azalai import paths
from azalai.app.example_writing import write
from azalai.app.mapping_examples import invented
from azalai.errors import StopError
from azalai.mapping import run_examples
from azalai.mapping.dates import date_order
from azalai.mapping.inventing import same_date, same_shape
from azalai.mapping.results import Parked, Rejected, Translated
from deployment_rig import HEADER, row
from inbound_mapping import HERE

MAPPING = HERE / "ner_fpr_wanted.yaml"


@pytest.mark.parametrize(
    "text",
    ["FICTIF, Kilo", "N°-0042/AB", "éàç Élan", "كيلو خيال", "١٢٣٤", "ⴰⵎⴰⵣⵉⵖ", "ߒߞߏ", "a\u200cb 7"],
)
def test_no_letter_or_digit_stays_in_its_place(text: str) -> None:
    """The same length, marks and case; another character wherever it says something."""
    made = same_shape(text, Random(1))

    assert len(made) == len(text)
    for old, new in zip(text, made, strict=True):
        if old.isalpha() or old.isdecimal():
            assert new != old
            assert (new.isupper(), new.islower(), new.isdecimal()) == (
                old.isupper(), old.islower(), old.isdecimal())  # fmt: skip
        else:
            assert new == old


@pytest.mark.parametrize("text", ["12/03/2020", "00/00/1985", "٠٥/١١/١٩٩٩"])
def test_a_date_stays_a_date_of_its_precision(text: str) -> None:
    """Other day, month and year; what was zero stays zero, the digits stay their script's."""
    order = date_order("jj/mm/aaaa")
    assert order is not None
    for seed in range(50):
        made = same_date(text, [order], 3, Random(seed))
        assert made != text
        assert made[:2] == "00" if text.startswith("00") else made[:2] != text[:2]
        assert 1 <= int(made[3:5]) <= 12 or text[3:5] == "00"
        assert int(made[6:]) == int(text[6:]) - 3


def from_row(folder: Path, line: str, kind: type) -> dict[str, str]:
    file = folder / "x.csv"
    file.write_bytes(f"{HEADER}\n{line}\n".encode("iso-8859-1"))
    made = invented(MAPPING, file, 2, "essai", Random(7))
    assert isinstance(made.result, kind)
    original = dict(zip(HEADER.split(";"), line.split(";"), strict=True))
    for name, value in made.row.items():
        assert value != original[name] or (value in ("M", "F", "-"))
    return dict(made.row)


def test_what_is_translated_stays_translated(tmp_path: Path) -> None:
    """Codes are of the declared list, numbers within their bounds, dates real; empty cells go."""
    line = row(1, taille_cm="178", yeux="", date_infraction="31/12/2019", num_document="")
    made = from_row(tmp_path, line, Translated)

    assert 50 <= int(made["taille_cm"]) <= 260
    assert "yeux" not in made
    assert "FICTIF" not in json.dumps(made)


def test_what_waits_or_is_refused_stays_so(tmp_path: Path) -> None:
    """For the same column: that is what the example is for."""
    parked = from_row(tmp_path, row(2, nationalite="Syldavie"), Parked)
    assert "Syldavie" not in json.dumps(parked)
    from_row(tmp_path, row(3, date_mandat="31/02/2020"), Rejected)


@pytest.mark.parametrize(
    ("mapping", "sample", "line"),
    [("bfa_police/bfa_wanted", "bfa_police/samples/personnes.csv", 3),
     ("ner_police/ner_documents", "ner_police/samples/objets.txt", 2),
     ("ner_police/ner_vehicles", "ner_police/samples/objets.txt", 4),
     ("mli_police/mli_cases", "mli_police/samples/procedures.xml", 3),
     ("mrt_police/mrt_events", "mrt_police/samples/echanges.json", 3)],
)  # fmt: skip
def test_every_shape_of_file_gives_an_example_that_passes(
    tmp_path: Path, mapping: str, sample: str, line: int
) -> None:
    """Delimited, fixed width, repeated parts, Arabic: written down, it comes out as written; what
    stood there before stays to the letter."""
    place = tmp_path / "m"
    shutil.copytree((paths.mappings() / mapping).parent, place)
    document = place / f"{Path(mapping).name}.yaml"
    target = document.with_name(f"{document.stem}.examples.yaml")
    target.chmod(0o640)
    before, ran = target.read_text(), len(run_examples(document))
    made = invented(document, paths.connectors() / sample, line, "inventé : l'essai", Random(3))
    write(document, made)
    results = run_examples(document)

    assert len(results) == ran + 1
    assert [one.message.fr for one in results if not one.ok] == []
    assert target.read_text().startswith(before.rstrip())
    assert target.stat().st_mode & 0o777 == 0o640
    with pytest.raises(StopError):
        write(document, made)
