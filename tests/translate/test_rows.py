"""Rows taken many at once give what one row after the other gives, whatever is in the file."""

import io
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import azalai
from azalai.errors import FormatError
from azalai.formats import lines
from azalai.formats.delimited import Delimited
from azalai.formats.plausible import Doubt
from azalai.mapping import Declared, InboundMapping, compile_feed, load_inbound, row_maker
from azalai.mapping.results import Translated
from azalai.plugin.format import Ending, Finding, Mark, RawRecord, Reached, Rows, Shape, Unreadable
from azalai.translate.json_lines import LinesMade, joined

DECLARED = Declared("NER-PN", "NER", "Service fictif", "test", "feed")
DIGEST = "a" * 64
BENCH = Path(azalai.__file__).parents[2] / "bench" / "mappings" / "fpr_wanted.yaml"
ENCODINGS = ["utf-8", "cp1252", "iso-8859-1", "cp850", "cp1256", "iso-8859-6"]
GOOD = {
    "num_dossier": "FPR-1", "nom_prenoms": "FICTIF, Kilo Bravo", "alias": "K|B", "sexe": "M",
    "date_naissance": "00/03/1985", "nationalite": "Italienne", "nationalite_2": "Grecque",
    "type_document": "Carte d'identité", "num_document": "B4", "code_infraction": "BLA-01",
    "num_mandat": "M1/20", "date_mandat": "29/02/2024", "autorite": "TGI fictif",
    "peine_mois": "60", "taille_cm": "177", "yeux": "verts", "date_maj": "12/08/2025",
}  # fmt: skip
CELLS = (
    b"", b" ", b"-", b"NEANT", b"\xa0", b"x", b'"x"', b'" x;y "', b'"a\nb"', b'"a""b"', b'a"b', b'"a"b', b'"a\r\nb"',
    b"x;", b";", b"00/00/1985", b"31/02/2001", b"29/02/2024", b"12/25/2020", b"1985", b"M", b"60", b"9" * 19,
    b"Italienne", b"congolaise", b"\t\x07", b"\r", b"\x85", b"\x00", b"x" * 10_001, b"\xc3\xa9", b"\xe9", b"\xc3",
    b"\x81", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc7\xe1\xc3\xcd\xe3\xcf", b"abc\xc7\xe1", b"\xed\xa0\x80", b"\xe2\x80\x99",
    b"\xe2\x80\xa8", b"\xa0\xa1\xc2", b'"', b'""', b"\\", b"x" * 140_000,
)  # fmt: skip


@cache
def mapping() -> InboundMapping:
    return load_inbound(BENCH)


def reader(encoding: str) -> Delimited:
    shape = mapping().shape
    plain = Shape(shape.format, {**shape.settings, "encoding": encoding}, shape.columns)
    return Delimited([plain])


TRANSLATE = compile_feed([load_inbound(BENCH)], DECLARED, with_meaning=False, at_once=False)


def one_by_one(data: bytes, encoding: str) -> tuple[LinesMade, str, list[Finding]]:
    made, error, findings = LinesMade(), "", []
    try:
        for item in reader(encoding).read(io.BytesIO(data), DIGEST):
            if isinstance(item, RawRecord):
                made.add(TRANSLATE(item), with_values=True)
            elif isinstance(item, Unreadable):
                made.add(item, with_values=True)
            elif isinstance(item, Finding):
                findings.append(item)
            else:
                assert isinstance(item, Ending)
    except FormatError as err:
        error = repr((err.code, err.what, err.line, err.offset))
    return made, error, findings


def many(data: bytes, encoding: str, until: int | None) -> tuple[LinesMade, str, list[Finding]]:
    """In one part, or in two: the second begins where the first has ended."""
    made, error, doubt = LinesMade(), "", Doubt(encoding)
    maker = row_maker([mapping()], DECLARED)
    assert maker is not None
    begin: Mark | None = None
    try:
        for end in (until, None) if until is not None else (None,):
            for item in reader(encoding).read_part(io.BytesIO(data), DIGEST, begin, end):
                if isinstance(item, Rows):
                    for at, record in enumerate(maker(item)):
                        raw = item.record(at)
                        if record is None:
                            made.add(TRANSLATE(raw), with_values=True)
                        else:
                            found = Translated(raw.address, "", "", record, b"", "", None)
                            made.add(found, with_values=True)
                elif isinstance(item, Reached):
                    begin = item.mark
                    doubt.add(*item.doubt)
                elif isinstance(item, RawRecord):
                    made.add(TRANSLATE(item), with_values=True)
                elif isinstance(item, Unreadable):
                    made.add(item, with_values=True)
    except FormatError as err:
        return made, repr((err.code, err.what, err.line, err.offset)), []
    finding = doubt.finding()
    return made, error, [finding] if finding else []


