"""An encoding is declared and verified: what is not in it is refused with its place."""

import gzip

import pytest

from azalai.errors import ConfigurationError
from azalai.formats import make
from format_reading import read, refusal, shape

HEADER = b"nom;ville\n"


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("utf-8", "FICTIF;Sévaré\n".encode()),
        ("cp1252", "FICTIF;Sévaré\n".encode("cp1252")),
        ("windows-1252", "FICTIF;Sévaré\n".encode("cp1252")),
        ("iso-8859-1", "FICTIF;Sévaré\n".encode("latin-1")),
        ("cp850", "FICTIF;Sévaré\n".encode("cp850")),
    ],
)
def test_declared_encodings_are_read(encoding: str, data: bytes) -> None:
    seen = read(shape("delimited", ["nom", "ville"], encoding=encoding), HEADER + data)

    assert seen.values == [{"nom": "FICTIF", "ville": "Sévaré"}]


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "idna", "rot13", "cp037", "nonsense", ""])
def test_other_encodings_are_no_configuration(encoding: str) -> None:
    with pytest.raises(ConfigurationError):
        make([shape("delimited", ["nom"], encoding=encoding)])


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    seen = read(shape("delimited", ["nom", "ville"]), b"\xef\xbb\xbf" + HEADER + b"A;B\n")

    assert seen.values == [{"nom": "A", "ville": "B"}]
    assert seen.places == [(2, 13)]


def test_cp1252_in_a_utf8_file_is_refused_with_line_and_byte() -> None:
    err = refusal(shape("delimited", ["nom", "ville"]), HEADER + b"A;B\nC;S\xe9v\n")

    assert (err.line, err.offset) == (3, len(HEADER) + 4 + 3)
    assert "cp1252" in err.todo[0]


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-1", "cp850"])
def test_utf8_under_another_name_is_refused_not_mangled(encoding: str) -> None:
    data = HEADER + "A;Sévaré\n".encode()

    err = refusal(shape("delimited", ["nom", "ville"], encoding=encoding), data)

    assert err.line == 2
    assert "UTF-8" in err.what[0]


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_cp1252_does_not_define_are_refused(byte: int) -> None:
    data = HEADER + b"A;x" + bytes([byte]) + b"\n"

    err = refusal(shape("delimited", ["nom", "ville"], encoding="cp1252"), data)

    assert (err.line, err.offset) == (2, len(HEADER) + 3)


def test_windows_marks_in_iso_8859_1_are_refused() -> None:
    data = HEADER + "A;l’Œuvre\n".encode("cp1252")

    err = refusal(shape("delimited", ["nom", "ville"], encoding="iso-8859-1"), data)

    assert "cp1252" in err.todo[0]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("written", ["utf-16", "utf-32"])
def test_wide_encodings_are_named(encoding: str, written: str) -> None:
    data = (HEADER.decode() + "A;B\n").encode(written)

    err = refusal(shape("delimited", ["nom", "ville"], encoding=encoding), data)

    assert written.upper() in err.what[1]


@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_without_their_mark_are_named(written: str) -> None:
    data = (HEADER.decode() + "A;B\n").encode(written)
    err = refusal(shape("delimited", ["nom", "ville"], encoding="utf-8"), data)

    assert written[:6].upper() in err.what[0]


@pytest.mark.parametrize(
    "written",
    [gzip.compress(HEADER, mtime=0), b"PK\x03\x04" + HEADER, b"%PDF-1.7\n"],
    ids=["gzip", "zip", "pdf"],
)
@pytest.mark.parametrize("format_", ["delimited", "ndjson", "json"])
def test_what_is_no_text_is_called_by_its_name(written: bytes, format_: str) -> None:
    """No encoding is advised for a compressed file."""
    err = refusal(shape(format_, ["nom", "ville"], encoding="cp1252"), written)

    assert err.code == "AZ-F009"
    assert err.what[0].endswith(("gzip", "docx", "PDF"))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_lines_that_end_in_a_carriage_return_alone_are_named(encoding: str) -> None:
    text = "nom;ville\rINVENTE;X\rINVENTE;Y\r"

    for more in ("", "x" * 2_000_000):
        err = refusal(shape("delimited", ["nom", "ville"], encoding=encoding),
                      (text + more).encode(encoding))  # fmt: skip
        assert err.code == "AZ-F008"


