"""Names for endpoints that take only A to Z: ICAO Doc 9303, and every loss told."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azalai.documents import Problem
from azalai.errors import DocumentError
from azalai.mapping.icao import LEFT_OUT, WRITTEN_OTHERWISE, to_icao
from azalai.mapping.icao_table import TABLE
from azalai.mapping.outbound import load_outbound
from azalai.mapping.outbound_compile import compile_outbound
from azalai.mapping.rendering import Loss, NoPlace, Rendered, RenderJob
from step_running import run_step

XSD = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="mrz"><xs:restriction base="xs:string">
    <xs:pattern value="[A-Z ]+"/></xs:restriction></xs:simpleType>
  <xs:element name="Event"><xs:complexType><xs:sequence>
    <xs:element name="Key" type="xs:string"/>
    <xs:element name="Where" type="mrz"/>
    <xs:element name="Name" type="mrz" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""
MAPPING = """mapping: a_to_z
version: 1
kind: SecurityEvent
direction: out
message:
  format: xml
  schema: a.xsd
  root: Event
elements:
  Key: message_key
  Where: event.place | icao
  Name: persons.name.original | icao
elements_when_cancelled:
  Key: message_key
  Where: key | icao
not_sent:
"""


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ouédraogo", "OUEDRAOGO"),
        ("Müller Ångström Søren", "MUELLER AANGSTROEM SOEREN"),
        ("Œuf Straße Núñez", "OEUF STRASSE NUNEZ"),
        ("N'Djaména-Élan", "NDJAMENA ELAN"),
        ("محمد", "MXHMD"),
        ("فاطمة", "FAXTTMXAH"),
        ("فاطمةٌ بنت", "FAXTTMXAH BNT"),
        ("مُحَمَّد", "MXHMMD"),
        ("كيـلو\u200c", "KYLW"),
        ("آل إبراهيم", "XAAL IBRAHYM"),
        ("Хрущёв", "KHRUSHCHEV"),
        ("Ɓaaba Ŋ", "BAABA N"),
        ("Việt", "VIET"),
    ],
)
def test_the_tables_of_doc_9303_part_3_section_6(text: str, written: str) -> None:
    """Latin (A), Cyrillic (B), Arabic (C) with shadda, teh marbuta and what is not encoded."""
    assert to_icao(text) == (written, WRITTEN_OTHERWISE)


def test_only_another_case_is_no_loss() -> None:
    assert to_icao("Kilo Lima") == ("KILO LIMA", None)


@pytest.mark.parametrize(
    ("text", "written"), [("Kilo 3", "KILO"), ("田中", ""), ("Kilo ★", "KILO")]
)
def test_what_has_no_form_is_left_out_and_said(text: str, written: str) -> None:
    """Never a question mark."""
    assert to_icao(text) == (written, LEFT_OUT)


def test_every_entry_is_one_letter_to_a_to_z() -> None:
    assert all(len(letter) == 1 and text.isascii() and text.isupper()
               for letter, text in TABLE.items())  # fmt: skip


@given(st.text(max_size=40))
def test_nothing_but_a_to_z_and_spaces_comes_out(text: str) -> None:
    written, why = to_icao(text)

    assert all(letter == " " or "A" <= letter <= "Z" for letter in written)
    assert why or written == text.upper()


def render(folder: Path, place: str, *names: str) -> Rendered | NoPlace:
    (folder / "a.xsd").write_text(XSD, "utf-8")
    path = folder / "a.yaml"
    path.write_text(MAPPING, "utf-8")
    try:
        mapping = load_outbound(path)
    except DocumentError as err:  # fill `not_sent:` with every field that has no element
        problems = [one for one in err.problems if isinstance(one, Problem)]
        named = [one.what.en.split("`")[1] for one in problems]
        rows = "".join(f"  {name}: not in this message\n" for name in named)
        path.write_text(MAPPING + rows, "utf-8")
        mapping = load_outbound(path)
    record: dict[str, Any] = {
        "kind": "SecurityEvent", "key": "F/e/1", "event": {"place": place},
        "persons": [{"name": {"original": name}} for name in names],
    }  # fmt: skip
    job = RenderJob("create", "F/e/1", record, None, "FICTIF-1", 1)
    return compile_outbound(mapping)(job)


def test_a_message_in_a_to_z_counts_its_losses(tmp_path: Path) -> None:
    """Each field that lost something is named with its element; the value is not."""
    made = render(tmp_path, "Oued Fictif", "كيلو خيال", "Kilo")

    assert isinstance(made, Rendered)
    assert b"<Where>OUED FICTIF</Where><Name>KYLW XKHYAL</Name><Name>KILO</Name>" in made.body
    assert made.losses == (Loss("persons.name", "Name", WRITTEN_OTHERWISE),)


def test_a_name_without_a_letter_is_a_loss_and_no_empty_element(tmp_path: Path) -> None:
    made = render(tmp_path, "Oued", "田中")

    assert isinstance(made, Rendered)
    assert b"<Name>" not in made.body
    assert made.losses == (Loss("persons.name", "Name", LEFT_OUT),)


def test_a_required_element_without_a_letter_is_no_place(tmp_path: Path) -> None:
    made = render(tmp_path, "田中")

    assert isinstance(made, NoPlace)
    assert made.element == "Where"


def test_a_latin_form_by_named_scheme_only_where_the_source_has_none() -> None:
    """Declared by the mapping, named in the record; the source's own form wins."""
    found = run_step("name(arabic, latin, icao)", "كيلو خيال", None)

    assert (found["latin"], found["latin_scheme"]) == ("KYLW XKHYAL", "icao_9303")
    assert run_step("name(arabic, latin, icao)", "كيلو", "Kilo")["latin_scheme"] == "as_given"
    assert "latin" not in run_step("name(arabic, latin)", "كيلو", None)
    assert "latin" not in run_step("name(by script, icao)", "Kilo")
