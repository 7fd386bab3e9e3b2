"""XML records taken many at once give what libxml2 gives one by one, whatever is in the file."""

import io
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from azalai.errors import FormatError
from azalai.formats import xml_bytes, xml_rows
from azalai.formats.xml_records import XmlRecords
from azalai.formats.xml_rows import RowReader
from azalai.mapping import Declared, InboundMapping, compile_feed, load_inbound, row_maker
from azalai.plugin.format import Ending, Finding, RawRecord, Rows, Shape, Unreadable
from azalai.translate import FeedPlan, Plan, Worker, translate_file
from azalai.translate.json_lines import LinesMade, joined
from azalai.translate.reading import Translator, all_lines
from azalai.translate.sharing import scan

DECLARED = Declared("NER-PN", "NER", "Service fictif", "test", "feed")
DIGEST = "a" * 64
NS = "urn:fictif:essai:1"
ENCODINGS = {"utf-8": "UTF-8", "cp1252": "windows-1252", "iso-8859-1": "ISO-8859-1"}
MAPPING = f"""\
mapping: essai
version: 1
kind: WantedPerson
register: fiches
owner: Service fictif
file:
  format: xml
  encoding: utf-8
  record: fiche
  namespace: {NS}
  outside: [entete]
  empty: ["-"]
columns:
  "@num":         required
  plaque:         required
  also/plaque:    optional
  faits/jour:     optional
  faits/lieu:     optional
  faits/lieu/@ref: optional
  motif:          optional
  note:           ignored, sans objet
always:
  person_status:       wanted
  measure:             arrest
  action_to_be_taken:  arrest_and_notify
  purpose:             prosecution
  legal_ground:        national_warrant
  handling:            police_use_only
declared_by: "Note fictive"
record:
  key:                  "@num"
  person.name:          plaque | name("NOM, Prénoms")
  person.birth.date:    faits/jour | date(jj/mm/aaaa, partial)
  person.birth.place:   faits/lieu
  person.description.marks: faits/lieu/@ref
  reason:               first(motif, also/plaque, plaque)
lifecycle:
  file_holds: everything
  missing_from_file: withdraw
  after_files: 2
  cancel_reason: not_stated
"""
TEXTS = (
    "A1", "A 2", " B ", "", "-", "é", "’", "x\ny", "x\r\ny", "x\ry", "\n", "&amp;", "&lt;b&gt;", "&apos;&quot;",
    "&#233;", "&#13;", "&x;", "&", "<![CDATA[<c>]]>", "<!-- c -->", "a<!-- c -->b", "<?p i?>", "]]>", "]]", ">", "'",
    '"', "\x01", "\x7f", "\x85", "\xa0", " x ", "\ufffe", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "\t", "01/02/2026", "12/25/2026", "<b/>", "</fiche>", "x" * 300,
)  # fmt: skip
GOOD = '<fiche num="{n}"><plaque>P{n}</plaque><faits><jour>01/02/1986</jour></faits></fiche>'
RECORDS = (
    GOOD, GOOD, GOOD,
    '<fiche num="{n}"><plaque>{t}</plaque></fiche>',
    '<fiche num="{n}"><plaque>{t}</plaque><faits><jour>{t}</jour><lieu>{t}</lieu></faits><motif>{t}</motif></fiche>',
    '<fiche num="{n}"><plaque>{t}</plaque><motif>m</motif><faits><lieu ref="{t}">L</lieu></faits></fiche>',
    '<fiche num="{n}"><plaque/><faits/><motif /></fiche>', '<fiche num="{n}"/>', "<fiche/>", "<fiche></fiche>",
    '<fiche num="{n}" ><plaque>P</plaque ></fiche >', "<fiche num='{n}'><plaque>{t}</plaque></fiche>",
    '<fiche num="{n}" x="1"><plaque>P</plaque></fiche>', '<fiche num="{n}" num="2"><plaque>P</plaque></fiche>',
    '<fiche num="{t}"><plaque>{t}</plaque></fiche>', '<fiche num="{n}"><plaque>P</plaque><plaque>{t}</plaque></fiche>',
    '<fiche num="{n}"><also><plaque>{t}</plaque></also><plaque>P</plaque></fiche>', "<fiche>{t}</fiche>",
    '<fiche num="{n}"><neuf>{t}</neuf><plaque>P</plaque></fiche>', '<fiche num="{n}">mots<plaque>P</plaque></fiche>',
    '<fiche num="{n}"><plaque>P</plaque>mots</fiche>', '<fiche num="{n}"><faits>mots</faits><plaque>P</plaque></fiche>',
    '<fiche num="{n}"><note>{t}</note><plaque>P</plaque></fiche>', '<fiche num="{n}"><note><x>{t}</x></note></fiche>',
    '<fiche\nnum="{n}">\n  <plaque>{t}</plaque>\n  <faits>\n <jour>01/02/1986</jour>\r\n</faits>\n</fiche>',
    '<fiche num="{n}">\n  <plaque>P{n}</plaque>\n  <faits>\n    <lieu ref="a">{t}</lieu>\n  </faits>\n</fiche>',
    '<fiche xmlns="urn:autre" num="{n}"><plaque>P</plaque></fiche>', '<p:fiche num="{n}"><p:plaque>{t}</p:plaque></p:fiche>',
    '<p:fiche num="{n}"><plaque>P</plaque></p:fiche>', '<q:fiche num="{n}"><q:plaque>P</q:plaque></q:fiche>',
    '<fiche p:num="{n}"><plaque>P</plaque></fiche>', '<fiche num="{n}"><plaque xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/></fiche>',
    '<fiche num="{n}"><fiche num="9"><plaque>P</plaque></fiche></fiche>', '<!-- <fiche num="{n}"><plaque>P</plaque></fiche> -->',
    "<!-- </fiche>", "<![CDATA[</fiche>", "<!-- x -->", "<?p </fiche>?>", "mots", "{t}", "<entete>x</entete>", "<vide/>", "<lot>", "</lot>",
    f'<lot xmlns="urn:autre" xmlns:q="{NS}">', '<lot xmlns:p="urn:autre">', "<autre>x</autre>",
    "<fiche><plaque>P</fiche>", '<fiche num="{n}"><plaque>P', "<" + "a><" * 70 + "fiche/>", "</fiche>", "</racine>",
)  # fmt: skip


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> InboundMapping:
    path = tmp_path_factory.mktemp("mappings") / "essai.yaml"
    path.write_text(MAPPING)
    return load_inbound(path)