ARABIC = "محمد;نواكشوط\n"


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("cp1256", "cp1256"), ("windows-1256", "cp1256"), ("iso-8859-6", "iso-8859-6"),
     ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("UTF-16BE", "utf-16-be")],
)  # fmt: skip
def test_arabic_encodings_are_read(encoding: str, written: str) -> None:
    data = ("nom;ville\n" + ARABIC).encode(written)
    fixed = shape("fixed_width", ["nom"], {"X": {"nom": (1, 5)}}, encoding=encoding)

    seen = read(shape("delimited", ["nom", "ville"], encoding=encoding), data)

    assert seen.values == [{"nom": "محمد", "ville": "نواكشوط"}]
    assert seen.findings == []
    assert data[seen.places[0][1] or 0 :] == ARABIC.encode(
        written if written != "utf-16" else "utf-16-le"
    )
    assert read(fixed, ARABIC.encode(written)).values == [{"nom": "محمد;"}]


@pytest.mark.parametrize("declared", ["cp1252", "iso-8859-1", "cp850", "cp1256", "iso-8859-6"])
def test_arabic_utf8_under_another_name_is_refused(declared: str) -> None:
    err = refusal(shape("delimited", ["nom", "ville"], encoding=declared), HEADER + ARABIC.encode())

    assert "utf-8" in err.todo[0]


def test_arabic_of_windows_in_a_utf8_file_is_named() -> None:
    err = refusal(shape("delimited", ["nom", "ville"]), HEADER + ARABIC.encode("cp1256"))

    assert "cp1256" in err.todo[0]


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("utf-16", (HEADER.decode() + ARABIC).encode("utf-16-le")),
        ("utf-16", HEADER + ARABIC.encode()),
        ("utf-16-be", (HEADER.decode() + ARABIC).encode("utf-16")),
        ("utf-16-be", (HEADER.decode() + ARABIC).encode("utf-16-le")),
        ("utf-16-le", HEADER + ARABIC.encode()),
        ("utf-16-le", (HEADER.decode() + ARABIC).encode("utf-32")),
    ],
)
def test_utf16_is_what_it_says(encoding: str, data: bytes) -> None:
    assert refusal(shape("delimited", ["nom", "ville"], encoding=encoding), data).code == "AZ-F010"


def test_utf16_lines_end_on_two_bytes_only() -> None:
    text = "nom;ville\nĊa;ਗb\n਀;c\n"  # U+0A00 and U+010A hold the byte of a line end

    seen = read(shape("delimited", ["nom", "ville"], encoding="utf-16"), text.encode("utf-16"))

    assert [v["nom"] for v in seen.values] == ["Ċa", "਀"]
    assert [line for line, _ in seen.places] == [2, 3]


def test_utf16_with_a_cut_character_or_half_a_pair_is_refused() -> None:
    wide = shape("delimited", ["nom", "ville"], encoding="utf-16-le")
    data = (HEADER.decode() + "A;B\n").encode("utf-16-le")

    assert refusal(wide, data[:-1]).code in ("AZ-F011", "AZ-F014")
    assert refusal(wide, data + b"\x00\xd8;\0C\0\n\0").code == "AZ-F011"
    assert refusal(wide, data + b"x\0" * 600_000).code == "AZ-F012"


@pytest.mark.parametrize("name", ["xml", "fixed_width"])
def test_utf16_is_no_configuration_where_bytes_count(name: str) -> None:
    segments = {"X": {"nom": (1, 5)}}
    extra = {"record": "r"} if name == "xml" else {"counts": "bytes"}

    with pytest.raises(ConfigurationError):
        make([shape(name, ["nom"], segments, encoding="utf-16", **extra)])
