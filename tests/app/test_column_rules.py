"""The schema for editors flags a column's rule that the mapping's reader would refuse."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from azalai.app import editor_schemas

_COLUMNS = editor_schemas.inbound()["properties"]["columns"]


@pytest.mark.parametrize(
    ("rule", "good"),
    [("required", True), ("optional", True), ("ignored, hors accord", True),
     ({"rule": "required", "also": ["Pays-Country"]}, True), ("optionnal", False),
     ("ignored", False), ("ignored, ", False), ({"rule": "requis"}, False), ("", False)],
)  # fmt: skip
def test_only_a_rule_that_is_read_passes(rule: Any, good: bool) -> None:
    """`ignored` has a reason; the three others are spelt as they are."""
    assert Draft202012Validator(_COLUMNS).is_valid({"Pays": rule}) is good
