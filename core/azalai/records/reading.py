"""Reading a record back: JSON or values in, a checked model of its kind out."""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from azalai.errors import RecordError

from .kinds import RECORD_KINDS
from .record import Record
from .upcast import upcast


def parse_record(data: bytes | str | Mapping[str, Any]) -> Record:
    """Build the record of the kind and schema version that the data names.

    Raises `RecordError` with every (path, what is wrong); never a value of the record.
    """
    values = upcast(data if isinstance(data, Mapping) else _load(data))
    model = RECORD_KINDS.get(str(values.get("kind")))
    if model is None:
        raise RecordError([("kind", "missing or unknown")])
    try:
        return model.model_validate(values)
    except ValidationError as err:
        problems = _problems(err)
    raise RecordError(problems)


def _load(data: bytes | str) -> Mapping[str, Any]:
    try:
        values = orjson.loads(data)
    except orjson.JSONDecodeError:
        values = None
    if not isinstance(values, dict):
        raise RecordError([("", "not a JSON object")])
    return values


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    """Path and message of each; an unknown key is data too, so it is not repeated."""
    found = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        place = one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]
        found.append((".".join(map(str, place)), one["msg"]))
    return found
