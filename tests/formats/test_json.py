"""JSON: every digit and letter as written, every record at its place, no half document."""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azalai.errors import ConfigurationError
from azalai.formats import json_text, make
from azalai.plugin.format import Column, Ending, RawRecord
from format_reading import DIGEST, read, refusal, shape

TOP = shape("json", ["a", "b"])
TWO = shape("json", ["id"], records=["d/incidents", "recherches"])
LINES = shape("ndjson", ["a", "b"])


def test_the_records_of_several_arrays_have_their_tag_and_place() -> None:
    data = b'{"recherches": [{"id": "r"}],\n "d": {"incidents": [\n{"id": "x"}, {"id": "y"}]}}\n'

    seen = read(TWO, data)

    assert [(r.tag, r.values, r.address.text()) for r in seen.records] == [
        ("recherches", {"id": "r"}, "recherches[0] line 1"),
        ("incidents", {"id": "x"}, "d/incidents[0] line 3"),
        ("incidents", {"id": "y"}, "d/incidents[1] line 3"),
    ]
    assert [data[r.address.offset or 0 :][:7] for r in seen.records] == [b'{"id": '] * 3
    assert seen.ending == Ending(None, marked=True)
    assert seen.findings == []


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("12.0", "12.0"), ("1e3", "1e3"), ("-0", "-0"), ("0.10", "0.10"), ("1E+400", "1E+400"),
        ("9" * 5000, "9" * 5000), ("true", "true"), ("false", "false"), ('"007"', "007"),
        ('" x "', " x "), ('"\\u0645\\ud83d\\ude00"', "م😀"), ('"\\\\ud800"', "\\ud800"),
    ],
)  # fmt: skip
def test_a_value_is_what_was_written(written: str, read_as: str) -> None:
    data = f'[{{"a": {written}}}]'.encode()

    assert read(TOP, data).values == [{"a": read_as}]
    assert read(LINES, data[1:-1] + b"\n").values == [{"a": read_as}]


def test_null_is_not_there_and_an_empty_text_is() -> None:
    assert read(TOP, b'[{"a": null, "b": ""}]').values == [{"b": ""}]


NESTED = shape(
    "json",
    ["identite/nom", "identite/ne/an", Column("alias", "repeated"), Column("armes", "repeated"),
     "armes/type", "armes/calibre/mm", Column("notes", "ignored"), "langue"],
)  # fmt: skip


def test_objects_are_paths_and_arrays_are_repeated_parts() -> None:
    record = {
        "identite": {"nom": "FICTIF", "ne": {"an": 1985}},
        "alias": ["Kilo", None, "Lima"],
        "armes": [{"type": "pistolet", "calibre": {"mm": 9}}, {"type": None}],
        "notes": {"libre": ["non lu"]},
        "langue": ["fr", "ar"],
    }

    seen = read(NESTED, json.dumps([record]).encode())

    assert seen.values == [
        {
            "identite/nom": "FICTIF", "identite/ne/an": "1985", "alias": ["Kilo", "Lima"],
            "armes": [{"type": "pistolet", "calibre/mm": "9"}, {}], "langue": ["fr", "ar"],
        }
    ]  # fmt: skip
    assert seen.findings == []


def test_one_object_where_an_array_is_declared_is_an_array_of_one() -> None:
    seen = read(NESTED, b'[{"armes": {"type": "x"}, "alias": "K"}]')

    assert seen.values == [{"armes": [{"type": "x"}], "alias": ["K"]}]


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ('{"nouveau": 1}', "nouveau"), ('{"identite": {"prenom": "X"}}', "identite/prenom"),
        ('{"armes": [{"type": "x", "no": 1}]}', "armes/no"), ('{"armes": ["x"]}', "armes/."),
        ('{"alias": [{"k": 1}]}', "alias/k"), ('{"alias": [["k"]]}', "alias[]"),
        ('{"langue": {"code": "fr"}}', "langue/code"), ('{"identite": "X"}', "identite/."),
        ('{"identite/nom": "X"}', "identite/nom"),
    ],
)  # fmt: skip
def test_what_nobody_declared_holds_the_run_once(record: str, path: str) -> None:
    seen = read(NESTED, f"[{record},{record}]".encode())

    assert [f.code for f in seen.findings] == ["AZ-F022"]
    assert f"« {path} »" in seen.findings[0].what.fr
    assert len(seen.records) == 2


