"""A file is read under the header that it has, for evidence: never instead of being held."""

import io
from collections.abc import Sequence

import pytest

import workbook_samples
from azalai.errors import FormatError
from azalai.plugin.format import Column, RawRecord, Shape
from azalai.translate.other_header import header_as_it_is

COLUMNS = (Column("num", "required"), Column("pays", "required", ("state",)))
CSV = Shape("delimited", {"encoding": "utf-8", "delimiter": ";"}, COLUMNS)


def values(shapes: Sequence[Shape], data: bytes, *more: str) -> list[dict[str, str]]:
    items = header_as_it_is(shapes, io.BytesIO(data), "0" * 64, more)
    return [one.values for one in items if isinstance(one, RawRecord)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"num;Pays-Country\n1;NER\n", [{"num": "1", "Pays-Country": "NER"}]),
        (b"num;pays;new\n1;NER;x\n", [{"num": "1", "pays": "NER", "new": "x"}]),
        (b"num\n1\n", [{"num": "1"}]),
        (b"state;num\nNER;1\n", [{"pays": "NER", "num": "1"}]),
    ],
)
def test_each_column_by_its_declared_name_else_its_own(
    data: bytes, found: list[dict[str, str]]
) -> None:
    """New, one more, one less, and another spelling that is known."""
    assert values([CSV], data) == found


def test_what_else_is_wrong_still_is() -> None:
    """Not a header at all, the same column twice, another encoding: no evidence from that."""
    for data in (b"a;b\n1;NER\n", b"num;pays;pays\n1;NER;MLI\n", b"num;p\xe9ys\n1;NER\n"):
        with pytest.raises(FormatError):
            values([CSV], data)


def test_each_sheet_of_a_workbook_has_its_own_header() -> None:
    """Only those that differ are read otherwise."""
    data = workbook_samples.plain({
        "A": [["num", "pays"], ["1", "NER"]], "B": [["num", "Country"], ["2", "MLI"]],
    })  # fmt: skip
    shapes = [Shape("spreadsheet", {}, COLUMNS, tag) for tag in ("A", "B")]

    assert values(
        shapes[1:], workbook_samples.plain({"B": [["num", "Country"], ["2", "MLI"]]})
    ) == [{"num": "2", "Country": "MLI"}]
    with pytest.raises(FormatError):  # the first sheet was read as declared: the second says so
        values(shapes, data)


def test_a_format_without_a_header_is_told_the_new_names() -> None:
    """NDJSON: a member that is named is read, nested ones too."""
    shape = Shape("ndjson", {"encoding": "utf-8"}, COLUMNS)
    data = b'{"num": "1", "pays": "NER", "lieu": {"nom": "X"}}\n'

    assert values([shape], data, "lieu/nom") == [{"num": "1", "pays": "NER", "lieu/nom": "X"}]
    assert values([CSV], b"num;pays\n1;NER\n", "lieu/nom") == [{"num": "1", "pays": "NER"}]
