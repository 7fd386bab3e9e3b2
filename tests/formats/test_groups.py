"""Several lines, one record: nothing is put together by guess, every line is counted."""

from dataclasses import replace
from typing import Any

import pytest

from azalai.errors import ConfigurationError
from azalai.formats import divisible, group_keys, make
from azalai.plugin.format import Column, Ending, Shape
from format_reading import Seen, read, refusal, shape

SEGMENTS = {
    "1": {"NUM": (2, 4), "LIEU": (5, 10)},
    "2": {"NUM": (2, 4), "CODE": (5, 7)},
    "3": {"NUM": (2, 4), "ARME": (5, 8)},
    "9": {"NUM": (2, 4)},
}
COLUMNS: list[str | Column] = [
    "NUM", "LIEU", Column("faits", "repeated"), "faits/CODE",
    Column("faits/armes", "repeated"), "faits/armes/ARME",
]  # fmt: skip
CALLED = {"2": "faits", "3": "faits/armes"}
SETTINGS = {"segment_at": "1", "record_starts": "1", "rows_with_same": "NUM"}
WHOLE = "1001VILLE \n2001VOL\n3001FUSI\n3001ARC \n2001FEU\n1002BOURG \n"


def segments(**more: str) -> Shape:
    made = shape("fixed_width", COLUMNS, SEGMENTS, **{**SETTINGS, **more})
    return replace(made, called=CALLED)


def accounted(seen: Seen) -> list[int]:
    """The numbers of all raw records: 1, 2, 3 …, none twice."""
    addresses = [one.address for one in seen.records] + [one.address for one in seen.unreadable]
    return sorted(one.number for one in addresses)


def test_lines_become_nested_parts_of_one_record() -> None:
    seen = read(segments(), WHOLE.encode())

    assert seen.values == [
        {
            "NUM": "001", "LIEU": "VILLE",
            "faits": [{"CODE": "VOL", "armes": [{"ARME": "FUSI"}, {"ARME": "ARC"}]},
                      {"CODE": "FEU"}],
        },
        {"NUM": "002", "LIEU": "BOURG"},
    ]  # fmt: skip
    assert seen.places == [(1, 0), (6, 45)]
    assert seen.ending == Ending(None, marked=False)
    assert seen.findings == []


def test_a_grouped_file_is_never_cut_between_processes() -> None:
    assert divisible(make([segments()])) is None


@pytest.mark.parametrize(
    ("text", "records", "unreadable", "findings"),
    [
        ("2001VOL\n" + WHOLE, 2, ["AZ-F060"], ["AZ-F027"]),  # before any first line
        (WHOLE + "2001VOL\n", 2, ["AZ-F060"], ["AZ-F027"]),  # under another number
        ("1001VILLE \n3001FUSI\n2001VOL\n", 0, ["AZ-F065"], []),  # a weapon before its fact
        (WHOLE + "1001VILLE \n", 2, ["AZ-F061"], ["AZ-F028"]),  # the first line again
        ("1001VILLE \n2001V\n1002BOURG \n", 1, ["AZ-F033"], []),  # a line too short
        ("1001V\n2001VOL\n1002BOURG \n", 1, ["AZ-F033"], []),  # the first line too short
        ("1001VILLE \n7001XXX\n1002BOURG \n", 1, ["AZ-F034"], []),  # an unknown type
    ],
)
def test_hostile_lines(text: str, records: int, unreadable: list[str], findings: list[str]) -> None:
    seen = read(segments(), text.encode())

    assert len(seen.records) == records
    assert [one.code for one in seen.unreadable] == unreadable
    assert [one.code for one in seen.findings] == findings
    assert accounted(seen) == list(range(1, records + len(unreadable) + 1))


def test_a_missing_last_line_makes_the_whole_unreadable() -> None:
    text = "1001VILLE \n2001VOL\n1002BOURG \n9002\n2002VOL\n"
    seen = read(segments(record_ends="9"), text.encode())

    assert [one.code for one in seen.unreadable] == ["AZ-F064", "AZ-F060"]
    assert [values["NUM"] for values in seen.values] == ["002"]


def test_a_group_without_end_is_bounded() -> None:
    text = "1001VILLE \n" + "2001VOL\n" * 50 + "1002BOURG \n"
    seen = read(segments(lines_max="20"), text.encode())

    assert [(one.code, one.address.line) for one in seen.unreadable] == [("AZ-F062", 1)]
    assert [values["NUM"] for values in seen.values] == ["002"]


def test_a_segment_that_is_not_repeated_and_comes_twice_is_a_list() -> None:
    once = shape("fixed_width", ["NUM", "LIEU", "2/CODE"], SEGMENTS, **SETTINGS)
    seen = read(once, b"1001VILLE \n2001VOL\n2001FEU\n")

    assert seen.values[0]["2/CODE"] == ["VOL", "FEU"]  # the mapping refuses it: AZ-R110


