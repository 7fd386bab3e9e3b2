"""Fixed width: fields by position, segments by type, the trailer proves the end."""

import pytest

from azalai.errors import ConfigurationError
from azalai.formats import make
from azalai.plugin.format import Ending
from format_reading import read, refusal, shape

DOCUMENTS = {"10": {"NUM": (3, 6), "NOM": (7, 12)}}
VEHICLES = {"20": {"NUM": (3, 6), "PLAQUE": (7, 10)}}
SETTINGS = {"segment_at": "1-2", "header": "00", "trailer": "99", "count_at": "3-5"}
BOTH = [
    shape("fixed_width", ["NUM", "NOM"], DOCUMENTS, **SETTINGS),
    shape("fixed_width", ["NUM", "PLAQUE"], VEHICLES, **SETTINGS),
]
GOOD = b"00 EXPORT FICTIF\n100001FICTIF\n200002AB12\n100003INVE  \n99003\n"


def test_segments_of_two_mappings_come_from_one_file() -> None:
    seen = read(BOTH, GOOD)

    assert [(r.tag, r.values) for r in seen.records] == [
        ("10", {"NUM": "0001", "NOM": "FICTIF"}),
        ("20", {"NUM": "0002", "PLAQUE": "AB12"}),
        ("10", {"NUM": "0003", "NOM": "INVE"}),
    ]
    assert seen.places == [(2, 17), (3, 30), (4, 41)]
    assert seen.records[1].address.part == "20"
    assert seen.ending == Ending(3, marked=True)
    assert seen.findings == []


@pytest.mark.parametrize("at", range(1, len(GOOD) - 1))
def test_every_cut_is_refused(at: int) -> None:
    refusal(BOTH, GOOD[:at])


def test_a_wrong_count_is_a_finding() -> None:
    seen = read(BOTH, GOOD.replace(b"99003", b"99004"))

    assert [finding.code for finding in seen.findings] == ["AZ-F020"]
    assert seen.ending == Ending(4, marked=True)


def test_a_count_of_all_lines_has_the_header_and_the_trailer_too() -> None:
    everything = [
        shape("fixed_width", list(names), segments, **SETTINGS, counted="all lines")
        for names, segments in ((("NUM", "NOM"), DOCUMENTS), (("NUM", "PLAQUE"), VEHICLES))
    ]

    assert read(everything, GOOD.replace(b"99003", b"99005")).ending == Ending(3, marked=True)
    (finding,) = read(everything, GOOD.replace(b"99003", b"99006")).findings
    assert "6 lignes" in finding.what.fr
    assert "5" in finding.what.fr


def test_unknown_short_and_damaged_lines_leave_the_others() -> None:
    seen = read(BOTH, b"00\n30XXXX\n100001F\n100001FI\0TIF\n100002FICTIF\n99004\n")

    assert [(u.address.line, u.code) for u in seen.unreadable] == [
        (2, "AZ-F034"), (3, "AZ-F033"), (4, "AZ-F032"),
    ]  # fmt: skip
    assert len(seen.records) == 1
    assert seen.findings == []


def test_a_missing_header_and_text_after_the_end_are_refused() -> None:
    assert refusal(BOTH, GOOD[17:]).code == "AZ-F003"
    assert refusal(BOTH, GOOD + GOOD).line == 6
    assert read(BOTH, GOOD + b"\r\n\x1a").error is None


def test_bytes_or_characters_decide_where_a_field_lies() -> None:
    fields = {"10": {"NOM": (3, 8), "NUM": (9, 10)}}
    for counts, line in (("characters", "10ÉLÉONO42\n"), ("bytes", "10ÉLÉO42\n")):
        settings = {"segment_at": "1-2", "counts": counts}
        seen = read(shape("fixed_width", ["NOM", "NUM"], fields, **settings), line.encode())

        assert [values["NUM"] for values in seen.values] == ["42"], counts


def test_a_character_cut_by_byte_positions_is_unreadable() -> None:
    fields = {"10": {"A": (3, 3), "B": (4, 4)}}

    seen = read(
        shape("fixed_width", ["A", "B"], fields, segment_at="1-2", counts="bytes"), "10É\n".encode()
    )

    assert [u.code for u in seen.unreadable] == ["AZ-F032"]


def test_one_segment_type_needs_no_segment_positions() -> None:
    one = shape("fixed_width", ["A"], {"": {"A": (1, 3)}}, line_length="4")

    assert read(one, b"ab  \n").values == [{"A": "ab"}]
    assert [u.code for u in read(one, b"ab   \n").unreadable] == ["AZ-F033"]
    assert refusal(one, b"ab  ").code == "AZ-F014"
    assert refusal(one, b"").code == "AZ-F013"


def test_settings_that_do_not_fit_are_named() -> None:
    wrong = [
        shape("fixed_width", ["A"], {"1": {"A": (1, 1)}, "2": {"A": (1, 1)}}),
        shape("fixed_width", ["A"], {"1": {"A": (1, 1)}}, segment_at="2-1"),
        shape("fixed_width", ["A"], {"1": {"A": (1, 1)}}, segment_at="1", count_at="2"),
        shape("fixed_width", ["A"], {}, segment_at="1"),
    ]
    for one in wrong:
        with pytest.raises(ConfigurationError):
            make([one])
    with pytest.raises(ConfigurationError, match="differently"):
        make([wrong[0], wrong[1]])


def test_a_line_of_blanks_is_counted() -> None:
    """As in delimited files: an empty line is none, a line of blanks is one. Whole, it is a record
    of empty fields; of another length it is unreadable; a DOS end-of-file mark is no line."""
    one = shape("fixed_width", ["A"], {"": {"A": (1, 3)}}, line_length="4")
    seen = read(one, b"ab  \n\n    \n  \ncd  \n\r\n   \x1a\n")

    assert seen.values == [{"A": "ab"}, {"A": ""}, {"A": "cd"}]
    assert [(u.code, u.address.line) for u in seen.unreadable] == [("AZ-F033", 4)]
    assert [r.address.number for r in seen.records] == [1, 2, 4]


def test_a_line_of_blanks_among_segments_is_unreadable() -> None:
    """It counts against the trailer's number, so the run is held rather than a line lost."""
    seen = read(BOTH, GOOD.replace(b"200002AB12\n", b"200002AB12\n          \n"))

    assert [u.address.line for u in seen.unreadable] == [4]
    assert [f.code for f in seen.findings] == [f.code for f in read(
        BOTH, GOOD.replace(b"99003", b"99002")).findings]  # fmt: skip
