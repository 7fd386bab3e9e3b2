"""A file that several children read in parts gives what one gives that reads it whole."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from azalai.errors import InputError
from azalai.mapping import Declared
from azalai.translate import FeedPlan, Plan, Worker, translate_file
from azalai.translate.json_lines import LinesMade, joined
from azalai.translate.plan import Divides
from azalai.translate.sharing import parts, scan
from azalai.translate.worker import error_of

MAPPING = """\
mapping: essai
version: 1
kind: ReportedVehicle
register: vehicules
owner: Service fictif
file:
FILE
columns:
  num:    required
  numero: required
  jour:   optional
always:
  action_to_be_taken:  seize_and_notify
  purpose:             border_control
  handling:            police_use_only
  status:              stolen
  legal_ground:        theft_report
  vehicle.registration_country: UTO
declared_by: "Note fictive"
record:
  key:                  num
  vehicle.registration: numero
  reason:               numero
  occurred_on:          jour | date(jj/mm/aaaa)
lifecycle:
  file_holds: everything
  missing_from_file: withdraw
  after_files: 2
  cancel_reason: not_stated
"""
DELIMITED = "  format: delimited\n  encoding: cp1252\n  delimiter: ;"
FIXED = """\
  format: fixed_width
  encoding: cp1252
segments:
  "1":
    num: 1-3
    numero: 4-6
    jour: 7-16"""
NDJSON = "  format: ndjson\n  encoding: cp1252"
PIECES = (
    b"1;A;01/02/2026\n", b"2;B;\r\n", b"\n", b'3;"C\nD";\n', b'4;"C""D";01/02/2026\n', b'5;a"b;\n', b'6;a"b;x"\n',
    b"7;;\n", b"8;x\n", b"9;x;25/13/2026\n", b"10;x;12/25/2026\n", b"11;\0;\n", b"12;\xe7\xe8;\n",
    b"13;\xc7\xe1\xc3\xcd\xe3\xcf;\n", b'14;"x\n', b'15;"x\n\n\n;;";01/02/2026\n', b"16;x;12/25/2026\n",
    b"17;x;12/25/2026", b"   \n", b'18;"a"b;\n', b"123ABC01/02/2026\n", b"123ABC12/25/2026\n", b"12\n",
)  # fmt: skip
OBJECTS = (
    b'{"num": "1", "numero": "A", "jour": "01/02/2026"}\n', b'{"num": "2", "numero": "B"}\r\n', b"\n", b"  \n",
    b'{"num": "3", "numero": "x", "autre": {"a": 1}}\n', b'{"num": "4"}\n', b"[]\n", b"{\n", b"\0\n",
    b'{"num": "5", "numero": "\xe7", "jour": "25/13/2026"}\n', b'{"num": "6", "numero": "x", "jour": "12/25/2026"}\n',
    b'{"num": "6", "num": "7"}\n', b'{"num": "8", "numero": "y"}', b'{"num": "9", "nu', b'{"nouveau": 1}\n',
)  # fmt: skip


@pytest.fixture(
    scope="module", params=[DELIMITED, FIXED, NDJSON], ids=["delimited", "fixed width", "ndjson"]
)
def workers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Worker]]:
    path = tmp_path_factory.mktemp("mappings") / "essai.yaml"
    path.write_text(MAPPING.replace("FILE", request.param))
    feed = FeedPlan((path,), Declared("TST-PN", "UTO", "Service fictif", "test", "essai"))
    made = [Worker(Plan(feed)) for _ in range(2)]
    for one in made:
        one.start()
    yield made
    for one in made:
        one.close()


def whole(worker: Worker, path: Path) -> tuple[object, ...]:
    """What reading from end to end gives: lines, counts, and the error if there is one."""
    made, error, findings = LinesMade(), "", []
    try:
        for batch in worker.read(path, scan(path).digest):
            findings += batch.findings
            for one in batch.results:
                made.add(one, with_values=True)
    except InputError as err:
        error = str(err)
    return joined(made.records), joined(made.rejects), error


def in_parts(workers: list[Worker], path: Path, size: int) -> tuple[object, ...]:
    """The same, in parts of `size` bytes."""
    divides = workers[0].divides()
    assert isinstance(divides, Divides)
    records = rejects = b""
    error = ""
    scanned = scan(path, size)
    for part in parts(workers, path, scanned, divides.lines_before, with_values=True):
        records += part.records
        rejects += part.rejects
        error = str(error_of(part.failure)) if part.failure is not None else ""
    return records, rejects, error


@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=30)
    | st.lists(st.sampled_from(OBJECTS), max_size=30),
    size=st.integers(8, 120),
)
@example(pieces=[PIECES[0]] * 40, size=16)
@example(pieces=[PIECES[3]] * 20, size=8)
@example(pieces=[OBJECTS[0]] * 20, size=60)
@example(pieces=[OBJECTS[3], OBJECTS[4], OBJECTS[1]] * 9, size=40)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_parts_put_together_are_the_whole(
    workers: list[Worker], tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes], size: int
) -> None:
    """Lines, their numbers, what is refused and where it stops: quotes over lines, blank lines,
    cuts and damaged lines included, wherever the parts begin."""
    path = tmp_path_factory.mktemp("input") / "file"
    path.write_bytes(b"num;numero;jour\n" + b"".join(pieces))

    assert in_parts(workers, path, size) == whole(workers[0], path)


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"1;x;12/25/2026\n", "AZ-F120"), (b"1;\xc7\xe1\xc3\xcd\xe3\xcf;\n", "AZ-F023")],
)
def test_what_is_said_of_the_whole_is_said_once(tmp_path: Path, line: bytes, code: str) -> None:
    """Evidence that lies in several parts is put together: each part alone has too little."""
    mapping = tmp_path / "essai.yaml"
    mapping.write_text(MAPPING.replace("FILE", DELIMITED))
    feed = FeedPlan((mapping,), Declared("TST-PN", "UTO", "Service fictif", "test", "essai"))
    path = tmp_path / "file"
    filler = b"2;" + b"y" * 700_000 + b";\n"
    path.write_bytes(b"num;numero;jour\n" + (line + filler) * 6)
    found = [
        translate_file(feed, path, io.BytesIO(), io.BytesIO(), processes=count) for count in (1, 2)
    ]

    assert [one.code for one in found[0].findings] == [code]
    assert found[0] == found[1]


def test_what_nobody_declared_is_said_once_where_it_first_stood(tmp_path: Path) -> None:
    """An undeclared member in several parts of an NDJSON file, and in no later file of the feed."""
    mapping = tmp_path / "essai.yaml"
    mapping.write_text(MAPPING.replace("FILE", NDJSON))
    feed = FeedPlan((mapping,), Declared("TST-PN", "UTO", "Service fictif", "test", "essai"))
    path, clean = tmp_path / "file", tmp_path / "clean"
    line = b'{"num": "1", "numero": "%s"}\n'
    path.write_bytes((line % (b"y" * 700_000) + b'{"num": "2", "numero": "B", "autre": 1}\n') * 5)
    clean.write_bytes(line % b"A")
    found = [
        translate_file(feed, path, io.BytesIO(), io.BytesIO(), processes=count) for count in (1, 2)
    ]

    assert [(one.code, one.address.line) for one in found[0].findings if one.address] == [
        ("AZ-F022", 2)
    ]
    assert found[0] == found[1]
    with Worker(Plan(feed)) as worker:
        first, second = (
            [f.code for batch in worker.read(one, scan(one).digest) for f in batch.findings]
            for one in (path, clean)
        )
    assert first == ["AZ-F022"]
    assert second == []
