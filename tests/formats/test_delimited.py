"""Delimited text: nothing altered, every place exact, every half file refused."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.errors import ConfigurationError
from azalai.formats import make
from azalai.plugin.format import Column, Ending, RawRecord
from format_reading import DIGEST, read, refusal, shape

PLAIN = shape("delimited", ["num", "nom"])
ENDED = shape("delimited", ["num", "nom"], end={"starts": "FIN", "count": "2"})
GOOD = b"num;nom\n1;FICTIF\n2;INVENTE\n"


def test_rows_come_with_line_and_byte() -> None:
    seen = read(PLAIN, b'num;nom\r\n1;"FIC\nTIF"\r\n\r\n2;"IN""V"\r\n')

    assert seen.values == [{"num": "1", "nom": "FIC\nTIF"}, {"num": "2", "nom": 'IN"V'}]
    assert seen.places == [(2, 9), (5, 24)]
    assert seen.ending == Ending(None, marked=False)


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8), st.sampled_from(["\n", "\r\n"])
)
def test_what_was_written_is_read_and_each_offset_is_its_rows(
    rows: list[list[str]], end: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator=end, quoting=csv.QUOTE_ALL)
    starts = []
    writer.writerow(["a", "b", "c"])
    for row in rows:
        starts.append(len(text.getvalue().encode()))
        writer.writerow(row)
    data = text.getvalue().encode()

    seen = read(shape("delimited", ["a", "b", "c"]), data)

    assert [list(values.values()) for values in seen.values] == rows
    assert [offset for _, offset in seen.places] == starts
    assert [line for line, _ in seen.places] == [data[:s].count(b"\n") + 1 for s in starts]


@given(st.integers(1, len(GOOD) - 1))
def test_a_copy_that_stopped_anywhere_in_a_line_is_refused(at: int) -> None:
    data = GOOD[:at]

    seen = read(PLAIN, data)

    assert (seen.error is None) == data.endswith(b"\n")


@pytest.mark.parametrize("at", range(1, len(GOOD) + 5))
def test_with_an_end_line_every_cut_is_refused(at: int) -> None:
    refusal(ENDED, (GOOD + b"FIN;2\n")[:at])


def test_the_last_line_end_may_be_missing_after_an_end_line() -> None:
    assert read(ENDED, GOOD + b"FIN;2").ending == Ending(2, marked=True)


def test_the_end_line_states_its_count() -> None:
    seen = read(ENDED, GOOD + b"FIN;2\n")

    assert seen.ending == Ending(2, marked=True)
    assert len(seen.records) == 2
    assert seen.findings == []


@pytest.mark.parametrize(
    ("count", "code"), [(b"3", "AZ-F020"), (b"x", "AZ-F021"), (b"", "AZ-F021")]
)
def test_another_count_is_a_finding(count: bytes, code: str) -> None:
    seen = read(ENDED, GOOD + b"FIN;" + count + b"\n")

    assert [finding.code for finding in seen.findings] == [code]


def test_text_after_the_end_line_is_refused() -> None:
    assert refusal(ENDED, GOOD + b"FIN;2\n" + GOOD).line == 5


def test_a_cut_inside_quotes_is_called_a_cut() -> None:
    assert refusal(PLAIN, b'num;nom\n1;"FIC').code == "AZ-F014"


def test_a_missing_line_end_can_be_waived_but_not_a_missing_cell() -> None:
    waived = shape("delimited", ["num", "nom"], ends_with="anything")

    assert len(read(waived, GOOD[:-1]).records) == 2
    assert refusal(waived, GOOD + b"3").code == "AZ-F014"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"num", ["missing: nom", "ask for the whole export"]),
        (b"num;nom;ne_le", ["new: ne_le", "else declare it"]),
        (b"num;name", ["missing: nom", "new: name", "a renamed column"]),
        (b"num;nom;nom", ["double: nom", "named differently"]),
    ],
)
def test_a_changed_header_is_listed_before_any_record(head: bytes, words: list[str]) -> None:
    """With what to do: a column that is only lost is no renamed one."""
    seen = read(PLAIN, head + b"\n1;A;B\n")

    assert seen.records == []
    assert seen.error is not None
    said = f"{seen.error} {seen.error.todo[1]}"
    assert [word for word in words if word not in said] == []


def test_a_file_without_header_does_not_show_its_first_person() -> None:
    err = refusal(PLAIN, b"1;FICTIF Secret\n2;INVENTE\n")

    assert "Secret" not in str(err) + err.what[0] + err.todo[0]


def test_other_spellings_and_another_order_are_accepted() -> None:
    columns: list[str | Column] = ["num", Column("nom", "required", ("name", "Nom"))]

    seen = read(shape("delimited", columns), b" Nom ;num\nFICTIF;1\n")

    assert seen.values == [{"nom": "FICTIF", "num": "1"}]


def test_title_lines_and_no_header() -> None:
    titled = shape("delimited", ["num", "nom"], header_lines="3")
    bare = shape("delimited", ["num", "nom"], header="none")

    assert read(titled, b"Export\n\nnum;nom\n1;A\n").places == [(4, 16)]
    assert read(bare, b"1;A\n").values == [{"num": "1", "nom": "A"}]


def test_one_bad_row_leaves_the_others() -> None:
    seen = read(PLAIN, b'num;nom\n1;A\n2\n3;B;C\n4;"x"y\n5;\0\n6;D\n')

    assert [values["num"] for values in seen.values] == ["1", "6"]
    assert [(u.address.line, u.code) for u in seen.unreadable] == [
        (3, "AZ-F030"), (4, "AZ-F030"), (5, "AZ-F031"), (6, "AZ-F032"),
    ]  # fmt: skip
    assert [r.address.number for r in seen.records] == [1, 6]


def test_a_field_of_ten_megabytes_is_refused_with_its_line() -> None:
    assert refusal(PLAIN, GOOD + b"3;" + b"x" * 10_000_000 + b"\n").line == 4
    quoted = GOOD + b'3;"' + b"x\n" * 5_000_000 + b'"\n'
    assert refusal(PLAIN, quoted).line == 4


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b"  \n"])
def test_an_empty_file_is_no_empty_day(data: bytes) -> None:
    assert refusal(PLAIN, data).code == "AZ-F013"
    assert read(PLAIN, b"num;nom\n").error is None


@pytest.mark.parametrize(
    "settings",
    [{"delimiter": ";;"}, {"quote": "ab"}, {"quote": ";"}, {"delimitor": ","}, {"header": "yes"},
     {"header_lines": "0"}, {"end": {"count": "2"}}, {"end": "FIN"}],
)  # fmt: skip
def test_a_wrong_setting_is_named(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="`file"):
        make([shape("delimited", ["num"], **settings)])


def test_tabs_and_no_quotes() -> None:
    tabbed = shape("delimited", ["num", "nom"], delimiter="tab", quote="none")

    assert read(tabbed, b'num\tnom\n1\t"A\n').values == [{"num": "1", "nom": '"A'}]


class Endless(io.RawIOBase):
    """A file that is made while it is read, so that only the reader can fill memory."""

    def __init__(self, rows: int) -> None:
        self._rows = self._made(rows)

    def _made(self, rows: int) -> Iterator[bytes]:
        yield b"num;nom\n"
        for number in range(rows):
            yield b"%d;FICTIF, Kilo %d\n" % (number, number)

    def readline(self, size: int | None = -1, /) -> bytes:
        return next(self._rows, b"")


def test_memory_does_not_grow_with_the_file() -> None:
    reader, count = make([PLAIN]), 0
    tracemalloc.start()
    try:
        for item in reader.read(cast(BinaryIO, Endless(200_000)), DIGEST):
            count += isinstance(item, RawRecord)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 200_000
    assert peak < 1_000_000
