"""The common schema: records, their fields, their lists, their published form."""

from .fields import Field, fields, groups
from .kinds import RECORD_KINDS
from .lists import LISTS
from .meaning import meaning
from .reading import parse_record
from .record import SCHEMA_VERSION, Record, as_dict
from .schema import json_schema

__all__ = [
    "LISTS",
    "RECORD_KINDS",
    "SCHEMA_VERSION",
    "Field",
    "Record",
    "as_dict",
    "fields",
    "groups",
    "json_schema",
    "meaning",
    "parse_record",
]
