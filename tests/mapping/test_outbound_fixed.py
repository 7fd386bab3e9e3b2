"""Fixed-width messages: every value in its place, or the record has no place; nothing is cut."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azalai import paths
from azalai.errors import DocumentError
from azalai.mapping import NoPlace, Rendered, compile_outbound, load_outbound
from azalai.mapping.fixed_layout import carries
from azalai.records import as_dict, parse_record
from outbound_profile import VEHICLE, WANTED, job, laid_out, loaded
from record_samples import sample

CANCEL = {"cancel_reason": "recovered", "cancelled_on": "2027-01-08"}


def record(**vehicle: Any) -> dict[str, Any]:
    values = sample("ReportedVehicle")
    values["vehicle"].update(vehicle)
    return as_dict(parse_record(values))


def made(folder: Path, values: dict[str, Any], *changes: tuple[str, str], **more: Any) -> Any:
    return compile_outbound(loaded(folder, *changes, name=VEHICLE))(job(values, **more))


def rows(found: Any, encoding: str = "iso-8859-1") -> dict[str, str]:
    assert isinstance(found, Rendered), found
    text = found.body.decode(encoding)
    assert text.endswith("\r\n")
    return {row[:2]: row for row in text.split("\r\n")[:-1]}


def test_every_value_stands_in_its_place(tmp_path: Path) -> None:
    found = rows(made(tmp_path, record(registration="11-FICTIF", year=2019, make="Élan")))

    assert list(found) == ["00", "10", "20", "30"]
    assert {len(row) for row in found.values()} == {120}
    assert found["00"][2:42] == "FICTIF-K1".ljust(40)
    assert found["00"][42:48] == "ADD   "
    assert found["00"][58:64] == "000007"
    assert found["00"][64:] == "BFA-PN/registre/FICTIF-00001".ljust(56)
    assert found["10"][2:14] == "11-FICTIF   "
    assert found["10"][98:112] == "2019ELAN      "
    assert found["20"][18:28] == "2026-03   "
    assert found["30"][80:91] == "UTO        "


def test_an_empty_place_is_blank_and_an_empty_segment_is_left_out(tmp_path: Path) -> None:
    found = rows(made(tmp_path, record(), allowed=frozenset({"vehicle.make", "status"})))

    assert found["10"][2:102] == " " * 100
    assert list(found) == ["00", "10", "20", "30"]
    assert found["20"][18:] == " " * 102


def test_a_cancel_has_the_reference_and_the_reason_only(tmp_path: Path) -> None:
    found = rows(made(tmp_path, record(), operation="cancel", **CANCEL))

    assert list(found) == ["00", "90"]
    assert found["00"][42:48] == "DELETE"
    assert found["90"] == ("90" + "recovered".ljust(40) + "2027-01-08").ljust(120)


@pytest.mark.parametrize(
    ("vehicle", "element", "said"),
    [
        ({"registration": "0123456789ABC"}, "vehicle/plate", "over 12 characters"),
        ({"registration": "شاد 12"}, "vehicle/plate", "encoding does not have"),
        ({"engine_number": "A\u0085B"}, "vehicle/engine", "encoding does not have"),
    ],
)
def test_what_does_not_fit_has_no_place(
    tmp_path: Path, vehicle: dict[str, Any], element: str, said: str
) -> None:
    values = record()
    values["vehicle"].update(vehicle)

    found = made(tmp_path, values)

    assert isinstance(found, NoPlace)
    assert found.element == element
    assert said in found.why.en
    assert "0123456789" not in found.why.en


def test_a_declared_cut_is_a_loss(tmp_path: Path) -> None:
    found = made(tmp_path, record(model="MODELE IMAGINAIRE"))

    assert rows(found)["10"][112:] == "MODELE I"
    assert "vehicle.model" in {loss.field for loss in found.losses}
    assert any("cut" in loss.why.en for loss in found.losses)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(min_size=1, max_size=14).filter(lambda t: t.strip() == t))
def test_a_line_holds_the_value_as_it_is_or_there_is_no_message(tmp_path: Path, text: str) -> None:
    values = record()
    values["vehicle"]["registration"] = text

    found = made(tmp_path, values)

    if len(text) <= 12 and carries("iso-8859-1", text):
        assert rows(found)["10"][2:14] == text.ljust(12)
    else:
        assert isinstance(found, NoPlace)


def test_a_repeated_group_is_a_line_each(tmp_path: Path) -> None:
    person = """
layout:
  head:            segment "H", required
  head/key:        2-41, required
  head/operation:  42-47, required
  head/reference:  48-120, required
  head/family:     121-160
  doc:             segment "D", list
  doc/number:      2-21, required, right, pad "0"
  doc/state:       22-24
  gone:            segment "X"
  gone/reason:     2-41
"""
    path = laid_out(tmp_path)
    whole = path.read_text()
    elements = """
elements:
  head/key:        message_key
  head/operation:  operation | code(operations)
  head/reference:  key
  head/family:     person.name.family
  doc:
    for_each:      person.documents
    number:        number
    state:         issuing_country

