"""XML: one element a record, nested parts as maps, hostile documents refused."""

import io
import time
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from azalai.errors import ConfigurationError
from azalai.formats import make
from azalai.plugin.format import Column, Ending, RawRecord
from format_reading import DIGEST, read, refusal, shape

NS = "urn:fictif:essai:1"
COLUMNS: list[str | Column] = [
    "@id",
    "numero",
    "faits/lieu",
    Column("personnes/personne", "repeated"),
    "personnes/personne/nom",
    "personnes/personne/@role",
    Column("personnes/personne/pieces/piece", "repeated"),
    "personnes/personne/pieces/piece/n",
    Column("alias", "repeated"),
    Column("note", "ignored"),
]
SHAPE = shape("xml", COLUMNS, record="dossier", namespace=NS, count_at="@nombre")
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<dossiers xmlns="{NS}" nombre="%s">\n'


def document(*records: str, count: int | str | None = None) -> bytes:
    head = HEAD % (len(records) if count is None else count)
    return (head + "\n".join(records) + "\n</dossiers>").encode()


def test_parts_that_repeat_are_maps_with_names_of_their_own() -> None:
    record = """<dossier id="7"><numero> N1 </numero><faits><lieu>Sévaré</lieu></faits>
      <personnes>
        <personne role="MEC"><nom>FICTIF</nom>
          <pieces><piece><n>1</n></piece><piece><n>2</n></piece></pieces></personne>
        <personne><nom>INVENTE</nom></personne>
      </personnes><alias>A</alias><alias>B</alias><note><x>y</x></note></dossier>"""

    seen = read(SHAPE, document(record))

    assert seen.values == [
        {
            "@id": "7",
            "numero": "N1",
            "faits/lieu": "Sévaré",
            "personnes/personne": [
                {"@role": "MEC", "nom": "FICTIF", "pieces/piece": [{"n": "1"}, {"n": "2"}]},
                {"nom": "INVENTE"},
            ],
            "alias": ["A", "B"],
        }
    ]
    assert seen.findings == []
    assert seen.ending == Ending(1, marked=True)


def test_a_plain_value_twice_is_a_list_and_a_comment_does_not_cut_it() -> None:
    record = "<dossier><numero>ad<!-- -->min</numero><numero><![CDATA[<b>]]></numero></dossier>"

    assert read(SHAPE, document(record)).values == [{"numero": ["admin", "<b>"]}]


def test_the_address_is_line_and_path() -> None:
    data = document(
        "<dossier/>", "<lot><dossier/>\n<dossier/></lot>", "<lot><dossier/></lot>", count=4
    )

    seen = read(SHAPE, data)

    assert [(r.address.line, r.address.part, r.address.number) for r in seen.records] == [
        (3, "/dossiers/dossier[1]", 1),
        (4, "/dossiers/lot/dossier[1]", 2),
        (5, "/dossiers/lot/dossier[2]", 3),
        (6, "/dossiers/lot[2]/dossier[1]", 4),
    ]


def test_lines_stay_exact_beyond_what_libxml2_counts() -> None:
    records = ["<dossier>\n</dossier>"] * 40_000

    assert read(SHAPE, document(*records)).records[-1].address.line == 3 + 2 * 39_999


def test_what_nobody_declared_is_found_once_a_path() -> None:
    record = '<dossier neuf="1"><x>1</x><faits>mots<y/></faits><numero k="1"/></dossier>'

    seen = read(SHAPE, document(record, record))

    assert {finding.what.en.split("`")[1] for finding in seen.findings} == {
        "@neuf", "x", "faits/text()", "faits/y", "numero/@k",
    }  # fmt: skip
    assert len(seen.findings) == 5
    assert len(seen.records) == 2


def test_a_renamed_record_is_not_an_empty_file() -> None:
    seen = read(SHAPE, document("<fiche><numero>1</numero></fiche>", count=0))

    assert [finding.what.en for finding in seen.findings] == ["`/fiche/numero` is not declared"]


def test_an_envelope_can_be_declared() -> None:
    one = shape("xml", ["numero"], record="dossier", namespace=NS, outside=["entete"])
    data = document("<entete><date>2026</date></entete>", "<dossier/>")

    assert read(one, data).findings == []


@pytest.mark.parametrize(("count", "code"), [("2", "AZ-F020"), ("x", "AZ-F021")])
def test_another_count_is_a_finding(count: str, code: str) -> None:
    seen = read(SHAPE, document("<dossier/>", count=count))

    assert [finding.code for finding in seen.findings] == [code]


def test_every_cut_is_refused() -> None:
    data = document('<dossier id="1"><numero>é1</numero></dossier>')
    for at in range(len(data)):
        refusal(SHAPE, data[:at])