def reader(mapping: InboundMapping, encoding: str) -> XmlRecords:
    shape = mapping.shape
    return XmlRecords(
        [Shape(shape.format, {**shape.settings, "encoding": encoding}, shape.columns)]
    )


@cache
def translators(path: Path) -> tuple[Translator, Translator]:
    """At once, and step by step."""
    one, two = (
        compile_feed([load_inbound(path)], DECLARED, with_meaning=False, at_once=at_once)
        for at_once in (True, False)
    )
    return one, two


Read = tuple[list[object], str]


def one_by_one(made: XmlRecords, data: bytes) -> Read:
    """What libxml2 alone reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RowReader, "take", lambda *_: None)
        return whole(made.read(io.BytesIO(data), DIGEST))


def whole(items: Iterator[RawRecord | Unreadable | Finding | Ending]) -> Read:
    found: list[object] = []
    try:
        found.extend(items)  # keeps what came before the error
    except FormatError as err:
        return found, repr((err.code, err.what, err.todo, err.line, err.offset))
    return found, ""


def made_of(
    translate: Translator, items: Sequence[object], error: str
) -> tuple[LinesMade, list[object]]:
    made = LinesMade()
    for item in items:
        if isinstance(item, RawRecord):
            made.add(translate(item), with_values=True)
    return made, [one for one in items if isinstance(one, Finding | Ending)]


@st.composite
def documents(draw: st.DrawFn) -> str:
    end = draw(st.sampled_from(["\n", "", "\r\n", "\n  "]))
    root = draw(st.sampled_from(["", f' xmlns:p="{NS}"', ' xmlns:p="urn:autre"']))
    text = draw(st.sampled_from(TEXTS))
    other = draw(st.sampled_from(TEXTS))
    kinds = draw(st.lists(st.sampled_from(RECORDS), max_size=3))
    order = draw(st.lists(st.sampled_from([GOOD, *kinds]), max_size=12))
    records = [
        one.replace("{n}", str(at)).replace("{t}", text if at % 3 else other)
        for at, one in enumerate(order)
    ]
    head = f'<?xml version="1.0" encoding="ENC"?>\n<racine xmlns="{NS}"{root}>'
    closing = "</lot>" * max(
        0, sum(r.startswith("<lot") for r in records) - records.count("</lot>")
    )
    return head + end + end.join([*records, closing, "</racine>"])


def plain(number: int, *records: str) -> str:
    """A document of good records and some others between them."""
    body = [GOOD.replace("{n}", str(at)) for at in range(number)]
    for at, one in enumerate(records):
        body.insert(3 * at + 2, one.replace("{n}", "77").replace("{t}", "x"))
    return (
        f'<?xml version="1.0" encoding="ENC"?>\n<racine xmlns="{NS}">'
        + "\n".join(body)
        + "</racine>"
    )


@given(
    text=documents(),
    encoding=st.sampled_from([*ENCODINGS, "utf-8"]),
    small=st.sampled_from([1, 200, 4_096]),
    block=st.sampled_from([300, 2_000, 262_144]),
    damage=st.one_of(st.none(), st.none(), st.tuples(st.integers(0, 3000), st.binary(max_size=2))),
)
@example(plain(40), "utf-8", 4_096, 262_144, None)
@example(plain(40, *RECORDS), "utf-8", 4_096, 262_144, None)
@example(plain(40, "mots é", "<fiche/>"), "cp1252", 4_096, 262_144, (900, b"\x81"))
@example(plain(12, '<fiche num="s"/><!-- </fiche>', "-->"), "utf-8", 4_096, 262_144, None)
@example(plain(12, '<fiche num="s"/><![CDATA[</fiche>', "]]>"), "utf-8", 4_096, 262_144, None)
@example(plain(12, '<fiche num="s"/><?p </fiche>', "?>"), "utf-8", 4_096, 262_144, None)
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_many_at_once_are_one_by_one(
    mapping: InboundMapping, text: str, encoding: str, small: int, block: int,
    damage: tuple[int, bytes] | None,
) -> None:  # fmt: skip
    """Raw records with their values and addresses, findings, the ending, and what stops it."""
    data = text.replace("ENC", ENCODINGS[encoding]).encode(encoding, "xmlcharrefreplace")
    if damage is not None:
        data = data[: damage[0]] + damage[1] + data[damage[0] + len(damage[1]) :]
    made = reader(mapping, encoding)
    expected = one_by_one(made, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_rows, "SMALL", small)
        patch.setattr(xml_rows, "BLOCK", block)
        patch.setattr(xml_bytes, "BLOCK", block)
        found = whole(made.read(io.BytesIO(data), DIGEST))
        maker = row_maker([mapping], DECLARED)
        fast = list(all_lines(made.read_rows(io.BytesIO(data), DIGEST), translators(mapping.path)[0],
                              maker, with_values=True))  # fmt: skip

    assert found == expected
    lines, rest = made_of(translators(mapping.path)[1], *expected)
    assert b"".join(one.records for one in fast) == joined(lines.records)
    assert b"".join(one.rejects for one in fast) == joined(lines.rejects)
    assert [sum(getattr(one, name) for one in fast)
            for name in ("translated", "rejected", "parked", "unreadable")] == [
        lines.translated, lines.rejected, lines.parked, lines.unreadable]  # fmt: skip
    assert [f for one in fast for f in one.findings] == [f for f in rest if isinstance(f, Finding)]
    assert (fast[-1].failure is None) == (expected[1] == "")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "", "\r\n    "])
def test_records_that_are_alike_are_taken_many_at_once(
    mapping: InboundMapping, encoding: str, end: str
) -> None:
    """The comparison above is of two ways: this one is really gone. What one record has written
    otherwise costs that record only."""
    odd = '<fiche num="o"><!-- --><plaque>x</plaque></fiche>'
    body = end.join([*[GOOD.replace("{n}", str(at)) for at in range(50)], odd,
                     *[GOOD.replace("{n}", f"é{at}") for at in range(50)], "</racine>"])  # fmt: skip
    text = f'<?xml version="1.0" encoding="{ENCODINGS[encoding]}"?>\n<racine xmlns="{NS}">{body}'
    items = list(reader(mapping, encoding).read_rows(io.BytesIO(text.encode(encoding)), DIGEST))
    maker = row_maker([mapping], DECLARED)

    rows = [one for one in items if isinstance(one, Rows)]
    if end == "" and encoding != "utf-8":  # its one line is checked as a whole
        assert sum(isinstance(one, RawRecord) for one in items) == 101
        return
    assert [len(rows[0].cells), sum(len(one.cells) for one in rows[1:])] == [49, 49]
    assert [one.record(0).address.part for one in rows[:2]] == [
        "/racine/fiche[2]", "/racine/fiche[53]"]  # fmt: skip
    assert maker is not None
    assert all(all(maker(one)) for one in rows)


def test_the_order_of_elements_is_learned_from_records(mapping: InboundMapping) -> None:
    """Other than the mapping has it; what is rare may come later."""
    one = '<fiche num="{n}"><motif>m</motif><plaque>P</plaque></fiche>'
    two = '<fiche num="{n}"><motif>m</motif><faits><lieu>L</lieu><jour/></faits><plaque>P</plaque></fiche>'
    body = "".join(f.replace("{n}", str(n)) for n, f in enumerate([one] * 20 + [two, one] * 20))
    items = list(reader(mapping, "utf-8").read_rows(
        io.BytesIO(f'<racine xmlns="{NS}">{body}</racine>'.encode()), DIGEST))  # fmt: skip

    assert [len(i.cells) if isinstance(i, Rows) else type(i).__name__ for i in items] == [
        "RawRecord", 19, "RawRecord", 39, "Ending"]  # fmt: skip


def test_a_child_hands_over_lines_that_are_those_of_its_results(
    mapping: InboundMapping, tmp_path: Path
) -> None:
    """A file that does not divide, with what is wrong in it, in pieces; a child stays usable."""
    path = tmp_path / "fiches.xml"
    body = plain(3_000, *RECORDS[3:13], *RECORDS[18:24]).replace("ENC", "UTF-8")
    path.write_text(body)
    out, rejects = io.BytesIO(), io.BytesIO()
    counts = translate_file(FeedPlan((mapping.path,), DECLARED), path, out, rejects)

    lines = LinesMade()
    findings: list[Finding] = []
    plan = Plan(FeedPlan((mapping.path,), DECLARED, with_meaning=False))
    with Worker(plan) as worker:
        for _ in worker.lines(path, DIGEST, with_values=False):
            break  # stopped early
        for batch in worker.read(path, scan(path).digest):
            findings += batch.findings
            for result in batch.results:
                lines.add(result, with_values=False)

    assert counts.read == 3_016
    assert out.getvalue() == joined(lines.records)
    assert rejects.getvalue() == joined(lines.rejects)
    assert counts.findings == findings
    assert counts.ending == Ending(None, marked=True)
