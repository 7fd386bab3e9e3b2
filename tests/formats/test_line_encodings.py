"""A wrong encoding is refused with the lines that show it and the encodings that would fit."""

import pytest

from format_reading import refusal, shape

HEAD = "nom;ville\n"
ROWS = [f"FICTIF {n};Sévaré\n" for n in range(20)]


def _refused(declared: str, data: bytes) -> tuple[str, str]:
    err = refusal(shape("delimited", ["nom", "ville"], encoding=declared), data)
    return err.what[1], err.todo[1]


def test_lines_like_the_one_refused_are_counted_and_the_fitting_encodings_shown() -> None:
    what, todo = _refused("utf-8", (HEAD + "".join(ROWS)).encode("cp1252"))

    assert what.startswith("line 2, byte 20: declared utf-8")
    assert "20 line(s) (2, 3, 4 …)" in what
    assert "0xE9 : cp1252 (é), iso-8859-1 (é)" in what
    assert "encoding: cp1252" in todo


def test_arabic_that_is_declared_utf8_is_told_to_be_arabic() -> None:
    what, todo = _refused("utf-8", (HEAD + "محمد ولد أحمد;روصو\n" * 9).encode("cp1256"))

    assert "9 line(s)" in what
    assert "encoding: cp1256" in todo


@pytest.mark.parametrize("declared", ["utf-8", "cp1252", "cp850", "iso-8859-1"])
def test_two_encodings_in_one_file_are_told_and_no_encoding_is_advised(declared: str) -> None:
    """Whichever is declared: which lines are in which, and that only a new export helps."""
    lines = [row.encode("cp1252" if n % 5 == 3 else "utf-8") for n, row in enumerate(ROWS)]
    what, todo = _refused(declared, HEAD.encode() + b"".join(lines))

    assert "mixes two encodings: 16 line(s) (2, 3, 4 …) in UTF-8; 4 line(s) (5, 10, 15 …)" in what
    assert "in one encoding" in todo
    assert "write `encoding" not in todo


def test_utf8_declared_otherwise_is_counted() -> None:
    what, todo = _refused("cp1252", (HEAD + "".join(ROWS)).encode())

    assert "looks like UTF-8; 20 line(s) (2, 3, 4 …)" in what
    assert "`encoding: utf-8`" in todo


def test_no_value_of_the_file_is_in_what_is_told() -> None:
    what, todo = _refused("utf-8", (HEAD + "".join(ROWS)).encode("cp1252"))

    assert "FICTIF" not in what + todo
    assert "Sévar" not in what + todo
