"""Invented records: any number, by seed, true-shaped, wrong as often as stated, all fictitious."""

import csv
import io
import tracemalloc
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from azalai.errors import StopError
from azalai.mapping import Parked, Translated
from azalai.plugin.format import Finding
from azalai.simulate.samples import (
    BROKEN,
    FILES,
    UNKNOWN,
    bfa,
    mli,
    mrt,
    ner,
    tcd,
    words,
    write_feed,
)
from azalai.simulate.samples.chance import Chance, Shares
from connector_reading import Read, read, said

COUNT = 6000
LINES = ["bfa_police", "mli_police", "ner_police"]


def made(folder: Path, name: str, count: int, seed: int = 1) -> bytes:
    path = folder / f"{count}-{seed}-{FILES[name]}"
    write_feed(name, path, count, seed)
    return path.read_bytes()


@cache
def fates(name: str) -> tuple[list[Read], list[Finding]]:
    """What the shipped mappings make of one invented file; read once for all tests."""
    with TemporaryDirectory() as folder:
        results, findings, _ = read(name, made(Path(folder), name, COUNT))
    return results, findings


@pytest.mark.parametrize("name", FILES)
def test_the_seed_decides_every_byte(name: str, tmp_path: Path) -> None:
    """The same seed gives the same file; another seed another one."""
    first = made(tmp_path / "a", name, 300, 7)

    assert made(tmp_path / "b", name, 300, 7) == first
    assert made(tmp_path / "c", name, 300, 8) != first


@pytest.mark.parametrize("name", FILES)
def test_the_stated_shares_are_wrong(name: str) -> None:
    """98.5 % translate, 0.5 % wait for a code, 1 % are wrong otherwise; every id is there once."""
    results, findings = fates(name)
    share = Counter(said(one)[0] for one in results)
    keys = [one.key for one in results if isinstance(one, Translated)]

    assert findings == []
    assert len(results) == COUNT
    assert len(set(keys)) == len(keys)
    assert share["translated"] / COUNT == pytest.approx(1 - BROKEN - UNKNOWN, abs=0.006)
    assert share["parked"] / COUNT == pytest.approx(UNKNOWN, abs=0.004)


@pytest.mark.parametrize(
    ("name", "unknown", "broken"),
    [
        ("bfa_police", bfa.UNKNOWN_WAYS, bfa.BROKEN_WAYS),
        ("mli_police", mli.UNKNOWN_WAYS, mli.BROKEN_WAYS),
        ("ner_police", ner.UNKNOWN_DOCUMENT, ner.BROKEN_DOCUMENT),
        ("mrt_police", mrt.UNKNOWN_WANTED, mrt.BROKEN_WANTED),
        ("tcd_police", tcd.UNKNOWN_VEHICLE, tcd.BROKEN_VEHICLE),
    ],
)
def test_there_are_several_ways_to_be_wrong(
    name: str,
    unknown: tuple[tuple[str, object], ...],
    broken: tuple[tuple[str, object], ...],
) -> None:
    """Each way that is stated occurs: as many kinds of refusal as there are columns named."""
    results, _ = fates(name)
    parked = {one.column for one in results if isinstance(one, Parked)}
    refused = {said(one) for one in results if said(one)[0] not in ("translated", "parked")}

    assert len(parked) >= len({column for column, _ in unknown})
    assert len(refused) >= len({column for column, _ in broken})


@pytest.mark.parametrize("name", LINES)
def test_more_records_do_not_change_the_first(name: str, tmp_path: Path) -> None:
    """The first 200 records are the same, however many follow."""
    short, long = (made(tmp_path, name, count).splitlines()[1:201] for count in (201, 500))

    assert short == long


def test_names_are_nearly_unique() -> None:
    """Caching whole names must not pay: of 20,000 names, fewer than 0.1 % come twice."""
    chance = Chance("names")
    names = [words.name(chance) for _ in range(20_000)]

    assert len(set(names)) > 19_980
    assert all(name.startswith("FICTIF ") for name in names)
    assert max(len(f"{words.family(chance)}, X") for _ in range(20_000)) <= 40


def test_arabic_words_have_their_latin_form() -> None:
    """Every invented Arabic word comes with the same syllables in Latin letters."""
    pairs = [words.arabic(Chance(f"{at}")) for at in range(500)]

    assert all(arabic.isalpha() and latin.isascii() for arabic, latin in pairs)
    assert len(set(pairs)) > 480


def test_cells_are_missing_as_often_as_stated(tmp_path: Path) -> None:
    """Each column of Burkina Faso's file is empty with its own share."""
    text = made(tmp_path, "bfa_police", COUNT).decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    nothing = {"", "-", "NEANT", "INCONNU"}

    for column, share in bfa.MISSING.items():
        found = sum(row[column] in nothing for row in rows) / COUNT
        assert found == pytest.approx(share, abs=0.03), column
    assert all("FICTIF" in row["Nom et prénoms"] for row in rows)


@pytest.mark.parametrize("name", FILES)
def test_memory_does_not_grow(name: str, tmp_path: Path) -> None:
    """Ten times the records take no more memory."""
    peaks = []
    for count in (300, 3000):
        tracemalloc.start()
        write_feed(name, tmp_path / "x", count, 1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 300_000


def test_more_than_a_workbook_holds_is_refused(tmp_path: Path) -> None:
    """A sheet has 1,048,576 rows: more records are refused before anything is written."""
    with pytest.raises(StopError):
        write_feed("tcd_police", tmp_path / "x.xlsx", tcd.MOST + 1, 1)

    assert list(tmp_path.iterdir()) == []


def test_shares_are_kept() -> None:
    """A value comes as often as its weight says."""
    chance, shares = Chance("x"), Shares({"a": 3, "b": 1})
    found = Counter(chance.weighted(shares) for _ in range(10_000))

    assert found["a"] / 10_000 == pytest.approx(0.75, abs=0.02)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """A system that nobody invents records for: said, and no file, not even a part of one."""
    with pytest.raises(StopError):
        write_feed("wapis", tmp_path / "x", 1, 1)

    made(tmp_path, "bfa_police", 3)
    assert [p.name for p in tmp_path.iterdir()] == ["3-1-personnes.csv"]