elements_when_cancelled:
  head/key:        message_key
  head/operation:  operation | code(operations)
  head/reference:  key
  gone/reason:     cancel_reason
"""
    before, _, rest = whole.partition("\nelements:")
    not_sent = rest[rest.index("\nnot_sent:") : rest.index("\ncodes:")]
    before = before.replace("  format: json\n  schema: regional_wanted_person.schema.json",
                            "  format: fixed_width\n  encoding: utf-8\n  line_end: lf")  # fmt: skip
    more = "".join(f"  {name}: sans place\n" for name in (
        "mark", "issuing_country", "purpose", "legal_ground", "handling", "not_for", "review_on",
        "person.birth.date", "person.birth.place", "person.description.height_cm", "person.sex",
        "person.nationalities", "person.documents.type", "person.documents.expires_on",
        "warrants.number", "warrants.issued_on", "warrants.authority", "offences.code", "reason",
        "action_to_be_taken"))  # fmt: skip
    path.write_text(before + person + elements + not_sent + more
                    + "\ncodes:\n  operations:  codes_out/operations.csv\n")  # fmt: skip
    values = sample("WantedPerson")
    document = values["person"]["documents"][0]
    values["person"]["documents"] = [document, document | {"number": "Y1"}]

    found = compile_outbound(load_outbound(path))(job(as_dict(parse_record(values))))

    assert isinstance(found, Rendered), found
    lines = found.body.decode().split("\n")
    assert [line[:1] for line in lines] == ["H", "D", "D", ""]
    assert lines[2] == ("D" + "Y1".rjust(20, "0") + "UTO").ljust(160)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("3-14", "3-18"), "AZ-O311"),
        (("3-14", "2-14"), "AZ-O311"),
        (("3-14", "14-3"), "AZ-O311"),
        (("3-14", "3-14, list"), "AZ-O311"),
        (("3-14", "3-14, centred"), "AZ-O311"),
        (("3-14", "3-14, at most 3"), "AZ-O311"),
        (('pad "0"', 'pad "00"'), "AZ-O311"),
        (("line_length: 120", "line_length: 119"), "AZ-O311"),
        (("line_length: 120", "line_length: lots"), "AZ-O311"),
        (("encoding: iso-8859-1", "encoding: klingon"), "AZ-O311"),
        (("line_end: crlf", "line_end: cr"), "AZ-O311"),
        (('segment "10"', 'segment "00"'), "AZ-O311"),
        (('segment "10"', 'segment ""'), "AZ-O311"),
        (('  vehicle:            segment "10"\n', ""), "AZ-O311"),
        (("SEIZED, RECOVERED", "RECOVERED"), "AZ-O308"),
        (('  end:                segment "90"', '  end:                segment "90", required'),
         "AZ-O302"),
        (("  vehicle/plate:      vehicle.registration\n",
          "  vehicle/plaque:     vehicle.registration\n"), "AZ-O301"),
        (('not_for | join(",")', "not_for"), "AZ-O307"),
        (("  line_end: crlf\n", "  line_end: crlf\n  schema: x.xsd\n"), "AZ-O300"),
        (("vehicle.registration\n", "vehicle.registration | pad\n"), "AZ-O307"),
        (("occurred_on.until", "occurred_on.until | cut"), "AZ-O307"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_code(
    tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        load_outbound(laid_out(tmp_path, change, name=VEHICLE))

    found = [problem.code for problem in caught.value.problems]  # type: ignore[attr-defined]
    assert code in found


def test_the_whole_message_is_read_back_before_it_goes(tmp_path: Path) -> None:
    schema = loaded(tmp_path, name=VEHICLE).schema
    body = compile_outbound(loaded(tmp_path, name=VEHICLE))(job(record())).body  # type: ignore[union-attr]

    assert schema.refusal(body) is None
    for wrong in (
        body[:-1], body + b"99" + b" " * 118 + b"\r\n", body.replace(b"STOLEN", b"GONE  "), b"",
        body + body, body.replace(b"FICTIF-K1", b" " * 9), body.replace(b"\r\n", b"\n\r"),
    ):  # fmt: skip
        assert schema.refusal(wrong) is not None, wrong[:40]


def test_the_media_type_says_the_encoding(tmp_path: Path) -> None:
    assert loaded(tmp_path, name=WANTED).media_type == "application/json"
    assert loaded(tmp_path, name=VEHICLE).media_type == "text/plain; charset=iso-8859-1"


def test_an_xml_mapping_can_cut_too(tmp_path: Path) -> None:
    shutil.copytree(paths.mappings() / "wapis", tmp_path / "wapis")
    path = tmp_path / "wapis" / "wapis_style_reported_vehicle.yaml"
    text = path.read_text()
    path.write_text(text.replace("vehicle.model\n", "vehicle.model | cut(8)\n"))

    found = compile_outbound(load_outbound(path))(job(record(model="MODELE IMAGINAIRE")))

    assert isinstance(found, Rendered)
    assert b"<Model>MODELE I</Model>" in found.body
    assert "vehicle.model" in {loss.field for loss in found.losses}