def test_each_array_has_the_columns_of_its_mapping() -> None:
    one, two = (shape("json", [name], records=["x", "y"]) for name in ("id", "no"))
    for one_shape, tag in ((one, "x"), (two, "y")):
        object.__setattr__(one_shape, "tag", tag)

    seen = read([one, two], b'{"x": [{"id": 1}], "y": [{"no": 2}, {"id": 3}]}')

    assert [r.values for r in seen.records] == [{"id": "1"}, {"no": "2"}, {}]
    assert ["« id »" in f.what.fr for f in seen.findings] == [True]


BAD = [
    (b'{"a": 1, "a": 2}', "AZ-F040"), (b'{"b": {"x": 1, "x": 1}}', "AZ-F040"),
    (b'{"a": NaN}', "AZ-F041"), (b'{"a": -Infinity}', "AZ-F041"),
    (b'{"a": ' + b"[" * 65 + b"]" * 65 + b"}", "AZ-F042"),
    (b'{"a": "' + b"x" * 1_000_001 + b'"}', "AZ-F043"), (b'{"a": "\\ud800"}', "AZ-F044"),
    (b'{"a": "\\udc00\\ud800"}', "AZ-F044"), (b'{"\\ud800": 1}', "AZ-F044"),
    (b'{"a": "\\u0000"}', "AZ-F032"), (b'"SECRET"', "AZ-F046"), (b"[1]", "AZ-F046"),
    (b"null", "AZ-F046"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "code"), BAD)
def test_one_bad_record_leaves_the_others(bad: bytes, code: str) -> None:
    seen = read(TOP, b'[{"a": "1"}, ' + bad + b', {"a": "2"}]')
    one_a_line = (
        read(LINES, b'{"a": "1"}\n' + bad + b'\n{"a": "2"}\n') if len(bad) < 10**6 else seen
    )

    for each in (seen, one_a_line):
        assert [v["a"] for v in each.values] == ["1", "2"]
        assert [(u.code, u.address.number) for u in each.unreadable] == [(code, 2)]
        assert "SECRET" not in str(each.unreadable)
    assert "[1]" in seen.unreadable[0].what.fr


DEEP = b'{"a": ' + b'[{"]\\"": ' * 10_000 + b'"}"' + b"}]" * 10_000 + b"}"


@pytest.mark.parametrize("first", [0, 65_530, 200_000])
def test_a_record_too_deep_to_follow_leaves_the_others(first: int) -> None:
    """Its end is found by its brackets, those in texts not counted; wherever a piece ends."""
    data = b'[{"a": "' + b"x" * first + b'"},\n' + DEEP + b',\n{"a": "2"}]'

    seen = read(TOP, data)

    assert seen.error is None
    assert [len(v["a"]) for v in seen.values] == [first, 1]
    assert [(u.code, u.address.line, u.address.part) for u in seen.unreadable] == [
        ("AZ-F042", 2, "[1]")
    ]
    assert seen.places[1] == (3, data.rindex(b"{"))