def row(changes: dict[int, bytes], encoding: str) -> bytes:
    names = [column.name for column in mapping().columns]
    cells = [GOOD.get(name, "").encode(encoding, "replace") for name in names]
    for at, cell in changes.items():
        cells[at % len(cells)] = cell
    return b";".join(cells)


ROWS = st.dictionaries(
    st.integers(0, 24), st.one_of(st.sampled_from(CELLS), st.binary(max_size=6)), max_size=2
)


@given(
    encoding=st.sampled_from(ENCODINGS),
    changes=st.lists(st.one_of(st.just({}), ROWS), max_size=14),
    whole_lines=st.lists(st.sampled_from([b"", b" ", b"x;y", b'"']), max_size=2),
    mark=st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    end=st.sampled_from([b"\n", b"\r\n"]),
    last=st.sampled_from([b"", b"", b"", b"x", b'"']),
    chunk=st.sampled_from([1, 90, 400, 65_536]),
    until=st.one_of(st.none(), st.integers(1, 4000)),
    before=st.sampled_from([0, 0, 40]),
)
@example("cp1252", [{}] * 60, [], b"", b"\n", b"", 65_536, 5000, 0)
@example("utf-8", [{}] * 9, [b""], b"\xef\xbb\xbf", b"\r\n", b"", 65_536, None, 0)
@example("utf-8", [{at: b"x" * 10_001} for at in range(25)], [], b"", b"\n", b"", 900_000, None, 60)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_at_once_are_one_by_one(
    encoding: str, changes: list[dict[int, bytes]], whole_lines: list[bytes], mark: bytes,
    end: bytes, last: bytes, chunk: int, until: int | None, before: int,
) -> None:  # fmt: skip
    """Records, rejects, parked rows, their lines and bytes, what is doubted and what stops it:
    the same, wherever blocks and parts end."""
    head = ";".join(column.name for column in mapping().columns).encode()
    body = [row({}, encoding)] * before + [row(one, encoding) for one in changes]
    for at, line in enumerate(whole_lines):
        body.insert(3 * at + 1, line)
    data = mark + end.join([head, *body, last])
    plain, plain_error, plain_findings = one_by_one(data, encoding)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "CHUNK", chunk)
        made, error, findings = many(data, encoding, until)

    assert joined(made.records) == joined(plain.records)
    assert joined(made.rejects) == joined(plain.rejects)
    assert (made.translated, made.rejected, made.parked, made.unreadable) == (
        plain.translated, plain.rejected, plain.parked, plain.unreadable,
    )  # fmt: skip
    assert error == plain_error
    assert findings == plain_findings


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_good_lines_are_taken_many_at_once_and_made_without_the_plain_path(encoding: str) -> None:
    """The comparison above is of two ways: this one is really gone."""
    head = ";".join(column.name for column in mapping().columns).encode()
    data = b"\n".join([head, *([row({}, encoding)] * 50), b"x;y", row({}, encoding), b""])
    items = list(reader(encoding).read_part(io.BytesIO(data), DIGEST, None, None))
    maker = row_maker([mapping()], DECLARED)

    assert [len(one.cells) for one in items if isinstance(one, Rows)] == [50, 1]
    assert [type(one) for one in items] == [Rows, Unreadable, Rows, Reached]
    assert isinstance(items[0], Rows)
    assert maker is not None
    if encoding in ("utf-8", "cp1252", "iso-8859-1", "cp850"):
        assert all(maker(items[0]))


def test_only_one_mapping_that_takes_all_rows_is_made_many_at_once() -> None:
    assert row_maker([mapping(), mapping()], DECLARED) is None
