"""Old records made new: one step a schema version, from it to the next."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from azalai.errors import RecordError

from .record import SCHEMA_VERSION

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = MappingProxyType({})
"""Schema version -> the function that takes its values to the next version's. None yet."""


def upcast(
    values: Mapping[str, Any], *, steps: Mapping[int, Step] = STEPS, target: int = SCHEMA_VERSION
) -> dict[str, Any]:
    """Bring a record's values to the schema version `target`, step by step.

    Raises `RecordError` if the version is missing, not a whole number, newer than this code, or
    one that no step starts from.
    """
    current = dict(values)
    version = current.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise RecordError([("schema_version", "missing or not a whole number")])
    if version > target:
        raise RecordError(
            [("schema_version", f"{version} is newer than {target}, the newest that is known here")]
        )
    while version < target:
        if version not in steps:
            raise RecordError([("schema_version", f"no way from version {version}")])
        current = steps[version](current)
        version += 1
        current["schema_version"] = version
    return current
