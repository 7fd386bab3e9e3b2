"""A message read back by its elements, in each format; one without its schema by its lines."""

from pathlib import Path

from azalai.mapping import Rendered, compile_outbound
from azalai.mapping.message_texts import message_texts
from outbound_profile import VEHICLE, job, loaded
from record_samples import sample


def test_xml_and_json_are_read_by_their_paths() -> None:
    """Nested, repeated, numbers, true and false; the root has no part in a path."""
    xml = b'<m:A xmlns:m="urn:x"><B><C>1</C><C>2</C></B><D/><E>\xc3\xa9 </E></m:A>'
    data = b'{"b":{"c":["1",2]},"d":true,"e":[{"f":"x"},{"f":"y"}]}'

    assert message_texts(xml) == {"B/C": ["1", "2"], "E": ["é "]}
    assert message_texts(data) == {"b/c": ["1", "2"], "d": ["true"], "e/f": ["x", "y"]}


def test_fixed_width_needs_its_layout(tmp_path: Path) -> None:
    """With it each cell without its padding; without it each line."""
    mapping = loaded(tmp_path / "regional", name=VEHICLE)
    made = compile_outbound(mapping)(job(sample("ReportedVehicle")))
    assert isinstance(made, Rendered), made
    found = message_texts(made.body, mapping.schema)

    assert found["head/version"] == ["7"]
    assert found["event/status"] == ["STOLEN"]
    assert "vehicle/vin" in found
    assert next(iter(message_texts(made.body))) == "line 1"
