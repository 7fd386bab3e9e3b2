"""Reading back: what is not a record is named, old versions are brought up."""

from typing import Any

import pytest

from azalai.errors import RecordError
from azalai.records import SCHEMA_VERSION, parse_record
from azalai.records.upcast import STEPS, upcast
from record_samples import sample


@pytest.mark.parametrize("data", [b"", b"[]", b"{", "null", b"\xff", b"{}"])
def test_what_is_not_a_record_is_an_error(data: Any) -> None:
    """Broken JSON and JSON that is no object."""
    with pytest.raises(RecordError):
        parse_record(data)


@pytest.mark.parametrize("version", [None, "1", True, 0, SCHEMA_VERSION + 1])
def test_a_version_that_is_not_known_is_refused(version: Any) -> None:
    """A record of a newer Azalai is not read with old eyes."""
    with pytest.raises(RecordError) as caught:
        parse_record(sample("Hit") | {"schema_version": version})

    assert [path for path, _ in caught.value.problems] == ["schema_version"]


def test_an_unknown_kind_is_refused() -> None:
    """Also where it is not even text."""
    for kind in ("StolenDocument", 3, None):
        with pytest.raises(RecordError):
            parse_record(sample("Hit") | {"kind": kind})


def test_old_versions_go_through_every_step() -> None:
    """1 -> 2 -> 3, in order, each once; the input is left alone."""
    steps = {
        1: lambda values: values | {"trace": [1]},
        2: lambda values: values | {"trace": [*values["trace"], 2]},
    }
    before = {"schema_version": 1}

    assert upcast(before, steps=steps, target=3) == {"schema_version": 3, "trace": [1, 2]}
    assert before == {"schema_version": 1}
    with pytest.raises(RecordError):
        upcast({"schema_version": 1}, steps={2: steps[2]}, target=3)


def test_there_is_a_way_from_every_version() -> None:
    """Whoever raises SCHEMA_VERSION writes the step."""
    assert set(STEPS) == set(range(1, SCHEMA_VERSION))
