"""A sample that does not read whole: the draft says what is wrong, on which lines, what to do."""

import gzip
from pathlib import Path

import pytest

from azalai.documents import Map, read
from azalai.drafting import Wishes, draft, drafted
from azalai.errors import AzalaiError

HEAD = "numéro;nom;ville;suite\n"
ROWS = [f"{n:05};FICTIF Kilo;Sévaré;{n % 7}\n" for n in range(30)]


def test_a_mix_of_encodings_is_told_and_its_columns_are_seen_all_the_same() -> None:
    lines = [row.encode("cp1252" if n % 10 == 4 else "utf-8") for n, row in enumerate(ROWS)]
    made = draft(HEAD.encode() + b"".join(lines), "essai", Wishes())

    assert made.records == 30
    assert made.trouble is not None
    assert "mixes two encodings" in made.trouble.en
    assert "3 line(s) (6, 16, 26)" in made.trouble.en
    assert "in one encoding" in made.trouble.en
    assert "mélange deux encodages" in made.text


def test_one_encoding_is_no_mix() -> None:
    for name in ("utf-8", "cp1252"):
        assert draft((HEAD + "".join(ROWS)).encode(name), "essai", Wishes()).trouble is None


def test_a_field_of_ten_million_bytes_is_told_with_its_line(tmp_path: Path) -> None:
    """The sample is cut before it; without the word one would think the file has three records."""
    file = tmp_path / "essai.csv"
    file.write_text(HEAD + "".join(ROWS[:3]) + "99;x;y;" + "z" * 10_000_000 + "\n" + ROWS[4])
    made = drafted(file, "essai", Wishes(), "en")

    assert made.records == 3
    assert made.trouble is not None
    assert made.trouble.en.startswith("line 5: over 1000000 bytes")
    assert made.trouble.en.endswith("Reading stops there.")


def test_a_cell_that_no_feed_reads_leaves_the_columns(tmp_path: Path) -> None:
    data = HEAD + "".join(ROWS[:3]) + "99;x;y;" + "z" * 200_000 + "\n" + ROWS[4]
    made = draft(data.encode(), "essai", Wishes())

    assert "numéro: " in made.text
    assert made.trouble is not None
    assert "line 5" in made.trouble.en


def test_a_header_alone_proves_nothing_and_says_so() -> None:
    made = draft(HEAD.encode(), "essai", Wishes(delimiter=";"))

    assert made.records == 0
    assert made.trouble is not None
    assert "no record in the sample" in made.trouble.en


def test_values_that_a_spreadsheet_would_run_are_in_no_code_list() -> None:
    """The list is opened in a spreadsheet: its author writes the values himself."""
    rows = "".join(f"{n};{'=HYPERLINK(1)' if n % 3 else '-'};{'-' if n % 2 else 'V'}\n"
                   for n in range(90))  # fmt: skip
    made = draft(("num;etat;autre\n" + rows).encode(), "essai", Wishes())

    assert b"=" not in b"".join(made.stubs.values())
    assert b"V" in b"".join(made.stubs.values())
    assert '  empty: [ "-" ]' in made.text


def test_what_commands_a_screen_is_written_as_yaml_writes_it(tmp_path: Path) -> None:
    """The draft loads, and names the column as the file does."""
    name = "\x1b[31mnum\u202e"
    data = f"{name};plaque\n" + "".join(f"{n};AB{n}\n" for n in range(30))
    text = draft(data.encode(), "essai", Wishes()).text
    (tmp_path / "m.yaml").write_text(text)

    assert not {"\x1b", "\u202e"} & set(text)
    columns = read(tmp_path / "m.yaml").root.get("columns")
    assert isinstance(columns, Map)
    assert name in [entry.key.text for entry in columns]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[" * 100_000, "niveaux"),
        (b'[{"a": 1, "b": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]", "niveaux"),
        (b"[{" + b",".join(b'"m%d": 1' % n for n in range(3000)) + b"}]", "colonnes"),
        (gzip.compress(b"num;plaque\n1;2\n", mtime=0), "gzip"),
    ],
    ids=["deep", "deep record", "wide", "gzip"],
)
def test_what_no_record_is_like_is_refused_at_once(data: bytes, words: str) -> None:
    with pytest.raises(AzalaiError) as caught:
        draft(data, "essai", Wishes())

    assert words in " ".join((*caught.value.said, str(getattr(caught.value, "what", ""))))


def test_a_number_of_many_digits_is_a_number() -> None:
    """The standard parser refuses more than 4,300 of them."""
    rows = ",".join(f'{{"num": {n}, "somme": {"9" * 5000}}}' for n in range(30))

    assert draft(f"[{rows}]".encode(), "essai", Wishes()).records == 30