def test_what_is_too_deep_outside_the_records_is_refused() -> None:
    outside = shape("json", ["a"], records="x", outside="n")

    assert refusal(outside, b'{"n": ' + DEEP + b', "x": [{"a": 1}]}').code == "AZ-F042"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "AZ-F013"), (b" \n", "AZ-F013"), (b"\xef\xbb\xbf", "AZ-F013"),
        (b'{"a": 1}', "AZ-F004"), (b'"x"', "AZ-F004"), (b"[{}] x", "AZ-F015"),
        (b"[{}][]", "AZ-F015"), (b"[{},]", "AZ-F045"), (b"[{} {}]", "AZ-F045"),
        (b"[{'a': 1}]", "AZ-F045"), (b"[{}, // x\n{}]", "AZ-F045"), (b'[{"a": 01}]', "AZ-F045"),
        (b'[{"a": "x\ty"}]', "AZ-F045"), (b'[{"a": "\\x"}]', "AZ-F045"), (b"[{}", "AZ-F014"),
        (b'[{"a": "x', "AZ-F014"), (b"[{}, " + b"[" * 10_000, "AZ-F042"),
        (b"[" + b"[" * 10_000 + b"}" * 10_000 + b"]", "AZ-F042"),
        (b"[" * 5_000 + b'"' + b"]" * 5_000, "AZ-F042"),
        (b"[" + b"[" * 2_100_000 + b"]" * 2_100_000 + b"]", "AZ-F012"),
        (b"[" * 9_000_000, "AZ-F012"),
        (b'[{"a": "\xe9"}]', "AZ-F010"), ("[{}]".encode("utf-16"), "AZ-F010"), (b"\0" * 99, "AZ-F004"),
        (b'[{"a": "' + b"x" * 4_100_000 + b'"}]', "AZ-F012"),
        (b'[{"a": "' + b"x" * 9_000_000, "AZ-F012"),
    ],
)  # fmt: skip
def test_what_is_no_whole_json_is_refused(data: bytes, code: str) -> None:
    assert refusal(TOP, data).code == code


def test_a_syntax_error_is_said_with_line_and_byte() -> None:
    err = refusal(TOP, b'\xef\xbb\xbf[{"a": "\xc3\xa9"},\n {"a": tru, "SECRET": 1}]')

    assert (err.line, err.offset) == (2, 24)
    assert "SECRET" not in str(err) + err.what[0]


WHOLE = '{"d": {"incidents": [{"id": "محمد"}, {"id": 12}]}, "recherches": [{"id": true}]}'.encode()


@pytest.mark.parametrize("at", range(1, len(WHOLE)))
def test_every_cut_is_refused(at: int) -> None:
    assert read(TWO, WHOLE).error is None
    refusal(TWO, WHOLE[:at])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'{"d": {"incidents": []}}', "recherches"), (b'{"d": [], "recherches": []}', "d"),
        (b'{"d": {"incidents": {}}, "recherches": []}', "d/incidents"),
        (b'{"d": {"incidents": null}, "recherches": []}', "d/incidents"),
    ],
)  # fmt: skip
def test_a_missing_or_other_array_is_named(data: bytes, word: str) -> None:
    err = refusal(TWO, data)

    assert (err.code, f"« {word} »" in err.what[0]) == ("AZ-F004", True)


def test_members_outside_the_records_are_known_or_hold_the_run() -> None:
    data = b'{"x": [{"a": 1}], "n": 1, "meta": {"le": "2026-01-01"}, "vide": null, "neuf": 5}'
    known = shape("json", ["a"], records="x", count_at="n", outside=["meta", "neuf"])

    strange = read(shape("json", ["a"], records="x", outside="meta", count_at="n"), data)

    assert [f.what.fr for f in strange.findings] == ["« neuf » n'est pas déclaré"]
    assert "outside" in strange.findings[0].todo.fr
    assert read(known, data).findings == []
    assert read(known, data).ending == Ending(1, marked=True)
    wrong = read(known, data.replace(b'"n": 1', b'"n": 7'))
    assert [f.code for f in wrong.findings] == ["AZ-F020"]


def test_a_member_of_the_document_may_not_be_double() -> None:
    assert refusal(shape("json", ["a"], records="x"), b'{"x": [], "x": []}').code == "AZ-F040"


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
     ("utf-8", "utf-8-sig"), ("cp1256", "cp1256")],
)  # fmt: skip
def test_other_encodings_where_they_are_declared(encoding: str, written: str) -> None:
    text = '[{"a": "محمد"},\n{"a": "é"}]'
    one_a_line = '{"a": "محمد"}\n{"a": "é"}\n'

    seen = read(shape("json", ["a"], encoding=encoding), text.encode(written))
    lines = read(shape("ndjson", ["a"], encoding=encoding), one_a_line.encode(written))

    assert seen.values == lines.values == [{"a": "محمد"}, {"a": "é"}]
    assert [place[0] for place in seen.places] == [place[0] for place in lines.places] == [1, 2]
    offset = seen.places[1][1] or 0
    plain = encoding if encoding != "utf-16" else "utf-16-le"
    assert text.encode(written)[offset:] == '{"a": "é"}]'.encode(plain)


