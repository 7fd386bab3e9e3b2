"""Code lists: entries by the record's own day, and what is doubtful said line by line."""

from datetime import date
from pathlib import Path

import pytest

from azalai import paths
from azalai.canonical import digest
from azalai.mapping import Parked, Translated, compile_feed, load_inbound
from azalai.mapping.code_lint import lint, read_alone
from inbound_mapping import DECLARED, ROW, copy, raw, record, replace

TODAY = date(2027, 1, 2)
EYES = (
    "dans le fichier;valeur commune;valid_from;valid_until;source\n"
    "B;brown;;31/12/2019;ancien code\n"
    "B;blue;01/01/2020;31/12/2025;code révisé\n"
)
HEAD = "dans le fichier;valeur commune;depuis;jusqu'à;source;catégorie art. 3;décidée par\n"


def codes(text: str) -> list[tuple[str, int]]:
    table, mistakes = read_alone("liste.csv", text.encode())
    found = mistakes or lint(table, text.encode(), TODAY)
    assert all(one.warning != bool(mistakes) for one in found)
    return [(one.code, one.place.line) for one in found]


@pytest.fixture
def dated(tmp_path: Path) -> Path:
    """The mapping with a list of eyes that was revised and has ended, and an `as_of` line."""
    path = copy(tmp_path)
    (path.parent / "codes" / "yeux.csv").write_text(EYES, "utf-8")
    if "as_of:" not in path.read_text("utf-8"):
        path = replace(path, ("\nrecord:\n", "\nrecord:\n  as_of: date_maj | date(jj/mm/aaaa)\n"))
    return path


@pytest.mark.parametrize(
    ("updated", "eyes"),
    [("31/12/2019", "brown"), ("01/01/2020", "blue"), ("31/12/2025", "blue")],
)
def test_an_expired_code_resolves_by_the_records_own_day(
    dated: Path, updated: str, eyes: str
) -> None:
    """Read years later it means what it meant when the register wrote it, whole days included."""
    translate = compile_feed([load_inbound(dated)], DECLARED, on=TODAY)
    result = translate(raw({**ROW, "yeux": "B", "date_maj": updated}))

    assert isinstance(result, Translated), result
    assert record(result)["person"]["description"]["eyes"]["code"] == eyes


@pytest.mark.parametrize("updated", ["01/01/2026", ""])
def test_a_later_record_or_one_without_a_day_waits(dated: Path, updated: str) -> None:
    """No entry is in force on its day; without a day, today counts."""
    translate = compile_feed([load_inbound(dated)], DECLARED, on=TODAY)

    assert isinstance(translate(raw({**ROW, "yeux": "B", "date_maj": updated})), Parked)


def test_a_category_that_nobody_is_named_for_waits(tmp_path: Path) -> None:
    """Article 3 is decided by a person: a category without a name is none."""
    path = copy(tmp_path)
    offences = path.parent / "codes" / "infractions.csv"
    offences.write_text(HEAD + "VOL-01;theft;;;note;none;\n", "utf-8")
    translate = compile_feed([load_inbound(path)], DECLARED, on=TODAY)
    result = translate(raw(ROW))
    assert isinstance(result, Parked)
    assert result.code_list == "offences"

    offences.write_text(HEAD + "VOL-01;theft;;;note;none;Cdt FICTIF\n", "utf-8")
    translate = compile_feed([load_inbound(path)], DECLARED, on=TODAY)
    assert isinstance(translate(raw(ROW)), Translated)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("VOL;theft;;;n;none;A\nVol ;robbery;;;n;none;A\n", [("AZ-C209", 3)]),
        ("VOL;theft;;;n;none;A\nLARCIN;theft;;;n;political;A\n", [("AZ-C210", 3)]),
        ("VOL;theft;;;n;none;\nTEH;fraud;;;n;;B\n", [("AZ-C211", 2), ("AZ-C211", 3)]),
        ("VOL;theft;;31/12/2020;n;none;A\n", [("AZ-C212", 2)]),
        ("VOL;theft;;31/12/2020;n;none;A\nVOL;robbery;01/01/2021;;n;none;A\n", []),
        ("VOL;theft;;;n;none;A\nARM;weapons;;;;none;A\n", [("AZ-C213", 3)]),
        ("VOL;theft;;;n;none;A\nVOL;robbery;;;n;none;A\n", [("AZ-C204", 3)]),
        ("VOL;theft;01/01/2021;31/12/2020;n;none;A\n", [("AZ-C208", 2)]),
        ("VOL;theft;hier;;n;none;A\n", [("AZ-C205", 2)]),
        ("VOL;theft;;;n;autre;A\n;fraud;;;n;none;A\n", [("AZ-C206", 2), ("AZ-C207", 3)]),
        (";fraud;;;n;none;A\nVOL;theft;;;n;none;A\nX;;;;n;none;A\n", [("AZ-C207", 2)]),
        ("VOL;theft;;;n;none;A\n", []),
    ],
)
def test_each_doubt_at_its_line(rows: str, found: list[tuple[str, int]]) -> None:
    """Mistakes stop the list and come first; doubts are warnings."""
    assert codes(HEAD + rows) == found


def test_a_translation_that_is_missing() -> None:
    """Labels are free columns; one that is begun is to be filled."""
    text = "in the file;common value;label en;libellé ar\nVOL;theft;Theft;\nARM;weapons;Arms;سلاح\n"
    assert codes(text) == [("AZ-C214", 2)]


def test_the_lists_that_we_ship_are_beyond_doubt() -> None:
    """Every list of every connector, on this day."""
    for path in sorted(paths.mappings().glob("*/codes/*.csv")):
        table, mistakes = read_alone(path.name, path.read_bytes())
        if not mistakes:  # outbound lists have other headers
            assert lint(table, path.read_bytes(), TODAY) == [], path


def test_half_filled_lines_are_one_message() -> None:
    """As `mapping new` leaves them: the first line, how many others, which."""
    lines = "".join(f"V{n};;;;n;none;A\n" for n in range(30))
    _, [found] = read_alone("liste.csv", (HEAD + lines).encode())

    assert found.place.line == 2
    assert "29 autre(s) : 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, …" in found.what.fr


def test_what_waits_says_which_version_of_the_list_was_asked(tmp_path: Path) -> None:
    """The start of the file's SHA-256, as in `translate --explain`: another list, another version."""
    path = copy(tmp_path)
    said = []
    for line in ("", "Z9;brown;;;\n"):
        with (path.parent / "codes" / "yeux.csv").open("a", encoding="utf-8") as file:
            file.write(line)
        version = digest((path.parent / "codes" / "yeux.csv").read_bytes())[:12]
        translate = compile_feed([load_inbound(path)], DECLARED, on=TODAY)
        result = translate(raw({**ROW, "yeux": "Q"}))
        assert isinstance(result, Parked)
        assert f"(version {version})" in result.what.fr
        said.append(result.what)

    assert said[0] != said[1]


@pytest.mark.parametrize(
    "rows",
    ['"V;kilo;;;n;none;A\nW;x;;;n;none;A\n', "x" * 200_000 + ";kilo;;;n;none;A\n"],
    ids=["open quote", "long cell"],
)
def test_a_list_that_is_no_table_is_told_with_its_line(rows: str) -> None:
    """A quote that is never closed would swallow all entries after it."""
    assert codes(HEAD + "A;kilo;;;n;none;A\n" + rows) == [("AZ-C217", 3)]