@pytest.mark.parametrize(
    ("written", "declared"),
    [("ISO-8859-1", "utf-8"), ("UTF-8", "cp1252"), ("UTF-7", "utf-8"), ("UTF-16", "utf-8")],
)
def test_the_xml_declaration_must_agree(written: str, declared: str) -> None:
    data = document("<dossier/>").replace(b"UTF-8", written.encode())

    one = shape("xml", ["numero"], record="dossier", namespace=NS, encoding=declared)
    assert refusal(one, data).code == "AZ-F017"


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "windows-1252"), ("iso-8859-1", "ISO-8859-1")]
)
def test_one_byte_encodings_are_read_and_verified(encoding: str, name: str) -> None:
    text = document("<dossier><numero>é</numero></dossier>").decode().replace("UTF-8", name)
    one = shape("xml", ["numero"], record="dossier", namespace=NS, encoding=encoding)

    assert read(one, text.encode(encoding)).values == [{"numero": "é"}]
    assert refusal(one, text.encode("utf-8")).code == "AZ-F010"


def test_a_wrong_byte_is_refused() -> None:
    data = document("<dossier><numero>e</numero></dossier>").replace(b">e<", b">\xe9<")

    assert refusal(SHAPE, data).line == 3


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "doctype": '<!DOCTYPE d><d xmlns="N"/>',
    "external": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:FILE">]><d xmlns="N"><dossier>&x;</dossier></d>',
    "external dtd": '<!DOCTYPE d SYSTEM "file:FILE"><d xmlns="N"/>',
    "laughs": f'<!DOCTYPE d [{LAUGHS}]><d xmlns="N"><dossier>&i;</dossier></d>',
    "attribute laughs": f'<!DOCTYPE d [{LAUGHS}]><d xmlns="N"><dossier id="&i;"/></d>',
    "unknown entity": '<d xmlns="N"><dossier>&x;</dossier></d>',
    "deep": '<d xmlns="N">' + "<a>" * 300 + "</a>" * 300 + "</d>",
    "deep record": '<d xmlns="N"><dossier>' + "<a>" * 100 + "</a>" * 100 + "</dossier></d>",
    "attributes": '<d xmlns="N"><dossier ' + " ".join(f'a{n}=""' for n in range(1000)) + "/></d>",
    "huge text": '<d xmlns="N"><dossier><numero>' + "x" * 10_000_000 + "</numero></dossier></d>",
    "huge lines": '<d xmlns="N"><dossier><numero>' + "x\n" * 5_000_000 + "</numero></dossier></d>",
    "nul": '<d xmlns="N"><dossier>\0</dossier></d>',
    "two roots": '<d xmlns="N"/><d xmlns="N"/>',
    "other namespace": '<d xmlns="urn:autre"><dossier/></d>',
    "no namespace": "<d><dossier/></d>",
    "no xml": "num;nom\n1;FICTIF\n",
    "empty": "",
    "blank": "\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_quickly_and_leak_nothing(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP-SECRET")
    data = HOSTILE[name].replace('"N"', f'"{NS}"').replace("FILE", str(secret)).encode()
    begun = time.monotonic()

    seen = read(shape("xml", COLUMNS, record="dossier", namespace=NS), data)

    assert time.monotonic() - begun < 2
    assert seen.error is not None
    assert "TOP-SECRET" not in repr(seen)


def test_a_schema_location_and_xinclude_load_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP-SECRET")
    record = (
        '<dossier xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="u file:/x">'
        f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" parse="text" href="{secret}"/></dossier>'
    )

    seen = read(SHAPE, document(record))

    assert "TOP-SECRET" not in repr(seen)
    assert len(seen.findings) == 1


class Growing(io.RawIOBase):
    """A document that is made while it is read."""

    def __init__(self, records: int) -> None:
        self._left = records
        self._next = [(HEAD % records).encode()]

    def read(self, size: int | None = -1, /) -> bytes:
        if self._next:
            return self._next.pop()
        self._left -= 1
        if self._left == -1:
            return b"</dossiers>"
        return (
            b"" if self._left < -1 else b"<dossier><numero>" + b"x" * 400 + b"</numero></dossier>\n"
        )


def test_memory_does_not_grow_with_the_file() -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    count, early = 0, 0
    for item in make([SHAPE]).read(cast(BinaryIO, Growing(60_000)), DIGEST):
        count += isinstance(item, RawRecord)
        if count == 5_000:
            early = resident()

    assert count == 60_000
    assert resident() - early < 8_000_000


def test_a_missing_record_setting_is_named() -> None:
    with pytest.raises(ConfigurationError, match="record"):
        make([shape("xml", ["numero"])])


def test_an_unknown_entity_is_refused_where_it_stands() -> None:
    """libxml2 says nothing of it before it is given more."""
    data = document(*["<dossier/>"] * 4, '<dossier id="&x;"/>', "<dossier/>", "<dossier/>")

    assert refusal(SHAPE, data).line == 7


def test_a_namespace_in_arabic_letters_is_said_to_be_no_uri() -> None:
    """The file is whole: what is wrong with it is one name."""
    data = document('<dossier id="7"/>').replace(NS.encode(), "urn:شرطة".encode())

    told = refusal(shape("xml", COLUMNS, record="dossier", namespace="urn:شرطة"), data)

    assert (told.code, told.line) == ("AZ-F016", 2)
    assert "xmlns" in told.what[0]
    assert "%XX" in told.todo[0]