VALUE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)


@settings(max_examples=60)
@given(
    st.lists(st.dictionaries(st.sampled_from("ab"), VALUE), max_size=8),
    st.booleans(), st.sampled_from([None, 2]), st.sampled_from([3, 7, 64]),
)  # fmt: skip
def test_what_was_written_is_read_however_it_is_cut_into_pieces(
    records: list[dict[str, str]], ascii_: bool, indent: int | None, piece: int
) -> None:
    data = json.dumps(records, ensure_ascii=ascii_, indent=indent).encode()
    before = json_text.CHUNK
    json_text.CHUNK = piece
    try:
        seen = read(TOP, data)
    finally:
        json_text.CHUNK = before

    assert seen.error is None
    assert seen.values == records
    found = [json.JSONDecoder().raw_decode(data[o or 0 :].decode())[0] for _, o in seen.places]
    assert found == records
    assert [line for line, _ in seen.places] == [
        data[: o or 0].count(b"\n") + 1 for _, o in seen.places
    ]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_never_a_crash(data: bytes) -> None:
    read(TOP, data)
    read(LINES, data)
    read(TWO, b'{"d":' + data)


def test_ndjson_lines_stand_alone() -> None:
    seen = read(LINES, b'{"a": 1}\n\n{"a": \n{"a": 2} x\n' + b"[" * 20_000 + b'\n{"a": 3}\r\n')

    assert [v["a"] for v in seen.values] == ["1", "3"]
    assert [(u.code, u.address.line) for u in seen.unreadable] == [
        ("AZ-F045", 3), ("AZ-F045", 4), ("AZ-F042", 5),
    ]  # fmt: skip
    assert seen.places[1] == (6, 8 + 1 + 1 + 7 + 11 + 20_001)


def test_ndjson_knows_a_cut() -> None:
    waived = shape("ndjson", ["a"], ends_with="anything")

    assert refusal(LINES, b'{"a": 1}\n{"a": 2}').code == "AZ-F014"
    assert refusal(waived, b'{"a": 1}\n{"a": ').code == "AZ-F014"
    assert len(read(waived, b'{"a": 1}\n{"a": 2}').records) == 2
    assert refusal(LINES, b"").code == "AZ-F013"


@pytest.mark.parametrize(
    "wrong",
    [{"records": ["a/x", "b/x"]}, {"records": ["a", "a/b"]}, {"encoding": ""}, {"record": "x"},
     {"outside": {"a": "b"}}],
)  # fmt: skip
def test_a_wrong_setting_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="`file"):
        make([shape("json", ["a"], **wrong)])


class Endless:
    """A document that is made while it is read."""

    def __init__(self, records: int) -> None:
        self._pieces = self._made(records)

    def _made(self, records: int) -> Iterator[bytes]:
        yield b'[{"a": 0}'
        for number in range(records // 100):
            yield b"".join(b', {"a": %d, "b": "Kilo"}' % n for n in range(100)) + b"\n" * (
                number % 2
            )
        yield b"]"

    def read(self, _size: int = -1) -> bytes:
        return next(self._pieces, b"")


def test_memory_does_not_grow_with_the_document() -> None:
    reader, count = make([TOP]), 0
    tracemalloc.start()
    try:
        for item in reader.read(cast(BinaryIO, Endless(100_000)), DIGEST):
            count += isinstance(item, RawRecord)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 100_001
    assert peak < 1_000_000


def test_a_named_path_outside_the_records_leaves_its_neighbours_unknown() -> None:
    """`outside: [requete/page]` knows that member of `requete`, and `count_at` may lie there."""
    known = shape("json", ["a"], records="x", outside="requete/page", count_at="requete/total")
    plain = read(known, b'{"requete": {"page": 1, "total": 1}, "x": [{"a": 1}]}')
    more = read(known, b'{"requete": {"page": 1, "total": 2, "tri": "z"}, "x": [{"a": 1}]}')

    assert not plain.findings
    assert "requete/tri" in more.findings[0].what.fr
    assert len(more.findings) == 2  # and the count
