"""A newer version that only takes away is told from one that changes anything."""

import pytest

from azalai.pipeline.lessening import taken_away, touches

BEFORE = {
    "measure": "arrest",
    "warrants": [{"number": "A", "court": "X"}, {"number": "B"}],
    "person": {"names": [{"family": "F"}], "height_cm": 180},
    "provenance": {"line": 1},
}


@pytest.mark.parametrize(("after", "gone"), [
    (BEFORE, set()),
    (BEFORE | {"provenance": {"line": 9}}, set()),
    (BEFORE | {"warrants": [{"number": "B"}]}, {"warrants"}),
    (BEFORE | {"warrants": [{"number": "A"}, {"number": "B"}]}, {"warrants.court"}),
    (BEFORE | {"person": {"names": [{"family": "F"}]}}, {"person.height_cm"}),
    (BEFORE | {"person": {"names": [{"family": "G"}]}}, set()),
    (BEFORE | {"warrants": [{"number": "B"}, {"number": "A", "court": "X"}]}, set()),
    (BEFORE | {"warrants": [{"number": "B"}], "motive": "FICTIF"}, set()),
    ({name: value for name, value in BEFORE.items() if name != "person"}, {"person"}),
])  # fmt: skip
def test_what_is_taken_away(after: dict[str, object], gone: set[str]) -> None:
    """The paths that are left out; nothing where a value was changed, added or moved."""
    assert taken_away(BEFORE, after) == gone


def test_fields_that_lost_something() -> None:
    """A field, what stands above it, what stands below it; never a name that begins alike."""
    assert touches(frozenset({"warrants.court"}), ["warrants"])
    assert touches(frozenset({"person"}), ["person.names"])
    assert not touches(frozenset({"person.height_cm"}), ["person.names", "personal"])