ROWS: list[str | Column] = [
    "pv", "lieu", Column("faits", "repeated"), "faits/code", "faits/jour",
]  # fmt: skip


def rows(text: str, **more: Any) -> Seen:
    return read(shape("delimited", ROWS, rows_with_same="pv", **more), text.encode())


def test_rows_with_the_same_value_are_one_record() -> None:
    seen = rows("pv;lieu;code;jour\n1;A;X;1\n1;A;Y;2\n2;B;Z;3\n")

    assert seen.values == [
        {"pv": "1", "lieu": "A", "faits": [{"code": "X", "jour": "1"}, {"code": "Y", "jour": "2"}]},
        {"pv": "2", "lieu": "B", "faits": [{"code": "Z", "jour": "3"}]},
    ]
    assert seen.places == [(2, 18), (4, 34)]


def test_rows_apart_are_told_and_hold_the_run() -> None:
    seen = rows("pv;lieu;code;jour\n1;A;X;1\n2;B;Z;3\n1;A;Y;2\n")

    assert [(one.code, one.address.line) for one in seen.unreadable] == [("AZ-F061", 4)]
    assert [one.code for one in seen.findings] == ["AZ-F028"]
    assert accounted(seen) == [1, 2, 3]


def test_two_values_of_the_record_itself_are_told_with_the_column() -> None:
    seen = rows("pv;lieu;code;jour\n1;A;X;1\n1;B;Y;2\n2;B;Z;3\n")

    assert [one.code for one in seen.unreadable] == ["AZ-F066"]
    assert "« lieu »" in seen.unreadable[0].what.fr
    assert len(seen.records) == 1


def test_an_unreadable_row_spoils_the_records_that_it_may_belong_to() -> None:
    seen = rows("pv;lieu;code;jour\n1;A;X;1\nbroken\n2;B;Z;3\n3;C;Z;3\n")

    assert [one.code for one in seen.unreadable] == ["AZ-F030", "AZ-F063"]
    assert [values["pv"] for values in seen.values] == ["3"]


def test_a_renamed_column_of_a_part_is_named_as_in_the_mapping() -> None:
    error = refusal(shape("delimited", ROWS, rows_with_same="pv"), b"pv;lieu;Code;jour\n1;A;X;1\n")

    assert (error.missing, error.new) == (("faits/code",), ("Code",))


def test_rows_by_position_without_a_header() -> None:
    seen = rows("1;A;X;1\n1;A;Y;2\n", header="none")

    assert [one["code"] for one in seen.values[0]["faits"]] == ["X", "Y"]


def test_keys_of_a_sorted_file_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_keys, "SORTED", 3)
    monkeypatch.setattr(group_keys, "MOST", 5)
    head = "pv;lieu;code;jour\n"

    sorted_ = rows(head + "".join(f"{n};A;X;1\n" for n in range(1, 50)))
    disorder = rows(head + "".join(f"{n};A;X;1\n" for n in (9, 1, 8, 2, 7, 3, 6)))

    assert len(sorted_.records) == 49
    assert disorder.error is not None
    assert disorder.error.code == "AZ-F019"


def test_delimited_rows_of_several_types() -> None:
    kinds = {"A": {"NUM": (2, 2), "LIEU": (3, 3)}, "B": {"CODE": (2, 2)}}
    columns: list[str | Column] = ["NUM", "LIEU", Column("faits", "repeated"), "faits/CODE"]
    made = shape("delimited", columns, kinds, segment_at="1", record_starts="A")
    seen = read(replace(made, called={"B": "faits"}), b"A;1;X\nB;VOL\nB;FEU\nA;2;Y\nB;VOL;trop\n")

    assert seen.values == [
        {"NUM": "1", "LIEU": "X", "faits": [{"CODE": "VOL"}, {"CODE": "FEU"}]},
    ]
    assert [one.code for one in seen.unreadable] == ["AZ-F030"]


def test_every_cell_of_a_type_needs_a_name() -> None:
    with pytest.raises(ConfigurationError, match="cell 2"):
        make([shape("delimited", ["NUM"], {"A": {"NUM": (3, 3)}}, segment_at="1")])


def test_filled_positions_that_no_field_covers_hold_the_run() -> None:
    fields = {"x": {"A": (1, 2), "B": (5, 6)}}
    seen = read(shape("fixed_width", ["A", "B"], fields), b"aa  bb\naaXXbb\naaYYbb\n")

    assert [one.code for one in seen.findings] == ["AZ-F029"]
    assert "3-4" in seen.findings[0].what.en
    assert len(seen.records) == 3
